"""Calls functions of users: on the event loop or beside it, and counted.

A plain `def` may block, so it runs on a thread of its own pool; an `async def` runs on the loop.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any

import msgspec

from fastcms import clock

THREADS = 8  # that functions of users run on, in each process


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
        return await self.callable(function)(*arguments)

    def callable(self, function: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
        """The function as one to be awaited."""
        return function if inspect.iscoroutinefunction(function) else partial(self._aside, function)

    async def _aside(self, function: Callable[..., Any], *arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, copy_context().run, function, *arguments)
