"""A database beside the main one, for what may come a moment late: the log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from fastcms.store.checkpoint import truncate_log
from fastcms.store.connection import Connection
from fastcms.store.reader import Reader

T = TypeVar("T")

# Log pages, 64 MB of them, until they are moved to the file. Many entries then change the same page
# of an index for the price of one: 9 µs an entry where SQLite's own 1,000 pages make it 11.
CHECKPOINT_PAGES = 16_000


class SideStore:
    """One database file, opened when it is first needed.

    Its writers, one in each process, wait for each other in SQLite and for nobody else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    async def write(self, run: Callable[[Connection], T]) -> T:
        """Runs a job in a transaction, after those before it; returns after its commit."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._commit, run)

    @cached_property
    def reader(self) -> Reader:
        """What reads."""
        return Reader(lambda: Connection(self.path, read_only=True))

    async def optimize(self) -> None:
        """Empties the write-ahead log."""
        await asyncio.to_thread(truncate_log, self.path)

    def close(self) -> None:
        """Commits what was submitted and closes the connections."""
        opened = self.__dict__
        if "_thread" in opened:
            self._thread.shutdown()
        if "_connection" in opened:
            self._connection.close()
        if "reader" in opened:
            self.reader.close()

    @cached_property
    def _thread(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, thread_name_prefix="log")

    @cached_property
    def _connection(self) -> Connection:
        connection = Connection(self.path)
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        return connection

    def _commit(self, run: Callable[[Connection], T]) -> T:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = run(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.raw.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result
