"""Who has a data directory open: all share a lock on it, and who replaces its content has it alone.

It is a lock on the folder itself: nothing is written, and the system frees it however a process
ends.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover (Windows has one process on a directory)
    fcntl = None  # type: ignore[assignment]

_LOOK_SECONDS = 0.01


class Presence:
    """One process's share in the lock, from :meth:`share` or :meth:`take` to :meth:`close`."""

    def __init__(self, data_dir: Path) -> None:
        self._folder: int | None = None
        if fcntl is not None:
            self._folder = os.open(data_dir, os.O_RDONLY)

    def share(self) -> None:
        """Has the directory open like others; waits while somebody replaces its content."""
        if self._folder is not None:
            fcntl.flock(self._folder, fcntl.LOCK_SH)

    def take(self, seconds: float = 0) -> bool:
        """Has the directory alone; False if others still have it open after so long."""
        if self._folder is None:  # pragma: no cover (Windows)
            return True
        until = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(self._folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    return False
                time.sleep(_LOOK_SECONDS)
            else:
                return True

    def close(self) -> None:
        """Lets go of it; safe to call twice."""
        if self._folder is not None:
            os.close(self._folder)
            self._folder = None
