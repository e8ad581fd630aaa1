"""One maker for each image among all processes of a directory."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover (Windows has one process)
    fcntl = None  # type: ignore[assignment]

_LOCKS = 2**31
_LOOK_SECONDS = 0.02
MOST_SECONDS = 90.0  # then both make it, which only costs time


class Turns:
    """Locks by key: bytes of one file that is always empty.

    They end with their process. Those of one process do not see each other: it knows itself which
    images it is making.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @asynccontextmanager
    async def hold(self, key: str) -> AsyncIterator[None]:
        """While it is held, other processes wait for the same key."""
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        place = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % _LOCKS
        held = await _taken(self._file, place)
        try:
            yield
        finally:
            if held and fcntl is not None:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)

    def close(self) -> None:
        """Lets go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


async def _taken(file: int, place: int) -> bool:
    """Whether the lock came within its time."""
    for _ in range(int(MOST_SECONDS / _LOOK_SECONDS)):
        try:
            if fcntl is not None:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except OSError:  # another process has it
            await asyncio.sleep(_LOOK_SECONDS)
        else:
            return True
    return False
