"""How many requests each client has left, counted for all processes of a directory together.

A table in mapped memory that all of them share, one entry for each window that is open, under a
file lock: so no request is counted twice or not at all, however many come at once. The file is made
anew with nothing in it when it is missing, and outlives a restart of the server.
"""

from __future__ import annotations

import mmap
import os
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from time import time
from typing import NamedTuple

try:
    import fcntl
except ImportError:  # pragma: no cover (Windows has one process, which counts on one thread)
    fcntl = None  # type: ignore[assignment]

# Entries are found in sets of a few, by a digest with a secret key: nobody can choose addresses
# that meet in one set.
SETS = 1 << 14
WAYS = 8
_KEY = 16  # bytes
_HEAD = 32  # bytes before the entries; the key is in them
_ENTRY = 3  # words: digest, end of the window in milliseconds, requests that were let through
_SET = WAYS * _ENTRY
_SIZE = _HEAD + SETS * _SET * 8


class Window(NamedTuple):
    """What became of one request: whether it was let through, and where its window stands."""

    admitted: bool
    limit: int
    remaining: int
    # Unix time of its end.
    ends: float


class Windows:
    """The windows of one directory as one process sees them."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / "fastcms.limits", os.O_RDWR | os.O_CREAT, 0o600)
        self._lock()
        try:
            if os.fstat(self._file).st_size != _SIZE:
                os.ftruncate(self._file, 0)
                os.ftruncate(self._file, _SIZE)
                os.pwrite(self._file, os.urandom(_KEY), 0)
        finally:
            self._unlock()
        self._map = mmap.mmap(self._file, _SIZE)
        self._key = self._map[:_KEY]
        self._words = memoryview(self._map)[_HEAD:].cast("Q")
        # Most requests come from few clients.
        self._digest = lru_cache(maxsize=4_096)(self._digest_of)

    def admit(self, name: str, limit: int, seconds: int) -> Window:
        """Counts a request under `name`, of which `limit` may come within so many seconds.

        The first one opens the window; at its end a new one may be opened.
        """
        key = self._digest(name)
        now, length = int(time() * 1000), seconds * 1000
        words = self._words
        # This is 2 µs of a request, half of them the lock's: no call that can be spared.
        if fcntl is not None:
            fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            place = key % SETS * _SET
            if words[place] != key:
                place = self._place(place, key, now)
            ends, count = words[place + 1], words[place + 2]
            # An end that is too far off is from before the clock was set back.
            if not now < ends <= now + length or words[place] != key:
                words[place], ends, count = key, now + length, 0
                words[place + 1] = ends
            if admitted := count < limit:
                count += 1
            words[place + 2] = count
        finally:
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_UN)
        return Window(admitted, limit, max(0, limit - count), ends / 1000)

    def _digest_of(self, name: str) -> int:
        digest = blake2b(name.encode(), digest_size=8, key=self._key).digest()
        return int.from_bytes(digest) or 1

    def _place(self, first: int, key: int, now: int) -> int:
        """Where the entry of this key is, or may be made, in the set that begins at `first`."""
        words = self._words
        free, soonest = first, 1 << 64
        for place in range(first, first + _SET, _ENTRY):
            found = words[place]
            if found == key:
                return place
            if not found:
                # The ones after it have never been used.
                return place if soonest > now else free
            # In a full set the window goes that would end next.
            if (ends := words[place + 1]) < soonest:
                free, soonest = place, ends
        return free

    def _lock(self) -> None:
        if fcntl is not None:
            fcntl.flock(self._file, fcntl.LOCK_EX)

    def _unlock(self) -> None:
        if fcntl is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Lets go of the file."""
        self._words.release()
        self._map.close()
        os.close(self._file)
