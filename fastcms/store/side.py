"""A database beside the main one, for what may come a moment late: the log.

Entries are put into it in batches, one row of an own table for thousands of them, which costs a
server under load 0.1 µs an entry. They become rows of the table that is read, with its four
indexes, when there is time: that takes 7 µs each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from fastcms import ids
from fastcms.store.checkpoint import truncate_log
from fastcms.store.connection import Connection, Row
from fastcms.store.reader import Reader
from fastcms.values import SqlValue

T = TypeVar("T")

# Log pages, 64 MB of them, until they are moved to the file. Many entries then change the same page
# of an index for the price of one: 9 µs an entry where SQLite's own 1,000 pages make it 11.
CHECKPOINT_PAGES = 16_000

BATCHES = "_fc_log_batches"
_CREATE = (
    f"CREATE TABLE IF NOT EXISTS {BATCHES}"
    " (id INTEGER PRIMARY KEY, entries INTEGER NOT NULL, lines TEXT NOT NULL)"
)
_PUT = f"INSERT INTO {BATCHES} (entries, lines) VALUES (?, ?)"
_PENDING = f"SELECT coalesce(sum(entries), 0) FROM {BATCHES}"
_OLDEST = f"SELECT min(id) FROM {BATCHES}"
# A line is `[time, level, message, data]`, or of a plain request its facts: then the rest follows
# from them. SQLite does all of it by itself, so that the event loop can run meanwhile. Ids are in
# one order: a random one for each would cost as much as the rest of its row, and its place in the
# index as much again.
_UNFOLD = f"""
    INSERT OR IGNORE INTO _logs (id, created, level, message, data)
    SELECT
        ?2 || format('%06d', line.key),
        strftime('%Y-%m-%d %H:%M:%fZ', line.value ->> 0, 'unixepoch'),
        iif(json_array_length(line.value) = 4, line.value ->> 1, 0),
        iif(
            json_array_length(line.value) = 4,
            line.value ->> 2,
            (line.value ->> 2) || ' ' || (line.value ->> 3)
        ),
        iif(
            json_array_length(line.value) = 4,
            line.value -> 3,
            json_object(
                'auth', line.value ->> 5, 'execTime', line.value ->> 1,
                'method', line.value ->> 2, 'referer', '', 'remoteIP', line.value ->> 7,
                'status', line.value ->> 4, 'type', 'request', 'url', line.value ->> 3,
                'userAgent', line.value ->> 9, 'userIP', line.value ->> 8
            )
        )
    FROM {BATCHES}, jsonb_each(lines) AS line
    WHERE {BATCHES}.id = ?1
"""
_RANDOM = 9  # letters at the begin of an id; six digits follow


class SideStore:
    """One database file, opened when it is first needed.

    Its writers, one in each process, wait for each other in SQLite and for nobody else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    async def write(self, run: Callable[[Connection], T]) -> T:
        """Runs a job in a transaction, after those before it; returns after its commit."""
        return await self._on_thread(self._commit, run)

    async def read(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        """All rows of one statement, those of batches included."""
        await self.unfold()
        return await self._reader.read(sql, params)

    async def put(self, entries: int, lines: Callable[[], bytes]) -> int:
        """Keeps some entries, for now as lines, which are made on the thread.

        The answer is how many are kept as lines now.
        """
        return await self._on_thread(self._put, entries, lines)

    async def unfold(self) -> None:
        """Makes rows of all entries that were put until now."""
        while await self.unfold_batch():
            pass

    async def unfold_batch(self) -> int:
        """Makes rows of the entries that wait longest; how many still wait."""
        return await self._on_thread(self._unfold_batch)

    async def clear(self) -> None:
        """Removes all entries."""

        def run(connection: Connection) -> None:
            connection.execute("DELETE FROM _logs")
            connection.execute(f"DELETE FROM {BATCHES}")

        await self.write(run)

    async def sizes(self) -> tuple[int, int]:
        """Bytes of the file, and how many of them hold nothing."""
        return await self._on_thread(self._sizes)

    async def shrink(self) -> None:
        """Gives back what holds nothing. Others cannot write meanwhile, for seconds a gigabyte.

        Raises StoreError where there is no room for a copy of what stays.
        """
        await self._on_thread(lambda: self._connection.execute("VACUUM"))
        await self.optimize()

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
        if "_reader" in opened:
            self._reader.close()

    @cached_property
    def _reader(self) -> Reader:
        return Reader(lambda: Connection(self.path, read_only=True))

    @cached_property
    def _thread(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, thread_name_prefix="log")

    @cached_property
    def _connection(self) -> Connection:
        connection = Connection(self.path)
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        connection.execute(_CREATE)
        return connection

    async def _on_thread(self, run: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, run, *arguments)

    def _sizes(self) -> tuple[int, int]:
        page, pages, free = (
            int(self._connection.execute(f"PRAGMA {name}")[0][0])
            for name in ("page_size", "page_count", "freelist_count")
        )
        return page * pages, page * free

    def _put(self, entries: int, lines: Callable[[], bytes]) -> int:
        batch = lines().decode()

        def run(connection: Connection) -> int:
            connection.execute(_PUT, (entries, batch))
            return int(connection.execute(_PENDING)[0][0])

        return self._commit(run)

    def _unfold_batch(self) -> int:
        # Looked for without a lock: mostly there is none.
        if self._connection.execute(_OLDEST)[0][0] is None:
            return 0

        def run(connection: Connection) -> int:
            [(oldest,)] = connection.execute(_OLDEST)
            connection.execute(_UNFOLD, (oldest, ids.record_id()[:_RANDOM]))
            connection.execute(f"DELETE FROM {BATCHES} WHERE id = ?", (oldest,))
            return int(connection.execute(_PENDING)[0][0])

        return self._commit(run)

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
