"""Exports records into a file: those that a filter lets through, in the order of a sort."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from fastcms.core import App
from fastcms.fields.base import Field
from fastcms.filters import FilterError
from fastcms.filters.context import AuthRecord, RequestContext
from fastcms.records.compiled import SECRETS, Compiled, compiled
from fastcms.schema.collection import Collection
from fastcms.store.errors import StoreError
from fastcms.transfer.formats import Format
from fastcms.transfer.load import Progress, unseen
from fastcms.transfer.table import FileError, WriteOptions

CHUNK = 1_000  # rows in memory at a time


class DumpOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What to export. `filter` and `sort` are those of record lists, asked by a superuser."""

    collection: str
    filter: str = ""
    # Only these of them; all if it is None.
    ids: tuple[str, ...] | None = None
    sort: str = ""
    # The fields in the file's order; all that may be seen if none is named.
    fields: tuple[str, ...] = ()
    # Hidden fields, too. Passwords and token keys never are.
    hidden: bool = False
    write: WriteOptions = WriteOptions()


class Operator:
    """Who exports from the command line: a request of nobody, without any values."""

    method = "GET"
    context = "default"
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    body: Mapping[str, object] = {}
    auth: AuthRecord | None = None


async def dump(
    app: App,
    order: DumpOrder,
    format_: Format,
    path: Path,
    *,
    request: RequestContext | None = None,
    progress: Progress = unseen,
) -> int:
    """Writes the file, and says how many records it holds. What it reads is one moment's state.

    Raises FileError for what cannot be exported.
    """
    schema = app.refresh()
    collection = schema.find(order.collection)
    if collection is None:
        raise FileError(f'there is no collection "{order.collection}"')
    fields = chosen(collection, order)
    plan = compiled(schema, collection)
    try:
        query = plan.query(None, order.filter, order.sort, trusted=True)
        condition = query.bind(request or Operator())
    except FilterError as error:
        raise FileError(f"the filter or sort cannot be read: {error}") from error
    conditions = [f"({condition.where})"] if condition.where else []
    found = (*condition.join_params, *condition.where_params)
    if order.ids is not None:
        conditions.append(f'{plan.table}."id" IN (SELECT value FROM json_each(?))')
        found = (*found, msgspec.json.encode(order.ids).decode())
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    source = f"FROM {plan.table} {condition.joins}{where}"
    # Without a sort in the order in which they were made; rows of views are made by nobody.
    order_by = condition.order or ("" if collection.is_view else f"{plan.table}.rowid")
    sql = (
        f"SELECT {'DISTINCT ' if condition.distinct else ''}{_columns(plan, fields)} {source}"
        f"{' ORDER BY ' + order_by if order_by else ''}"
    )
    params = (*found, *condition.order_params)
    options = msgspec.structs.replace(order.write, table=collection.name)

    def write() -> int:
        total = 0
        try:
            expected = max(next(app.store.scan(f"SELECT COUNT(*) {source}", found, 1))[0][0], 1)
            sink = format_.write(path, fields, options)
            decoders = [field.from_db for field in fields]
            for rows in app.store.scan(sql, params, CHUNK):
                sink.write([_decoded(row, decoders) for row in rows])
                total += len(rows)
                progress("writing", min(total / expected, 1.0))
            sink.finish()
        except OSError as error:
            raise FileError(f"{path} cannot be written: {error.strerror or error}") from error
        except StoreError as error:
            raise FileError(f"the records cannot be read: {error}") from error
        return total

    return await asyncio.to_thread(write)


def chosen(collection: Collection, order: DumpOrder) -> list[Field]:
    """The fields that are written. Raises FileError for one that is not there or not shown."""
    secrets = {f.name for f in collection.fields if f.type == "password"}
    if collection.is_auth:
        secrets |= SECRETS
    if not order.fields:
        return [
            field
            for field in collection.fields
            if field.name not in secrets and (order.hidden or not field.hidden)
        ]
    fields: list[Field] = []
    for name in dict.fromkeys(order.fields):
        field = collection.field(name)
        if field is None:
            raise FileError(f'the collection has no field "{name}"')
        if name in secrets:
            raise FileError(f'the field "{name}" is secret and never exported')
        if field.hidden and not order.hidden:
            raise FileError(
                f'the field "{name}" is hidden; --hidden (hidden=true over HTTP) exports it'
            )
        fields.append(field)
    return fields


def _columns(plan: Compiled, fields: Sequence[Field]) -> str:
    # The id goes along: rows that are equal in the chosen fields are still rows of their own.
    return ", ".join(f'{plan.table}."{name}"' for name in [*(f.name for f in fields), "id"])


def _decoded(row: Sequence[Any], decoders: Sequence[Any]) -> list[object]:
    return [decode(value) for decode, value in zip(decoders, row, strict=False)]
