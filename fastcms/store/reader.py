"""Reads: short ones where the request is, long ones on threads.

A point read takes a few microseconds, a hop to a thread and back 55 to 450: so every read starts
on the event loop's own connection, and is stopped when it has run for `INLINE_SECONDS`; then, and
for the same statement for some time after, it runs on a thread of the pool and stalls nobody.
"""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, perf_counter

import apsw

from fastcms.store.connection import NOT_UTF_8, Connection, Row, translate
from fastcms.store.errors import StoreError
from fastcms.values import SqlValue

INLINE_SECONDS = 0.005
SLOW_FOR = 10.0  # seconds before a statement found slow is tried inline again
TIMEOUT = 30.0  # seconds for a read on a thread, as the reference
THREADS = 4
STEPS = 2_000  # virtual machine steps between two looks at the clock (about 60 µs)
# Looks that a read is given whatever the clock says: who had to wait for a core is not slow.
LOOKS = 8
SLOW_STATEMENTS = 1_000


class Reader:
    """The read connections of one process."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        # Seconds for a read on a thread of which nobody says how long it may take.
        self.timeout = TIMEOUT
        self._inline = connect()
        self._deadline = 0.0
        self._looks = 0
        self._slow: dict[str, float] = {}
        self._threads: ThreadPoolExecutor | None = None
        self._idle: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        self._opened: list[Connection] = []
        self._inline.raw.set_progress_handler(self._is_late, STEPS)
        self._execute = self._inline.raw.execute

    async def read(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        """All rows of one statement. Raises StoreError, also after the timeout."""
        if sql in self._slow:
            if monotonic() < self._slow[sql]:
                return await self._read_on_thread(sql, params)
            del self._slow[sql]
        self._deadline = perf_counter() + INLINE_SECONDS
        self._looks = 0
        try:
            return self._execute(sql, params).fetchall()
        except apsw.InterruptError:
            if len(self._slow) >= SLOW_STATEMENTS:
                self._slow.clear()
            self._slow[sql] = monotonic() + SLOW_FOR
            return await self._read_on_thread(sql, params)
        except apsw.Error as error:
            raise translate(error) from error
        except UnicodeDecodeError as error:
            raise StoreError(NOT_UTF_8) from error

    def read_now(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        """All rows, however long it takes: for the start and for reloading the schema."""
        self._deadline = perf_counter() + TIMEOUT
        return self._inline.execute(sql, params)

    async def read_within(
        self, sql: str, seconds: float, params: Sequence[SqlValue] = ()
    ) -> list[Row]:
        """All rows of a statement of which nobody knows how long it takes, on a thread.

        Raises StoreError, also after so many seconds.
        """
        return await self._read_on_thread(sql, params, seconds)

    def _is_late(self) -> bool:
        self._looks += 1
        return self._looks > LOOKS and perf_counter() > self._deadline

    def data_version(self) -> int:
        """A number that another one follows when anybody commits."""
        # Of the loop's own connection: each connection counts for itself. The read before may
        # have used its looks up.
        self._looks = 0
        return int(self._execute("PRAGMA data_version").get)

    async def _read_on_thread(
        self, sql: str, params: Sequence[SqlValue], seconds: float | None = None
    ) -> list[Row]:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="reader")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._run_on_thread, sql, params, seconds)

    def _run_on_thread(
        self, sql: str, params: Sequence[SqlValue], seconds: float | None
    ) -> list[Row]:
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            connection = self._connect()
            self._opened.append(connection)
        deadline = perf_counter() + (self.timeout if seconds is None else seconds)
        connection.raw.set_progress_handler(lambda: perf_counter() > deadline, 100 * STEPS)
        try:
            return connection.execute(sql, params)
        finally:
            self._idle.put(connection)

    def close(self) -> None:
        """Waits for running reads and closes the connections."""
        if self._threads is not None:
            self._threads.shutdown()
        for connection in self._opened:
            connection.close()
        self._inline.close()
