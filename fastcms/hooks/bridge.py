"""The bridge from plain functions to coroutines, wherever the functions run: on a thread, or in a
greenlet on the event loop.
"""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")


class _Here(threading.local):
    """Set while a plain function of a user runs, and not while a coroutine does."""

    wait: Callable[[Awaitable[Any]], Any] | None = None


here = _Here()


def is_plain() -> bool:
    """Whether the caller is a plain function that the bridge called, so that it may `wait`."""
    return here.wait is not None


def wait(awaitable: Awaitable[T]) -> T:
    """Waits for a coroutine on behalf of a plain function, and gives or raises what it does.

    The coroutine runs on the event loop, in the task that called the function: with its context,
    and cancelled with it. Raises RuntimeError outside of such a function: a coroutine awaits, and
    a thread that the function started itself has no task. What can be called by both kinds of
    functions asks `is_plain` first, and returns the coroutine to those who await.
    """
    if here.wait is None:
        if close := getattr(awaitable, "close", None):
            close()
        raise RuntimeError("only the plain function that the server called can wait here")
    result: T = here.wait(awaitable)
    return result
