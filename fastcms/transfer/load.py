"""Imports a file into a collection.

Unless bad rows may be left out, an import is all or nothing: every row is judged first and kept in
a temporary file, then one short transaction writes them all. So a failure of any kind, the
machine's included, leaves nothing, and other writers wait only for that transaction (about 0.5 s
for 100,000 rows on a 2-core box), not for the reading and judging. With `skip_bad` each chunk is a
transaction of its own, and other writers come in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import msgspec

from fastcms.collections import save
from fastcms.collections.body import new_collection
from fastcms.core import App
from fastcms.records import changes
from fastcms.records.compiled import Compiled, compiled
from fastcms.records.events import RecordEvent
from fastcms.records.write import find
from fastcms.schema.collection import Collection
from fastcms.store.errors import SchemaChanged
from fastcms.store.store import Tx
from fastcms.transfer.columns import match
from fastcms.transfer.detect import detect
from fastcms.transfer.formats import Format
from fastcms.transfer.judge import Judge
from fastcms.transfer.report import Report
from fastcms.transfer.stage import Bound, Stage
from fastcms.transfer.table import FileError, Line, ReadOptions, Source
from fastcms.transfer.write import UndoError, Written, write_rows

CHUNK = 1_000  # rows that are judged, and with `skip_bad` committed, at a time
ATTEMPTS = 3  # at an import whose schema is changed under its hands

# Called with the step ("reading", "writing") and how much of it is done, 0 to 1.
Progress: TypeAlias = Callable[[str, float], None]


class LoadOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What to import, and how."""

    collection: str
    read: ReadOptions = ReadOptions()
    # Columns and the fields they are for; "" leaves a column out.
    mapping: dict[str, str] = {}
    # The unique field by which stored records are found and updated.
    upsert_by: str = ""
    # Bad rows are left out; otherwise a single one stops the import.
    skip_bad: bool = False
    # Nothing is written.
    dry_run: bool = False
    # Autodates come from the file.
    keep_dates: bool = False
    # A collection that is not there is made, its fields after the file.
    create: bool = False


def unseen(_: str, __: float) -> None:
    """Nobody watches the progress."""


async def load(
    app: App, order: LoadOrder, format_: Format, path: Path, progress: Progress = unseen
) -> Report:
    """Imports the file; the report says whether, and what is wrong with its bad rows.

    Raises FileError for a file that cannot be read or does not fit the collection, ApiError for a
    collection that cannot be made.
    """
    read = msgspec.structs.replace(order.read, collection=order.collection)
    source = await asyncio.to_thread(opened, format_, path, read)
    try:
        for attempt in range(1, ATTEMPTS + 1):
            report = Report(collection=order.collection, format=format_.name, dry_run=order.dry_run)
            try:
                await _Load(app, order, source, report, progress).run()
            except SchemaChanged:
                if attempt == ATTEMPTS:
                    raise FileError(
                        "collections or settings were changed during the import; try again"
                    ) from None
                continue
            break
        report.sort()
        return report
    finally:
        source.close()


def opened(format_: Format, path: Path, read: ReadOptions) -> Source:
    """The file, to be closed. Raises FileError."""
    try:
        return format_.read(path, read)
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}") from error


class _Load:
    """One attempt at an import."""

    def __init__(
        self, app: App, order: LoadOrder, source: Source, report: Report, progress: Progress
    ) -> None:
        self._app = app
        self._order = order
        self._source = source
        self._report = report
        self._progress = progress
        self._mapping = order.mapping
        # The collection that the import makes.
        self._new: Collection | None = None
        # What the hooks after a success still have to hear of.
        self._done: list[tuple[bool, str]] = []

    async def run(self) -> None:
        """Raises SchemaChanged if nothing was written because the schema was changed."""
        app, order, report = self._app, self._order, self._report
        schema = app.refresh()
        collection = schema.find(order.collection)
        if collection is None:
            collection = self._new = await self._detected()
            schema = schema.with_collection(collection)
        if collection.is_view:
            raise FileError(f'"{collection.name}" is a view: it takes no records')
        report.collection = collection.name
        self._begin(Compiled(schema, collection) if self._new else compiled(schema, collection))
        if self._new is not None and order.skip_bad and not order.dry_run:
            await self._make_collection()
        if order.skip_bad and not order.dry_run:
            await self._write_chunks()
            report.imported = True
        else:
            await self._write_together()
        await self._run_hooks()

    def _begin(self, plan: Compiled) -> None:
        order = self._order
        self._stamp = self._app.stamp
        self._plan = plan
        matched = match(
            self._source.columns, plan.collection, self._mapping, keep_dates=order.keep_dates
        )
        self._report.ignored = list(matched.ignored)
        self._judge = Judge(self._app, plan, matched, self._report, order.upsert_by)

    # -- a collection of its own ----------------------------------------------------------------

    async def _detected(self) -> Collection:
        order = self._order
        if not order.create:
            raise FileError(
                f'there is no collection "{order.collection}"; '
                "--create (create=true over HTTP) makes it"
            )
        if order.upsert_by:
            raise FileError("a collection that is not there yet has nothing to update")
        body, self._mapping = await asyncio.to_thread(
            detect, self._source, order.collection, order.mapping
        )
        self._report.fields = {field["name"]: field["type"] for field in body["fields"]}
        return new_collection(body, self._app.schema.by_id)

    async def _make_collection(self) -> None:
        assert self._new is not None
        app = self._app
        stored = await save.save(app, app.refresh(), None, self._new)
        self._new = stored
        schema = app.refresh()
        self._plan = compiled(schema, schema.by_id[stored.id])
        self._stamp = app.stamp

    # -- writing --------------------------------------------------------------------------------

    async def _write_chunks(self) -> None:
        report = self._report
        async for lines in self._chunks("writing"):
            while True:
                before = (report.bad, len(report.bad_rows), report.unchanged)
                rows = await self._judge.judge(lines, dry_run=False)
                try:
                    written = await self._write(rows, together=False)
                except SchemaChanged:
                    report.bad, listed, report.unchanged = before
                    del report.bad_rows[listed:]
                    schema = self._app.refresh()
                    collection = schema.by_id.get(self._plan.collection.id)
                    if collection is None:
                        raise FileError("the collection was deleted during the import") from None
                    self._begin(compiled(schema, collection))
                    continue
                self._count(written)
                report.rows += len(lines)
                break

    async def _write_together(self) -> None:
        order, report = self._order, self._report
        stage = Stage()
        try:
            async for lines in self._chunks("reading"):
                report.rows += len(lines)
                rows = await self._judge.judge(lines, dry_run=order.dry_run)
                await asyncio.to_thread(stage.add, rows)
                report.created += sum(row.changed is None for row in rows)
                report.updated += sum(row.changed is not None for row in rows)
            if order.dry_run and self._new is not None:
                return
            if report.bad and not order.dry_run:
                report.created = report.updated = 0
                return
            self._progress("writing", 0.0)
            if self._new is not None:
                await self._make_collection()
            try:
                written = await self._write(stage, together=True)
                report.imported = True
            except UndoError as undone:
                written = undone.written
            finally:
                if self._new is not None and not report.imported:
                    await save.remove(self._app, self._app.refresh(), self._new)
            report.created = report.updated = 0
            self._count(written)
            if not (report.imported or order.dry_run):
                report.created = report.updated = 0
            self._progress("writing", 1.0)
        finally:
            stage.close()

    async def _chunks(self, step: str) -> AsyncIterator[list[Line]]:
        """The rows in chunks, read on a thread, the progress told after each."""
        lines = self._source.lines()
        try:
            while chunk := await asyncio.to_thread(lambda: list(islice(lines, CHUNK))):
                yield chunk
                self._progress(step, self._source.read_share())
        except FileError as error:
            if done := self._report.created + self._report.updated if step == "writing" else 0:
                raise FileError(f"{error}; {done:,} rows before it were imported") from error
            raise

    async def _write(self, rows: list[Bound] | Stage, *, together: bool) -> Written:
        store, plan, dry_run = self._app.store, self._plan, self._order.dry_run
        tells = changes.is_wanted(self._app, plan.collection) and not dry_run
        tell = partial(changes.announce, self._app) if tells else None

        def job(tx: Tx) -> Written:
            removals = self._app.removals
            return write_rows(
                tx, plan, rows, removals, together=together, dry_run=dry_run, tell=tell
            )

        return await store.write(job, stamp=self._stamp)

    def _count(self, written: Written) -> None:
        report, hooks = self._report, self._app.hooks.of_records
        report.created += len(written.created)
        report.updated += len(written.updated)
        for number, problems in written.bad:
            report.refuse(number, problems)
        tags = self._plan.collection.tags
        # Each of them is read once more, for those who are told of it.
        if hooks.create.success.is_heard and hooks.create.hears(tags):
            self._done += [(True, id_) for id_ in written.created]
        if hooks.update.success.is_heard and hooks.update.hears(tags):
            self._done += [(False, id_) for id_ in written.updated]

    async def _run_hooks(self) -> None:
        """Tells the hooks after a success of each record, as a single write would."""
        if not self._report.imported:
            return
        hooks = self._app.hooks.of_records
        for is_new, id_ in self._done:
            record = await find(self._app, self._plan, id_)
            if record is not None:
                event = RecordEvent(record, "create" if is_new else "update")
                changed = hooks.create if is_new else hooks.update
                await changed.conclude(event, self._app.store)
