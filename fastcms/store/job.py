"""A piece of work for the writer, the transaction that it works on, and who waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Generic, TypeVar

from fastcms.store.connection import Connection, Row
from fastcms.store.console import Changed, change
from fastcms.store.guard import guarded
from fastcms.values import SqlValue

T = TypeVar("T")


class Tx:
    """An open write transaction. Statements see what the earlier ones of the transaction did."""

    def __init__(
        self, connection: Connection, connect_reader: Callable[[], Connection] | None = None
    ) -> None:
        self._connection = connection
        self._connect_reader = connect_reader
        self._reader: Connection | None = None
        # Set by a job that changed the schema or a setting: other processes must reload.
        self.schema_changed = False
        self.events: list[object] = []
        self.calls: dict[Callable[[], None], None] = {}

    def execute(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        """Runs one statement."""
        return self._connection.execute(sql, params)

    def named(self, sql: str, params: Sequence[SqlValue] = ()) -> tuple[list[str], list[Row]]:
        """The names of the columns that a statement gives, and its rows."""
        return self._connection.named(sql, params)

    def before(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        """Runs a statement on what was committed before this transaction."""
        if self._reader is None:
            assert self._connect_reader is not None
            self._reader = self._connect_reader()
        return self._reader.execute(sql, params)

    def close(self) -> None:
        """Lets go of what it has opened beside the connection."""
        if self._reader is not None:
            self._reader.close()

    def guarded(
        self, sql: str, params: Sequence[SqlValue], collections: AbstractSet[str]
    ) -> list[Row]:
        """Runs SQL that people wrote; see :func:`fastcms.store.guard.guarded`."""
        return guarded(self._connection.raw, sql, params, collections)

    def console(self, sql: str, seconds: float) -> Changed:
        """Runs SQL that a superuser wrote; see :func:`fastcms.store.console.change`."""
        return change(self._connection.raw, sql, seconds)

    def changes(self) -> int:
        """Rows touched by the last statement."""
        return self._connection.changes()

    def emit(self, event: object) -> None:
        """Sends a fact to the store's listeners after the commit, or never if there is none."""
        self.events.append(event)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Calls this on the writer's thread after the commit, once for all who ask for it.

        It may not raise.
        """
        self.calls[call] = None


class Job(Generic[T]):
    """A piece of work for the writer and the future that waits for its result."""

    __slots__ = (
        "error",
        "events",
        "future",
        "lasts",
        "loop",
        "result",
        "run",
        "savepoint",
        "stamp",
    )

    def __init__(
        self, run: Callable[[Tx], T], *, savepoint: bool, stamp: int | None, lasts: bool = False
    ) -> None:
        self.run = run
        self.savepoint = savepoint
        # Whether it is done anew when the held transaction that it is in is undone.
        self.lasts = lasts
        # The shared stamp under which the job was planned; None if it does not care.
        self.stamp = stamp
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[T] = self.loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None
        self.events: list[object] = []

    @classmethod
    def of_one(cls, sql: str, params: Sequence[SqlValue], stamp: int | None) -> Job[int]:
        """The job of one statement; its result is the rows that it touched."""

        def run(tx: Tx) -> int:
            tx.execute(sql, params)
            return tx.changes()

        return Job(run, savepoint=False, stamp=stamp)

    def answer(self) -> None:
        """Tells who waits for it. Called on the event loop."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


def call_soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """Calls this on an event loop, from any thread."""
    try:
        loop.call_soon_threadsafe(call)
    except RuntimeError:  # the loop is gone: nobody waits any more
        return
