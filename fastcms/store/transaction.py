"""A transaction that is held open over many reads and writes, in the place of the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

from fastcms.store.connection import Row
from fastcms.store.errors import SchemaChanged, StoreError
from fastcms.store.held import TOO_LONG, Held, HeldTx
from fastcms.store.job import Job
from fastcms.store.reader import INLINE_SECONDS
from fastcms.store.store import Store, Tx
from fastcms.values import SqlValue

T = TypeVar("T")


class Transaction(Store):
    """What is read and written in here sees what was written in here, and all of it lasts or none.

    `async with Transaction(store, seconds, stamp=…) as transaction:` waits for the writer, keeps
    all other writers waiting, and commits at its end; an exception undoes everything. `seconds` is
    how long that may take from the begin on: then all is undone, whatever is waited for in it.
    Raises SchemaChanged for a stamp that is no longer the shared one, and StoreError when it cannot
    be committed. Once it has ended, it is the store to whoever still has it, and `go_on()` does
    what waited for the commit.

    Writes of several statements run on the writer's thread. What is short runs here, with the
    connection of that thread, which does not touch it while it waits for the next job: a hop to it
    and back takes five times as long as a row takes to be written.
    """

    def __init__(self, store: Store, seconds: float, *, stamp: int | None = None) -> None:
        self.path, self.shared, self.listeners = store.path, store.shared, store.listeners
        self._store = store
        self._held = Held(seconds, stamp)
        self._tx: HeldTx | None = None
        self._slow: set[str] = set()
        self._afterwards: list[Callable[[], Awaitable[None]]] = []
        self._undone: list[Callable[[Exception], Awaitable[None]]] = []
        self.read = self._read
        self.read_now = self._read_now
        self.read_within = self._read_within
        self.count = self._count

    @property
    def is_late(self) -> bool:
        """Whether its time is over."""
        return self._held.is_late

    @property
    def is_open(self) -> bool:
        """Whether what is written now is part of it."""
        return self._tx is not None

    async def named(self, sql: str, params: Sequence[SqlValue] = ()) -> tuple[list[str], list[Row]]:
        if self._tx is None:
            return await self._store.named(sql, params)
        return await self.write(lambda tx: tx.named(sql, params))

    async def __aenter__(self) -> Self:
        self._store.hold(self._held)
        try:
            self._tx = await self._held.begun
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
        self._tx = None
        self.read, self.read_now = store.read, store.read_now
        self.read_within, self.count = store.read_within, store.count
        self._held.end(keep=error is None)
        await asyncio.shield(self._held.ended)
        if error is None and not self._held.is_kept:
            raise StoreError(TOO_LONG)

    @contextmanager
    def held_by_this_task(self) -> Iterator[None]:
        """What is no part of it, but written by this task, is refused meanwhile: it would wait for
        the end of what it is in the midst of.
        """
        store = self._store
        before, store.holder = store.holder, asyncio.current_task()
        try:
            yield
        finally:
            store.holder = before

    @asynccontextmanager
    async def undone_together(self) -> AsyncIterator[None]:
        """For a job that an exception undoes with all that was written meanwhile, and nothing else:
        what waits for the commit of that is told.
        """
        after, undone = len(self._afterwards), len(self._undone)
        try:
            yield
        except Exception as error:
            told = self._undone[undone:]
            del self._afterwards[after:], self._undone[undone:]
            await _call_all([partial(call, error) for call in told])
            raise

    async def go_on(self) -> None:
        """Does what waited for the commit; one that fails keeps no other from its turn."""
        await _call_all(self._afterwards)

    async def go_back(self, error: Exception) -> None:
        """Tells those who want to know it that all was undone, and why."""
        await _call_all([partial(call, error) for call in self._undone])

    async def afterwards(
        self,
        call: Callable[[], Awaitable[None]],
        undone: Callable[[Exception], Awaitable[None]] | None = None,
    ) -> None:
        if self._tx is None:
            await call()
            return
        self._afterwards.append(call)
        if undone is not None:
            self._undone.append(undone)

    def write(
        self, run: Callable[[Tx], T], *, stamp: int | None = None, lasts: bool = False
    ) -> asyncio.Future[T]:
        if self._tx is None:
            return self._store.write(run, stamp=stamp)
        return self._held.submit(Job(run, savepoint=True, stamp=stamp, lasts=lasts))

    def write_one(
        self, sql: str, params: Sequence[SqlValue], *, stamp: int | None = None
    ) -> asyncio.Future[int]:
        if self._tx is None:
            return self._store.write_one(sql, params, stamp=stamp)
        job = Job.of_one(sql, params, stamp)
        if self._held.under_way:
            return self._held.submit(job)
        if stamp is not None and (self._tx.schema_changed or stamp != self.shared.stamp):
            job.error = SchemaChanged("the schema changed")
        else:
            try:
                job.result = job.run(self._tx)
            except StoreError as error:
                job.error = error
        job.answer()
        return job.future

    async def _read(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        if not self._held.under_way and sql not in self._slow:
            rows = self._open.read_within(INLINE_SECONDS, sql, params)
            if rows is not None:
                return rows
            self._slow.add(sql)
        return await self.write(lambda tx: tx.execute(sql, params))

    def _read_now(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        return self._open.execute(sql, params)

    async def _read_within(
        self, sql: str, seconds: float, params: Sequence[SqlValue] = ()
    ) -> list[Row]:
        async with asyncio.timeout(seconds):
            return await self._read(sql, params)

    async def _count(self, sql: str, params: tuple[SqlValue, ...], *, lasts: bool) -> int:
        return int((await self._read(sql, params))[0][0])

    @property
    def _open(self) -> HeldTx:
        assert self._tx is not None
        return self._tx


async def _call_all(calls: Sequence[Callable[[], Awaitable[None]]]) -> None:
    failures: list[Exception] = []
    for call in calls:
        try:
            await call()
        except Exception as error:  # noqa: BLE001 (raised below)
            failures.append(error)
    if failures:
        raise failures[0]
