"""The port to the database: many readers, one writer, answers after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import apsw

from fastcms.store import console
from fastcms.store.checkpoint import Checkpointer, truncate_log
from fastcms.store.connection import Connection, Row
from fastcms.store.errors import StoreError
from fastcms.store.held import Held
from fastcms.store.job import Job, Tx
from fastcms.store.reader import Reader
from fastcms.store.shared import Shared
from fastcms.store.totals import Totals
from fastcms.store.writer import Writer
from fastcms.values import SqlValue

T = TypeVar("T")

_TABLE_NAMES = "SELECT name FROM sqlite_master WHERE type = 'table'"


class Store:
    """One database file of the data directory, opened by one process.

    Made and used on one event loop; the threads behind it are its own.
    """

    def __init__(self, path: Path, shared: Shared) -> None:
        self.path = path
        self.shared = shared
        # Called on the event loop with every event of a commit, in commit order.
        self.listeners: list[Callable[[object], None]] = []
        self._checkpointer = Checkpointer(self._connect)
        self._writer = Writer(self._connect_writer, self._connect_reader, shared, self.listeners)
        self._reader = Reader(self._connect_reader)
        self.read_now = self._reader.read_now
        self.read = self._reader.read
        self.read_within = self._reader.read_within
        self.count = Totals(self._reader).count
        # A task that would wait for itself if it wrote here: it holds a transaction open.
        self.holder: asyncio.Task[Any] | None = None

    def write(
        self, run: Callable[[Tx], T], *, stamp: int | None = None, lasts: bool = False
    ) -> asyncio.Future[T]:
        """Runs a job of any number of statements in a transaction; awaits its commit.

        `stamp` is the shared stamp under which the job was planned: if it has changed by then, the
        job fails with SchemaChanged and nothing is done. `lasts` says that it is done even if a
        :class:`Transaction` that this is part of is undone. Raises StoreError in the `holder`.
        """
        self._check_holder()
        return self._writer.submit(Job(run, savepoint=True, stamp=stamp, lasts=lasts))

    def write_one(
        self,
        sql: str,
        params: Sequence[SqlValue],
        *,
        stamp: int | None = None,
    ) -> asyncio.Future[int]:
        """Runs one statement in the next group commit; the answer is the rows it touched.

        For a few rows: in a :class:`Transaction` it runs on the event loop.
        """
        self._check_holder()
        return self._writer.submit(Job.of_one(sql, params, stamp))

    def _check_holder(self) -> None:
        if self.holder is not None and self.holder is asyncio.current_task():
            raise StoreError("this can be no part of the transaction that is open")

    def limit_reads(self, seconds: float) -> None:
        """Has a read given up after so many seconds."""
        self._reader.timeout = seconds

    async def afterwards(
        self,
        call: Callable[[], Awaitable[None]],
        undone: Callable[[Exception], Awaitable[None]] | None = None,
    ) -> None:
        """Awaits a call that what was written until now must be committed for.

        In a :class:`Transaction` its turn comes after the end, or that of `undone` if all was
        undone.
        """
        await call()

    def hold(self, held: Held) -> None:
        """Has the writer begin a transaction that stays open; for :class:`Transaction`."""
        self._writer.hold(held)

    def create_tables(self, tables: Mapping[str, str]) -> None:
        """Creates those of the tables, by name, that are missing; for the start."""
        there = {name for (name,) in self.read_now(_TABLE_NAMES)}
        if there.issuperset(tables):
            return
        connection = self._connect()
        self.shared.lock()
        try:
            connection.execute("BEGIN IMMEDIATE")
            # Another process may have been faster.
            there = {name for (name,) in connection.execute(_TABLE_NAMES)}
            for name, sql in tables.items():
                if name not in there:
                    connection.execute(sql)
            connection.execute("COMMIT")
        finally:
            self.shared.unlock()
            connection.close()

    def scan(self, sql: str, params: Sequence[SqlValue], size: int) -> Iterator[list[Row]]:
        """The rows of one statement in chunks, as they were at its begin, however long it takes.

        For threads: a connection of its own reads, and the log cannot shrink until it is done.
        """
        connection = self._connect_reader()
        try:
            yield from connection.chunks(sql, params, size)
        finally:
            connection.close()

    async def look(
        self, sql: str, rows: int, seconds: float
    ) -> tuple[list[tuple[str, str]], list[Row]]:
        """What SQL of a superuser finds; see :func:`fastcms.store.console.look`."""
        return await asyncio.to_thread(console.look, self._connect_reader, sql, rows, seconds)

    async def named(self, sql: str, params: Sequence[SqlValue] = ()) -> tuple[list[str], list[Row]]:
        """The names of the columns that a statement reads, and its rows, however long it takes."""

        def read() -> tuple[list[str], list[Row]]:
            connection = self._connect_reader()
            try:
                return connection.named(sql, params)
            finally:
                connection.close()

        return await asyncio.to_thread(read)

    async def optimize(self) -> None:
        """Lets SQLite look at its indexes again, and empties the write-ahead log."""
        await self.write(lambda tx: tx.execute("PRAGMA optimize"))
        await asyncio.to_thread(truncate_log, self.path)

    async def vacuum(self, seconds: float) -> None:
        """Writes the file anew without gaps. Writers wait meanwhile. Raises StoreError."""
        await asyncio.to_thread(console.vacuum, self._connect, self.path.parent, seconds)
        await asyncio.to_thread(truncate_log, self.path)

    def close(self) -> None:
        """Commits what was submitted and closes every connection."""
        self._writer.close()
        self._checkpointer.close()
        self._reader.close()

    def _connect(self) -> Connection:
        return Connection(self.path)

    def _connect_reader(self) -> Connection:
        return Connection(self.path, read_only=True)

    def _connect_writer(self) -> Connection:
        connection = Connection(self.path)

        def after_commit(_: apsw.Connection, __: str, pages: int) -> int:
            self._checkpointer.on_commit(pages)
            return apsw.SQLITE_OK

        # A hook of our own also switches SQLite's automatic checkpoints off.
        connection.raw.set_wal_hook(after_commit)
        return connection


__all__ = ["Row", "Store", "Tx"]
