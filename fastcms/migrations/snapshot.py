"""Many collections saved in one transaction, in whatever order they refer to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastcms.collections import sync
from fastcms.collections.body import changed_collection, check_head, new_collection
from fastcms.collections.change import save_in
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.store.store import Tx

# What may name another collection; a new one gets it once all of them are there.
_LATER = (
    "listRule",
    "viewRule",
    "createRule",
    "updateRule",
    "deleteRule",
    "authRule",
    "manageRule",
    "indexes",
)


def import_in(tx: Tx, definitions: Sequence[Mapping[str, Any]]) -> None:
    """Creates and updates the collections; raises 400 with what is wrong with the first bad one.

    A collection that is as the definition says is left alone. Fields that a definition does not
    name stay.
    """
    for definition in definitions:
        check_head(definition)
        if definition.get("type") != "view" and _find(sync.load_schema(tx), definition) is None:
            schema = sync.load_schema(tx)
            save_in(tx, schema, None, new_collection(_bare(definition), schema.by_id))
    # Views last: they read from the others.
    for definition in sorted(definitions, key=lambda d: d.get("type") == "view"):
        schema = sync.load_schema(tx)
        before = _find(schema, definition)
        if before is None:
            save_in(tx, schema, None, new_collection(definition, schema.by_id))
            continue
        after = changed_collection(before, _with_kept_fields(before, definition))
        if after != before:
            save_in(tx, schema, before, after)


def _find(schema: Schema, definition: Mapping[str, Any]) -> Collection | None:
    id_ = definition.get("id")
    return schema.by_id.get(id_) if id_ else schema.find(definition.get("name") or "")


def _bare(definition: Mapping[str, Any]) -> dict[str, Any]:
    bare = {key: value for key, value in definition.items() if key not in _LATER}
    fields = definition.get("fields") or ()
    bare["fields"] = [field for field in fields if not _refers(field)]
    bare.pop("mfa", None)
    bare.pop("passwordAuth", None)
    return bare


def _refers(field: Any) -> bool:
    return isinstance(field, Mapping) and "collectionId" in field


def _with_kept_fields(before: Collection, definition: Mapping[str, Any]) -> dict[str, Any]:
    body = {k: v for k, v in definition.items() if k not in ("created", "updated")}
    named = definition.get("fields")
    if before.is_view or not named:
        body.pop("fields", None)
        return body
    ids = {field.get("id") for field in named}
    names = {field.get("name"): field.get("type") for field in named}
    by_name = {field.name: field for field in before.fields}
    # The API tells fields apart by id; a definition written by hand has none.
    body["fields"] = [
        {**field, "id": by_name[field["name"]].id}
        if not field.get("id") and field.get("name") in by_name
        else dict(field)
        for field in named
    ] + [f.to_json() for f in before.fields if f.id not in ids and f.name not in names]
    return body
