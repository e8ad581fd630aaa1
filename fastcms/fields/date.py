"""A moment, kept in UTC with milliseconds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from fastcms import clock
from fastcms.errors import REQUIRED, Problem
from fastcms.fields.base import DescribedField, Kind
from fastcms.values import SqlValue, Value, is_stored_date, to_date_text


class DateField(DescribedField, frozen=True, kw_only=True, rename="camel", tag="date"):
    """A moment between two others, if wanted."""

    kind = Kind.DATE

    max: str = ""
    min: str = ""

    def __post_init__(self) -> None:
        for name, limit in (("max", self.max), ("min", self.min)):
            if limit:
                msgspec.structs.force_setattr(self, name, to_date_text(limit))

    def prepare(self, raw: object) -> str:
        # Only code of the server has these; without a zone they are in UTC.
        if isinstance(raw, datetime):
            return clock.to_text(raw if raw.tzinfo else raw.replace(tzinfo=UTC))
        return to_date_text(raw)

    def validate(self, value: Value) -> Iterator[Problem]:
        moment = value if isinstance(value, str) else ""
        # The text form sorts as the moments do.
        if not moment:
            if self.required:
                yield REQUIRED
        elif self.min and moment < self.min:
            yield _limit_problem("min_greater", "no less", self.min)
        elif self.max and moment > self.max:
            yield _limit_problem("max_less", "no greater", self.max)

    def from_db(self, raw: SqlValue) -> str:
        return stored_date(raw)


def stored_date(raw: SqlValue) -> str:
    """What a date column holds as a value; whole numbers are seconds since 1970."""
    if isinstance(raw, str):
        return raw if not raw or is_stored_date(raw) else to_date_text(raw)
    if isinstance(raw, int):
        try:
            return clock.to_text(datetime.fromtimestamp(raw, UTC))
        except (OverflowError, ValueError, OSError):
            return ""
    return ""


def _limit_problem(code: str, words: str, limit: str) -> Problem:
    moment = limit.removesuffix("Z").rstrip("0").removesuffix(".")
    return Problem(
        f"validation_{code}_equal_than_required",
        f"Must be {words} than {moment} +0000 UTC.",
        {"threshold": moment.replace(" ", "T") + "Z"},
    )
