"""Where the tables of a database are not what its collections say."""

from __future__ import annotations

from collections.abc import Iterator

from fastcms.core import App
from fastcms.schema import indexes
from fastcms.schema.collection import Collection


def drift(app: App) -> Iterator[tuple[str, str]]:
    """Names of collections, and what their tables lack."""
    read = app.store.read_now
    names = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
    tables = {str(name) for (name,) in read(names)}
    for collection in app.schema:
        if collection.name not in tables:
            kind = "view" if collection.is_view else "table"
            yield collection.name, f"the database has no {kind} of that name"
        elif not collection.is_view and (missing := _missing(app, collection)):
            yield collection.name, f"its table has no column {', '.join(missing)}"


def lost_indexes(app: App) -> Iterator[tuple[str, indexes.Index]]:
    """Names of collections, and the indexes that their tables lack."""
    rows = app.store.read_now("SELECT lower(name), lower(tbl_name) FROM sqlite_master"
                              " WHERE type = 'index'")  # fmt: skip
    there = set(rows)
    for collection in app.schema:
        for index in map(indexes.parse, collection.indexes):
            if index and (index.name.lower(), collection.name.lower()) not in there:
                yield collection.name, index


def _missing(app: App, collection: Collection) -> list[str]:
    rows = app.store.read_now("SELECT name FROM pragma_table_info(?)", (collection.name,))
    columns = {str(name) for (name,) in rows}
    return [name for name in collection.by_name if name not in columns]
