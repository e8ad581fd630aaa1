"""A moment that the server sets itself."""

from __future__ import annotations

from collections.abc import Iterator

from fastcms.errors import Problem
from fastcms.fields.base import Field, Kind, OptionContext
from fastcms.fields.date import stored_date
from fastcms.values import SqlValue, Value, to_date_text

_NEVER_SET = Problem("validation_required", "Either onCreate or onUpdate must be enabled.")
_MISMATCH = Problem("validation_values_mismatch", "Values don't match.")


class AutodateField(Field, frozen=True, kw_only=True, rename="camel", tag="autodate"):
    """When a record was made, or last saved."""

    kind = Kind.DATE
    accepts_input = False

    on_create: bool = False
    on_update: bool = False

    def prepare(self, raw: object) -> str:
        return to_date_text(raw)

    def on_save(self, value: Value, now: str, *, is_new: bool) -> Value:
        return now if (self.on_create if is_new else self.on_update) else value

    def from_db(self, raw: SqlValue) -> str:
        return stored_date(raw)

    def validate_options(self, context: OptionContext) -> Iterator[tuple[str, Problem]]:
        before = context.before
        if self.system and isinstance(before, AutodateField):
            if self.on_create != before.on_create:
                yield "onCreate", _MISMATCH
            if self.on_update != before.on_update:
                yield "onUpdate", _MISMATCH
        if not (self.on_create or self.on_update):
            yield "onCreate", _NEVER_SET
            yield "onUpdate", _NEVER_SET
