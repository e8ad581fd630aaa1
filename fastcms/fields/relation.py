"""Ids of records of another collection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from fastcms.errors import REQUIRED, Problem
from fastcms.fields.base import MAX_INTEGER, Integer, OptionContext, Reference, range_problems
from fastcms.fields.multiple import MultipleField
from fastcms.values import Value, to_unique_texts

CASCADE = "cascade"
RESTRICT = "restrict"
SET_NULL = "setNull"

_INVALID = Problem("validation_in_invalid", "Must be a valid value.")


class RelationField(MultipleField, frozen=True, kw_only=True, rename="camel", tag="relation"):
    """One or several records of `collection_id`, kept by id."""

    additions: ClassVar[frozenset[str]] = frozenset({"onDelete", "onUpdate"})

    cascade_delete: bool = False
    collection_id: str = ""
    min_select: Integer = 0
    # What becomes of the record when one that it names is deleted: CASCADE, RESTRICT or SET_NULL;
    # "" leaves it to `cascade_delete` and `required`.
    on_delete: str = ""
    # What becomes of it when one that it names gets another id: CASCADE or RESTRICT; "" keeps ids
    # from changing at all.
    on_update: str = ""

    @property
    def cascades(self) -> bool:
        """Whether a record goes with the last one that it names."""
        return self.on_delete == CASCADE or (self.cascade_delete and not self.on_delete)

    def validate(self, value: Value) -> Iterator[Problem]:
        ids = to_unique_texts(value)
        if not ids:
            if self.required:
                yield REQUIRED
        elif len(ids) < self.min_select:
            yield Problem(
                "validation_not_enough_values",
                f"Select at least {self.min_select}.",
                {"minSelect": self.min_select},
            )
        elif len(ids) > max(self.max_select, 1):
            yield self.too_many()

    def references(self, value: Value) -> Reference | None:
        if not value:
            return None
        ids = tuple(value) if isinstance(value, list) else tuple(to_unique_texts(value))
        return Reference(self.collection_id, ids) if ids else None

    def validate_options(self, context: OptionContext) -> Iterator[tuple[str, Problem]]:
        yield from super().validate_options(context)
        if problem := self._collection_problem(context):
            yield "collectionId", problem
        for problem in range_problems(self.min_select, 0, MAX_INTEGER):
            yield "minSelect", problem
        if self.min_select > 0 and not self.max_select:
            yield "maxSelect", REQUIRED
        for problem in range_problems(self.max_select, self.min_select, MAX_INTEGER):
            yield "maxSelect", problem
        if self.on_delete not in ("", CASCADE, RESTRICT, SET_NULL):
            yield "onDelete", _INVALID
        elif self.cascade_delete and self.on_delete in (RESTRICT, SET_NULL):
            yield "onDelete", Problem("validation_values_mismatch", "Contradicts cascadeDelete.")
        elif self.required and self.on_delete == SET_NULL:
            yield "onDelete", Problem("validation_values_mismatch", "Contradicts required.")
        if self.on_update not in ("", CASCADE, RESTRICT):
            yield "onUpdate", _INVALID

    def _collection_problem(self, context: OptionContext) -> Problem | None:
        if not self.collection_id:
            return REQUIRED
        before = context.before
        if isinstance(before, RelationField) and before.collection_id != self.collection_id:
            return Problem(
                "validation_field_relation_change",
                "The relation collection cannot be changed.",
            )
        type_ = context.collection_types.get(self.collection_id)
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
