"""Routes as values, and the one way in which each of them is answered.

A handler takes a Request and returns a Reply; all that a request needs besides — who asks, errors
as bodies, headers, the log event — is done once, here.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from functools import lru_cache, partial
from http import HTTPStatus
from time import perf_counter, time
from typing import NamedTuple, TypeAlias

from fastcms import ids
from fastcms.core import App
from fastcms.errors import ApiError
from fastcms.hooks import Answered
from fastcms.http import cookies, limit
from fastcms.http.pick import picked
from fastcms.http.reply import NO_CONTENT, FilePart, Headers, Reply, error_reply
from fastcms.http.request import TRANSPORT, Receive, Request, Scope, Send
from fastcms.observe.events import RequestDone
from fastcms.observe.warnings import REQUEST
from fastcms.store.errors import SchemaChanged, StoreError

Handler: TypeAlias = Callable[[Request], Awaitable[Reply]]
Methods: TypeAlias = Mapping[str, Handler]
# What a route does with the collection in its path, by method: names that rate limits go by.
Tags: TypeAlias = Mapping[str, tuple[str, ...]]
Find: TypeAlias = Callable[[str, str], tuple["Route", Mapping[str, str]] | None]
Around: TypeAlias = Callable[[Request, Callable[[], Awaitable[Reply]]], Awaitable[Reply]]
Socket: TypeAlias = Callable[[App, Scope, Receive, Send], Awaitable[None]]

FRAMES = (b"x-frame-options", b"SAMEORIGIN")
SECURITY_HEADERS: Headers = (
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"vary", b"Origin"),
    (b"x-content-type-options", b"nosniff"),
    FRAMES,
    (b"x-xss-protection", b"1; mode=block"),
)

# The keys of a scope under which the protocol gives the cheaper ways of sending an answer.
SEND_WHOLE = "fastcms.send_whole"
SEND_FILE = "fastcms.send_file"
PIECE = 256 << 10  # bytes of a file that are read at a time
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
# No more than that: it goes into headers and logs as it is.
_NAME = re.compile(r"[A-Za-z0-9_-]{8,64}")
_BREAKS_LINE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")

RESTARTS = 50  # of a request whose schema is changed under its hands; each needs another change

log = logging.getLogger("fastcms.http")


_NO_TAGS: Tags = {}


class Route(NamedTuple):
    """A path, with parameters as `{name}`, and a handler for each method.

    `socket` serves WebSockets there, on a path without parameters. Of a `quiet` route only failures
    are told to those who listen to requests. What a user's function does is done `once`, though the
    schema is changed meanwhile.
    """

    path: str
    methods: Methods
    socket: Socket | None = None
    tags: Tags = _NO_TAGS
    quiet: bool = False
    once: bool = False

    def tagged(self, **tags: tuple[str, ...]) -> Route:
        """The route with tags for its methods: `endpoint(…).tagged(GET=("list",))`."""
        if "GET" in tags:
            tags["HEAD"] = tags["GET"]
        return self._replace(tags=tags)


_NO_ROUTE = Route("", {})


def endpoint(path: str, **methods: Handler) -> Route:
    """A route: `endpoint("/api/settings", GET=show, PATCH=change)`.

    GET answers HEAD too. Other methods are as unknown as an unknown path: 404, never 405.
    """
    if "GET" in methods:
        methods["HEAD"] = methods["GET"]
    return Route(path, methods)


async def answer(app: App, route: Route | None, scope: Scope, receive: Receive, send: Send) -> None:
    """Runs the route's handler (None: there is no route) and sends what it replies or raises."""
    started = perf_counter() if app.request_listeners else 0.0
    error: ApiError | None = None
    request: Request | None = None
    if app.guest_routes is not None:
        route = _with_guests(app.guest_routes, route, scope)
    try:
        request = Request(app, scope, receive)
        if app.names_requests:
            request.id = _name_of(request)
            REQUEST.set(request.id)
        _take_token(request)
        if app.guest_middlewares is None:
            reply = await _run(route or _NO_ROUTE, request)
        else:
            reply = await _run_within(app.guest_middlewares, route or _NO_ROUTE, request)
        if scope["query_string"] and (fields := request.query.get("fields")):
            reply = picked(reply, fields)
    except ApiError as raised:
        error = raised
        reply = error_reply(raised)
    except Exception:
        # A fault of ours: the client learns nothing of it, the operator all.
        log.exception("%s %s failed", scope["method"], scope["whole_path"])
        error = ApiError(500)
        reply = error_reply(error)
    finally:
        if request is not None and request.spooled:
            await request.finish()
    if request is not None:
        reply = _completed(request, reply)
    await send_reply(app, reply, scope, send, _passing(request) if request else ())
    if app.request_listeners and not (route is not None and route.quiet and reply.status < 400):
        done = _facts(scope, reply.status, perf_counter() - started, request, error)
        for listener in app.request_listeners:
            listener(done)


def _with_guests(find: Find, route: Route | None, scope: Scope) -> Route | None:
    """The route, or a user's where the server itself has nothing but maybe a static file."""
    method: str = scope["method"]
    if route is not None and method in route.methods and route.path != "/{path...}":
        return route
    found = find(method, scope["whole_path"])
    if found is None:
        return route
    route, scope["path_params"] = found
    return route


async def _run_within(around: Around, route: Route, request: Request) -> Reply:
    """Runs the handler with middlewares around it, once it is known who asks."""
    await _run(route, request, _nothing)
    return await around(request, partial(_run, route, request, is_admitted=True))


async def _nothing(_: Request) -> Reply:
    return NO_CONTENT


async def _run(
    route: Route, request: Request, instead: Handler | None = None, *, is_admitted: bool = False
) -> Reply:
    """Finds the caller, unless that is done, and runs the handler, or another one `instead`; both
    anew when the schema is changed meanwhile.

    A read is answered from one schema alone, the old one or the new. A write holds on to its schema
    by itself: the store refuses it when another one has come.
    """
    method = request.method
    handler = instead or route.methods.get(method, _nowhere)
    tags = route.tags.get(method, ())
    may_repeat = not route.once and _only_reads(request)
    for _ in range(RESTARTS):
        try:
            if not is_admitted:
                if request.token:
                    await request.authenticate()
                if request.app.limits.rules is not None:
                    limit.check(request, route.path, tags)
            is_admitted = False
            reply = await handler(request)
            if not (request.is_stale and may_repeat):
                return reply
        except Answered as answered:
            # By a function of a user, which is called once.
            return answered.reply  # type: ignore[no-any-return]
        except ApiError:
            if not (request.is_stale and may_repeat):
                raise
        except SchemaChanged:
            pass
        except StoreError:
            # A statement of the old schema that no longer fits the database.
            if not request.is_stale:
                raise
        await request.restart()
    raise ApiError(503, "The collections keep changing, please try again.")


def _only_reads(request: Request) -> bool:
    return request.method in ("GET", "HEAD")


async def _nowhere(request: Request) -> Reply:
    raise no_route(request.method)


async def send_reply(
    app: App, reply: Reply, scope: Scope, send: Send, passing: Headers = ()
) -> None:
    """Writes the answer with the headers that every answer carries.

    `passing` are headers that no other answer has alike.
    """
    body, status, content_type, extra, _, stream, file, of_file = reply
    headers = common_headers(app, scope)
    if of_file:
        headers = tuple(header for header in headers if header is not FRAMES)
    headers = (*headers, *extra)
    only_head = scope["method"] == "HEAD"
    # Taken out: they hold the scope that holds them, which only the garbage collector would undo.
    send_whole = scope.pop(SEND_WHOLE, None)
    send_file = scope.pop(SEND_FILE, None)
    if content_type:
        size = len(body) if file is None else file.size
        if stream is None and send_whole is not None:
            lines = (_kept_file_lines if of_file else _kept_lines)(status, content_type, headers)
            head = b"%bcontent-length: %d\r\n" % (lines, size)
            head += b"".join([b"%b: %b\r\n" % header for header in passing])
            if file is not None and not only_head:
                if await send_file(head, file):
                    return
            elif send_whole(head, b"" if only_head else body):
                return
        headers += ((b"content-type", content_type), *passing)
        if stream is None:
            headers += ((b"content-length", str(size).encode()),)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if file is not None:
        stream = pieces(file)
    if stream is not None and not only_head and not await _send_stream(stream, scope, send):
        return
    await send({"type": "http.response.body", "body": b"" if only_head else body})


async def _send_stream(stream: AsyncIterator[bytes], scope: Scope, send: Send) -> bool:
    """Whether all of it was sent: what nobody waits for any more is not fetched either."""
    transport = scope.get(TRANSPORT)
    try:
        async for piece in stream:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            if transport is not None and transport.is_closing():
                transport.abort()
                # The protocol is told with the next turn of the loop.
                await asyncio.sleep(0)
                return False
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()
    return True


async def pieces(part: FilePart) -> AsyncIterator[bytes]:
    """The bytes in pieces, which are read on a thread."""
    file, place, size = part
    with file:
        end = place + size
        while place < end:
            piece = await asyncio.to_thread(os.pread, file.fileno(), min(PIECE, end - place), place)
            if not piece:
                raise EOFError("the file is shorter than it was")
            place += len(piece)
            yield piece


def _lines(status: int, content_type: bytes, headers: Headers) -> bytes:
    """The status line and the header lines of an answer, but for its length.

    Raises ValueError for what would end its line.
    """
    lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, '')}".encode()]
    lines += [b"%b: %b" % header for header in (*headers, (b"content-type", content_type))]
    if _BREAKS_LINE.search(b"".join(lines)):
        raise ValueError(f"no header: {lines}")
    return b"".join(line + b"\r\n" for line in lines)


# Kept, since many answers have the same; those of files apart, lest they drive out all others.
_kept_lines = lru_cache(maxsize=500)(_lines)
_kept_file_lines = lru_cache(maxsize=1_000)(_lines)


def _completed(request: Request, reply: Reply) -> Reply:
    """The answer with what this request adds to any."""
    if request.more_headers:
        reply = reply._replace(headers=(*reply.headers, *request.more_headers))
    # A file is the same to all whose address it answers: a page's images stay in its cache.
    if request.by_cookie and not reply.of_file:
        reply = reply._replace(headers=(*reply.headers, *cookies.PRIVATE))
    if request.auth is not None and request.auth.impersonated_by:
        reply = _marked(request, reply, request.auth.impersonated_by)
    return reply


def _marked(request: Request, reply: Reply, impersonated_by: str) -> Reply:
    """The answer with a header that says who acts in the caller's name."""
    marks = [(b"x-impersonated-by", impersonated_by.encode())]
    if request.header(b"origin"):
        # Scripts of other origins may read it.
        marks.append((b"access-control-expose-headers", b"X-Impersonated-By"))
    return reply._replace(headers=(*reply.headers, *marks))


def common_headers(app: App, scope: Scope) -> Headers:
    """The headers of every answer to this request."""
    headers = SECURITY_HEADERS
    if app.more_headers is not None:
        headers += app.more_headers(scope)
    for name, value in scope["headers"]:
        if name == b"origin":
            return (*headers, *cors_headers(app, value))
    return headers


def no_route(method: str) -> ApiError:
    """The error of a path or method that nobody serves; a GET looks for a static file."""
    return ApiError(404, "File not found." if method in ("GET", "HEAD") else "")


def cors_headers(app: App, origin: bytes) -> Headers:
    """The headers that let pages of this origin read the answer; none if they may not.

    With cookies they may only if the origin is named for just that, never by a pattern.
    """
    if origin in cookies.rules_of(app.schema).origins:
        credentials = (b"access-control-allow-credentials", b"true")
        return ((b"access-control-allow-origin", origin), credentials)
    if allowed := allow_origin(app.origins, origin):
        return ((b"access-control-allow-origin", allowed),)
    return ()


def allow_origin(origins: tuple[str, ...], origin: bytes) -> bytes:
    """What `Access-Control-Allow-Origin` says to this origin, b"" for nothing at all."""
    if "*" in origins:
        return b"*"
    text = origin.decode("latin-1")
    for allowed in origins:
        pattern = re.escape(allowed).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(pattern, text, re.IGNORECASE):
            return origin
    return b""


def _take_token(request: Request) -> None:
    """The token of the Authorization header, else of a cookie."""
    if token := request.header(b"authorization"):
        request.token = _without_scheme(token.strip())
    elif header := request.header(b"cookie"):
        request.token = cookies.token_of(request.schema, header)
        request.by_cookie = bool(request.token)


def _without_scheme(token: str) -> str:
    return token[7:] if token[:7].lower() == "bearer " else token


def _passing(request: Request) -> Headers:
    """Headers that no other answer has alike."""
    found = limit.headers(request)
    return (*found, (b"x-request-id", request.id.encode())) if request.id else found


def _name_of(request: Request) -> str:
    """What the client or a proxy calls the request, if that is a name; else one of ours."""
    given = request.header(b"x-request-id")
    return given if _NAME.fullmatch(given) else ids.random_text(20)


def _facts(
    scope: Scope, status: int, seconds: float, request: Request | None, error: ApiError | None
) -> RequestDone:
    auth = request.auth if request else None
    query = scope["query_string"]
    return RequestDone(
        at=time(),
        milliseconds=int(seconds * 1e6) / 1e3,
        method=scope["method"],
        url=scope["whole_path"] + (f"?{query.decode('latin-1')}" if query else ""),
        status=status,
        auth=auth.collection.name if auth else "",
        auth_id=auth.id if auth else "",
        remote_ip=request.remote_ip if request else "",
        user_ip=request.client_ip if request else "",
        user_agent=request.header(b"user-agent") if request else "",
        referer=request.header(b"referer") if request else "",
        error=error.message if error else "",
        details=error.data if error else None,
        request_id=request.id if request else "",
    )
