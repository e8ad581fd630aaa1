"""Ids of records of another collection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from fastcms.errors import REQUIRED, Problem
from fastcms.fields.base import OptionContext, Reference
from fastcms.fields.referring import RESTRICT, SET_NULL, ReferringField, target_problem
from fastcms.values import Value, to_unique_texts


class RelationField(ReferringField, frozen=True, kw_only=True, rename="camel", tag="relation"):
    """One or several records of `collection_id`, kept by id.

    Without `on_delete`, `cascade_delete` and `required` say what a deletion means.
    """

    additions: ClassVar[frozenset[str]] = frozenset({"onDelete", "onUpdate"})

    cascade_delete: bool = False
    collection_id: str = ""

    @property
    def targets(self) -> tuple[str, ...]:
        return (self.collection_id,)

    @property
    def cascades(self) -> bool:
        return super().cascades or (self.cascade_delete and not self.on_delete)

    def name_of(self, collection_id: str, record_id: str) -> str:
        return record_id

    def references(self, value: Value) -> tuple[Reference, ...]:
        if not value:
            return ()
        ids = tuple(value) if isinstance(value, list) else tuple(to_unique_texts(value))
        return (Reference(self.collection_id, ids),) if ids else ()

    def validate_options(self, context: OptionContext) -> Iterator[tuple[str, Problem]]:
        yield from super().validate_options(context)
        if problem := self._collection_problem(context):
            yield "collectionId", problem
        if self.cascade_delete and self.on_delete in (RESTRICT, SET_NULL):
            yield "onDelete", Problem("validation_values_mismatch", "Contradicts cascadeDelete.")

    def _collection_problem(self, context: OptionContext) -> Problem | None:
        if not self.collection_id:
            return REQUIRED
        before = context.before
        if isinstance(before, RelationField) and before.collection_id != self.collection_id:
            return Problem(
                "validation_field_relation_change",
                "The relation collection cannot be changed.",
            )
        return target_problem(self.collection_id, context)
