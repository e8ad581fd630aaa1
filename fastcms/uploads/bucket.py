"""Uploads that lie in the bucket until a record takes them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastcms.core import App
from fastcms.errors import ApiError, bad_request
from fastcms.files.storage import StorageError
from fastcms.uploads import disk
from fastcms.uploads.arrivals import Arrival

ADDRESS_SECONDS = 3600  # that an address for sending one is good
NOT_THERE = "The file is not in the bucket as it was announced."

log = logging.getLogger("fastcms.uploads")


@contextmanager
def answering() -> Iterator[None]:
    """What is wrong with the bucket is for the log; the client learns that something is: 503."""
    try:
        yield
    except StorageError as error:
        log.warning("an upload to the bucket: %s", error)
        raise ApiError(503, "The place of the files does not answer, try again later.") from error


async def check(app: App, arrival: Arrival) -> None:
    """Raises 400 where the object is not there or not of the size that was announced."""
    stored = await app.files.find(arrival.bucket_key)
    if stored is None or stored.size != arrival.size:
        raise bad_request(NOT_THERE)


async def fetch(app: App, arrival: Arrival, place: Path) -> None:
    """Brings it to this server's disk. As long as its address is good, its sender may change it:
    what counts is what comes here. Raises 400, 503, 507.
    """
    with answering(), disk.needing_space():
        await check(app, arrival)
        with place.open("wb") as file:
            async for piece in app.files.read(arrival.bucket_key):
                if file.tell() + len(piece) > arrival.size:
                    raise bad_request(NOT_THERE)
                await asyncio.to_thread(file.write, piece)
            if file.tell() != arrival.size:
                raise bad_request(NOT_THERE)


async def remove(app: App, arrival: Arrival) -> None:
    """Removes it. Raises 503."""
    with answering():
        await app.files.delete(arrival.bucket_key)
