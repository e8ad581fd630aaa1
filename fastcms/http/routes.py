"""Binds the routes to Litestar's router.

A path without parameters is an ASGI handler of its own. Litestar gives parameters to full handlers
only, which cost a request 75 µs more; so the paths with parameters hang below mounts, one for each
fixed prefix, and are told apart here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import unquote

from litestar import asgi
from litestar.handlers import ASGIRouteHandler

from fastcms.core import App
from fastcms.http.endpoint import Route, answer
from fastcms.http.request import Receive, Scope, Send


class Shape(NamedTuple):
    """Routes with fixed segments at the same places."""

    # The fixed segments of a path, given by all its segments.
    fixed: Callable[[Sequence[str]], object]
    # Each with its parameters and their places.
    by_fixed: dict[object, tuple[Route, tuple[tuple[str, int], ...]]]


class RouteTable:
    """Paths with parameters, by their segments; a fixed segment wins over a parameter.

    There are a few shapes for each number of segments, however many routes there are. A path that
    ends with `{path...}` takes all that begins like it and is nobody else's.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self._shapes: dict[int, dict[tuple[int, ...], Shape]] = {}
        routes = list(routes)
        open_ended = [route for route in routes if route.path.endswith(_REST)]
        # The longest first, which says most.
        self._open = sorted(
            ((route.path.removesuffix(_REST), route) for route in open_ended), reverse=True
        )
        closed = [route for route in routes if route not in open_ended]
        for route in sorted(closed, key=lambda route: route.path.count("{")):
            segments = route.path.split("/")
            places = tuple(i for i, s in enumerate(segments) if not s.startswith("{"))
            names = tuple((s.strip("{}"), i) for i, s in enumerate(segments) if i not in places)
            shapes = self._shapes.setdefault(len(segments), {})
            shape = shapes.setdefault(places, Shape(itemgetter(*places), {}))
            shape.by_fixed.setdefault(shape.fixed(segments), (route, names))

    def find(self, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """The route of a path and its parameters."""
        segments = path.split("/")
        # An empty segment, which only the last one can be, is no parameter.
        shapes = self._shapes.get(len(segments), _NONE) if segments[-1] else _NONE
        for shape in shapes.values():
            if found := shape.by_fixed.get(shape.fixed(segments)):
                route, names = found
                if "%" in path:
                    return route, {name: unquote(segments[place]) for name, place in names}
                return route, {name: segments[place] for name, place in names}
        for begin, route in self._open:
            if path.startswith(begin):
                return route, _NO_PARAMETERS
        return None


_REST = "{path...}"
_NO_PARAMETERS: Mapping[str, str] = {}
_NONE: Mapping[tuple[int, ...], Shape] = {}


def bind(app: App, routes: Sequence[Route]) -> dict[str, ASGIRouteHandler]:
    """The routes as handlers for Litestar, by the path or prefix that each is mounted at."""
    plain = {route.path: route for route in routes if "{" not in route.path}
    below: dict[str, list[Route]] = {}
    for route in routes:
        prefix, _, parameter = route.path.partition("/{")
        if prefix and parameter:
            below.setdefault(prefix, []).append(route)
    for prefix in sorted(below, key=len, reverse=True):
        # The mount above would take the paths of one below it.
        if above := next((p for p in below if p != prefix and _is_below(prefix, p)), None):
            below[above] += below.pop(prefix)
    handlers = {path: _plain(app, route) for path, route in plain.items()}
    rest = [route for route in routes if route.path == f"/{_REST}"]
    for prefix, mounted in below.items():
        # A mount takes every path that starts with it.
        inside = [route for path, route in plain.items() if _is_below(path, prefix)]
        handlers = {path: h for path, h in handlers.items() if not _is_below(path, prefix)}
        handlers[prefix] = _mount(app, prefix, RouteTable([*inside, *mounted, *rest]))
    # Whatever no route serves is answered here as well, so that it counts and is logged. Litestar
    # then also leaves a path that is just a mount's prefix to it.
    handlers["/"] = _mount(app, "/", RouteTable(routes))
    return handlers


def _is_below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix + "/")


def _plain(app: App, route: Route) -> ASGIRouteHandler:
    @asgi(route.path, copy_scope=False)
    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and route.socket is not None:
            await route.socket(app, scope, receive, send)
            return
        await answer(app, route, scope, receive, send)

    return handle


def _mount(app: App, prefix: str, table: RouteTable) -> ASGIRouteHandler:
    @asgi(prefix, is_mount=True, copy_scope=False)
    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        # Litestar has cut the prefix from the path; the edge has kept the whole.
        found = table.find(scope["whole_path"])
        if found is None:
            await answer(app, None, scope, receive, send)
            return
        route, scope["path_params"] = found
        await answer(app, route, scope, receive, send)

    return handle
