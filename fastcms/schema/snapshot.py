"""All collections at one moment: what a request sees from its first to its last line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property

from fastcms.fields.many_to_many import ManyToManyField
from fastcms.fields.referring import ReferringField
from fastcms.schema.collection import Collection
from fastcms.schema.links import BrokenLinkError, Link, fields_with_links, link_of


class Schema:
    """An immutable set of collections, in the order in which they were made.

    Two schemas with the same `version` hold the same collections.
    """

    def __init__(self, collections: Iterable[Collection], version: int = 0) -> None:
        self.version = version
        self.collections = tuple(collections)
        self.by_id = {c.id: c for c in self.collections}
        # What features compile from this schema, by collection id; it goes when the schema goes.
        self.memo: dict[str, object] = {}
        self._by_name = {c.name.lower(): c for c in self.collections}

    def __iter__(self) -> Iterator[Collection]:
        return iter(self.collections)

    def find(self, name_or_id: str) -> Collection | None:
        """A collection by its exact id, or by its name in any letter case.

        Of two, one by id and one by name, the older one.
        """
        by_id = self.by_id.get(name_or_id)
        by_name = self._by_name.get(name_or_id.lower())
        if by_id is None or by_name is None:
            return by_id or by_name
        return next(c for c in self.collections if c in (by_id, by_name))

    @cached_property
    def view_names(self) -> tuple[str, ...]:
        """The names of the view collections."""
        return tuple(collection.name for collection in self.collections if collection.is_view)

    @cached_property
    def references(self) -> dict[str, tuple[tuple[Collection, ReferringField], ...]]:
        """By collection id: the relation fields that point to it, collections in name order.

        Views are left out: their rows are never written.
        """
        found: dict[str, list[tuple[Collection, ReferringField]]] = {}
        for collection in sorted(self.collections, key=lambda c: c.name):
            if collection.is_view:
                continue
            for field in collection.fields:
                # Those of many-to-many fields hang on their junctions, which are here.
                if isinstance(field, ReferringField) and not isinstance(field, ManyToManyField):
                    for target in field.targets:
                        found.setdefault(target, []).append((collection, field))
        return {key: tuple(value) for key, value in found.items()}

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """What the many-to-many fields rest on; broken ones are left out."""
        found: list[Link] = []
        for owner, field in fields_with_links(self.collections):
            with suppress(BrokenLinkError):
                found.append(link_of(self.by_id, owner, field))
        return tuple(found)

    def lets_ids_change(self, collection: Collection) -> bool:
        """Whether records may get another id: all relations that may name them say what follows.

        Tokens and folders of files go by ids, too, so accounts and records with files keep theirs.
        """
        links = self.references.get(collection.id, ())
        return (
            collection.type == "base"
            and not collection.system
            and all(field.type != "file" for field in collection.fields)
            and bool(links)
            and all(field.on_update for _, field in links)
        )

    def with_collection(self, collection: Collection) -> Schema:
        """This schema with one collection added or replaced by id."""
        if collection.id in self.by_id:
            changed = [collection if c.id == collection.id else c for c in self.collections]
        else:
            changed = [*self.collections, collection]
        return Schema(changed, self.version)

    def without(self, collection_id: str) -> Schema:
        """This schema without one collection."""
        return Schema((c for c in self.collections if c.id != collection_id), self.version)
