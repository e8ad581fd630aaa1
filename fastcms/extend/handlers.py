"""Functions of users at events.

What a function raises answers the request that it was called for, and harms nothing else.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from time import perf_counter
from typing import Any, NamedTuple

from fastcms.embed.app import app
from fastcms.errors import ApiError, bad_request
from fastcms.extend.calls import Call, Calls, Runner
from fastcms.extend.faults import is_cancelled, tell
from fastcms.extend.placing import InPlace, Placing, where
from fastcms.extend.registry import Registered
from fastcms.extend.route_event import RouteEvent
from fastcms.hooks import Event
from fastcms.hooks.chain import Bound
from fastcms.http.reply import Reply

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


class Source(NamedTuple):
    """What a handler is of, for those who try it."""

    at: HandlerAt
    placed: InPlace
    # Makes another handler of the function, whose calls are counted apart.
    handler: Callable[[Calls], Callable[[Event], Awaitable[None]]]


class Handlers:
    """The functions at the hooks of an app."""

    def put(self, placing: Placing, registered: Iterable[Registered]) -> None:
        """Invites them to the hooks, and nobody else."""
        bounds: dict[str, list[Bound]] = defaultdict(list)
        for at, file in registered:
            calls = placing.note(
                "event", at.hook, at.function, file, tags=at.tags, priority=at.priority
            )
            place, answers = where(file, at.function, at.hook), at.hook.endswith("_request")
            make = partial(handler, placing.runner, at, place, answers=answers)
            source = Source(at, placing.placed[-1], make)
            tags = frozenset(at.tags)
            bounds[at.hook].append(Bound(make(calls), tags, at.priority, at.id, source))
        for name, hook in placing.app.hooks.by_name().items():
            hook.invite(bounds.get(name, ()))


def handler(
    runner: Runner, at: HandlerAt, where: str, calls: Calls, *, answers: bool = False
) -> Callable[[Event], Awaitable[None]]:
    """The function as a handler of its hook; `where` tells people which one it is.

    With `answers`, one that does not go on answers the event's request.
    """
    run, around, when = runner.callable(at.function), at.around, at.when
    limit, running = at.timeout or SLOW_SECONDS, runner.calls
    # What happened is committed: an error can only be told.
    is_late = "_after_" in at.hook

    def refuse(error: BaseException) -> None:
        """Counts a fault of the function, and answers with it where that is not too late."""
        calls.failed(error)
        if isinstance(error, ApiError) and not is_late:
            raise error
        tell(error, where)
        if not is_late:
            raise bad_request() from error

    def is_wanted(event: Event) -> bool:
        try:
            return when is None or bool(when(event))
        except Exception as error:  # noqa: BLE001 (told, or answered with)
            refuse(error)
            return False

    async def handle(event: Event) -> None:
        if when is not None and not is_wanted(event):
            await event.next()
            return
        if around == "after":
            await event.next()
        calls.count += 1
        event.app = app
        call = Call(where, limit)
        running.add(call)
        event._rest = (watched(event, call),)
        try:
            await (ask if answers else invoke)(at, call, run, event)
        except BaseException as error:
            if error is call.error or is_cancelled(error):
                raise
            refuse(error)
        finally:
            running.discard(call)
            seconds = perf_counter() - call.started
            calls.seconds += seconds
            calls.recent.append(seconds)
        if (around == "before" and event._answer is None) or (is_late and not call.is_begun):
            await event.next()

    return handle


def invoke(
    at: HandlerAt, call: Call, run: Callable[[Event], Awaitable[Any]], event: Event
) -> Awaitable[Any]:
    """Calls the function, within its time if it has one."""
    return within(at.timeout, call, run, event) if at.timeout else run(event)


async def ask(
    at: HandlerAt, call: Call, run: Callable[[Event], Awaitable[Any]], event: Any
) -> None:
    """Calls the function, and answers the request with what it gives if it does not go on, or if
    what it goes on with fails.

    As the reference, with nothing where it gives nothing. What goes on by itself has to say
    `respond`, and what comes after the rest cannot.
    """
    # Functions further in have lists of their own.
    given: list[object] | None = None if at.around == "after" else []
    event._given = given
    result = await invoke(at, call, run, event)
    if given is None or (call.is_begun and call.error is None):
        return
    if not given and result is not None and not at.around:
        given = [result]
    if given:
        event._answer = await RouteEvent(event.request).reply(given[0])
    elif not at.around:
        log.warning("%s neither goes on nor answers: the answer is empty", call.where)
        event._answer = Reply(b"", 200, b"", ((b"content-length", b"0"),))


def watched(event: Event, call: Call) -> Callable[[Event], Awaitable[None]]:
    """The rest of an event's chain: what it raises is not the fault of the call that goes on with
    it, and its time is not the call's.
    """
    rest = event._rest or ()

    async def run(event: Event) -> None:
        call.is_begun = call.is_waiting = True
        began = perf_counter()
        ends = None if call.lasts is None else call.lasts.when()
        if call.lasts is not None:
            call.lasts.reschedule(None)
        event._rest = rest
        try:
            await event._next()
        except BaseException as error:
            call.error = error
            raise
        finally:
            took = perf_counter() - began
            call.started += took
            call.is_waiting = False
            if call.lasts is not None and ends is not None:
                call.lasts.reschedule(ends + took)

    return run


async def within(
    seconds: float, call: Call, run: Callable[[Event], Awaitable[Any]], event: Event
) -> Any:
    """Calls the function, and gives it up after so many seconds of its own. Raises ApiError (503)
    then: a coroutine is cancelled; a thread goes on, but can change nothing any more.
    """
    call.lasts = asyncio.timeout(seconds)
    try:
        async with call.lasts:
            return await run(event)
    except TimeoutError as error:
        if not call.lasts.expired():
            raise
        log.error("%s was given up after %g s", call.where, seconds)
        raise ApiError(503, "This takes too long, please try again later") from error
