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
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from fastcms.store.connection import Connection
from fastcms.store.errors import SchemaChanged
from fastcms.store.held import Held, HeldTx, Sign
from fastcms.store.job import Job, Tx, call_soon
from fastcms.store.shared import Shared

T = TypeVar("T")

GROUP = 128  # jobs in one commit at most, so that the first never waits long


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

        call_soon(held.loop, resolve)

    def _hold(self, held: Held) -> Exception | None:
        """Runs the jobs of a held transaction; gives why it was undone, unless that was wanted."""
        connection = self._connection
        tx = HeldTx(connection, self._connect_reader, held, partial(self._work, held))
        try:
            if held.stamp is not None and held.stamp != self._shared.stamp:
                raise SchemaChanged("the schema changed")
            connection.execute("BEGIN IMMEDIATE")
            held.begin(tx, connection)
            while (job := held.jobs.get()) is not Sign.END:
                if isinstance(job, Job):
                    self._work(held, tx, job)
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
            held.events = tx.events
            for call in tx.calls:
                call()
        return None

    def _work(self, held: Held, tx: HeldTx, job: Job[Any]) -> None:
        """Runs a job of a held transaction, maybe within another one."""
        events, calls = tx.events, tx.calls
        job.error = tx.refusal()
        if job.error is None:
            self._run(job, tx)
        if job.error is None:
            events += job.events
            calls |= tx.calls
            if job.lasts:
                held.lasting.append(job)
        tx.events, tx.calls = events, calls
        held.answer(job)

    def _answer(self, group: list[Job[Any]]) -> None:
        """Sets all futures of the group with one wake-up of the event loop."""

        def resolve() -> None:
            for job in group:
                if job.error is None and self._listeners:
                    self._tell(job.events)
                job.answer()

        call_soon(group[0].loop, resolve)

    def _tell(self, events: list[object]) -> None:
        for event in events:
            for listener in self._listeners:
                listener(event)
