"""What the processes on one data directory share: a write lock and a change stamp.

Both live in files under `.notify`, the folder that the reference keeps for such signals and leaves
out of backups. The lock makes our writers wait in the kernel instead of polling SQLite's lock; the
stamp is a random number in mapped memory, so that every request can ask "has the schema
or a setting changed anywhere?" for the price of one memory read (40 ns).

The stamp is odd while a change is being committed: what a request read in that moment may be from
before or after. So an answer is of one schema if the stamp was even when its request took the
schema, and still is the same when the answer is made.
"""

from __future__ import annotations

import mmap
import os
import secrets
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover (Windows has one process and SQLite's own lock)
    fcntl = None  # type: ignore[assignment]


class Shared:
    """The shared files of one directory as one process sees them."""

    def __init__(self, data_dir: Path) -> None:
        folder = data_dir / ".notify"
        folder.mkdir(exist_ok=True)
        self._path = folder / "fastcms.lock"
        self._lock = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        stamp = os.open(folder / "fastcms.stamp", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if os.fstat(stamp).st_size < 8:
                os.ftruncate(stamp, 8)
            self._map = mmap.mmap(stamp, 8)
        finally:
            os.close(stamp)
        self._stamp = memoryview(self._map).cast("Q")
        if os.name == "nt" and self.is_changing:  # pragma: no cover (left behind by a crash)
            self.touch()

    @property
    def stamp(self) -> int:
        """A number that differs whenever the schema or a setting was changed by anyone."""
        return self._stamp[0]

    @property
    def is_changing(self) -> bool:
        """Whether a change of the schema or a setting is being committed."""
        return bool(self._stamp[0] & 1)

    def begin_change(self) -> None:
        """Tells every process that such a change is about to be committed."""
        self._stamp[0] = secrets.randbits(63) | 1

    def touch(self) -> None:
        """Tells every process that the schema or a setting was changed (and committed)."""
        self._stamp[0] = secrets.randbits(62) << 1

    def mend(self) -> None:
        """Ends a change whose process died in it; leaves one alone that is under way."""
        # A descriptor of its own: this process's writer may hold the lock by the other one.
        lock = os.open(self._path, os.O_RDWR)
        try:
            if fcntl is not None:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self.is_changing:
                    self.touch()
        except BlockingIOError:
            return
        finally:
            os.close(lock)

    def lock(self) -> None:
        """Waits until this process alone may write."""
        if fcntl is not None:
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    def unlock(self) -> None:
        """Lets the next process write."""
        if fcntl is not None:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    def close(self) -> None:
        """Lets go of the files."""
        self._stamp.release()
        self._map.close()
        os.close(self._lock)
