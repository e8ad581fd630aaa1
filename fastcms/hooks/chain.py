"""Chains of handlers around an action: each gets the event and calls `await event.next()`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar

from fastcms.hooks import bridge

if TYPE_CHECKING:
    from fastcms.embed.app import App
    from fastcms.filters.context import AuthRecord

E = TypeVar("E", bound="Event")

Handler: TypeAlias = Callable[[E], Awaitable[None]]


class Answered(BaseException):
    """Leaves an action whose request a handler answers; `reply` is what it says.

    No Exception: whoever handles faults is not meant.
    """

    def __init__(self, reply: Any) -> None:
        super().__init__()
        self.reply = reply


class Event:
    """What a handler gets: the facts of the action and the way on.

    A handler that returns without calling `next` stops the action without an error.
    """

    tags: tuple[str, ...] = ()
    # For functions of users, which find it here.
    app: App
    # What answers the request in the place of the action.
    _answer: Any = None
    # Where a function puts what shall be answered; None where it may not.
    _given: list[object] | None = None
    _rest: tuple[Callable[[Any], Awaitable[None]], ...] | None = ()

    @property
    def auth(self) -> AuthRecord | None:
        """The record that asks; None for a guest, and where nobody sent a request."""
        request = getattr(self, "request", None)
        return None if request is None else request.auth

    @property
    def is_superuser(self) -> bool:
        """Whether a superuser asks."""
        return self.auth is not None and self.auth.is_superuser

    def respond(self, value: object) -> None:
        """Answers the request with what a route may return, in the place of all that follows.

        Raises RuntimeError where no request waits for an answer, and after `next`.
        """
        if self._given is None:
            raise RuntimeError("no request waits for an answer here")
        if self._rest is None:
            raise RuntimeError("next() was called already, and the request is answered")
        self._given[:] = [value]

    def next(self) -> Awaitable[None]:
        """Goes on: the next handler, and after the last one the action itself.

        To be awaited; in a plain function of a user it returns when the rest is done. Raises
        RuntimeError where the handler has gone on already.
        """
        if bridge.is_plain():
            bridge.wait(self._next())
            return _done
        return self._next()

    async def _next(self) -> None:
        rest = self._rest
        if rest is None:
            raise RuntimeError("next() was called already")
        if rest:
            self._rest = rest[1:]
            try:
                await rest[0](self)
            finally:
                self._rest = None


class _Done(Awaitable[None]):
    """Something to await that is over."""

    def __await__(self) -> Any:
        return iter(())


_done = _Done()


class Bound(NamedTuple):
    """A handler at its place in a hook."""

    run: Callable[[Any], Awaitable[None]]
    # It sees only events that carry one of them; all if there are none.
    tags: frozenset[str] = frozenset()
    # Lower ones run first.
    priority: int = 0
    # Another one of the same name takes its place.
    id: str = ""
    # What knows where it comes from.
    origin: object = None

    def wants(self, tags: Sequence[str]) -> bool:
        """Whether it sees events with these tags."""
        return not self.tags or not self.tags.isdisjoint(tags)


class Hook(Generic[E]):
    """One named place where handlers can step in.

    An empty hook is false, so that callers pay one truth test: `if hook: await hook.run(…)`.
    """

    __slots__ = ("_guests", "_handlers", "_own", "_runs", "_watchers")

    def __init__(self) -> None:
        self._own: tuple[Bound, ...] = ()
        self._guests: tuple[Bound, ...] = ()
        # Both, in the order in which they run.
        self._handlers: tuple[Bound, ...] = ()
        # What runs for events with some tags, once somebody has asked.
        self._runs: dict[tuple[str, ...], tuple[Handler[E], ...]] = {}
        self._watchers: tuple[Callable[[], None], ...] = ()

    def __bool__(self) -> bool:
        return bool(self._handlers)

    def add(self, handler: Handler[E], *tags: str, priority: int = 0) -> None:
        """Adds a handler of the server's own; with `tags` it sees only events that carry one.

        Lower priorities run first, equal ones in the order of their adding.
        """
        self._own = (*self._own, Bound(handler, frozenset(tags), priority))
        self._order()

    def remove(self, handler: Handler[E]) -> None:
        """Takes away what :meth:`add` has added."""
        self._own = tuple(bound for bound in self._own if bound.run != handler)
        self._order()

    def invite(self, guests: Sequence[Bound]) -> None:
        """Puts handlers of users in the place of all that were invited before, in one step.

        A chain that is running goes on with those that it began with.
        """
        by_id = {bound.id or object(): bound for bound in guests}
        self._guests = tuple(by_id.values())
        self._order()

    def follow(self, other: Hook[E], watch: Callable[[Bound], Handler[E]]) -> None:
        """Takes the handlers of another one; those of users run as `watch` has it."""
        self._own = other._own
        self._guests = tuple(bound._replace(run=watch(bound)) for bound in other._guests)
        self._order()

    def _order(self) -> None:
        both = (*self._own, *self._guests)
        self._handlers = tuple(sorted(both, key=lambda bound: bound.priority))
        self._runs.clear()
        for watcher in self._watchers:
            watcher()

    def when_changed(self, call: Callable[[], None]) -> None:
        """Has something called whenever there are other handlers."""
        self._watchers = (*self._watchers, call)

    def wants(self, tags: Sequence[str]) -> bool:
        """Whether any handler sees events with these tags."""
        return any(bound.wants(tags) for bound in self._handlers)

    async def run(self, event: E, action: Callable[[E], Awaitable[None]]) -> None:
        """Runs the handlers that want the event, the action last.

        Raises Answered where one of them answers the request in its place.
        """
        tags = event.tags
        runs = self._runs.get(tags)
        if runs is None:
            runs = self._runs[tags] = tuple(b.run for b in self._handlers if b.wants(tags))
        outer = event._rest
        event._rest = (*runs, action)
        try:
            await event._next()
        finally:
            event._rest = outer
        if event._answer is not None:
            raise Answered(event._answer)
