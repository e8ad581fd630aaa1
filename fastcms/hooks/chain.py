"""Chains of handlers around an action: each gets the event and calls `await event.next()`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeAlias, TypeVar

E = TypeVar("E", bound="Event")

Handler: TypeAlias = Callable[[E], Awaitable[None]]


class Event:
    """What a handler gets: the facts of the action and the way on.

    A handler that returns without calling `next` stops the action without an error.
    """

    tags: tuple[str, ...] = ()
    _rest: tuple[Callable[[Any], Awaitable[None]], ...] = ()

    async def next(self) -> None:
        """Goes on: the next handler, and after the last one the action itself."""
        if self._rest:
            handler, *rest = self._rest
            self._rest = tuple(rest)
            await handler(self)


class Hook(Generic[E]):
    """One named place where handlers can step in.

    An empty hook is false, so that callers pay one truth test: `if hook: await hook.run(…)`.
    """

    __slots__ = ("_handlers",)

    def __init__(self) -> None:
        self._handlers: tuple[tuple[int, frozenset[str], Handler[E]], ...] = ()

    def __bool__(self) -> bool:
        return bool(self._handlers)

    def add(self, handler: Handler[E], *tags: str, priority: int = 0) -> None:
        """Adds a handler; with `tags` it sees only events that carry one of them.

        Lower priorities run first, equal ones in the order of their adding.
        """
        entry = (priority, frozenset(tags), handler)
        self._handlers = tuple(sorted((*self._handlers, entry), key=lambda item: item[0]))

    async def run(self, event: E, action: Callable[[E], Awaitable[None]]) -> None:
        """Runs the handlers that want the event, the action last."""
        wanted = [h for _, tags, h in self._handlers if not tags or tags.intersection(event.tags)]
        outer = event._rest
        event._rest = (*wanted, action)
        try:
            await event.next()
        finally:
            event._rest = outer
