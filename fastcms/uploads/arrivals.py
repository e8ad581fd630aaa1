"""Uploads as rows: who began one, for which field, and what has become of it."""

from __future__ import annotations

from pathlib import Path
from time import time
from typing import Any

import msgspec

from fastcms.clock import seconds_text
from fastcms.core import App
from fastcms.errors import ApiError, not_found
from fastcms.fields.file import FileField
from fastcms.http.request import Request
from fastcms.schema.collection import Collection
from fastcms.store.reads import Reads
from fastcms.uploads import disk
from fastcms.uploads.tables import TABLE

LIFE = 24 * 3600  # seconds; each part of a file that comes prolongs it
GONE = "The upload has expired."


class Arrival(msgspec.Struct, frozen=True):
    """One upload. Its id is a secret: a guest needs no more than that to go on with it."""

    id: str
    # The auth record it belongs to, by collection and id, or the network of a guest.
    owner: tuple[str, str, str]
    # What it is for, by id: a field, and perhaps a record that is there already.
    collection: str
    field: str
    record: str
    name: str
    size: int
    # The header as its sender wrote it.
    metadata: str
    bucket_key: str
    counted: int | None
    used: str
    expires: float

    def path(self, app: App) -> Path:
        """The file of its bytes on this machine."""
        return disk.folder(app.data_dir) / self.id

    def arrived(self, app: App) -> int:
        """How many bytes have come that count."""
        if self.used:
            return self.size
        there = self.size if self.bucket_key else disk.length(self.path(app))
        return there if self.counted is None else min(there, self.counted)

    def offset(self, app: App) -> int:
        """What a client is told to go on from.

        Where a record is waiting for the file, its last byte counts once the record has it: who
        sees all bytes there need not ask whether that worked.
        """
        arrived = self.arrived(app)
        if self.record and not self.used:
            return max(0, min(arrived, self.size - 1))
        return arrived

    def is_whole(self, app: App) -> bool:
        """Whether a record can take it."""
        return not self.used and self.arrived(app) == self.size


COLUMNS = (
    "id, collectionRef, recordRef, network, collection, field, record, name, size, metadata,"
    " bucketKey, counted, used, expires"
)


def to_row(arrival: Arrival) -> tuple[Any, ...]:
    """The columns of a row."""
    first, owner, *rest = msgspec.structs.astuple(arrival)
    return (first, *owner, *rest)


def of_row(row: tuple[Any, ...]) -> Arrival:
    """The upload that a row is of."""
    return Arrival(row[0], (row[1], row[2], row[3]), *row[4:])


def owner_of(request: Request) -> tuple[str, str, str]:
    """Whose an upload is that this request begins."""
    auth = request.auth
    if auth is None:
        return "", "", request.client_network
    return auth.collection.id, auth.id, ""


async def find(request: Request, id_: str, reads: Reads | None = None) -> Arrival:
    """An upload that the caller may work with.

    Raises 404 for one that is not there, is somebody else's, or whose field is gone; 410 for one
    that has expired.
    """
    rows = await (reads or request.app.store).read(
        f"SELECT {COLUMNS} FROM {TABLE} WHERE id = ?", (id_,)
    )
    if not rows:
        raise not_found()
    arrival = of_row(rows[0])
    # What a guest began belongs to who knows the id, also once they have signed in.
    if arrival.owner[1] and arrival.owner != owner_of(request):
        raise not_found()
    target(request, arrival)
    if arrival.expires <= time():
        raise ApiError(410, GONE)
    return arrival


def target(request: Request, arrival: Arrival) -> tuple[Collection, FileField]:
    """The collection and the field that an upload is for. Raises 404 where they are gone."""
    collection = request.schema.by_id.get(arrival.collection)
    if collection is not None:
        for field in collection.fields:
            if field.id == arrival.field and isinstance(field, FileField):
                return collection, field
    raise not_found()


async def prolong(app: App, arrival: Arrival, counted: int | None) -> None:
    """Notes that it goes on, and how much of what is there counts. Raises 404 if it has ended."""
    sql = f"UPDATE {TABLE} SET counted = ?, expires = ? WHERE id = ?"
    if not await app.store.write_one(sql, (counted, time() + LIFE, arrival.id)):
        raise not_found()


def shown(request: Request, arrival: Arrival) -> dict[str, Any]:
    """An upload as JSON shows it."""
    collection, field = target(request, arrival)
    if arrival.used:
        state = "used"
    else:
        state = "complete" if arrival.is_whole(request.app) else "receiving"
    return {
        "id": arrival.id,
        "collection": collection.name,
        "field": field.name,
        "record": arrival.used or arrival.record,
        "filename": arrival.name,
        "size": arrival.size,
        "offset": arrival.offset(request.app),
        "state": state,
        "expires": seconds_text(arrival.expires),
    }
