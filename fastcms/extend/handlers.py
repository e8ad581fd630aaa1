"""Functions of users at events.

What a function raises answers the request that it was called for, and harms nothing else.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from time import perf_counter
from typing import Any, NamedTuple

from fastcms.errors import ApiError, bad_request
from fastcms.extend.calls import Calls, Runner
from fastcms.extend.placing import Placing, where
from fastcms.extend.registry import Registered
from fastcms.hooks import Event
from fastcms.hooks.chain import Bound

SLOW_SECONDS = 5.0  # after which a call is reported, where its handler does not say

log = logging.getLogger("fastcms.hooks")


class HandlerAt(NamedTuple):
    """A function for a hook."""

    hook: str
    function: Callable[..., Any]
    tags: tuple[str, ...]
    priority: int
    id: str
    # The event has to please it; None for all.
    when: Callable[[Any], bool] | None
    # Seconds after which it is reported; 0 for SLOW_SECONDS.
    timeout: float
    # Whether the rest of the chain is called for it: "" by itself, else "before" or "after" it.
    around: str


class Handlers:
    """The functions at the hooks of an app."""

    def put(self, placing: Placing, registered: Iterable[Registered]) -> None:
        """Invites them to the hooks, and nobody else."""
        bounds: dict[str, list[Bound]] = defaultdict(list)
        for at, file in registered:
            calls = placing.note(at.hook, at.function, file, at.tags, at.priority)
            run = handler(placing.runner, at, where(file, at.function, at.hook), calls)
            bounds[at.hook].append(Bound(run, frozenset(at.tags), at.priority, at.id))
        for name, hook in vars(placing.app.hooks).items():
            hook.invite(bounds.get(name, ()))


def handler(
    runner: Runner, at: HandlerAt, where: str, calls: Calls
) -> Callable[[Event], Awaitable[None]]:
    """The function as a handler of its hook; `where` tells people which one it is."""
    call, around, when = runner.callable(at.function), at.around, at.when
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
