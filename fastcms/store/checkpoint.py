"""Moves committed pages from the write-ahead log to the database file, off the request path."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from fastcms.store.connection import Connection
from fastcms.store.errors import StoreError

PAGES = 1_000  # log pages that make a checkpoint worth while, SQLite's own default
FULL_PAGES = 16_000  # 64 MB: from here on writers wait until the log starts anew
PATIENCE = 1.0  # seconds at cutting the log, while somebody else is at it
PAUSE = 0.05  # seconds between two tries


def truncate_log(path: Path) -> None:
    """Moves all that is committed to the database file and cuts its log to nothing; for threads.

    As much of it as can be where somebody reads or writes for long. Another checkpoint, which
    SQLite does not wait for, is waited for here.
    """
    connection = Connection(path)
    try:
        until = time.monotonic() + PATIENCE
        while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]:
            if time.monotonic() > until:
                break
            time.sleep(PAUSE)
    finally:
        connection.close()


class Checkpointer:
    """A thread with a connection of its own that sleeps until the log has grown."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._pages = 0
        self._wake = threading.Event()
        self._stopped = False
        self._thread: threading.Thread | None = None

    def on_commit(self, pages: int) -> None:
        """Called by the writer after each commit with the length of the log."""
        if pages < PAGES:
            return
        self._pages = pages
        if self._thread is None:
            self._thread = threading.Thread(target=self._loop, name="checkpoint", daemon=True)
            self._thread.start()
        self._wake.set()

    def close(self) -> None:
        """Stops the thread after its current checkpoint."""
        self._stopped = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _loop(self) -> None:
        connection = self._connect()
        while self._wake.wait() and not self._stopped:
            self._wake.clear()
            mode = "RESTART" if self._pages >= FULL_PAGES else "PASSIVE"
            try:
                connection.execute(f"PRAGMA wal_checkpoint({mode})")
            except StoreError:
                # Another process is at it, or a reader holds the log: the next commit asks again.
                continue
        connection.close()
