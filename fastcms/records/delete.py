"""Deletes records and what hangs on them, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from fastcms.core import App, acting
from fastcms.errors import ApiError, bad_request, not_found
from fastcms.http.request import Request
from fastcms.records.cascade import DELETE_FAILED, Cascade, RequiredError
from fastcms.records.compiled import Compiled, compiled, quote
from fastcms.records.events import RecordRequestEvent
from fastcms.records.record import Record
from fastcms.records.rules import keep_superusers, lets, require_rule
from fastcms.records.write import find
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.store.errors import SchemaChanged, StoreError

TRUNCATE_FAILED = (
    "Failed to truncate collection (most likely due to required cascade delete record references)."
)


async def delete_by_request(request: Request, compiled: Compiled, record_id: str) -> None:
    """The delete endpoint. Raises 403 for a null rule, 404 where the rule does not hold."""
    app = request.app
    rule = compiled.collection.delete_rule
    require_rule(rule, request)
    keep_superusers(compiled.collection, request)
    record = await find(app, compiled, record_id)
    if record is None or not await lets(rule, request, compiled, record_id):
        raise not_found()

    async def execute(_: object) -> None:
        await delete(app, request.schema, [record], DELETE_FAILED, request.stamp)

    if app.hooks.record_delete_request:
        event = RecordRequestEvent(request, record)
        await app.hooks.record_delete_request.run(event, execute)
    else:
        await execute(None)


async def delete(
    app: App,
    schema: Schema,
    records: Sequence[Record],
    failed: str = DELETE_FAILED,
    stamp: int | None = None,
) -> None:
    """Deletes records and cascades, all or nothing; returns after the commit.

    Raises 400 with the message `failed` when a required relation needs one of them, and 400 for
    the last superuser.
    """
    app = acting(app)
    cascade = Cascade(app, schema, failed=failed)
    try:
        await cascade.run(lambda tx: cascade.delete_all(tx, records), stamp)
    except SchemaChanged:
        raise
    except Exception as error:
        found = bad_request(failed) if isinstance(error, (StoreError, RequiredError)) else error
        await cascade.tell_failures(found)
        raise found from error
    await cascade.conclude()


async def truncate(app: App, schema: Schema, collection: Collection, stamp: int) -> None:
    """Deletes every record of a collection, with hooks and cascades.

    `stamp` is that of the schema.
    """
    if collection.is_view:
        raise bad_request(
            "View collections cannot be truncated since they don't store their own records."
        )
    stored = compiled(schema, collection).stored
    rows = await app.store.read(f"SELECT {stored.sql} FROM {quote(collection.name)}")
    records = [Record.of_stored(collection, stored.decode(row)) for row in rows]
    try:
        await delete(app, schema, records, TRUNCATE_FAILED, stamp)
    except ApiError as error:
        raise bad_request(TRUNCATE_FAILED, error.data) from error
