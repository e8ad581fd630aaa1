"""Methods for both kinds of functions: coroutines await them, plain ones get the result."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from fastcms.core import App

P = ParamSpec("P")


class Settles(Protocol):
    """What such methods belong to."""

    def settle(self, made: Coroutine[Any, Any, Any]) -> Any:
        """The coroutine itself, for those who await it, or what came of it."""


class Owner(Settles, Protocol):
    """The app that a part of it belongs to."""

    @property
    def inner(self) -> App:
        """The server's own app, of the transaction that is open."""


S = TypeVar("S", bound=Settles)


def either(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, Any]],
) -> Callable[Concatenate[S, P], Any]:
    """An `async def` as a method that plain functions can call as well."""

    def call(self: S, /, *arguments: P.args, **named: P.kwargs) -> Any:
        return self.settle(method(self, *arguments, **named))

    return update_wrapper(call, method)
