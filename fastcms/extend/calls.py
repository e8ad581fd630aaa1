"""Functions of users as handlers: on the event loop or beside it, counted, their faults told.

A plain `def` may block, so it runs on a thread of its own pool; an `async def` runs on the loop.
What a function raises answers the request that it was called for, and harms nothing else.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from time import perf_counter
from typing import Any

import msgspec

from fastcms import clock
from fastcms.errors import ApiError, bad_request
from fastcms.extend.registry import HandlerAt
from fastcms.hooks import Event

THREADS = 8  # that functions of users run on, in each process
SLOW_SECONDS = 5.0  # after which a call is reported, where its handler does not say

log = logging.getLogger("fastcms.hooks")


class Calls(msgspec.Struct):
    """How the calls of one function went in this process."""

    count: int = 0
    errors: int = 0
    # Spent in the function, not in the rest of the chain.
    seconds: float = 0.0
    last_error: str = ""
    last_error_at: str = ""

    def failed(self, error: BaseException) -> None:
        """Counts an error."""
        self.errors += 1
        self.last_error = f"{type(error).__name__}: {error}"
        self.last_error_at = clock.now_text()


class Runner:
    """Calls functions of users."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="hooks")

    def close(self) -> None:
        """Waits for nobody: a function that hangs does not hold the server."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What the function returns, wherever it has to run."""
        return await self._callable(function)(*arguments)

    def _callable(self, function: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
        """The function as one to be awaited."""
        return function if inspect.iscoroutinefunction(function) else partial(self._aside, function)

    async def _aside(self, function: Callable[..., Any], *arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, copy_context().run, function, *arguments)

    def handler(
        self, at: HandlerAt, where: str, calls: Calls
    ) -> Callable[[Event], Awaitable[None]]:
        """The function as a handler of its hook; `where` tells people which one it is."""
        call, around, when = self._callable(at.function), at.around, at.when
        limit = at.timeout or SLOW_SECONDS
        # What happened is committed: an error can only be told.
        is_late = "_after_" in at.hook

        def refuse(error: Exception) -> None:
            """Counts a fault of the function, and answers with it where that is not too late."""
            calls.failed(error)
            if isinstance(error, ApiError) and not is_late:
                raise error
            log.error("%s failed", where, exc_info=error)
            if not is_late:
                raise bad_request() from error

        def is_wanted(event: Event) -> bool:
            try:
                return when is None or bool(when(event))
            except Exception as error:  # noqa: BLE001 (told, or answered with)
                refuse(error)
                return False

        async def handle(event: Event) -> None:
            if not is_wanted(event):
                await event.next()
                return
            if around == "after":
                await event.next()
            calls.count += 1
            loop = asyncio.get_running_loop()
            event.on_thread(loop)
            rest = Rest(event)
            slow = loop.call_later(limit, log.warning, "%s takes longer than %g s", where, limit)
            started = perf_counter()
            try:
                await call(event)
            except Exception as error:
                if error is rest.error:
                    raise
                refuse(error)
            finally:
                slow.cancel()
                calls.seconds += perf_counter() - started - rest.seconds
            if around == "before" or (is_late and not rest.is_begun):
                await event.next()

        return handle


class Rest:
    """The rest of an event's chain, watched: what it raises is not the handler's own fault, and
    its time is not the handler's.
    """

    def __init__(self, event: Event) -> None:
        self.seconds = 0.0
        self.error: BaseException | None = None
        self.is_begun = False
        self._rest = event._rest or ()
        event._rest = (self._run,)

    async def _run(self, event: Event) -> None:
        self.is_begun = True
        started = perf_counter()
        event._rest = self._rest
        try:
            await event._next()
        except BaseException as error:
            self.error = error
            raise
        finally:
            self.seconds += perf_counter() - started
