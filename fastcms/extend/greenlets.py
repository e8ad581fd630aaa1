"""Plain functions on the event loop, in greenlets: where one waits, others go on."""

from __future__ import annotations

import asyncio
from asyncio import events
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet

from fastcms.hooks.bridge import here


class Greenlets:
    """Calls functions on the loop whose thread it is used on.

    A greenlet that is done is kept for the next call: making one takes longer than most functions.
    """

    def __init__(self) -> None:
        self._idle: list[greenlet] = []

    async def run(
        self,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        took: Callable[[float], None],
    ) -> Any:
        """Calls a function: what it returns, and awaits what it returns to be awaited.

        `took` hears for how many seconds it has held the loop.
        """
        loop = asyncio.get_running_loop()
        current = getcurrent()
        inside = self._idle.pop() if self._idle else greenlet(_work)
        # The context of the task is the function's own, as it is that of a coroutine.
        inside.gr_context = current.gr_context
        step: Callable[..., Any] = inside.switch
        given: tuple[Any, ...] = (function, arguments)
        seconds = 0.0
        while True:
            here.wait = current.switch
            # What asks whether it is on a loop hears the same as on a thread.
            events._set_running_loop(None)
            started = perf_counter()
            try:
                asked = step(*given)
            finally:
                seconds += perf_counter() - started
                events._set_running_loop(loop)
                here.wait = None
            # Nothing that can be awaited is a tuple.
            if type(asked) is tuple:
                break
            try:
                step, given = inside.switch, (await asked,)
            except BaseException as error:  # noqa: BLE001 (the function is who called)
                step, given = inside.throw, (error,)
        self._idle.append(inside)
        took(seconds)
        result, raised = asked
        if raised is not None:
            raise raised
        return result if result is None or not isinstance(result, Awaitable) else await result


def _work(function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """What a greenlet does: one function after another, of each what it returns or raises."""
    loop = getcurrent().parent
    assert loop is not None
    ended: tuple[Any, BaseException | None]
    while True:
        try:
            ended = (function(*arguments), None)
        except GreenletExit:
            raise  # nobody waits for it, nor for this greenlet
        except BaseException as error:  # noqa: BLE001 (the one who called gets it)
            ended = (None, error)
        # What is idle keeps nothing alive.
        del function, arguments
        function, arguments = loop.switch(ended)
        del ended
