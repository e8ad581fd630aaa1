"""A transaction that somebody on the event loop holds open: the writer's side of it."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Callable, Coroutine, Sequence
from contextvars import Context
from enum import Enum
from functools import partial
from time import perf_counter
from typing import Any, TypeVar

from fastcms.store.connection import Connection, Row
from fastcms.store.errors import StoreError
from fastcms.store.job import Job, Tx, call_soon
from fastcms.values import SqlValue

T = TypeVar("T")

TOO_LONG = "the transaction took too long"
CUT_OFF = "what the transaction waited for was cut off"
STEPS = 2_000  # of a held transaction's statement between two looks at the clock (about 60 µs)


class Sign(Enum):
    """What a holder tells the thread beside jobs."""

    END = "that is all"
    LOOK = "what is waited for may be over"


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
        # The END behind them ends it; `is_kept` tells how.
        self.jobs: queue.SimpleQueue[Job[Any] | Sign] = queue.SimpleQueue()
        self.is_kept = False
        self.lasting: list[Job[Any]] = []
        self.events: list[object] = []
        # Jobs that the thread has not answered yet.
        self.under_way = 0
        # Whether its end was asked for, by the holder or because its time was over.
        self.is_over = False
        self._timer: asyncio.TimerHandle | None = None
        # A statement that runs at this moment is interrupted.
        self.stop_at = self.deadline = float("inf")

    @property
    def is_late(self) -> bool:
        """Whether its time is over: it will not be committed any more."""
        return perf_counter() >= self.deadline

    def submit(self, job: Job[T]) -> asyncio.Future[T]:
        """Has the thread run a job, and nothing before it is done. Called on the event loop."""
        if self.is_over:
            job.error = StoreError(TOO_LONG)
            job.answer()
            return job.future
        self.under_way += 1
        self.jobs.put(job)
        return job.future

    def end(self, *, keep: bool) -> None:
        """Has the thread commit or undo all of it, once. Called on the event loop."""
        if self.is_over:
            return
        self.is_over, self.is_kept = True, keep
        if self._timer is not None:
            self._timer.cancel()
        self.jobs.put(Sign.END)

    def begin(self, tx: HeldTx, connection: Connection) -> None:
        """Lets the holder work. Called on the writer's thread."""
        self.stop_at = self.deadline = perf_counter() + self.seconds
        connection.raw.set_progress_handler(lambda: perf_counter() >= self.stop_at, STEPS)

        def begun() -> None:
            if not self.begun.done():
                self.begun.set_result(tx)
            # Whatever its holder waits for, other writers get their turn when its time is over.
            if not self.is_over:
                self._timer = self.loop.call_later(self.seconds, partial(self.end, keep=False))

        call_soon(self.loop, begun)

    def answer(self, job: Job[Any]) -> None:
        """Tells the holder that a job is done. Called on the writer's thread."""

        def done() -> None:
            self.under_way -= 1
            job.answer()

        call_soon(self.loop, done)


class HeldTx(Tx):
    """What a held transaction's jobs and its holder work on; `work` does one of the jobs."""

    def __init__(
        self,
        connection: Connection,
        connect_reader: Callable[[], Connection],
        held: Held,
        work: Callable[[HeldTx, Job[Any]], None],
    ) -> None:
        super().__init__(connection, connect_reader)
        self._held = held
        self._work = work

    def refusal(self) -> StoreError | None:
        """Why nothing more is done in it and it cannot be committed, if so."""
        # An interrupted write has undone everything; what follows would be a transaction by itself.
        if self._held.is_late or not self._connection.raw.in_transaction:
            return StoreError(TOO_LONG)
        return None

    def wait(self, made: Coroutine[Any, Any, None], context: Context) -> None:
        """Waits within a job for a coroutine, which runs on the event loop in a copy of this
        context, and does meanwhile what it asks of the transaction.

        Called on the writer's thread. Raises what the coroutine does, and StoreError when the time
        of the transaction is over.
        """
        held = self._held
        over = context.run(asyncio.run_coroutine_threadsafe, made, held.loop)
        over.add_done_callback(lambda _: held.jobs.put(Sign.LOOK))
        while not over.done():
            job = held.jobs.get()
            if job is Sign.END:
                # It is for those further out, too.
                held.jobs.put(job)
                over.cancel()
                raise StoreError(TOO_LONG)
            if isinstance(job, Job):
                self._work(self, job)
        if over.cancelled():
            raise StoreError(CUT_OFF)
        if (error := over.exception()) is not None:
            # This thread goes on, whatever it is.
            raise error if isinstance(error, Exception) else StoreError(CUT_OFF)

    def execute(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        if (error := self.refusal()) is not None:
            raise error
        return super().execute(sql, params)

    def read_within(
        self, seconds: float, sql: str, params: Sequence[SqlValue] = ()
    ) -> list[Row] | None:
        """The rows of a statement that changes nothing; None if it takes longer."""
        if (error := self.refusal()) is not None:
            raise error
        held = self._held
        held.stop_at = min(perf_counter() + seconds, held.deadline)
        try:
            return self._connection.execute_within(sql, params)
        finally:
            held.stop_at = held.deadline
