"""The one writer of a process: a thread that commits waiting writes in groups.

A commit costs about as much for one row as for many: measured on a 2-core box, 437 µs a row alone
and 57 µs a row in groups of 16. So the thread takes all that wait, runs them in one transaction
and answers them after its commit. A job that fails takes nothing with it: jobs of several
statements run in a savepoint, a single statement undoes itself.

A held transaction has the thread for itself until its end: its jobs come one after the other from
who holds it, and each is answered at once.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from time import perf_counter
from typing import Any, Generic, TypeVar

from fastcms.store.connection import Connection, Row
from fastcms.store.console import Changed, change
from fastcms.store.errors import SchemaChanged, StoreError
from fastcms.store.guard import guarded
from fastcms.store.shared import Shared
from fastcms.values import SqlValue

T = TypeVar("T")

GROUP = 128  # jobs in one commit at most, so that the first never waits long
STEPS = 2_000  # of a held transaction's statement between two looks at the clock (about 60 µs)


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


class Held:
    """A transaction that somebody on the event loop holds open for some seconds at most."""

    def __init__(self, seconds: float, stamp: int | None) -> None:
        self.seconds = seconds
        # The shared stamp under which the holder plans; None if it does not care.
        self.stamp = stamp
        self.loop = asyncio.get_running_loop()
        # For the holder to work with while no job is under way: then the thread does not touch it.
        self.begun: asyncio.Future[HeldTx] = self.loop.create_future()
        self.ended: asyncio.Future[None] = self.loop.create_future()
        # The None behind them ends it; `is_kept` tells how.
        self.jobs: queue.SimpleQueue[Job[Any] | None] = queue.SimpleQueue()
        self.is_kept = False
        self.lasting: list[Job[Any]] = []
        self.events: list[object] = []
        # Jobs that the thread has not answered yet.
        self.under_way = 0
        # A statement that runs at this moment is interrupted.
        self.stop_at = self.deadline = float("inf")

    @property
    def is_late(self) -> bool:
        """Whether its time is over: it will not be committed any more."""
        return perf_counter() >= self.deadline

    def submit(self, job: Job[T]) -> asyncio.Future[T]:
        """Has the thread run a job, and nothing before it is done. Called on the event loop."""
        self.under_way += 1
        self.jobs.put(job)
        return job.future

    def end(self, *, keep: bool) -> None:
        """Has the thread commit or undo all of it. Called on the event loop."""
        self.is_kept = keep
        self.jobs.put(None)

    def begin(self, tx: HeldTx, connection: Connection) -> None:
        """Lets the holder work. Called on the writer's thread."""
        self.stop_at = self.deadline = perf_counter() + self.seconds
        connection.raw.set_progress_handler(lambda: perf_counter() >= self.stop_at, STEPS)

        def begun() -> None:
            if not self.begun.done():
                self.begun.set_result(tx)

        _call_soon(self.loop, begun)

    def answer(self, job: Job[Any]) -> None:
        """Tells the holder that a job is done. Called on the writer's thread."""

        def done() -> None:
            self.under_way -= 1
            job.answer()

        _call_soon(self.loop, done)


class HeldTx(Tx):
    """What a held transaction's jobs and its holder work on."""

    def __init__(
        self, connection: Connection, connect_reader: Callable[[], Connection], held: Held
    ) -> None:
        super().__init__(connection, connect_reader)
        self._held = held

    def refusal(self) -> StoreError | None:
        """Why nothing more is done in it and it cannot be committed, if so."""
        # An interrupted write has undone everything; what follows would be a transaction by itself.
        if self._held.is_late or not self._connection.raw.in_transaction:
            return StoreError("the transaction took too long")
        return None

    def execute(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        if (error := self.refusal()) is not None:
            raise error
        return super().execute(sql, params)

    def read_within(
        self, seconds: float, sql: str, params: Sequence[SqlValue] = ()
    ) -> list[Row] | None:
        """The rows of a statement that changes nothing; None if it takes longer."""
        held = self._held
        held.stop_at = min(perf_counter() + seconds, held.deadline)
        try:
            return self._connection.execute_within(sql, params)
        finally:
            held.stop_at = held.deadline


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
        self._connect_reader = connect_reader
        self._listeners = listeners
        self._tx = Tx(self._connection, connect_reader)
        self._shared = shared
        self._turn: list[Job[Any]] = []
        self._queue: queue.SimpleQueue[list[Job[Any]] | Held | None] = queue.SimpleQueue()
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

    def hold(self, held: Held) -> None:
        """Queues a held transaction behind all that was submitted. Called on the event loop."""
        self._hand_over()
        self._queue.put(held)

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
        while not stop and (work := self._queue.get()) is not None:
            held = work if isinstance(work, Held) else None
            jobs = [] if isinstance(work, Held) else work
            # What came while the last group was committed.
            while held is None and len(jobs) < GROUP:
                try:
                    more = self._queue.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    stop = True
                    break
                if isinstance(more, Held):
                    held = more
                else:
                    jobs += more
            if jobs:
                self._commit(jobs)
                self._answer(jobs)
            if held is not None:
                self._serve(held)

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
                self._run(job, tx)
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

    def _run(self, job: Job[Any], tx: Tx) -> None:
        job.result = job.error = None
        job.events = tx.events = []
        tx.calls = {}
        is_stale = tx.schema_changed or job.stamp != self._shared.stamp
        if job.stamp is not None and is_stale:
            job.error = SchemaChanged("the schema changed")
            return
        connection = self._connection
        changed = tx.schema_changed
        try:
            if job.savepoint:
                connection.execute("SAVEPOINT job")
            job.result = job.run(tx)
            if job.savepoint:
                connection.execute("RELEASE job")
        except Exception as error:  # noqa: BLE001
            job.error = error
            tx.schema_changed = changed
            if job.savepoint and connection.raw.in_transaction:
                connection.execute("ROLLBACK TO job")
                connection.execute("RELEASE job")

    def _serve(self, held: Held) -> None:
        """Runs a held transaction from its begin to its end."""
        self._shared.lock()
        try:
            error = self._hold(held)
            if held.lasting and (error is not None or not held.is_kept):
                self._attempt(held.lasting)
        finally:
            self._shared.unlock()

        def resolve() -> None:
            if held.is_kept and error is None:
                self._tell(held.events)
            if error is None:
                held.ended.set_result(None)
            elif held.begun.done():
                held.ended.set_exception(error)
            else:
                held.begun.set_exception(error)

        _call_soon(held.loop, resolve)

    def _hold(self, held: Held) -> Exception | None:
        """Runs the jobs of a held transaction; gives why it was undone, unless that was wanted."""
        connection = self._connection
        tx = HeldTx(connection, self._connect_reader, held)
        try:
            if held.stamp is not None and held.stamp != self._shared.stamp:
                raise SchemaChanged("the schema changed")
            connection.execute("BEGIN IMMEDIATE")
            held.begin(tx, connection)
            calls = self._run_all(held, tx)
            connection.raw.set_progress_handler(None)
            if held.is_kept:
                if (error := tx.refusal()) is not None:
                    return error
                if tx.schema_changed:
                    self._shared.begin_change()
                connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 (it is the holder's)
            return error
        finally:
            connection.raw.set_progress_handler(None)
            if connection.raw.in_transaction:
                connection.execute("ROLLBACK")
            if tx.schema_changed:
                self._shared.touch()
            tx.close()
        if held.is_kept:
            for call in calls:
                call()
        return None

    def _run_all(self, held: Held, tx: HeldTx) -> dict[Callable[[], None], None]:
        """Runs what a holder asks for, until the end; gives what to call after the commit."""
        calls: dict[Callable[[], None], None] = {}
        while (job := held.jobs.get()) is not None:
            job.error = tx.refusal()
            if job.error is None:
                self._run(job, tx)
            if job.error is None:
                held.events += job.events
                calls |= tx.calls
                if job.lasts:
                    held.lasting.append(job)
            held.answer(job)
        return calls

    def _answer(self, group: list[Job[Any]]) -> None:
        """Sets all futures of the group with one wake-up of the event loop."""

        def resolve() -> None:
            for job in group:
                if job.error is None and self._listeners:
                    self._tell(job.events)
                job.answer()

        _call_soon(group[0].loop, resolve)

    def _tell(self, events: list[object]) -> None:
        for event in events:
            for listener in self._listeners:
                listener(event)


def _call_soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(call)
    except RuntimeError:  # the loop is gone: nobody waits any more
        return
