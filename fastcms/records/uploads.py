"""The files behind a record's file fields: kept before it is written, removed after it.

New files are put in their place when rules and validation have passed, just before the transaction;
a note in the scratch folder tells of them until its end is known, so that they go if the process
dies. What a write replaces is noted for removal in its own transaction.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path

from fastcms.core import App
from fastcms.errors import Problem
from fastcms.fields.file import FileField
from fastcms.fields.upload import Upload
from fastcms.files.removals import Removals
from fastcms.files.storage import Attributes, StorageError
from fastcms.records.compiled import Compiled, quote
from fastcms.records.record import Record
from fastcms.store.store import Row, Tx
from fastcms.values import to_unique_texts

log = logging.getLogger("fastcms.files")


class Kept:
    """Files that were put in their place for a record whose write is not concluded yet."""

    def __init__(self, app: App, note: Path) -> None:
        self._app = app
        # The settings may choose another place meanwhile.
        self._files = app.files
        self._note = note
        self._put: list[tuple[str, Upload]] = []

    async def put(self, key: str, upload: Upload) -> None:
        """Puts one more file in its place."""
        attributes = Attributes(upload.content_type, upload.original_name)
        self._put.append((key, upload))
        await self._files.put(key, upload.source, attributes)

    def conclude(self) -> None:
        """The record is written: the files stay."""
        self._note.unlink(missing_ok=True)

    async def withdraw(self) -> None:
        """The record is not written: the files go, and uploads on disk are where they were."""
        left: list[str] = []
        for key, upload in self._put:
            try:
                await asyncio.to_thread(self._give_back, key, upload)
                await self._files.delete(key)
            except (StorageError, OSError) as error:
                log.warning("a file could not be removed and will be later: %s", error)
                left.append(key)
        if left:
            await self._app.store.write(lambda tx: self._app.removals.note(tx, left), lasts=True)
        self._note.unlink(missing_ok=True)

    def _give_back(self, key: str, upload: Upload) -> None:
        """A write that is tried anew needs its upload again."""
        place = self._files.path(key)
        if isinstance(upload.source, Path) and place is not None and not upload.source.exists():
            place.replace(upload.source)


_together: ContextVar[list[Kept] | None] = ContextVar("kept by several writes", default=None)


@asynccontextmanager
async def concluded_together() -> AsyncIterator[None]:
    """For a transaction of several writes: what these keep stays when it is left, or goes when an
    exception leaves it.
    """
    several: list[Kept] = []
    token = _together.set(several)
    try:
        yield
    except Exception:
        for kept in several:
            await kept.withdraw()
        raise
    finally:
        _together.reset(token)
    for kept in several:
        kept.conclude()


@asynccontextmanager
async def kept(app: App, compiled: Compiled, record: Record) -> AsyncIterator[None]:
    """Keeps a valid record's new files while it is written inside. Raises StorageError."""
    uploads = list(_new(compiled, record))
    if not uploads:
        yield
        return
    folder = f"{compiled.collection.id}/{record.id}"
    keys = [f"{folder}/{upload.name}" for upload in uploads]
    done = Kept(app, await asyncio.to_thread(app.scratch.note, keys))
    several = _together.get()
    if several is not None:
        several.append(done)
    # Cancelled, nobody knows whether the write is done; the note stays for who does.
    try:
        for key, upload in zip(keys, uploads, strict=True):
            await done.put(key, upload)
        yield
    except Exception:
        await done.withdraw()
        if several is not None:
            several.remove(done)
        raise
    if several is None:
        done.conclude()


def _new(compiled: Compiled, record: Record) -> Iterator[Upload]:
    if record.uploads:
        for field in compiled.file_fields:
            for name in to_unique_texts(record.values[field.name]):
                if (upload := record.uploads.get(name)) is not None:
                    yield upload


def changes_files(compiled: Compiled, record: Record) -> bool:
    """Whether the update of a record may leave files behind that it names no more."""
    return any(record.is_changed(field.name) for field in compiled.file_fields)


def kept_problems(tx: Tx, compiled: Compiled, record: Record) -> dict[str, Problem]:
    """Problems of names that an update keeps, though somebody has removed them since it began."""
    changed = [field for field in compiled.file_fields if record.is_changed(field.name)]
    problems: dict[str, Problem] = {}
    for row in _stored_now(tx, compiled, record, changed):
        for field, raw in zip(changed, row, strict=True):
            names = to_unique_texts(record.values[field.name])
            kept = [name for name in names if name not in record.uploads]
            if problem := next(field.validate_change(field.from_db(raw), kept), None):
                problems[field.name] = problem
    return problems


def note_replaced(removals: Removals, tx: Tx, compiled: Compiled, record: Record) -> None:
    """Has the files removed that a record names until the update that comes next."""
    changed = [
        field
        for field in compiled.file_fields
        if record.is_changed(field.name) or field.name in record.relative
    ]
    for row in _stored_now(tx, compiled, record, changed):
        gone = [
            f"{compiled.collection.id}/{record.stored_id}/{name}"
            for field, raw in zip(changed, row, strict=True)
            for name in to_unique_texts(field.from_db(raw))
            if name not in to_unique_texts(record.values[field.name])
        ]
        if gone:
            removals.note(tx, gone)


def _stored_now(
    tx: Tx, compiled: Compiled, record: Record, fields: Sequence[FileField]
) -> list[Row]:
    """These columns of the record as they are now, whatever the request once read."""
    if not fields:
        return []
    columns = ", ".join(quote(field.name) for field in fields)
    sql = f'SELECT {columns} FROM {compiled.table} WHERE "id" = ?'
    return tx.execute(sql, (record.stored_id,))


def note_deleted(app: App, tx: Tx, compiled: Compiled, ids: Sequence[str]) -> None:
    """Has everything removed that deleted records have had."""
    if compiled.file_fields and ids:
        app.removals.note(tx, [f"{compiled.collection.id}/{id_}/" for id_ in ids])
