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
    """When a record was made, or last saved. What a body says of it is dropped without a word."""

    kind = Kind.DATE

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
        is_fixed = self.system and isinstance(before, AutodateField)
        for option in ("onCreate", "onUpdate"):
            name = "on_create" if option == "onCreate" else "on_update"
            if is_fixed and getattr(self, name) != getattr(before, name):
                yield option, _MISMATCH
            elif not (self.on_create or self.on_update):
                yield option, _NEVER_SET
