"""One HTTP request as the features see it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeAlias

from fastcms.core import App
from fastcms.errors import ApiError, forbidden, unauthorized
from fastcms.fields.upload import Upload
from fastcms.filters.context import AuthRecord
from fastcms.http import cookies
from fastcms.http.body import form_body, parse_body
from fastcms.http.multipart import Part, read_multipart
from fastcms.http.query import first_values
from fastcms.limits.windows import Window
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.settings.model import TrustedProxy
from fastcms.settings.proxy import client_ip, is_within, network_of
from fastcms.store.reads import Reads

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# Where the scope holds the connection's transport.
TRANSPORT = "fastcms.transport"

BODY_LIMIT = 32 << 20
STALLED_SECONDS = 300.0  # that a form with files may pause; PocketBase gives it no longer at all


class Request:
    """Method, path parameters, query, headers, body and who asks.

    It is also the RequestContext of rules: `headers` go by lower snake case, `body` is what the
    rules shall see, which the record endpoints replace by the body with its modifiers resolved.
    """

    context = "default"
    # Whether the token is a cookie's.
    by_cookie = False
    # Whether the body that was read should have been a multipart form but had no bytes.
    is_empty_form = False
    # The window that it was counted in, if it has a rate limit.
    window: Window | None = None
    # Whether somebody gets what is shown; handlers change it only then.
    is_answered = True
    # What it is called, where requests have names.
    id = ""
    # Headers that middlewares add to the answer, an error's too.
    more_headers: Sequence[tuple[bytes, bytes]] = ()
    _client_ip: str | None = None

    def __init__(self, app: App, scope: Scope, receive: Receive) -> None:
        self.app = app
        self.method: str = scope["method"]
        self.scope = scope
        self.params: Mapping[str, str] = scope.get("path_params", {})
        # The bare token of the Authorization header, and the record that it proved to be from.
        self.token = ""
        self.auth: AuthRecord | None = None
        # The schema and the stamp it belongs to, for the whole request.
        self.schema = app.refresh()
        self.stamp = app.stamp
        self.body: Mapping[str, object] = {}
        # The files of a multipart body, by the names of their parts.
        self.uploads: Mapping[str, list[Upload]] = {}
        # Query parameters, the first of each.
        self.query = first_values(scope["query_string"])
        # Where what rules and answers ask is read: for an imagined one maybe a transaction.
        self.reads: Reads = app.store
        self._receive = receive
        self._raw: bytes | None = None
        self._parts: list[Part] | None = None
        # Files that may lie in the scratch folder and go with the request.
        self.spooled: list[Path] = []
        self._headers: dict[bytes, bytes] = dict(scope["headers"])

    def header(self, name: bytes) -> str:
        """A header by its lower case name, "" if absent."""
        value = self._headers.get(name)
        return value.decode("latin-1") if value is not None else ""

    def has_any(self, names: frozenset[bytes]) -> bool:
        """Whether it has one of these headers, by their lower case names."""
        return not names.isdisjoint(self._headers)

    def header_named(self, name: str) -> str:
        """A header by its name in any letter case, of several lines the last; "" if absent."""
        return self.header(name.lower().encode("latin-1", "replace"))

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """Header values by lower snake case name, the first of each."""
        return {
            name.decode("latin-1").replace("-", "_"): value.decode("latin-1")
            for name, value in reversed(self.scope["headers"])
            # The host is part of the address, for the reference too.
            if name != b"host"
        }

    @property
    def is_superuser(self) -> bool:
        """Whether a superuser asks."""
        return self.auth is not None and self.auth.collection.is_superusers

    def own_id(self, collection: Collection) -> str:
        """The id of who asks, if a record of that collection asks; "" otherwise."""
        auth = self.auth
        return auth.id if auth is not None and auth.collection.id == collection.id else ""

    @property
    def remote_ip(self) -> str:
        """The address of the peer, which may be a proxy."""
        client = self.scope.get("client")
        # An IPv4 peer of a socket that takes both kinds.
        return client[0].removeprefix("::ffff:") if client else ""

    @property
    def client_ip(self) -> str:
        """The address of who asks: what a trusted proxy says, else the peer's; IPv6 spelt out."""
        # The log asks with every request, and Python 3.11 locks a cached property.
        if self._client_ip is None:
            proxy = self.app.settings.trusted_proxy
            peer = self.remote_ip
            if self.app.proxies and not is_within(peer, self.app.proxies):
                # Nobody's proxy: whatever it says of others, it is itself who asks.
                proxy = TrustedProxy()
            self._client_ip = client_ip(proxy, self.header_named, peer)
        return self._client_ip

    @property
    def client_network(self) -> str:
        """What attempts of this client are counted under."""
        return network_of(self.client_ip)

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON rather than a form."""
        return self.header(b"content-type").startswith("application/json")

    @property
    def has_body(self) -> bool:
        """Whether the request's headers announce a body."""
        length = self._headers.get(b"content-length")
        return (length is not None and length != b"0") or b"transfer-encoding" in self._headers

    async def chunks(self, limit: int) -> AsyncIterator[bytes]:
        """The raw body as it comes in. Raises 413 as soon as it is longer than `limit` bytes."""
        if _length(self.header(b"content-length")) > limit:
            raise ApiError(413)
        size = 0
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ApiError(400)
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            if size > limit:
                raise ApiError(413)
            yield chunk
            more = message.get("more_body", False)

    async def read(self, limit: int = BODY_LIMIT) -> bytes:
        """The raw body; read once. Raises 413 as soon as it is longer than `limit` bytes."""
        if self._raw is None:
            chunks = [chunk async for chunk in self.chunks(limit)]
            self._raw = b"".join(chunks) if len(chunks) > 1 else chunks[0]
        return self._raw

    async def read_body(self, limit: int = BODY_LIMIT, error: str = "") -> dict[str, Any]:
        """The body as an object, whatever its content type; {} if there is none.

        Files are not in it: they are the `uploads` from then on.

        Raises 400 with the message `error` (or the default one) for a body that cannot be read as
        such.
        """
        content_type = self.header(b"content-type")
        if content_type.startswith("multipart/form-data"):
            return await self._read_form(content_type, limit, error)
        raw = await self.read(limit)
        if not raw:
            return {}
        return parse_body(raw, content_type, self.scope["query_string"], error)

    async def _read_form(self, content_type: str, limit: int, error: str) -> dict[str, Any]:
        """The values of a multipart body; its files become the request's `uploads`."""
        if self._parts is None:
            chunks = self._lively(self.chunks(limit))
            parts = await read_multipart(chunks, content_type, self._fresh, error)
            self.is_empty_form = parts is None
            self._parts = parts or []
        uploads: dict[str, list[Upload]] = {}
        pairs: list[tuple[str, str]] = []
        for name, value in self._parts:
            if isinstance(value, Upload):
                uploads.setdefault(name, []).append(value)
            else:
                pairs.append((name, value))
        self.uploads = uploads
        if self.is_empty_form:
            return {}
        return form_body(pairs, self.scope["query_string"], error)

    async def _lively(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The chunks. Raises 408 when none comes for long: what came lies on the disk meanwhile."""
        while True:
            try:
                async with asyncio.timeout(STALLED_SECONDS):
                    chunk = await anext(chunks, None)
            except TimeoutError:
                raise ApiError(408, "The rest of the request did not come.") from None
            if chunk is None:
                return
            yield chunk

    def _fresh(self) -> Path:
        path = self.app.scratch.fresh()
        self.spooled.append(path)
        return path

    async def finish(self) -> None:
        """Removes what is left of the files that came with it."""
        await asyncio.to_thread(_remove, self.spooled)

    def require_auth(self) -> AuthRecord:
        """Who asks; raises 401 for a guest."""
        if self.auth is None:
            raise unauthorized("The request requires valid record authorization token.")
        return self.auth

    def require_superuser(self) -> None:
        """Raises 401 for a guest and 403 for anybody else who is no superuser."""
        if not self.require_auth().is_superuser:
            raise forbidden("The authorized record is not allowed to perform this action.")

    def refuse_impersonated(self) -> None:
        """Raises 403 for who acts in another's name, where only the record itself may act."""
        if self.auth is not None and self.auth.impersonated_by:
            raise forbidden("An impersonation token is not allowed to perform this action.")

    def when_lost(self, call: Callable[[], None]) -> None:
        """Has this called when the client has gone, at once if it has already."""
        transport = self.scope.get(TRANSPORT)
        if transport is None:
            return
        if transport.is_closing():
            call()
        else:
            transport.get_protocol().on_lost = call

    @property
    def piece_sender(self) -> Callable[[bytes], bool] | None:
        """What sends a piece of a streamed answer that is under way, past the stream itself.

        It says False, and sends nothing, if the client is too slow for what was sent before. None
        where there is no connection that can do so.
        """
        transport = self.scope.get(TRANSPORT)
        return getattr(transport and transport.get_protocol(), "send_piece", None)

    def abort(self) -> None:
        """Tears the connection down, what waits to be sent included."""
        if (transport := self.scope.get(TRANSPORT)) is not None:
            transport.abort()

    @classmethod
    def imagined(
        cls,
        app: App,
        schema: Schema,
        stamp: int,
        *,
        context: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        auth: AuthRecord | None,
        reads: Reads | None = None,
    ) -> Self:
        """A request that nobody sent: what rules see where a subscriber stands for one.

        Unlike a real one it may be made on any thread.
        """
        request = cls.__new__(cls)
        request.app, request.schema, request.stamp = app, schema, stamp
        request.context, request.auth = context, auth
        request.reads = reads or app.store
        request.method, request.token, request.params = "GET", "", {}
        request.body, request._raw, request._headers = {}, b"", {}
        request.uploads = {}
        request.__dict__ |= {"query": query, "headers": headers}
        return request

    def within(self, context: str, auth: AuthRecord | None) -> Self:
        """The same request as rules see it in another `@request.context` and of another caller."""
        # What copy() does, at a tenth of its price.
        inner = type(self).__new__(type(self))
        inner.__dict__.update(self.__dict__)
        inner.context = context
        inner.auth = auth
        return inner

    @property
    def is_stale(self) -> bool:
        """Whether the schema was changed since the request took it, or is being changed now."""
        stamp = self.app.shared.stamp
        return stamp != self.stamp or bool(stamp & 1)

    async def authenticate(self) -> None:
        """Finds out who asks. Raises 403 for a superuser from where none may come."""
        self.auth = await self.app.authenticate(self.token) if self.token else None
        if self.by_cookie:
            cookies.check(self)
        if self.is_superuser:
            self.check_superuser_ip()

    def check_superuser_ip(self) -> None:
        """Raises 403 where the settings do not let superusers come from."""
        if not self.may_be_superuser:
            raise forbidden()

    @property
    def may_be_superuser(self) -> bool:
        """Whether the settings let superusers come from where this request does."""
        allowed = self.app.settings.superuser_ips
        return not allowed or is_within(self.client_ip, allowed)

    async def restart(self) -> None:
        """Takes the newest schema, to answer the request anew after a change came in between.

        The caller, too, has to be found anew: the record is one of the old schema.
        """
        await self.app.settled()
        self.schema = self.app.refresh()
        self.stamp = self.app.stamp
        self.auth = None
        self.body = {}


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _length(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
