"""The one writer of a process: a thread that commits waiting writes in groups.

A commit costs about as much for one row as for many: measured on a 2-core box, 437 µs a row alone
and 57 µs a row in groups of 16. So the thread takes all that wait, runs them in one transaction
and answers them after its commit. A job that fails takes nothing with it: jobs of several
statements run in a savepoint, a single statement undoes itself.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Generic, TypeVar

from fastcms.store.connection import Connection, Row
from fastcms.store.errors import SchemaChanged
from fastcms.store.guard import guarded
from fastcms.store.shared import Shared
from fastcms.values import SqlValue

T = TypeVar("T")

GROUP = 128  # jobs in one commit at most, so that the first never waits long


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

    __slots__ = ("error", "events", "future", "loop", "result", "run", "savepoint", "stamp")

    def __init__(self, run: Callable[[Tx], T], *, savepoint: bool, stamp: int | None) -> None:
        self.run = run
        self.savepoint = savepoint
        # The shared stamp under which the job was planned; None if it does not care.
        self.stamp = stamp
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[T] = self.loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None
        self.events: list[object] = []


class Writer:
    """Owns the write connection and the thread that alone uses it."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        connect_reader: Callable[[], Connection],
        shared: Shared,
        listeners: list[Callable[[object], None]],
    ) -> None:
        self._connection = connect()
        self._listeners = listeners
        self._tx = Tx(self._connection, connect_reader)
        self._shared = shared
        self._turn: list[Job[Any]] = []
        self._queue: queue.SimpleQueue[list[Job[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._loop, name="writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job[T]) -> asyncio.Future[T]:
        """Queues the job; its future is done after the commit. Called on the event loop.

        All jobs of one turn of the loop are handed over together: a thread woken for each would
        fight the loop for the interpreter (a create took 260 µs of CPU that way, 2-core box).
        """
        if not self._turn:
            job.loop.call_soon(self._hand_over)
        self._turn.append(job)
        return job.future

    def _hand_over(self) -> None:
        turn, self._turn = self._turn, []
        if turn:
            self._queue.put(turn)

    def close(self) -> None:
        """Finishes what was submitted, then stops the thread and closes the connection."""
        self._hand_over()
        self._queue.put(None)
        self._thread.join()
        self._tx.close()
        self._connection.close()

    def _loop(self) -> None:
        stop = False
        while not stop and (jobs := self._queue.get()) is not None:
            # What came while the last group was committed.
            while len(jobs) < GROUP:
                try:
                    more = self._queue.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    stop = True
                    break
                jobs += more
            self._commit(jobs)
            self._answer(jobs)

    def _commit(self, group: list[Job[Any]]) -> None:
        """Runs the group in one transaction; on a broken transaction, job by job."""
        self._shared.lock()
        try:
            if not self._attempt(group) and len(group) > 1:
                for job in group:
                    self._attempt([job])
        finally:
            self._shared.unlock()

    def _attempt(self, group: list[Job[Any]]) -> bool:
        """Whether the transaction held; the group's results and errors are set if so."""
        connection, tx = self._connection, self._tx
        tx.schema_changed = False
        calls: dict[Callable[[], None], None] = {}
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in group:
                self._run(job)
                if job.error is None:
                    calls |= tx.calls
                elif not connection.raw.in_transaction:
                    # The engine gave up the whole transaction (disk full, for one).
                    raise job.error
            if tx.schema_changed:
                self._shared.begin_change()
            connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 (whatever a job raises is its caller's)
            if connection.raw.in_transaction:
                connection.execute("ROLLBACK")
            if self._shared.is_changing:
                self._shared.touch()
            for job in group:
                job.result, job.error = None, error
            return False
        if tx.schema_changed:
            self._shared.touch()
        for call in calls:
            call()
        return True

    def _run(self, job: Job[Any]) -> None:
        job.result = job.error = None
        job.events = self._tx.events = []
        self._tx.calls = {}
        is_stale = self._tx.schema_changed or job.stamp != self._shared.stamp
        if job.stamp is not None and is_stale:
            job.error = SchemaChanged("the schema changed")
            return
        connection = self._connection
        changed = self._tx.schema_changed
        try:
            if job.savepoint:
                connection.execute("SAVEPOINT job")
            job.result = job.run(self._tx)
            if job.savepoint:
                connection.execute("RELEASE job")
        except Exception as error:  # noqa: BLE001
            job.error = error
            self._tx.schema_changed = changed
            if job.savepoint and connection.raw.in_transaction:
                connection.execute("ROLLBACK TO job")
                connection.execute("RELEASE job")

    def _answer(self, group: list[Job[Any]]) -> None:
        """Sets all futures of the group with one wake-up of the event loop."""

        def resolve() -> None:
            for job in group:
                if job.error is None and self._listeners:
                    for event in job.events:
                        for listener in self._listeners:
                            listener(event)
                if job.future.done():
                    continue
                if job.error is not None:
                    job.future.set_exception(job.error)
                else:
                    job.future.set_result(job.result)

        try:
            group[0].loop.call_soon_threadsafe(resolve)
        except RuntimeError:  # the loop is gone: nobody waits any more
            return
