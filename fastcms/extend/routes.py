"""Routes of users: which path is whose, who may ask, and the call of the function."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote

from fastcms.core import App
from fastcms.errors import ApiError, bad_request, forbidden
from fastcms.extend.calls import Call
from fastcms.extend.faults import is_cancelled, tell
from fastcms.extend.handlers import SLOW_SECONDS
from fastcms.extend.parameters import Parameter, parameters, values
from fastcms.extend.placing import Placing, where
from fastcms.extend.registry import Registered, register
from fastcms.extend.route_event import RouteEvent
from fastcms.http.endpoint import Handler, Route
from fastcms.http.reply import Reply
from fastcms.http.request import BODY_LIMIT, Request

F = TypeVar("F", bound=Callable[..., Any])
# False for all, True for any account, "guest", or the names of collections of accounts.
Auth = bool | str | Sequence[str]

_SEGMENT = re.compile(r"[^{}?#]*|\{[A-Za-z_]\w*\}")
_REST = re.compile(r"\{[A-Za-z_]\w*\.\.\.\}")
_METHOD = re.compile(r"GET|HEAD|POST|PUT|PATCH|DELETE")

log = logging.getLogger("fastcms.hooks")


class RouteAt(NamedTuple):
    """A function for a method and a path."""

    method: str
    path: str
    function: Callable[..., Any]
    wanted: tuple[Parameter, ...]
    auth: Auth
    body_limit: int

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path."""
        return tuple(self.path.split("/")[1:])


class Decorator:
    """`@route.get("/hello/{name}")`, or `@route("GET", "/hello/{name}")`."""

    def __call__(
        self, method: str, path: str, *, auth: Auth = False, body_limit: int = BODY_LIMIT
    ) -> Callable[[F], F]:
        """Answers requests by the decorated function.

        `auth` says who may ask: True for any account, the names of collections, or "guest". Raises
        ValueError for what is no path or method, TypeError without a path.
        """
        _check(method, path)
        in_path = frozenset(s.strip("{}.") for s in path.split("/") if s[:1] == "{")

        def put(function: F) -> F:
            wanted = parameters(function, in_path)
            register(RouteAt(method, path, function, wanted, auth, body_limit))
            return function

        return put

    def get(self, path: str, **options: Any) -> Callable[[F], F]:
        """GET, and HEAD too."""
        return self("GET", path, **options)

    def head(self, path: str, **options: Any) -> Callable[[F], F]:
        """HEAD alone."""
        return self("HEAD", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[F], F]:
        """POST."""
        return self("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[F], F]:
        """PUT."""
        return self("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Callable[[F], F]:
        """PATCH."""
        return self("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[F], F]:
        """DELETE."""
        return self("DELETE", path, **options)


route = Decorator()


def _check(method: str, path: str) -> None:
    if callable(path):
        raise TypeError('a route needs its path: @route.get("/hello/{name}")')
    if not _METHOD.fullmatch(method):
        raise ValueError(f"no method of a route: {method!r}")
    *begin, last = path.split("/")[1:] or [""]
    fits = all(_SEGMENT.fullmatch(s) for s in begin)
    fits = fits and bool(_SEGMENT.fullmatch(last) or _REST.fullmatch(last))
    if not path.startswith("/") or not fits or "" in begin:
        raise ValueError(f"no path of a route: {path!r}")


class Routes:
    """The routes of users in an app, which the server asks where it has none of its own."""

    def put(self, placing: Placing, registered: Iterable[Registered]) -> None:
        """Puts them in place at once; of two for the same requests the first stays."""
        taken: dict[tuple[str, ...], str] = {}
        table: list[tuple[RouteAt, Route]] = []
        for at, file in registered:
            key = (at.method, *(_kind_of(s) for s in at.segments))
            if key in taken:
                log.error("%s: %s %s is %s already", file.name, at.method, at.path, taken[key])
                continue
            taken[key] = f"in {file.name}"
            if own := _own(placing.app, at):
                what = f"{at.method} {own}"
                log.warning("%s is never called: %s is the server's own", at.path, what)
            methods = {at.method: _handler(placing, at, file)}
            table.append((at, Route(at.path, methods, once=True)))
        table.sort(key=lambda item: [(_rank(s), s) for s in item[0].segments])
        placing.app.guest_routes = Table(table).find if table else None
        placing.app.guest_operations = partial(_described, [at for at, _ in table])


def _own(app: App, at: RouteAt) -> str:
    """The server's own route for the same requests, "" if there is none."""
    path = "/".join("x" if _rank(segment) else segment for segment in ("", *at.segments))
    found = app.own_route(path) if app.own_route else None
    if found is None or at.method not in found[0].methods or found[0].path == "/{path...}":
        return ""
    return str(found[0].path)


def _described(routes: list[RouteAt]) -> Any:
    # Not before somebody asks for the document.
    from fastcms.extend.described import described

    return described(routes)


class Part(NamedTuple):
    """A segment of a pattern: a fixed text, or the name of a parameter."""

    # 0 for a fixed one, 1 for a parameter, 2 for one that takes all that is left.
    rank: int
    text: str


class Table:
    """Routes in the order in which they are tried: what says most first."""

    def __init__(self, table: Sequence[tuple[RouteAt, Route]]) -> None:
        self._by_method: dict[str, list[tuple[tuple[Part, ...], Route]]] = {}
        for at, found in table:
            pattern = tuple(Part(_rank(s), s.strip("{}.") if _rank(s) else s) for s in at.segments)
            self._by_method.setdefault(at.method, []).append((pattern, found))

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """The route of a request and its parameters; an escaped slash is no slash."""
        segments = [unquote(segment) for segment in path.split("/")[1:]]
        for asked in ("HEAD", "GET") if method == "HEAD" else (method,):
            for pattern, found in self._by_method.get(asked, ()):
                params = _match(pattern, segments)
                if params is not None:
                    return found._replace(methods={method: found.methods[asked]}), params
        return None


def _match(pattern: Sequence[Part], segments: Sequence[str]) -> Mapping[str, str] | None:
    params: dict[str, str] = {}
    for place, (rank, text) in enumerate(pattern):
        if place >= len(segments):
            return None
        if rank == 2:
            params[text] = "/".join(segments[place:])
            return params
        if rank == 1:
            # An empty segment is no parameter.
            if not segments[place]:
                return None
            params[text] = segments[place]
        elif text != segments[place]:
            return None
    return params if len(segments) == len(pattern) else None


def _rank(segment: str) -> int:
    return 2 if _REST.fullmatch(segment) else int(segment[:1] == "{")


def _kind_of(segment: str) -> str:
    """The segment without the name of its parameter."""
    return ("", "{}", "{...}")[rank] if (rank := _rank(segment)) else segment


def _handler(placing: Placing, at: RouteAt, file: Path) -> Handler:
    what = f"{at.method} {at.path}"
    calls, place = placing.note("route", what, at.function, file), where(file, at.function, what)
    names = [each.name for each in at.wanted]
    running = placing.runner.calls

    run = placing.runner.callable(at.function)

    async def handle(request: Request) -> Reply:
        _admit(request, at.auth)
        event = RouteEvent(request, at.body_limit)
        given = await values(at.wanted, event)
        calls.count += 1
        call = Call(place, SLOW_SECONDS)
        running.add(call)
        try:
            return await event.reply(await run(*(given[name] for name in names)))
        except BaseException as error:
            if is_cancelled(error):
                raise
            calls.failed(error)
            if isinstance(error, ApiError):
                raise
            tell(error, place)
            raise bad_request() from error
        finally:
            running.discard(call)
            seconds = perf_counter() - call.started
            calls.seconds += seconds
            calls.recent.append(seconds)

    return handle


def _admit(request: Request, auth: Auth) -> None:
    """Raises 400, 401 or 403 for who may not ask, as the reference does."""
    if auth is False:
        return
    if auth == "guest":
        if request.auth is not None:
            raise bad_request("The request can be accessed only by guests.")
        return
    account = request.require_auth()
    if auth is True:
        return
    names = (auth,) if isinstance(auth, str) else auth
    superusers = "superusers" in names and request.is_superuser
    if not superusers and account.collection.name not in names:
        raise forbidden("The authorized record is not allowed to perform this action.")
