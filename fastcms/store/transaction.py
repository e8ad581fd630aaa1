"""A transaction that is held open over many reads and writes, in the place of the store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter
from types import TracebackType
from typing import Self, TypeVar

import apsw

from fastcms.store.connection import NOT_UTF_8, Connection, Row, translate
from fastcms.store.errors import StoreError
from fastcms.store.reader import INLINE_SECONDS
from fastcms.store.store import Store, Tx
from fastcms.store.writer import Held, Job
from fastcms.values import SqlValue

T = TypeVar("T")


class Transaction(Store):
    """What is read and written in here sees what was written in here, and all of it lasts or none.

    `async with Transaction(store, seconds, stamp=…) as transaction:` waits for the writer, keeps
    all other writers waiting, and commits at its end; an exception undoes everything. `seconds` is
    how long that may take from the begin on. Raises SchemaChanged for a stamp that is no longer the
    shared one, and StoreError when it cannot be committed. Once it has ended, it is the store to
    whoever still has it, and `go_on()` does what waited for the commit.

    Writes run on the writer's thread. Short reads run here on the writer's connection, which that
    thread does not touch while it waits for the next job: a hop to it costs ten reads.
    """

    def __init__(self, store: Store, seconds: float, *, stamp: int | None = None) -> None:
        self.path, self.shared, self.listeners = store.path, store.shared, store.listeners
        self._store = store
        self._held = Held(seconds, stamp)
        self._connection: Connection | None = None
        self._slow: set[str] = set()
        self._afterwards: list[Callable[[], Awaitable[None]]] = []
        self.read = self._read
        self.read_now = self._read_now
        self.read_within = self._read_within
        self.count = self._count

    @property
    def is_late(self) -> bool:
        """Whether its time is over."""
        return self._held.is_late

    async def __aenter__(self) -> Self:
        self._store.hold(self._held)
        try:
            self._connection = await self._held.begun
        except BaseException:
            self._held.end(keep=False)
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        store = self._store
        self._connection = None
        self.read, self.read_now = store.read, store.read_now
        self.read_within, self.count = store.read_within, store.count
        self._held.end(keep=error is None)
        await asyncio.shield(self._held.ended)

    async def go_on(self) -> None:
        """Does what waited for the commit; one that fails keeps no other from its turn."""
        failures: list[Exception] = []
        for call in self._afterwards:
            try:
                await call()
            except Exception as error:  # noqa: BLE001 (raised below)
                failures.append(error)
        if failures:
            raise failures[0]

    async def afterwards(self, call: Callable[[], Awaitable[None]]) -> None:
        if self._connection is None:
            await call()
        else:
            self._afterwards.append(call)

    def write(
        self, run: Callable[[Tx], T], *, stamp: int | None = None, lasts: bool = False
    ) -> asyncio.Future[T]:
        if self._connection is None:
            return self._store.write(run, stamp=stamp)
        return self._held.submit(Job(run, savepoint=True, stamp=stamp, lasts=lasts))

    def write_one(
        self, sql: str, params: Sequence[SqlValue], *, stamp: int | None = None
    ) -> asyncio.Future[int]:
        if self._connection is None:
            return self._store.write_one(sql, params, stamp=stamp)
        return self._held.submit(Job.of_one(sql, params, stamp))

    async def _read(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        if not self._held.under_way and sql not in self._slow:
            held = self._held
            held.stop_at = min(perf_counter() + INLINE_SECONDS, held.deadline)
            try:
                return self._begun.raw.execute(sql, params).fetchall()
            except apsw.InterruptError:
                self._slow.add(sql)
            except apsw.Error as error:
                raise translate(error) from error
            except UnicodeDecodeError as error:
                raise StoreError(NOT_UTF_8) from error
            finally:
                held.stop_at = held.deadline
        return await self.write(lambda tx: tx.execute(sql, params))

    def _read_now(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        return self._begun.execute(sql, params)

    async def _read_within(
        self, sql: str, seconds: float, params: Sequence[SqlValue] = ()
    ) -> list[Row]:
        async with asyncio.timeout(seconds):
            return await self._read(sql, params)

    async def _count(self, sql: str, params: tuple[SqlValue, ...], *, lasts: bool) -> int:
        return int((await self._read(sql, params))[0][0])

    @property
    def _begun(self) -> Connection:
        assert self._connection is not None
        return self._connection
