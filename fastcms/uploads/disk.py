"""The bytes of uploads that come to this server: one file each, whose length is what has come.

So the offset that a client is told cannot be more than what is there, however a process ends. The
folder is one that backups leave out.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover (Windows)
    fcntl = None  # type: ignore[assignment]

from fastcms.errors import ApiError

FULL = "There is no space left for the upload; what has come of it is kept."
BUSY = "The upload is being written to or taken by another request."

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

# Uploads that this process holds; enough where there is but one process.
_held: set[Path] = set()


def folder(data_dir: Path) -> Path:
    """Where the files are."""
    return data_dir / ".notify" / "uploads"


def length(path: Path) -> int:
    """How many bytes have come."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def held(path: Path) -> Iterator[int]:
    """The open file, made when there is none, which nobody else holds at the same time.

    Raises 423 where somebody does, in this or in another process.
    """
    if path in _held:
        raise ApiError(423, BUSY)
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    try:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ApiError(423, BUSY) from None
        _held.add(path)
        try:
            yield file
        finally:
            _held.discard(path)
    finally:
        os.close(file)


def write(file: int, data: bytes | bytearray, at: int) -> None:
    """Writes all of the bytes at that place of a file that is held."""
    os.lseek(file, at, os.SEEK_SET)
    with memoryview(data) as whole:
        done = 0
        while done < len(data):
            done += os.write(file, whole[done:])


async def on_thread(work: Callable[[], None]) -> None:
    """Works on a file that is held; not even a task that is cancelled lets go of it meanwhile."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


@contextmanager
def needing_space() -> Iterator[None]:
    """Raises 507 where the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_SPACE:
            raise
        raise ApiError(507, FULL) from error
