"""Many-to-many fields with the junction collections and relation fields that they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from fastcms.errors import Problem
from fastcms.fields.many_to_many import ManyToManyField
from fastcms.fields.referring import RESTRICT
from fastcms.fields.relation import RelationField
from fastcms.schema import indexes
from fastcms.schema.collection import Collection


class Link(NamedTuple):
    """One side of a junction: the field that lists, and the junction's fields for both ends."""

    owner: Collection
    field: ManyToManyField
    junction: Collection
    source: RelationField
    target: RelationField


class BrokenLinkError(ValueError):
    """The junction does not carry the field; `key` is the field's option at fault."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.problem = Problem("validation_invalid_junction", message)


def fields_with_links(
    collections: Iterable[Collection],
) -> Iterator[tuple[Collection, ManyToManyField]]:
    """All many-to-many fields."""
    for collection in collections:
        for field in collection.fields:
            if isinstance(field, ManyToManyField) and not collection.is_view:
                yield collection, field


def link_of(by_id: Mapping[str, Collection], owner: Collection, field: ManyToManyField) -> Link:
    """What a field rests on. Raises BrokenLinkError."""
    junction = by_id.get(field.junction_id)
    if junction is None or junction.type != "base":
        raise BrokenLinkError("junctionId", "The junction must be a base collection.")
    source = _end(junction, owner.id, field.source_id, "")
    if source is None:
        raise BrokenLinkError(
            "sourceId", f'"{junction.name}" needs a single relation to "{owner.name}".'
        )
    target = _end(junction, field.collection_id, field.target_id, source.id)
    if target is None:
        raise BrokenLinkError(
            "targetId", f'"{junction.name}" needs a single relation to the linked collection.'
        )
    for end in (source, target):
        if not (end.cascades or end.on_delete == RESTRICT):
            raise BrokenLinkError(
                "junctionId",
                f'A link goes with what it links: "{end.name}" of "{junction.name}" needs '
                "onDelete cascade or restrict.",
            )
    if not _is_unique(junction, {source.name, target.name}):
        raise BrokenLinkError(
            "junctionId",
            f'"{junction.name}" needs a unique index on "{source.name}" and "{target.name}".',
        )
    return Link(owner, field, junction, source, target)


def _end(junction: Collection, collection_id: str, id_: str, taken: str) -> RelationField | None:
    for field in junction.fields:
        if (
            type(field) is RelationField
            and not field.is_multiple
            and field.collection_id == collection_id
            and field.id != taken
            and id_ in ("", field.id)
        ):
            return field
    return None


def _is_unique(junction: Collection, columns: set[str]) -> bool:
    parsed = map(indexes.parse, junction.indexes)
    return any(
        index is not None
        and index.unique
        and not index.where
        and {column.name for column in index.columns} == columns
        for index in parsed
    )
