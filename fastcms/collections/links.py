"""Keeps the lists of many-to-many fields in step with their links: triggers of the database.

Whoever writes a link, through whatever path, both sides show it when the statement is done.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastcms.errors import Problem
from fastcms.fields.many_to_many import ManyToManyField
from fastcms.schema.collection import Collection
from fastcms.schema.links import BrokenLinkError, Link, fields_with_links, link_of
from fastcms.schema.snapshot import Schema
from fastcms.sql import ddl
from fastcms.store.store import Tx

_PREFIX = "_fc_link_"
_THERE = f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB '{_PREFIX}*'"


def option_problems(schema: Schema, after: Collection) -> dict[str, dict[str, Problem]]:
    """What is wrong with the junctions of a collection's fields, by position and option.

    `schema` holds the collection already.
    """
    found: dict[str, dict[str, Problem]] = {}
    for position, field in enumerate(after.fields):
        if isinstance(field, ManyToManyField) and not after.is_view and field.junction_id:
            try:
                link_of(schema.by_id, after, field)
            except BrokenLinkError as error:
                found[str(position)] = {error.key: error.problem}
    return found


def junction_problem(schema: Schema, after: Collection) -> Problem | None:
    """Why a collection no longer carries the fields that it is the junction of."""
    for owner, field in fields_with_links(schema):
        if field.junction_id == after.id and owner.id != after.id:
            try:
                link_of(schema.by_id, owner, field)
            except BrokenLinkError as error:
                return Problem(
                    "validation_invalid_junction",
                    f'The field "{field.name}" of "{owner.name}" rests on it: {error}',
                )
    return None


def follow(tx: Tx, schema: Schema) -> None:
    """Makes the triggers of this schema, and the lists anew where a trigger was another one."""
    there: dict[str, str] = dict(tx.execute(_THERE))
    wanted: dict[str, tuple[str, Link]] = {}
    for link in schema.links:
        wanted |= {name: (sql, link) for name, sql in _triggers(link)}
    for name, sql in there.items():
        if name not in wanted or wanted[name][0] != sql:
            tx.execute(f"DROP TRIGGER {ddl.name(name)}")
    stale: dict[tuple[str, str], Link] = {}
    for name, (sql, link) in wanted.items():
        if there.get(name) != sql:
            tx.execute(sql)
            stale[link.owner.id, link.field.id] = link
    for link in stale.values():
        tx.execute(_refresh(link, f"{ddl.name(link.owner.name)}.id"))


def stand_aside(tx: Tx, collection: Collection, names: tuple[str, ...]) -> None:
    """Drops the triggers that write to fields which are about to go."""
    for field in collection.fields:
        if isinstance(field, ManyToManyField) and field.name in names:
            for event in ("insert", "delete", "update"):
                name = _name(collection, field, event)
                tx.execute(f"DROP TRIGGER IF EXISTS {ddl.name(name)}")


def _triggers(link: Link) -> Iterator[tuple[str, str]]:
    source, target = ddl.name(link.source.name), ddl.name(link.target.name)
    for event, when, rows in (
        ("insert", "INSERT", ("NEW",)),
        ("delete", "DELETE", ("OLD",)),
        ("update", f"UPDATE OF {source}, {target}", ("OLD", "NEW")),
    ):
        name = _name(link.owner, link.field, event)
        steps = " ".join(
            f"{_refresh(link, f'{row}.{source}')} WHERE id = {row}.{source};" for row in rows
        )
        table = ddl.name(link.junction.name)
        yield name, f"CREATE TRIGGER {ddl.name(name)} AFTER {when} ON {table} BEGIN {steps} END"


def _refresh(link: Link, id_: str) -> str:
    """Reads the list of the record with this id from its links."""
    column, target = ddl.name(link.field.name), ddl.name(link.target.name)
    return (
        f"UPDATE {ddl.name(link.owner.name)} SET {column} = "
        f"(SELECT json_group_array({target} ORDER BY _rowid_) FROM {ddl.name(link.junction.name)} "
        f"WHERE {ddl.name(link.source.name)} = {id_} AND {target} != '')"
    )


def _name(owner: Collection, field: ManyToManyField, event: str) -> str:
    return f"{_PREFIX}{owner.id}_{field.id}_{event}"
