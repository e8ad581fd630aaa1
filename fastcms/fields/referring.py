"""What the types share whose values name records."""

from __future__ import annotations

from collections.abc import Iterator

from fastcms.errors import REQUIRED, Problem
from fastcms.fields.base import MAX_INTEGER, Integer, OptionContext, range_problems
from fastcms.fields.multiple import MultipleField
from fastcms.values import Value, to_unique_texts

CASCADE = "cascade"
RESTRICT = "restrict"
SET_NULL = "setNull"

_INVALID = Problem("validation_in_invalid", "Must be a valid value.")


class ReferringField(MultipleField, frozen=True, kw_only=True, rename="camel"):
    """One or several records of the collections `targets`, kept by a text that names each."""

    min_select: Integer = 0
    # What becomes of the record when one that it names is deleted: CASCADE, RESTRICT or SET_NULL;
    # "" leaves it to the type.
    on_delete: str = ""
    # What becomes of it when one that it names gets another id: CASCADE or RESTRICT; "" keeps ids
    # from changing at all.
    on_update: str = ""

    @property
    def targets(self) -> tuple[str, ...]:
        """The ids of the collections whose records it may name."""
        raise NotImplementedError

    @property
    def cascades(self) -> bool:
        """Whether a record goes with the last one that it names."""
        return self.on_delete == CASCADE

    def name_of(self, collection_id: str, record_id: str) -> str:
        """The text by which a value names that record."""
        raise NotImplementedError

    def validate(self, value: Value) -> Iterator[Problem]:
        names = to_unique_texts(value)
        if not names:
            if self.required:
                yield REQUIRED
        elif len(names) < self.min_select:
            yield Problem(
                "validation_not_enough_values",
                f"Select at least {self.min_select}.",
                {"minSelect": self.min_select},
            )
        elif len(names) > max(self.max_select, 1):
            yield self.too_many()

    def validate_options(self, context: OptionContext) -> Iterator[tuple[str, Problem]]:
        yield from super().validate_options(context)
        for problem in range_problems(self.min_select, 0, MAX_INTEGER):
            yield "minSelect", problem
        if self.min_select > 0 and not self.max_select:
            yield "maxSelect", REQUIRED
        for problem in range_problems(self.max_select, self.min_select, MAX_INTEGER):
            yield "maxSelect", problem
        if self.on_delete not in ("", CASCADE, RESTRICT, SET_NULL):
            yield "onDelete", _INVALID
        elif self.required and self.on_delete == SET_NULL:
            yield "onDelete", Problem("validation_values_mismatch", "Contradicts required.")
        if self.on_update not in ("", CASCADE, RESTRICT):
            yield "onUpdate", _INVALID


def target_problem(target: str, context: OptionContext) -> Problem | None:
    """Why records of a collection cannot be named."""
    type_ = context.collection_types.get(target)
    if type_ is None:
        return Problem(
            "validation_field_relation_missing_collection",
            "The relation collection doesn't exist.",
        )
    if type_ == "view" and context.collection_type != "view":
        return Problem(
            "validation_relation_field_non_view_base_collection",
            "Only view collections are allowed to have relations to other views.",
        )
    return None
