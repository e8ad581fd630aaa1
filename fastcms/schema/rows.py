"""Collections as rows of `_collections`, the reference's own table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from fastcms.fields import decode_field
from fastcms.schema.collection import Collection
from fastcms.schema.options import AuthOptions
from fastcms.schema.snapshot import Schema
from fastcms.values import SqlValue

COLUMNS = (
    "id",
    "system",
    "type",
    "name",
    "fields",
    "indexes",
    "listRule",
    "viewRule",
    "createRule",
    "updateRule",
    "deleteRule",
    "options",
    "created",
    "updated",
)

# In the order in which the collections were made, which is also the API's order.
SELECT_ALL = f"SELECT {', '.join(COLUMNS)} FROM _collections ORDER BY rowid"


def from_row(row: Sequence[Any]) -> Collection:
    """A stored row as a collection. Raises ValueError for one that no known version wrote."""
    id_, system, type_, name, fields, indexes, *rules, options, created, updated = row
    parsed: dict[str, Any] = _without_nulls(msgspec.json.decode(options or "{}"))
    return Collection(
        id=id_,
        name=name,
        type=type_,
        system=bool(system),
        fields=tuple(decode_field(_without_nulls(f)) for f in msgspec.json.decode(fields)),
        indexes=tuple(msgspec.json.decode(indexes)),
        list_rule=rules[0],
        view_rule=rules[1],
        create_rule=rules[2],
        update_rule=rules[3],
        delete_rule=rules[4],
        auth=msgspec.convert(parsed, AuthOptions, strict=False) if type_ == "auth" else None,
        view_query=parsed.get("viewQuery", "") if type_ == "view" else "",
        created=created,
        updated=updated,
    )


def to_row(collection: Collection) -> tuple[SqlValue, ...]:
    """The collection as the values of COLUMNS."""
    return (
        collection.id,
        int(collection.system),
        collection.type,
        collection.name,
        _text([field.to_json() for field in collection.fields]),
        _text(collection.indexes),
        *collection.rules().values(),
        _text(collection.options(secrets=True)),
        collection.created,
        collection.updated,
    )


def from_rows(rows: Iterable[Sequence[Any]], version: int = 0) -> Schema:
    """The whole table as a schema."""
    return Schema((_known(tuple(row)) for row in rows), version)


@lru_cache(maxsize=1_000)
def _known(row: tuple[Any, ...]) -> Collection:
    # A change is of one collection, and it is read by its writer and by every process: the others
    # need no second look (0.2 ms each, 2-core box).
    return from_row(row)


def _without_nulls(value: Any) -> Any:
    """Versions before 0.40 stored null for an empty list; what is missing has its default."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
