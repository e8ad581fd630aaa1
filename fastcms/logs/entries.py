"""Reads the log: by filter and sort, or what is newest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import msgspec

from fastcms.core import App
from fastcms.fields.json import JsonField
from fastcms.fields.number import NumberField
from fastcms.fields.text import TextField
from fastcms.filters import Condition
from fastcms.http import table
from fastcms.schema.collection import Collection

# Of an entry: its row's number and its moment.
Place: TypeAlias = tuple[int, str]
FIRST: Place = (0, "")
COLUMNS = "id, created, data, message, level"

# The table of the log as a collection: what a filter or sort may name.
_TABLE = Collection(
    id="_logs",
    name="_logs",
    type="base",
    fields=(
        *(TextField(id=name, name=name) for name in ("id", "created", "message")),
        NumberField(id="level", name="level"),
        JsonField(id="data", name="data"),
    ),
)


def condition(app: App, filter_: str, sort: str = "") -> Condition:
    """What a filter and a sort are in SQL. Raises FilterError for bad ones."""
    return table.condition(app, _TABLE, filter_, sort)


def shown(row: Sequence[Any]) -> dict[str, Any]:
    """A row of COLUMNS as the wire shows it."""
    id_, created, data, message, level = row
    return {
        "id": id_,
        "created": created,
        "data": msgspec.json.decode(data),
        "message": message,
        "level": level,
    }


async def latest(app: App, after: Place, limit: int) -> list[tuple[Place, dict[str, Any]]]:
    """The newest entries behind a place, the oldest of them first, with their places."""
    number, created = after
    [(newest,)] = await app.log_store.read("SELECT coalesce(max(rowid), 0) FROM _logs")
    # When the log was emptied or made smaller, numbers begin anew.
    found = ("rowid > ?", number) if newest >= number else ("created > ?", created)
    rows = await app.log_store.read(
        f"SELECT rowid, {COLUMNS} FROM _logs WHERE {found[0]} ORDER BY rowid DESC LIMIT ?",
        (found[1], limit),
    )
    return [((row[0], row[2]), shown(row[1:])) for row in reversed(rows)]


async def matching(app: App, filter_: str, limit: int) -> list[dict[str, Any]]:
    """The newest entries that a filter lets through, the oldest of them first."""
    found = condition(app, filter_)
    rows = await app.log_store.read(
        f"SELECT {COLUMNS} FROM _logs{table.where(found)} ORDER BY created DESC LIMIT ?",
        (*found.where_params, limit),
    )
    return [shown(row) for row in reversed(rows)]
