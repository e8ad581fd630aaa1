"""Threads for plain functions of users that may block."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from queue import SimpleQueue
from time import perf_counter
from typing import Any, NamedTuple

from fastcms.errors import ApiError
from fastcms.hooks.bridge import here

THREADS = 8  # in each process
PATIENCE = 10.0  # seconds that a call waits for a thread

log = logging.getLogger("fastcms.hooks")


class Outcome(NamedTuple):
    """How a function ended."""

    result: Any
    error: BaseException | None
    # Spent in it, not in what it waited for.
    seconds: float


class Threads:
    """Calls functions beside the event loop, so many at once.

    Those that wait for the rest of a chain are not counted: what they wait for may need a thread.
    Nobody waits for one that hangs, not even the end of the process.
    """

    def __init__(self, count: int = THREADS) -> None:
        self._count = count
        self._free = asyncio.Semaphore(count)
        self._idle: list[_Thread] = []
        # The calls that take a thread, for those who ask why there is none.
        self._running: dict[_Talk, str] = {}

    def close(self) -> None:
        """Lets the idle ones go."""
        for thread in self._idle:
            thread.jobs.put(None)
        self._idle.clear()

    async def run(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Outcome:
        """Calls a function. Raises ApiError (503) where no thread is free for too long."""
        await self._take()
        thread = self._idle.pop() if self._idle else _Thread()
        talk = _Talk(asyncio.get_running_loop())
        self._running[talk] = getattr(function, "__qualname__", repr(function))

        def end(outcome: Outcome) -> None:
            self._leave(talk)
            self._idle.append(thread)
            if not talk.asked.done():
                talk.asked.set_result(outcome)

        thread.jobs.put((talk, copy_context().run, function, arguments, end))
        return await talk.serve(partial(self._leave, talk))

    async def _take(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE if self._free.locked() else None):
                await self._free.acquire()
        except TimeoutError:
            names = ", ".join(sorted(set(self._running.values())))
            log.error("all %d threads of hooks are busy: %s", self._count, names)
            raise ApiError(503, "The server is busy, please try again later") from None

    def _leave(self, talk: _Talk) -> None:
        if self._running.pop(talk, None) is not None:
            self._free.release()


class _Talk:
    """What a function on a thread and the task that called it tell each other."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        # What the function waits for, or how it ended.
        self.asked: asyncio.Future[Outcome | Awaitable[Any]] = loop.create_future()
        self._answers: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()
        self.waited = 0.0

    def wait(self, awaitable: Awaitable[Any]) -> Any:
        """Called on the thread."""
        started = perf_counter()
        self._loop.call_soon_threadsafe(self._ask, awaitable)
        value, error = self._answers.get()
        self.waited += perf_counter() - started
        if error is not None:
            raise error
        return value

    def _ask(self, awaitable: Awaitable[Any]) -> None:
        if self.asked.done():
            # The task was cancelled meanwhile: nothing may happen for it any more.
            if close := getattr(awaitable, "close", None):
                close()
            self._answers.put((None, asyncio.CancelledError("nobody waits for this any more")))
        else:
            self.asked.set_result(awaitable)

    async def serve(self, on_wait: Callable[[], None]) -> Outcome:
        """Awaits what the function waits for, until it ends; `on_wait` is called before."""
        while True:
            asked = await self.asked
            if isinstance(asked, Outcome):
                return asked
            on_wait()
            try:
                value, error = await asked, None
            except Exception as raised:  # noqa: BLE001 (the function is who called)
                value, error = None, raised
            except BaseException as raised:
                # This task ends; whatever else the function asks is refused.
                self._answers.put((None, raised))
                raise
            self.asked = self._loop.create_future()
            self._answers.put((value, error))

    def tell(self, end: Callable[[Outcome], None], outcome: Outcome) -> None:
        """Called on the thread when the function has ended."""
        with suppress(RuntimeError):  # the loop is closed: the server has stopped
            self._loop.call_soon_threadsafe(end, outcome)


class _Thread(threading.Thread):
    """Does what it is given, one job after another."""

    def __init__(self) -> None:
        super().__init__(name="hooks", daemon=True)
        self.jobs: SimpleQueue[Any] = SimpleQueue()
        self.start()

    def run(self) -> None:
        while (job := self.jobs.get()) is not None:
            talk, run, function, arguments, end = job
            here.wait = talk.wait
            started = perf_counter()
            try:
                result, error = run(function, *arguments), None
            except BaseException as raised:  # noqa: BLE001 (the one who called gets it)
                result, error = None, raised
            here.wait = None
            talk.tell(end, Outcome(result, error, perf_counter() - started - talk.waited))
            del talk, run, function, arguments, end, job, result, error
