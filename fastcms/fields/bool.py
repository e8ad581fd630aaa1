"""True or false."""

from __future__ import annotations

from collections.abc import Iterator

from fastcms.errors import REQUIRED, Problem
from fastcms.fields.base import DescribedField, JsonSchema, Kind
from fastcms.values import SqlValue, Value, to_bool


class BoolField(DescribedField, frozen=True, kw_only=True, rename="camel", tag="bool"):
    """True or false. Required means: must be true."""

    kind = Kind.BOOL

    def zero(self) -> bool:
        return False

    def prepare(self, raw: object) -> bool:
        return to_bool(raw)

    def validate(self, value: Value) -> Iterator[Problem]:
        if self.required and not value:
            yield REQUIRED

    def shown_schema(self) -> JsonSchema:
        return {"type": "boolean"}

    def to_db(self, value: Value) -> SqlValue:
        return int(bool(value))

    def from_db(self, raw: SqlValue) -> bool:
        # Only a view, or a hand in the database, gives anything but 0 and 1.
        return to_bool(raw) if isinstance(raw, str) else raw == 1
