"""Calls functions of users, and counts how that went."""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from math import ceil
from time import perf_counter
from typing import Any

import msgspec

from fastcms import clock
from fastcms.extend.greenlets import Greenlets
from fastcms.extend.plain import Plain
from fastcms.extend.threads import THREADS, Threads
from fastcms.observe.warnings import named

RECENT = 200  # calls whose times are kept


class Calls(msgspec.Struct):
    """How the calls of one function went in this process."""

    count: int = 0
    errors: int = 0
    # Spent in the function, not in the rest of the chain.
    seconds: float = 0.0
    last_error: str = ""
    last_error_at: str = ""
    # What the last calls took, in seconds.
    recent: deque[float] = msgspec.field(default_factory=partial(deque, maxlen=RECENT))

    def quantile(self, share: float) -> float | None:
        """The time that this share of the last calls took at most, in ms; None if there is none."""
        if not self.recent:
            return None
        in_order = sorted(self.recent)
        return round(in_order[ceil(share * len(in_order)) - 1] * 1e3, 3)

    def failed(self, error: BaseException) -> None:
        """Counts an error."""
        self.errors += 1
        self.last_error = named(error)
        self.last_error_at = clock.now_text()


class Call:
    """One call that goes on, for those who watch; the time of what it waits for is not its own."""

    __slots__ = ("error", "is_begun", "is_told", "is_waiting", "lasts", "limit", "started", "where")

    def __init__(self, where: str, limit: float) -> None:
        self.where = where
        # Seconds after which it is reported.
        self.limit = limit
        self.is_told = False
        # What gives it up.
        self.lasts: asyncio.Timeout | None = None
        # Of the rest of an event's chain: whether it was begun, goes on, and what it raised.
        self.is_begun = False
        self.is_waiting = False
        self.error: BaseException | None = None
        # Put off by the time that the rest took.
        self.started = perf_counter()


class Runner:
    """Calls functions of users."""

    def __init__(self, threads: int = THREADS) -> None:
        self._threads = Threads(threads)
        self._greenlets = Greenlets()
        # Those that go on.
        self.calls: set[Call] = set()

    def close(self) -> None:
        """Waits for nobody: a function that hangs does not hold the server."""
        self._threads.close()

    def callable(self, function: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
        """The function as one to be awaited; what is kept of how it runs is kept in there."""
        if inspect.iscoroutinefunction(function):
            return function
        return Plain(function, self._threads, self._greenlets)
