"""What happens before routing: preflights, paths that are not clean, and a short cut.

Litestar's router, exception layer and scope copies cost a request 25 µs, a third of a whole record
view (2-core box), and each open stream 2 KB. They do nothing for an ASGI handler, so the edge calls
those that it is given by itself; a path that is none of theirs goes the whole way.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from typing import TypeAlias
from urllib.parse import quote, unquote

from fastcms.core import App
from fastcms.http.endpoint import cors_headers
from fastcms.http.request import Receive, Scope, Send

ASGI: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")

METHODS = b"GET,HEAD,PUT,PATCH,POST,DELETE"


class Edge:
    """The outermost ASGI application; everything else it hands to the router."""

    def __init__(
        self,
        app: App,
        router: ASGI,
        *,
        plain: Mapping[str, ASGI],
        mounts: Mapping[str, ASGI],
        rest: ASGI,
        begins: tuple[str, ...],
        folders: frozenset[str],
        sockets: frozenset[str],
        options: frozenset[str],
    ) -> None:
        self._app = app
        self._router = router
        # By path, and by the begin of a path.
        self._plain = plain
        self._mounts = mounts
        # What finds the route of any path, if there is one: for what begins like no route, too.
        self._rest = rest
        self._begins = begins
        # The paths of what has all its routes below a slash.
        self._folders = folders
        # The paths of WebSockets.
        self._sockets = sockets
        # The paths that answer OPTIONS themselves, where it is no browser's preflight.
        self._options = options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["path"] in self._sockets:
                await self._router(scope, receive, send)
            else:
                await send({"type": "websocket.close"})
            return
        path: str = scope["path"]
        # With its escapes where it has some, so that an escaped slash is no slash.
        raw: bytes = scope["raw_path"]
        if b"%" in raw:
            if _BROKEN_ESCAPE.search(raw):
                await _send(send, 400, b"text/plain; charset=utf-8", b"400 Bad Request")
                return
            path = raw.decode("latin-1")
        scope["whole_path"] = path
        if scope["method"] == "OPTIONS" and not self._tells_options(path, scope):
            await self._preflight(scope, send)
        elif ("//" in path or "/." in path) and (clean := _clean(path)) != path:
            await _redirect(clean, scope, send)
        elif path.endswith("/") and path.startswith("/api/"):
            # The router would take it for the path without the slash.
            await self._rest(scope, receive, send)
        elif (plain := self._plain.get(path)) is not None:
            await plain(scope, receive, send)
        else:
            for prefix, mount in self._mounts.items():
                if path.startswith(prefix):
                    await mount(scope, receive, send)
                    return
            if path in self._folders and scope["method"] in ("GET", "HEAD"):
                await _redirect(f"{path}/", scope, send)
                return
            router = self._router if path.startswith(self._begins) else self._rest
            await router(scope, receive, send)

    def _tells_options(self, path: str, scope: Scope) -> bool:
        return path in self._options and not any(
            name == b"access-control-request-method" for name, _ in scope["headers"]
        )

    async def _preflight(self, scope: Scope, send: Send) -> None:
        headers = [(b"vary", b"Origin")]
        asked = dict(scope["headers"])
        origin = asked.get(b"origin")
        if origin is not None and (allowed := cors_headers(self._app, origin)):
            headers += [
                (b"vary", b"Access-Control-Request-Method"),
                (b"vary", b"Access-Control-Request-Headers"),
                *allowed,
                (b"access-control-allow-methods", METHODS),
            ]
            if wanted := asked.get(b"access-control-request-headers"):
                headers.append((b"access-control-allow-headers", wanted))
        await send({"type": "http.response.start", "status": 204, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def _clean(path: str) -> str:
    """The path without `//` and dot segments, which no route has; an escaped slash is no slash."""
    clean = posixpath.normpath(path).replace("//", "/")
    return clean + "/" if path.endswith("/") and clean != "/" else clean


async def _redirect(path: str, scope: Scope, send: Send) -> None:
    query: bytes = scope["query_string"]
    location = quote(unquote(path)).encode() + (b"?" + query if query else b"")
    if scope["method"] in ("GET", "HEAD"):
        link = f'<a href="{escape(location.decode())}">Temporary Redirect</a>.\n\n'
        body = link.encode() if scope["method"] == "GET" else b""
        await _send(send, 307, b"text/html; charset=utf-8", body, (b"location", location))
    else:
        await _send(send, 307, b"", b"", (b"location", location))


async def _send(
    send: Send, status: int, kind: bytes, body: bytes, *headers: tuple[bytes, bytes]
) -> None:
    """A plain answer without the headers of the API's."""
    all_headers = [*headers, (b"content-length", str(len(body)).encode())]
    if kind:
        all_headers.append((b"content-type", kind))
    await send({"type": "http.response.start", "status": status, "headers": all_headers})
    await send({"type": "http.response.body", "body": body})
