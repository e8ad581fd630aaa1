"""What a deletion, or another id, draws after it in the records that name the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import Context, copy_context
from functools import partial
from typing import Literal, NamedTuple, TypeVar

from fastcms import clock
from fastcms.core import App, acting
from fastcms.errors import bad_request
from fastcms.fields.referring import CASCADE, RESTRICT, ReferringField
from fastcms.hooks.changes import Changes
from fastcms.records import changes, uploads
from fastcms.records.belongings import delete_belongings
from fastcms.records.compiled import Compiled, among, compiled, quote
from fastcms.records.events import RecordEvent
from fastcms.records.lists import list_problem
from fastcms.records.record import Record
from fastcms.records.transacting import transacting
from fastcms.records.validate import unique_problems
from fastcms.schema.collection import SUPERUSERS, Collection
from fastcms.schema.snapshot import Schema
from fastcms.store.errors import UniqueViolation
from fastcms.store.held import HeldTx
from fastcms.store.store import Tx
from fastcms.store.transaction import Transaction
from fastcms.values import SqlValue

T = TypeVar("T")

DELETE_FAILED = (
    "Failed to delete record. "
    "Make sure that the record is not part of a required relation reference."
)
MAX_DEPTH = 120  # of cascades inside hooks; a longer chain would overflow the stack
SECONDS = 60.0  # for a change with hooks inside, in which other writers wait


class RequiredError(Exception):
    """Another record cannot be without the one that is to go."""


def naming(tx: Tx, plan: Compiled, field: ReferringField, names: Iterable[str]) -> list[Record]:
    """The records of a collection whose relation field names one of these."""
    column = f"{plan.table}.{quote(field.name)}"
    one_of, param = among(sorted(names))
    where = f"{column} {one_of}"
    if field.is_multiple:
        items = f"CASE WHEN json_valid({column}) THEN {column} ELSE json_array({column}) END"
        where = f"EXISTS (SELECT 1 FROM json_each({items}) AS item WHERE item.value {one_of})"
    rows = tx.execute(f"SELECT {plan.stored.sql} FROM {plan.table} WHERE {where}", (param,))
    return [Record.of_stored(plan.collection, plan.stored.decode(row)) for row in rows]


class Gone(NamedTuple):
    """Deleted records of one collection, and the relation fields that may still name them."""

    collection: str
    ids: frozenset[str]
    links: Iterator[tuple[Collection, ReferringField]]


class Cascade:
    """One deletion on the writer's thread, with everything that it draws after it.

    Records go in sets: what one relation field draws after a set is found and deleted together. Of
    records with a hook around each, a set is a single one. Hooks are coroutines of the event loop;
    this thread waits for each, and does meanwhile what they write: it is part of the transaction.
    """

    def __init__(
        self,
        app: App,
        schema: Schema,
        failed: str = DELETE_FAILED,
    ) -> None:
        self.app = app
        self._failed = failed
        self.schema = schema
        # By collection and record id: whose deletion has begun, and who cannot be without it.
        self._begun: set[tuple[str, str]] = set()
        self._in_need: set[tuple[str, str]] = set()
        self._deleted: list[Record] = []
        # The changes that somebody listens to: those that are done, and that failed, inmost first.
        self._done: list[tuple[Changes, RecordEvent]] = []
        self._failures: list[tuple[Changes, RecordEvent]] = []
        # In which handlers run: that of who asked for the change.
        self._context = Context()

    async def run(self, job: Callable[[Tx], T], stamp: int | None) -> T:
        """Has the writer do a job that this is part of. Raises what the store does."""
        app, store = self.app, self.app.store
        if isinstance(store, Transaction) and store.is_open:
            self._context = copy_context()
            async with store.undone_together():
                return await store.write(job, stamp=stamp)
        kinds = app.hooks.of_records
        inside = kinds.delete.inside or kinds.update.inside
        # Only links are created along.
        if not inside and not (kinds.create.inside and self.schema.links):
            return await store.write(job, stamp=stamp)
        what = "a change with functions at the events of others that go with it"
        async with transacting(app, SECONDS, what, stamp) as transaction:
            self._context = copy_context()
            return await transaction.write(job)

    def clear(self) -> None:
        """Forgets what was done in a transaction that did not hold."""
        for known in (self._begun, self._in_need, self._deleted, self._done, self._failures):
            known.clear()

    async def conclude(self) -> None:
        """Tells of what was done, once it is committed."""
        for changes_, event in self._done:
            await changes_.conclude(event, self.app.store)

    async def tell_failures(self, error: Exception) -> None:
        """Tells that nothing was done: of what failed by itself, what was undone, and the root."""
        failures = self._failures
        for changes_, event in (*failures[:-1], *self._done, *failures[-1:]):
            await changes_.tell_failure(event, error)

    def delete_all(self, tx: Tx, records: Sequence[Record]) -> None:
        """Deletes the records; raises RequiredError, or ApiError for the last superuser."""
        self.clear()
        self.delete(tx, records)
        if not self.schema.links:
            return
        roots = {record.id for record in records}
        drawn = [record for record in self._deleted if record.id not in roots]
        if list_problem(tx, self.schema, records) or list_problem(
            tx, self.schema, drawn, only_required=True
        ):
            raise RequiredError

    def delete(self, tx: Tx, records: Sequence[Record]) -> None:
        """Deletes more records; many-to-many lists may be too short then. Errors: as above."""
        self._delete(tx, records, 0)
        # Who goes as well needs nothing, whichever of them was met first.
        if not self._in_need <= {(record.collection.id, record.id) for record in self._deleted}:
            raise RequiredError

    def _delete(self, tx: Tx, records: Sequence[Record], depth: int) -> None:
        """Deletes records of one collection, a hook around each if somebody listens."""
        changes_ = self.app.hooks.of_records.delete
        if not records or not changes_.hears(records[0].collection.tags):
            self._follow(tx, [record for record in records if self._begin(record)], depth)
            return
        if depth > MAX_DEPTH:
            raise RequiredError
        for record in records:
            if self._begin(record):
                event = RecordEvent(record, "delete")
                self._around(tx, changes_, event, partial(self._follow, tx, [record], depth))

    def _begin(self, record: Record) -> bool:
        """Whether nobody has begun to delete the record."""
        key = (record.collection.id, record.id)
        is_first = key not in self._begun
        self._begun.add(key)
        return is_first

    def _follow(self, tx: Tx, records: Sequence[Record], depth: int) -> None:
        """Deletes rows and, one relation field after the other, what hangs on them."""
        open_ = [self._take_out(tx, records)]
        while open_:
            gone = open_[-1]
            link = next(gone.links, None)
            if link is None:
                open_.pop()
            elif drawn := self._release(tx, gone, *link):
                if self.app.hooks.of_records.delete.hears(drawn[0].collection.tags):
                    self._delete(tx, drawn, depth + 1)
                else:
                    fresh = [record for record in drawn if self._begin(record)]
                    open_.append(self._take_out(tx, fresh))

    def _take_out(self, tx: Tx, records: Sequence[Record]) -> Gone:
        """Deletes the rows themselves."""
        if not records:
            return Gone("", frozenset(), iter(()))
        collection = records[0].collection
        seen = changes.seen_by(self.app, self.schema, tx, records)
        one_of, ids = among([record.id for record in records])
        sql = f'DELETE FROM {quote(collection.name)} WHERE "id" {one_of} RETURNING "id"'
        # Of what is missing somebody else took care, and of what hung on it.
        gone = frozenset(row[0] for row in tx.execute(sql, (ids,)))
        if collection.is_superusers and not tx.execute(f'SELECT 1 FROM "{SUPERUSERS}" LIMIT 1'):
            raise bad_request("You can't delete the only existing superuser.")
        for record in records:
            if record.id in gone:
                self._deleted.append(record)
                changes.announce(self.app, tx, "delete", record, seen.get(record.id))
        if collection.is_auth:
            delete_belongings(tx, collection, [record.id for record in records])
        uploads.note_deleted(self.app, tx, compiled(self.schema, collection), sorted(gone))
        links = self.schema.references.get(collection.id, ()) if gone else ()
        return Gone(collection.id, gone, iter(links))

    def _release(
        self, tx: Tx, gone: Gone, referrer: Collection, field: ReferringField
    ) -> list[Record]:
        """Takes deleted records out of one relation field of all that name them.

        Gives the records that must go as well.
        """
        plan = compiled(self.schema, referrer)
        names = {field.name_of(gone.collection, id_) for id_ in gone.ids}
        drawn: list[Record] = []
        emptied: list[Record] = []
        for record in naming(tx, plan, field, names):
            key = (referrer.id, record.id)
            if key in self._begun:
                continue
            value = record.values[field.name]
            left = [i for i in value if i not in names] if isinstance(value, list) else []
            if field.on_delete == RESTRICT:
                self._in_need.add(key)
            elif not left and field.cascades:
                drawn.append(record)
            elif not left and field.required:
                self._in_need.add(key)
            else:
                record.values[field.name] = left if field.is_multiple else ""
                emptied.append(record)
        self.update(tx, plan, emptied)
        return drawn

    def save(self, tx: Tx, record: Record, write: Callable[[], None]) -> None:
        """Creates or updates a record by `write`, with the hook around it."""
        kinds, is_new = self.app.hooks.of_records, record.is_new
        action: Literal["create", "update"] = "create" if is_new else "update"
        done: list[bool] = []

        def execute() -> None:
            write()
            done.append(True)

        changes_ = kinds.create if is_new else kinds.update
        if changes_.hears(record.collection.tags):
            self._around(tx, changes_, RecordEvent(record, action), execute)
        else:
            execute()
        if done:
            changes.announce(self.app, tx, action, record)

    def rename(self, tx: Tx, record: Record) -> None:
        """Lets all that name a record by its stored id name it by its new one.

        Raises RequiredError where one must not.
        """
        collection_id = record.collection.id
        for referrer, field in self.schema.references.get(collection_id, ()):
            old = field.name_of(collection_id, record.stored_id)
            new = field.name_of(collection_id, record.id)
            plan = compiled(self.schema, referrer)
            others = naming(tx, plan, field, (old,))
            if others and field.on_update != CASCADE:
                raise RequiredError
            for other in others:
                value = other.values[field.name]
                names = [new if i == old else i for i in value] if isinstance(value, list) else new
                other.values[field.name] = names
                if referrer.id == collection_id and other.id == record.id:
                    record.values[field.name] = names
            self.update(tx, plan, others)

    def update(self, tx: Tx, plan: Compiled, records: Sequence[Record]) -> None:
        """Saves records that name others now; they are not validated, as the reference does."""
        now = clock.now_text()
        for record in records:
            for field in plan.collection.fields:
                if field.type == "autodate":
                    value = record.values[field.name]
                    record.values[field.name] = field.on_save(value, now, is_new=False)
        changes_ = self.app.hooks.of_records.update
        if not changes_.hears(plan.collection.tags):
            self._write(tx, plan, records)
            return
        for record in records:
            event = RecordEvent(record, "update")
            self._around(tx, changes_, event, partial(self._write, tx, plan, [record]))

    def _write(self, tx: Tx, plan: Compiled, records: Sequence[Record]) -> None:
        """Writes what changed; the same change of several records is one statement."""
        alike: dict[tuple[tuple[str, ...], tuple[SqlValue, ...]], list[str]] = {}
        for record in records:
            changed = [
                field
                for field in plan.collection.fields
                if record.is_changed(field.name) and field.name not in plan.links
            ]
            names = tuple(field.name for field in changed)
            params = tuple(field.to_db(record.values[field.name]) for field in changed)
            alike.setdefault((names, params), []).append(record.id)
        for (names, params), ids in alike.items():
            one_of, param = among(ids)
            try:
                tx.execute(plan.update_sql(names, one_of), [*params, param])
            except UniqueViolation as violation:
                # Two records without the reference are one too many for the index.
                found = unique_problems(plan.collection, violation.columns)
                raise bad_request(self._failed, found) from violation
        for record in records:
            changes.announce(self.app, tx, "update", record)

    def _around(
        self, tx: Tx, changes_: Changes, event: RecordEvent, execute: Callable[[], None]
    ) -> None:
        """Runs a step with hooks around it, which are told behind the commit."""
        try:
            # Handlers that came after the transaction was opened without them are not asked.
            if isinstance(tx, HeldTx) and changes_.inside:
                self._within(tx, changes_, event, execute)
            else:
                execute()
        except Exception:
            self._failures.append((changes_, event))
            raise
        self._done.append((changes_, event))

    def _within(
        self, tx: HeldTx, changes_: Changes, event: RecordEvent, execute: Callable[[], None]
    ) -> None:
        """Runs a step within handlers: these on the loop, the step itself here."""
        failures: list[Exception] = []

        def step(_: Tx) -> None:
            try:
                execute()
            except Exception as error:
                # Whatever the handlers make of it.
                failures.append(error)
                raise

        async def run() -> None:
            store = acting(self.app).store
            assert isinstance(store, Transaction)

            async def act() -> None:
                await store.write(step)

            with store.held_by_this_task():
                await changes_.around.run(event, partial(changes_.execute.run, event, act))

        tx.wait(run(), self._context)
        if failures:
            raise failures[0]
