"""Which file of which record a path means."""

from __future__ import annotations

from typing import NamedTuple

from fastcms.collections.view_fields import Origin, infer
from fastcms.collections.view_query import ViewQueryError, read
from fastcms.fields.base import Kind
from fastcms.fields.file import FileField
from fastcms.http.request import Request
from fastcms.records.compiled import Compiled, compiled, quote
from fastcms.records.parameters import with_parameters
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema

DEPTH = 5  # views above the collection that a file is of


class Found(NamedTuple):
    """A file that a record names."""

    # Whose view rule is asked if the file is protected: a view for a view's record.
    plan: Compiled
    record_id: str
    field: FileField
    name: str


async def find(request: Request, collection: Collection, record_id: str, name: str) -> Found | None:
    """The file of that name in one of the record's file fields, hidden or not."""
    plan = compiled(request.schema, collection)
    fields = plan.file_fields
    if not fields:
        return None
    sql = _lookup(plan)
    if collection.view_params:
        plan = with_parameters(plan, request.query)
    rows = await request.app.store.read(*plan.asked(sql, (record_id,)))
    if not rows:
        return None
    for field, raw in zip(fields, rows[0], strict=True):
        value = field.from_db(raw)
        if value and (name in value if isinstance(value, list) else name == value):
            return Found(plan, record_id, field, name)
    return None


async def key_of(request: Request, found: Found) -> str | None:
    """Where the file is kept; None if the record that it is of cannot be found.

    A view's record has the file of another one: the first that names it in the field which the view
    shows.
    """
    collection = found.plan.collection
    if not collection.is_view:
        return f"{collection.id}/{found.record_id}/{found.name}"
    origin = _origin(request.schema, collection, found.field.name)
    if origin is None:
        return None
    owner, field = origin
    table, column = quote(owner.name), quote(field.name)
    if field.storage is Kind.LIST:
        # A column may hold what is no list, in directories of old versions.
        listed = f"CASE WHEN json_valid({column}) THEN {column} ELSE json_array({column}) END"
        condition = f"EXISTS (SELECT 1 FROM json_each({listed}) WHERE value = ?)"
    else:
        condition = f"{column} = ?"
    sql = f'SELECT "id" FROM {table} WHERE {condition} LIMIT 1'
    rows = await request.app.store.read(sql, (found.name,))
    return f"{owner.id}/{rows[0][0]}/{found.name}" if rows else None


def _lookup(plan: Compiled) -> str:
    """What is asked about every file of a collection; made once for each version of the schema."""
    key = f"files of {plan.collection.id}"
    if key not in plan.schema.memo:
        names = ", ".join(f"{plan.table}.{quote(field.name)}" for field in plan.file_fields)
        sql = f'SELECT {names} FROM {plan.table} WHERE {plan.table}."id" = ?'
        plan.schema.memo[key] = sql
    return plan.schema.memo[key]  # type: ignore[return-value]


def _origin(schema: Schema, view: Collection, name: str) -> Origin | None:
    """The field of a table that a view's column shows, by way of other views or not."""
    key = f"origin of {name} in {view.id}"
    if key not in schema.memo:
        schema.memo[key] = _traced(schema, view, name)
    return schema.memo[key]  # type: ignore[return-value]


def _traced(schema: Schema, view: Collection, name: str) -> Origin | None:
    for _ in range(DEPTH):
        try:
            inferred = infer(schema, read(view.view_query)).get(name)
        except ViewQueryError:
            return None
        if inferred is None or inferred.origin is None:
            return None
        if not inferred.origin.collection.is_view:
            return inferred.origin
        view, name = inferred.origin.collection, inferred.origin.field.name
    return None
