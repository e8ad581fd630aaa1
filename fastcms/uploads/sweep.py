"""Ends uploads that have expired or that nobody can use any more."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import time

from fastcms.core import App
from fastcms.errors import ApiError
from fastcms.uploads import bucket, disk
from fastcms.uploads.arrivals import COLUMNS, Arrival, of_row
from fastcms.uploads.bucket import ADDRESS_SECONDS
from fastcms.uploads.tables import TABLE


async def sweep(app: App) -> None:
    """Ends what has expired, what is for a collection that is gone, and what has no row."""
    schema = app.refresh()
    rows = await app.store.read(f"SELECT {COLUMNS} FROM {TABLE}")
    for arrival in map(of_row, rows):
        if arrival.expires <= time() or arrival.collection not in schema.by_id:
            try:
                await end(app, arrival)
            except ApiError:
                # Bytes still come in, or the bucket does not answer: the next sweep sees.
                continue
    # In this order: a file is made after its row. One that was used has no use any more.
    files = await asyncio.to_thread(_files, disk.folder(app.data_dir))
    known = {id_ for (id_,) in await app.store.read(f"SELECT id FROM {TABLE} WHERE used = ''")}
    for file in files:
        if file.name not in known:
            file.unlink(missing_ok=True)


async def end(app: App, arrival: Arrival) -> None:
    """Forgets an upload and removes its bytes. Raises 423 while it is written to.

    Its sender may send it to the bucket once more: it counts until nobody can.
    """
    if arrival.bucket_key:
        await bucket.remove(app, arrival)
        if arrival.expires > time():
            await _close(app, arrival)
        else:
            await _forget(app, arrival)
        return
    path = arrival.path(app)
    with disk.held(path):
        await _forget(app, arrival)
        path.unlink(missing_ok=True)


async def _close(app: App, arrival: Arrival) -> None:
    """Nobody finds it any more, for no field; a sweep ends it when its address is good no more."""
    expires = min(arrival.expires, time() + ADDRESS_SECONDS)
    sql = f"UPDATE {TABLE} SET field = '', expires = ? WHERE id = ?"
    await app.store.write_one(sql, (expires, arrival.id))


async def _forget(app: App, arrival: Arrival) -> None:
    await app.store.write_one(f"DELETE FROM {TABLE} WHERE id = ?", (arrival.id,))


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []
