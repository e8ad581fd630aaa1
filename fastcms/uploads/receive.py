"""From the body of a request to the end of an upload's file, with a fixed amount of memory."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from functools import partial
from typing import NamedTuple

from fastcms.errors import ApiError
from fastcms.http.request import Request
from fastcms.uploads import arrivals, disk
from fastcms.uploads.arrivals import Arrival

PIECE = 1 << 20  # bytes that are written to disk at once
STALL_SECONDS = 20.0  # without a byte, after which others may go on with the upload
ALGORITHMS = ("sha1", "sha256", "md5")


class Checksum(NamedTuple):
    """What the bytes of one request shall add up to."""

    algorithm: str
    digest: bytes


async def receive(
    request: Request, arrival: Arrival, file: int, start: int, checksum: Checksum | None
) -> None:
    """Puts the body behind the first `start` bytes of the file; returns when it is safe on disk.

    What has come counts however the request ends, but for one with a checksum: its bytes count
    together or not at all. Raises 413 for too many bytes, 460 for others than the checksum's, 503
    when none come any more, 507 where the disk is full.
    """
    app = request.app
    if os.fstat(file).st_size > start:
        os.ftruncate(file, start)
    counted = start if checksum else None
    if counted != arrival.counted:
        await arrivals.prolong(app, arrival, counted)
    with disk.needing_space():
        await _append(request, file, start, arrival.size - start, checksum)
        await disk.on_thread(partial(os.fsync, file))
    await arrivals.prolong(app, arrival, None)


async def _append(
    request: Request, file: int, start: int, limit: int, checksum: Checksum | None
) -> None:
    digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    at, piece = start, bytearray()

    def write() -> None:
        disk.write(file, piece, at)
        if digest is not None:
            digest.update(piece)

    try:
        async for chunk in _patiently(request.chunks(limit)):
            piece += chunk
            if len(piece) >= PIECE:
                await disk.on_thread(write)
                at, piece = at + len(piece), bytearray()
    finally:
        write()
    if digest and checksum and digest.digest() != checksum.digest:
        os.ftruncate(file, start)
        raise ApiError(460, "The bytes do not have the checksum.")


async def _patiently(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks, as long as they keep coming: a dead connection may not hold an upload."""
    while True:
        try:
            async with asyncio.timeout(STALL_SECONDS):
                chunk = await anext(chunks, None)
        except TimeoutError:
            raise ApiError(503, "No more bytes came; what has come is kept.") from None
        if chunk is None:
            return
        yield chunk
