"""Collections in the form that an import takes, and blank ones to begin with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from fastcms import ids
from fastcms.collections.body import new_collection
from fastcms.schema.collection import Collection


def exported(collections: Iterable[Collection]) -> dict[str, Any]:
    """The body of an import that makes these collections again: no secrets, no times.

    Equal collections give equal exports.
    """
    return {"collections": [_entry(collection) for collection in collections]}


def _entry(collection: Collection) -> dict[str, Any]:
    entry = collection.to_json()
    del entry["created"], entry["updated"]
    if collection.is_auth:
        # They are no use without their secrets; an import keeps those that are there.
        del entry["oauth2"]["providers"]
    if collection.is_view:
        # They follow from the query, under ids that are new each time.
        del entry["fields"]
    return entry


def scaffolds() -> dict[str, dict[str, Any]]:
    """A blank collection of each type; index names are ready for a collection without an id."""
    suffix = ids.random_text(10, ids.ID_ALPHABET)
    blank = {type_: new_collection({"type": type_}, ()) for type_ in ("base", "auth", "view")}
    return {
        type_: replace(
            collection,
            id="",
            indexes=tuple(text.replace(collection.id, suffix) for text in collection.indexes),
        ).to_json()
        for type_, collection in blank.items()
    }
