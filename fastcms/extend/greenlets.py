"""Plain functions on the event loop, in greenlets: where one waits, others go on."""

from __future__ import annotations

import asyncio
from asyncio import events
from collections.abc import Callable
from time import perf_counter
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet

from fastcms.extend.threads import Outcome
from fastcms.hooks.bridge import here


class Greenlets:
    """Calls functions on the loop whose thread it is used on.

    A greenlet that is done is kept for the next call: making one takes longer than most functions.
    """

    def __init__(self) -> None:
        self._idle: list[greenlet] = []

    async def run(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Outcome:
        """Calls a function."""
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
            if type(asked) is _Ended:
                self._idle.append(inside)
                return Outcome(asked.result, asked.error, seconds)
            try:
                step, given = inside.switch, (await asked,)
            except BaseException as error:  # noqa: BLE001 (the function is who called)
                step, given = inside.throw, (error,)


class _Ended:
    """What a greenlet says when its function has ended."""

    __slots__ = ("error", "result")

    def __init__(self, result: Any, error: BaseException | None) -> None:
        self.result = result
        self.error = error


def _work(function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """What a greenlet does: one function after another."""
    loop = getcurrent().parent
    assert loop is not None
    while True:
        try:
            ended = _Ended(function(*arguments), None)
        except GreenletExit:
            raise  # nobody waits for it, nor for this greenlet
        except BaseException as error:  # noqa: BLE001 (the one who called gets it)
            ended = _Ended(None, error)
        # What is idle keeps nothing alive.
        del function, arguments
        function, arguments = loop.switch(ended)
        del ended
