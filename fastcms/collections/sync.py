"""Makes tables, indexes and views follow the collections. Runs inside a write job."""

from __future__ import annotations

import re
import time
from contextlib import suppress

from msgspec.structs import replace

from fastcms import ids
from fastcms.collections import links
from fastcms.errors import Problem
from fastcms.fields.base import Field, Kind
from fastcms.fields.text import TextField
from fastcms.schema import indexes, rows
from fastcms.schema.collection import BELONGINGS, Collection
from fastcms.schema.diff import TableChange, table_change
from fastcms.schema.snapshot import Schema
from fastcms.sql import ddl
from fastcms.store.errors import StoreError
from fastcms.store.store import Tx

INSERT = (
    f"INSERT INTO _collections ({', '.join(rows.COLUMNS)})"
    f" VALUES ({', '.join('?' * len(rows.COLUMNS))})"
)
UPDATE = f"UPDATE _collections SET {', '.join(f'{c} = ?' for c in rows.COLUMNS)} WHERE id = ?"


class IndexesRefusedError(Exception):
    """The database refused indexes; the problems are by their position in the list."""

    def __init__(self, problems: dict[str, Problem]) -> None:
        super().__init__("indexes refused")
        self.problems = problems


def load_schema(tx: Tx) -> Schema:
    """The collections as this transaction sees them."""
    return rows.from_rows(tx.execute(rows.SELECT_ALL))


def insert(tx: Tx, collection: Collection, view: str = "") -> None:
    """Stores a new collection and makes its table or, of this definition, its view.

    Raises IndexesRefusedError.
    """
    tx.schema_changed = True
    tx.execute(INSERT, rows.to_row(collection))
    if collection.is_view:
        _create_view(tx, collection, view)
        return
    columns = {field.name: _column_type(field) for field in collection.fields}
    tx.execute(ddl.create_table(collection.name, columns))
    _create_indexes(tx, collection)
    _optimize(tx)


def update(tx: Tx, before: Collection, after: Collection, view: str = "") -> None:
    """Stores a changed collection and alters its table, or makes its view anew.

    Raises IndexesRefusedError.
    """
    tx.schema_changed = True
    tx.execute(UPDATE, (*rows.to_row(after), after.id))
    if after.is_view:
        _drop_view(tx, before)
        _create_view(tx, after, view)
        return
    _alter_table(tx, before, after)
    _optimize(tx)


def delete(tx: Tx, collection: Collection) -> None:
    """Removes a collection, its table or view, and what the auth system kept about its records."""
    tx.schema_changed = True
    tx.execute("DELETE FROM _collections WHERE id = ?", (collection.id,))
    if collection.is_view:
        _drop_view(tx, collection)
        return
    tx.execute(ddl.drop_table(collection.name))
    if collection.is_auth:
        for table in BELONGINGS:
            tx.execute(f"DELETE FROM {table} WHERE collectionRef = ?", (collection.id,))


def readable_views(tx: Tx, schema: Schema) -> set[str]:
    """The names of the view collections whose query works at this moment."""
    return {view.name for view in schema if view.is_view and _works(tx, view)}


def _works(tx: Tx, view: Collection) -> bool:
    try:
        tx.execute(ddl.probe(live_view(view.id) if view.view_cache else view.name))
    except StoreError:
        return False
    return True


# -- views --------------------------------------------------------------------------------------

# Of which age the rows of kept views are, and who makes them anew; times in Unix seconds.
CACHES = "_fc_views"
REFRESHED = f"SELECT refreshed FROM {CACHES} WHERE id = ?"
_CREATE_CACHES = (
    f"CREATE TABLE IF NOT EXISTS {CACHES} "
    "(id TEXT PRIMARY KEY NOT NULL, refreshed REAL NOT NULL, claimed REAL NOT NULL)"
)


def cache_table(collection_id: str) -> str:
    """The table of a kept view's rows."""
    return f"_fc_view_{collection_id}"


def live_view(collection_id: str) -> str:
    """The view that gives the rows of a kept view as they are now."""
    return f"_fc_live_{collection_id}"


def note_refresh(tx: Tx, collection_id: str, moment: float) -> None:
    """Remembers when the rows of a kept view were read."""
    tx.execute(f"INSERT OR REPLACE INTO {CACHES} VALUES (?, ?, ?)", (collection_id, moment, 0.0))


def refreshed(tx: Tx, collection_id: str) -> float:
    """When the rows of a kept view were read, 0 if never."""
    rows = tx.execute(REFRESHED, (collection_id,))
    return float(rows[0][0]) if rows else 0.0


def _create_view(tx: Tx, collection: Collection, definition: str) -> None:
    if collection.view_cache is None:
        tx.execute(ddl.create_view(collection.name, definition))
        return
    table, live = cache_table(collection.id), live_view(collection.id)
    tx.execute(_CREATE_CACHES)
    tx.execute(ddl.create_view(live, definition))
    tx.execute(f"CREATE TABLE {ddl.name(table)} AS SELECT * FROM {ddl.name(live)}")
    tx.execute(f"CREATE INDEX {ddl.name(f'{table}_id')} ON {ddl.name(table)} (id)")
    tx.execute(ddl.create_view(collection.name, f"SELECT * FROM {ddl.name(table)}"))
    note_refresh(tx, collection.id, time.time())


def _drop_view(tx: Tx, collection: Collection) -> None:
    tx.execute(ddl.drop_view(collection.name))
    if collection.view_cache is not None:
        tx.execute(ddl.drop_view(live_view(collection.id)))
        tx.execute(f"DROP TABLE IF EXISTS {ddl.name(cache_table(collection.id))}")
        tx.execute(f"DELETE FROM {CACHES} WHERE id = ?", (collection.id,))


# -- tables -------------------------------------------------------------------------------------


def _alter_table(tx: Tx, before: Collection, after: Collection) -> None:
    change = table_change(before, after)
    table = change.new_name or before.name
    kept = _kept_indexes(tx, change, before, after)
    if change.reindex:
        for text in before.indexes:
            if (index := indexes.parse(text)) and index.name.lower() not in kept:
                tx.execute(ddl.drop_index(index.name))
    if change.new_name:
        tx.execute(ddl.rename_table(before.name, change.new_name))
    links.stand_aside(tx, before, change.dropped)
    _alter_columns(tx, table, change)
    if change.reshaped:
        _reshape(tx, table, change.reshaped)
    if change.reindex:
        _create_indexes(tx, after, kept)


def _alter_columns(tx: Tx, table: str, change: TableChange) -> None:
    for column in change.dropped:
        _attempt(tx, ddl.drop_column(table, column), f"failed to drop column {column}")
    # Two fields may swap their names in one change: a name that was taken before is given at last.
    taken = {row[0] for row in tx.execute(ddl.COLUMNS_OF, (table,))}
    interim: list[tuple[str, str]] = []

    def place(name: str) -> str:
        if name.lower() not in taken:
            return name
        interim.append((_unused(name), name))
        return interim[-1][0]

    for field in change.added:
        statement = ddl.add_column(table, place(field.name), _column_type(field))
        _attempt(tx, statement, f"failed to add column {field.name}")
    for old, new in change.renamed:
        statement = ddl.rename_column(table, old, place(new))
        _attempt(tx, statement, f"failed to rename column {old}")
    for name, final in interim:
        tx.execute(ddl.rename_column(table, name, final))


def _reshape(tx: Tx, table: str, fields: tuple[Field, ...]) -> None:
    """Gives columns the type of their field's new shape and converts the values.

    The views step aside, because one that reads a column keeps it from being dropped.
    """
    views = tx.execute(ddl.VIEWS)
    for view, _ in views:
        tx.execute(ddl.drop_view(view))
    for field in fields:
        old = _unused("_" + field.name)
        tx.execute(ddl.rename_column(table, field.name, old))
        tx.execute(ddl.add_column(table, field.name, _column_type(field)))
        copy = ddl.copy_as_list if field.storage is Kind.LIST else ddl.copy_as_single
        tx.execute(copy(table, old, field.name))
        tx.execute(ddl.drop_column(table, old))
    for _, definition in views:
        tx.execute(definition)


def _kept_indexes(
    tx: Tx, change: TableChange, before: Collection, after: Collection
) -> frozenset[str]:
    """The names, in lower case, of the indexes that the change does not concern.

    To make them anew, as the reference does, takes time by the row: adding a field to 100,000 rows
    with three indexes took 0.3 s instead of 4 ms (2-core box).
    """
    if change.new_name:
        return frozenset()
    there = {name.lower(): sql for name, sql in tx.execute(ddl.INDEXES_OF, (before.name,))}
    touched = {name.lower() for name in change.touched}
    found: set[str] = set()
    for text in set(before.indexes) & set(after.indexes):
        index = indexes.parse(text)
        words = {word.lower() for word in re.findall(r"\w+", text)}
        if index is None or words & touched:
            continue
        # As SQLite keeps the statement. One that was changed by hand is made anew.
        plain = replace(index.on_table(after.name), if_not_exists=False, schema="")
        if there.get(index.name.lower()) == plain.build():
            found.add(index.name.lower())
    return frozenset(found)


def _create_indexes(tx: Tx, collection: Collection, kept: frozenset[str] = frozenset()) -> None:
    problems: dict[str, Problem] = {}
    for position, text in enumerate(collection.indexes):
        index = indexes.parse(text)
        if index is None or index.name.lower() in kept:
            # None: written by hand into the database; the rules for indexes refuse it.
            continue
        try:
            tx.execute(index.on_table(collection.name).build())
        except StoreError as error:
            problems[str(position)] = Problem(
                "validation_invalid_index_expression",
                f"Failed to create index {index.name} - {error}.",
            )
    if problems:
        raise IndexesRefusedError(problems)


def _column_type(field: Field) -> str:
    if isinstance(field, TextField) and field.primary_key:
        return ddl.PRIMARY_KEY
    return ddl.COLUMN_TYPES[field.storage.value]


def _attempt(tx: Tx, statement: str, failure: str) -> None:
    try:
        tx.execute(statement)
    except StoreError as error:
        raise StoreError(f"{failure} - {error}") from error


def _optimize(tx: Tx) -> None:
    # Statistics for the query planner, as SQLite advises after a schema change. A change that is
    # fine does not fail for them.
    with suppress(StoreError):
        tx.execute("PRAGMA optimize")


def _unused(column: str) -> str:
    return column + ids.random_text(5)
