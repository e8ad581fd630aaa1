"""Who may begin an upload, and how many may be unfinished at a time."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from time import time
from typing import NamedTuple

from fastcms.errors import REQUIRED, ApiError, Problem, bad_request, forbidden, not_found
from fastcms.fields.file import FileField
from fastcms.http.request import Request
from fastcms.ids import random_text
from fastcms.records.compiled import compiled
from fastcms.records.rules import keep_superusers, lets, may_let, require_rule
from fastcms.records.write import find
from fastcms.schema.collection import Collection
from fastcms.store.store import Tx
from fastcms.uploads import disk
from fastcms.uploads.arrivals import COLUMNS, LIFE, Arrival, owner_of, to_row
from fastcms.uploads.tables import TABLE

ID_LENGTH = 40
LONGEST_NAME = 300  # bytes
# Uploads that wait to be finished or taken, and the bytes announced for them.
MOST_OF_ONE = 100
MOST_BYTES_OF_ONE = 100 << 30
MOST = 10_000
MOST_BYTES = 1 << 40
# Of these all guests together, who may have many networks: the rest is for who has an account.
MOST_OF_GUESTS = MOST // 2
MOST_BYTES_OF_GUESTS = MOST_BYTES // 2
FAILED = "Failed to begin the upload."

_NO_FIELD = Problem("validation_invalid_file_field", "Must be a file field of the collection.")
_TOO_LONG = Problem("validation_length_too_long", f"Must be no longer than {LONGEST_NAME} bytes.")
_NO_SIZE = Problem("validation_invalid_size", "Must be a number of bytes.")


class Wanted(NamedTuple):
    """What a client wants to send, by names."""

    collection: str
    field: str
    record: str
    name: str
    # -1 where it is not told.
    size: int
    metadata: str = ""


async def begin(request: Request, wanted: Wanted, *, in_bucket: bool = False) -> Arrival:
    """A new upload, which goes straight to the bucket or comes to this server.

    Allowed to who may create records of the collection, as far as that can be told without their
    values, or may update the record. Raises 400, 403, 404; 413 for a file that the field does not
    take, 429 for who has too many unfinished ones, 507 where there is no space.
    """
    app = request.app
    collection = request.schema.find(wanted.collection)
    if collection is None:
        raise not_found("Missing or invalid collection context.")
    if collection.is_view:
        raise bad_request("Unsupported collection type.")
    await _check_rule(request, collection, wanted)
    field = _field(request, collection, wanted)
    id_ = random_text(ID_LENGTH)
    arrival = Arrival(
        id=id_,
        owner=owner_of(request),
        collection=collection.id,
        field=field.id,
        record=wanted.record,
        name=wanted.name,
        size=wanted.size,
        metadata=wanted.metadata,
        bucket_key=f".fc_uploads/{id_}/{id_}" if in_bucket else "",
        counted=0 if in_bucket else None,
        used="",
        expires=time() + LIFE,
    )
    if not in_bucket and (await asyncio.to_thread(_free, app.data_dir)) < wanted.size:
        raise ApiError(507, "There is no space left for the upload.")
    await app.store.write(lambda tx: _insert(tx, arrival))
    return arrival


async def _check_rule(request: Request, collection: Collection, wanted: Wanted) -> None:
    keep_superusers(collection, request)
    plan = compiled(request.schema, collection)
    if not wanted.record:
        require_rule(collection.create_rule, request)
        if not await may_let(collection.create_rule, request, plan):
            raise forbidden()
        return
    require_rule(collection.update_rule, request)
    asker = request.within("default", request.auth)
    asker.method, asker.body = "PATCH", {wanted.field: wanted.name}
    record = await find(request.app, plan, wanted.record)
    if record is None or not await lets(collection.update_rule, asker, plan, record.id):
        raise not_found()


def _field(request: Request, collection: Collection, wanted: Wanted) -> FileField:
    """The field that the file is for, if it takes such a file."""
    problems = {}
    field = collection.by_name.get(wanted.field)
    if not isinstance(field, FileField) or (field.hidden and not request.is_superuser):
        problems["field"] = _NO_FIELD
    if not wanted.name:
        problems["filename"] = REQUIRED
    elif len(wanted.name.encode()) > LONGEST_NAME:
        problems["filename"] = _TOO_LONG
    if wanted.size < 0:
        problems["size"] = _NO_SIZE
    if problems:
        raise bad_request(FAILED, problems)
    assert isinstance(field, FileField)
    if (problem := field.size_problem(wanted.name, wanted.size)) is not None:
        raise ApiError(413, FAILED, {wanted.field: problem})
    return field


def _insert(tx: Tx, arrival: Arrival) -> None:
    waiting = (
        f"SELECT count(*), coalesce(sum(size), 0) FROM {TABLE} WHERE used = '' AND expires > ?"
    )
    now = time()
    whose = " AND collectionRef = ? AND recordRef = ? AND network = ?"
    limits: list[tuple[str, tuple[float | str, ...], int, int]] = [
        (waiting + whose, (now, *arrival.owner), MOST_OF_ONE, MOST_BYTES_OF_ONE),
        (waiting, (now,), MOST, MOST_BYTES),
    ]
    if not arrival.owner[1]:
        of_guests = waiting + " AND recordRef = ''"
        limits.append((of_guests, (now,), MOST_OF_GUESTS, MOST_BYTES_OF_GUESTS))
    for sql, params, most, most_bytes in limits:
        ((count, size),) = tx.execute(sql, params)
        if count >= most or size + arrival.size > most_bytes:
            raise ApiError(
                429, "Too many uploads wait to be finished: finish, use or delete some of them."
            )
    row = to_row(arrival)
    tx.execute(f"INSERT INTO {TABLE} ({COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)


def _free(data_dir: Path) -> int:
    place = disk.folder(data_dir)
    return shutil.disk_usage(place if place.exists() else data_dir).free
