"""Whole uploads become files of a record, in the place of files in the body that writes it."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from fastcms.core import App
from fastcms.errors import ApiError, Problem, bad_request
from fastcms.fields.upload import Upload
from fastcms.files.upload import received
from fastcms.http.request import Request
from fastcms.records import body as bodies
from fastcms.records.record import Record
from fastcms.records.write import UPLOADS, Files
from fastcms.schema.collection import Collection
from fastcms.store.store import Tx
from fastcms.uploads import arrivals, bucket
from fastcms.uploads.arrivals import Arrival
from fastcms.uploads.tables import TABLE

FAILED = "Failed to take the uploads."

_NO_OBJECT = Problem("validation_invalid_uploads", "Must be ids of uploads by field.")
_NO_UPLOAD = Problem(
    "validation_invalid_upload", "Must be finished uploads of the caller, made for this field."
)


async def take(request: Request, collection: Collection, named: object) -> Files:
    """The uploads that a body names, as files by key, and what marks them as used.

    `named` is `{"field": "ID"}`, with lists of ids and with the modifiers of fields that are
    allowed for files. Raises 400.
    """
    if not isinstance(named, Mapping):
        raise bad_request(FAILED, {UPLOADS: _NO_OBJECT})
    found: dict[str, tuple[str, Arrival]] = {}
    for key, ids in named.items():
        field, modifier = bodies.find(collection, key)
        for id_ in ids if isinstance(ids, list) else [ids]:
            arrival = await _find(request, id_)
            if (
                arrival is None
                or field is None
                or modifier == "-"
                or (arrival.collection, arrival.field) != (collection.id, field.id)
                or arrival.id in found
            ):
                raise bad_request(FAILED, {key: _NO_UPLOAD})
            found[arrival.id] = key, arrival
    files: dict[str, list[Upload]] = {}
    uploads: dict[str, Arrival] = {}
    for key, arrival in found.values():
        upload = await to_upload(request, arrival)
        files.setdefault(key, []).append(upload)
        uploads[upload.name] = arrival

    def use_all(record: Record, tx: Tx) -> None:
        # Those for a field that the caller may not set are not among them.
        for name in record.uploads:
            if name in uploads:
                use(request.app, uploads[name], record, tx)

    return Files(files, use_all)


async def _find(request: Request, id_: object) -> Arrival | None:
    """A whole upload that the caller may use. One that a record waits for goes there by itself."""
    try:
        arrival = await arrivals.find(request, str(id_))
    except ApiError:
        return None
    return arrival if arrival.is_whole(request.app) and not arrival.record else None


async def to_upload(request: Request, arrival: Arrival) -> Upload:
    """The file as a record takes it: a second name of the same bytes, so that a write that fails
    leaves the upload as it was.
    """
    app = request.app
    place = app.scratch.fresh()
    request.spooled.append(place)
    if arrival.bucket_key:
        await bucket.fetch(app, arrival, place)
    else:
        try:
            await asyncio.to_thread(_link, arrival.path(app), place)
        except FileNotFoundError:
            raise bad_request(FAILED) from None
    return await asyncio.to_thread(received, arrival.name, place, arrival.size)


def use(app: App, arrival: Arrival, record: Record, tx: Tx) -> None:
    """Marks an upload as used, in the transaction that writes the record."""
    tx.execute(f"UPDATE {TABLE} SET used = ? WHERE id = ? AND used = ''", (record.id, arrival.id))
    if not tx.changes():
        raise bad_request(FAILED)
    if arrival.bucket_key:
        app.removals.note(tx, [arrival.bucket_key])
    else:
        tx.after_commit(partial(_remove, arrival.path(app)))


def _link(source: Path, place: Path) -> None:
    try:
        os.link(source, place)
    except FileNotFoundError:
        raise
    except OSError:
        # A file system without links.
        shutil.copyfile(source, place)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        # It has no use any more; the sweep tries again.
        pass
