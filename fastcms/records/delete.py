"""Deletes records and what hangs on them, in one transaction."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Callable, Sequence
from typing import Any

from fastcms import clock
from fastcms.app import App
from fastcms.errors import ApiError, bad_request, not_found
from fastcms.fields.relation import RelationField
from fastcms.hooks import Hook
from fastcms.http.request import Request
from fastcms.records.compiled import Compiled, compiled, quote
from fastcms.records.events import RecordChanged, RecordEvent, RecordRequestEvent
from fastcms.records.record import Record
from fastcms.records.rules import lets, require_rule
from fastcms.records.validate import unique_problems
from fastcms.records.write import find
from fastcms.schema.collection import SUPERUSERS, Collection
from fastcms.schema.snapshot import Schema
from fastcms.store.errors import SchemaChanged, StoreError, UniqueViolation
from fastcms.store.store import Tx

DELETE_FAILED = (
    "Failed to delete record. "
    "Make sure that the record is not part of a required relation reference."
)
TRUNCATE_FAILED = (
    "Failed to truncate collection (most likely due to required cascade delete record references)."
)
# What belongs to an auth record, by the names of its system collections.
BELONGINGS = ("_authOrigins", "_externalAuths", "_mfas", "_otps")
MAX_DEPTH = 500  # of cascades; a longer chain is refused rather than overflow the stack


class RequiredError(Exception):
    """Another record cannot be without the one that is to go."""


async def delete_by_request(request: Request, compiled: Compiled, record_id: str) -> None:
    """The delete endpoint. Raises 403 for a null rule, 404 where the rule does not hold."""
    app = request.app
    rule = compiled.collection.delete_rule
    require_rule(rule, request)
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
    cascade = Cascade(app, schema)
    try:
        await app.store.write(lambda tx: cascade.delete_all(tx, records), stamp=stamp)
    except SchemaChanged:
        raise
    except (StoreError, RequiredError) as error:
        raise bad_request(failed) from error
    hooks = app.hooks
    for hook, record in cascade.done(hooks.record_after_update_success, updated=True):
        await hook.run(RecordEvent(record), _nothing)
    for hook, record in cascade.done(hooks.record_after_delete_success, updated=False):
        await hook.run(RecordEvent(record), _nothing)


async def truncate(app: App, schema: Schema, collection: Collection, stamp: int) -> None:
    """Deletes every record of a collection, one by one, with hooks and cascades.

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


class Cascade:
    """One deletion on the writer's thread, with everything that it draws after it.

    Hooks are coroutines of the event loop; this thread waits for each, the transaction open.
    """

    def __init__(
        self, app: App, schema: Schema, loop: asyncio.AbstractEventLoop | None = None
    ) -> None:
        self._app = app
        self._schema = schema
        self._loop = loop or asyncio.get_running_loop()
        self._gone: set[tuple[str, str]] = set()
        self._deleted: list[Record] = []
        self._updated: list[Record] = []

    def done(self, hook: Hook[Any], *, updated: bool) -> list[tuple[Hook[Any], Record]]:
        """The records that were updated or deleted, for a hook that somebody listens to."""
        return [(hook, r) for r in (self._updated if updated else self._deleted)] if hook else []

    def delete_all(self, tx: Tx, records: Sequence[Record]) -> None:
        """Deletes the records; raises RequiredError, or ApiError for the last superuser."""
        self._gone.clear()
        self._deleted.clear()
        self._updated.clear()
        for record in records:
            self._delete(tx, record, 0)

    def _delete(self, tx: Tx, record: Record, depth: int) -> None:
        key = (record.collection.id, record.id)
        if key in self._gone:
            return
        if depth > MAX_DEPTH:
            raise RequiredError
        self._gone.add(key)

        def execute() -> None:
            self._execute(tx, record, depth)

        self._around(self._app.hooks.record_delete, record, execute)

    def _execute(self, tx: Tx, record: Record, depth: int) -> None:
        collection = record.collection
        if collection.is_superusers:
            others = f'SELECT 1 FROM "{SUPERUSERS}" WHERE "id" != ? LIMIT 1'
            if not tx.execute(others, (record.id,)):
                raise bad_request("You can't delete the only existing superuser.")
        table = quote(collection.name)
        tx.execute(f'DELETE FROM {table} WHERE "id" = ?', (record.id,))
        if not tx.changes():
            # Somebody else was faster, and took care of what hung on it.
            return
        self._deleted.append(record)
        self._emit(tx, "delete", record)
        if collection.is_auth:
            self._delete_belongings(tx, record)
        for referrer, field in self._schema.references.get(collection.id, ()):
            self._release(tx, record, referrer, field, depth)

    def _delete_belongings(self, tx: Tx, record: Record) -> None:
        for name in BELONGINGS:
            tx.execute(
                f'DELETE FROM {quote(name)} WHERE "collectionRef" = ? AND "recordRef" = ?',
                (record.collection.id, record.id),
            )

    def _release(
        self, tx: Tx, gone: Record, referrer: Collection, field: RelationField, depth: int
    ) -> None:
        """Takes a deleted record out of one relation field of all records that name it."""
        plan = compiled(self._schema, referrer)
        column = f"{plan.table}.{quote(field.name)}"
        if field.is_multiple:
            items = f"CASE WHEN json_valid({column}) THEN {column} ELSE json_array({column}) END"
            where = f"EXISTS (SELECT 1 FROM json_each({items}) AS item WHERE item.value = ?)"
        else:
            where = f"{column} = ?"
        rows = tx.execute(
            f"SELECT {plan.stored.sql} FROM {plan.table} WHERE {where}",
            (gone.id,),
        )
        for row in rows:
            record = Record.of_stored(referrer, plan.stored.decode(row))
            value = record.values[field.name]
            left = [i for i in value if i != gone.id] if isinstance(value, list) else []
            if (referrer.id, record.id) in self._gone:
                continue
            if not left and field.cascade_delete:
                self._delete(tx, record, depth + 1)
            elif not left and field.required:
                raise RequiredError
            else:
                record.values[field.name] = left if field.is_multiple else ""
                self._update(tx, plan, record)

    def _update(self, tx: Tx, plan: Compiled, record: Record) -> None:
        """Saves a record that lost a reference; it is not validated, as the reference does."""
        now = clock.now_text()
        for field in plan.collection.fields:
            if field.type == "autodate":
                value = record.values[field.name]
                record.values[field.name] = field.on_save(value, now, is_new=False)

        def execute() -> None:
            changed = [f for f in plan.collection.fields if record.is_changed(f.name)]
            params = [field.to_db(record.values[field.name]) for field in changed]
            try:
                tx.execute(plan.update_sql(field.name for field in changed), [*params, record.id])
            except UniqueViolation as violation:
                # Two records without the reference are one too many for the index.
                found = unique_problems(plan.collection, violation.columns)
                raise bad_request(DELETE_FAILED, found) from violation
            self._updated.append(record)
            self._emit(tx, "update", record)

        self._around(self._app.hooks.record_update, record, execute)

    def _emit(self, tx: Tx, action: Any, record: Record) -> None:
        if self._app.store.listeners:
            tx.emit(RecordChanged(action, record.collection.id, record))

    def _around(self, hook: Hook[Any], record: Record, execute: Callable[[], None]) -> None:
        """Runs a step with a hook around it: the handlers on the loop, the step itself here."""
        if not hook:
            execute()
            return
        loop = self._loop
        # The step's turn, as a future that it has to answer; None when the handlers are done.
        turns: queue.SimpleQueue[asyncio.Future[None] | None] = queue.SimpleQueue()

        async def action(_: object) -> None:
            turn = loop.create_future()
            turns.put(turn)
            await turn

        handlers = asyncio.run_coroutine_threadsafe(hook.run(RecordEvent(record), action), loop)
        handlers.add_done_callback(lambda _: turns.put(None))
        if (turn := turns.get()) is not None:
            try:
                execute()
            except Exception as error:
                loop.call_soon_threadsafe(turn.set_exception, error)
                handlers.exception()
                raise
            loop.call_soon_threadsafe(turn.set_result, None)
        handlers.result()


async def _nothing(_: object) -> None:
    return None
