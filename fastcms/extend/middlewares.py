"""Middlewares of users: functions around requests, the server's own and those of users."""

from __future__ import annotations

import posixpath
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeVar, overload
from urllib.parse import unquote

from fastcms.errors import ApiError
from fastcms.extend.handlers import HandlerAt, handler
from fastcms.extend.placing import Placing, where
from fastcms.extend.registry import Registered, register
from fastcms.extend.route_event import RouteEvent
from fastcms.hooks import Answered, Event, Hook
from fastcms.hooks.chain import Bound
from fastcms.http.reply import Reply
from fastcms.http.request import Request
from fastcms.schema.snapshot import Schema

F = TypeVar("F", bound=Callable[..., Any])

_PREFIX = re.compile(r"(/[^/{}?#%]+)*")
# What a collection's name or id follows in the server's own paths.
_BEFORE_COLLECTION = (["api", "collections"], ["api", "files"])


class MiddlewareAt(NamedTuple):
    """A function around the requests below a path."""

    # "" for all.
    prefix: str
    function: Callable[..., Any]
    priority: int
    id: str
    # Seconds after which it is given up; 0 for never.
    timeout: float


@overload
def use(prefix: F) -> F: ...
@overload
def use(
    prefix: str = "", *, priority: int = 0, id: str = "", timeout: float = 0.0
) -> Callable[[F], F]: ...
def use(prefix: Any = "", *, priority: int = 0, id: str = "", timeout: float = 0.0) -> Any:
    """Runs a function around requests: `@use("/api/posts")`, or all of them by `@use`.

    A prefix is that of whole segments. Lower priorities are further outside; of two with the same
    `id` the later one stays. One that takes more than `timeout` seconds of its own is given up.
    Raises ValueError for what is no prefix.
    """
    if callable(prefix):
        return use()(prefix)
    begin = prefix.rstrip("/")
    if not _PREFIX.fullmatch(begin):
        raise ValueError(f"no prefix of paths: {prefix!r}")

    def put(function: F) -> F:
        register(MiddlewareAt(begin, function, priority, id, timeout))
        return function

    return put


class MiddlewareEvent(RouteEvent, Event):
    """A request with the way on to what answers it."""

    def __init__(self, request: Request, tags: tuple[str, ...]) -> None:
        super().__init__(request)
        self.tags = tags
        # Of an answer that is an error.
        self._failed = 0

    @property
    def method(self) -> str:
        """The method of the request."""
        return self.request.method

    @property
    def url(self) -> str:
        """The path that was asked for, with its escapes."""
        return str(self.request.scope["whole_path"])

    @property
    def status(self) -> int:
        """The status of the answer, 0 before there is one."""
        return self._failed if self._answer is None else int(self._answer.status)


class Middlewares:
    """The middlewares of users in an app."""

    def put(self, placing: Placing, registered: Iterable[Registered]) -> None:
        """Puts them in place at once."""
        bounds: list[Bound] = []
        for at, file in registered:
            what = f"requests below {at.prefix or '/'}"
            calls = placing.note("middleware", what, at.function, file, priority=at.priority)
            as_handler = HandlerAt("", at.function, (), at.priority, at.id, None, at.timeout, "")
            place = where(file, at.function, what)
            run = handler(placing.runner, as_handler, place, calls, answers=True)
            tags = frozenset([at.prefix] if at.prefix else ())
            bounds.append(Bound(run, tags, at.priority, at.id))
        placing.app.guest_middlewares = around(Hook(), bounds) if bounds else None


def around(
    hook: Hook[MiddlewareEvent], bounds: list[Bound]
) -> Callable[[Request, Callable[[], Awaitable[Reply]]], Awaitable[Reply]]:
    """What runs handlers, by an empty hook, around a request and what answers it."""
    hook.invite(bounds)
    known = frozenset(tag for bound in bounds for tag in bound.tags)
    depth = max((tag.count("/") for tag in known), default=0)

    async def run(request: Request, answer: Callable[[], Awaitable[Reply]]) -> Reply:
        path = request.scope["whole_path"]
        # No others: a hook remembers what runs for each set of tags, and paths are without end.
        tags = known.intersection(prefixes(path, depth, request.schema))
        event = MiddlewareEvent(request, tuple(sorted(tags)))
        request.more_headers = event._headers

        async def go_on(_: object) -> None:
            try:
                event._answer = await answer()
            except Exception as error:
                event._failed = error.status if isinstance(error, ApiError) else 500
                raise

        try:
            await hook.run(event, go_on)
        except Answered as answered:
            return answered.reply  # type: ignore[no-any-return]
        except BaseException:
            if event._answer is not None:
                await _drop(event._answer)
            raise
        raise AssertionError("a chain ends with an answer or an error")

    return run


def prefixes(path: str, depth: int, schema: Schema) -> Iterator[str]:
    """The begins of a path, of at most so many segments each.

    A guard must not be passed by: an escape counts as what it stands for, where the path goes up
    again both ways of reading it count, and a collection counts by its name and by its id, however
    it is named.
    """
    path = unquote(path)
    for way in {path, posixpath.normpath(path)} if "/." in path or "//" in path else (path,):
        segments = [each for each in way.split("/") if each]
        for same in _as_named(segments, schema):
            begin = ""
            for segment in same[:depth]:
                begin += f"/{segment}"
                yield begin


def _as_named(segments: list[str], schema: Schema) -> Iterator[list[str]]:
    """The same path by each way to name the collection in it."""
    yield segments
    if segments[:2] in _BEFORE_COLLECTION and len(segments) > 2:
        collection = schema.find(segments[2])
        if collection is not None:
            for named in {collection.name, collection.id} - {segments[2]}:
                yield [*segments[:2], named, *segments[3:]]


async def _drop(reply: Reply) -> None:
    """Ends an answer that is not sent after all."""
    if isinstance(reply.stream, AsyncGenerator):
        await reply.stream.aclose()
    if reply.file is not None:
        reply.file.file.close()
