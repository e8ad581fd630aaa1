"""Plain functions of users, run where they hold nobody: on a thread until they have shown that
they are quick, then on the event loop, in a greenlet that can wait.
"""

from __future__ import annotations

import dis
import inspect
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastcms.extend.greenlets import Greenlets
from fastcms.extend.threads import Threads

QUICK, QUICK_CALLS = 0.001, 20  # so many such calls in a row on threads bring it to the loop
SLOW, SLOW_CALLS = 0.005, 3  # so many calls there that are longer send it back
TOO_SLOW = 0.05  # one such call does
# What a machine that is busy makes slow is not slow for ever; but each way back takes longer.
TIMES_LONGER = 10

_CONTEXTS = {"BEFORE_WITH", "LOAD_SPECIAL", "SETUP_WITH"}

log = logging.getLogger("fastcms.hooks")


class Plain:
    """A plain function, to be awaited."""

    def __init__(
        self, function: Callable[..., Any], threads: Threads, greenlets: Greenlets
    ) -> None:
        self._function = function
        self._threads = threads
        self._greenlets = greenlets
        self._is_quick = False
        # Calls on threads that were quick, since the last that was not, and how many it takes.
        self._quick = 0
        self._needed = QUICK_CALLS
        # Calls on the loop that were slow.
        self._slow = 0
        self._stays = holds(function)

    def __call__(self, *arguments: Any) -> Coroutine[Any, Any, Any]:
        """What the function returns; what it returns to be awaited is."""
        if self._is_quick:
            return self._greenlets.run(self._function, arguments, self._took)
        return self._on_thread(arguments)

    async def _on_thread(self, arguments: tuple[Any, ...]) -> Any:
        outcome = await self._threads.run(self._function, arguments)
        self._quick = self._quick + 1 if outcome.seconds < QUICK else 0
        if self._quick >= self._needed and not self._stays:
            self._is_quick, self._slow = True, 0
        if outcome.error is not None:
            raise outcome.error
        result = outcome.result
        return result if result is None or not isinstance(result, Awaitable) else await result

    def _took(self, seconds: float) -> None:
        """Hears how long a call on the loop has held it."""
        if seconds > SLOW:
            self._was_slow(seconds)

    def _was_slow(self, seconds: float) -> None:
        self._slow += 1
        if self._is_quick and (seconds > TOO_SLOW or self._slow >= SLOW_CALLS):
            self._is_quick, self._quick = False, 0
            self._needed *= TIMES_LONGER
            name = getattr(self._function, "__qualname__", repr(self._function))
            log.info("%s runs on threads again: it took %.0f ms", name, seconds * 1e3)


def holds(function: Callable[..., Any]) -> bool:
    """Whether a function may hold something, a lock for instance, while it waits.

    On the loop, where all calls share one thread, the next call would wait for it forever.
    """
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return True
    return "acquire" in code.co_names or any(
        step.opname in _CONTEXTS for step in dis.get_instructions(code)
    )
