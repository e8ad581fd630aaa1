"""What a function of a route sees of its request, and how what it returns becomes the answer."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Mapping, Sequence
from copy import copy
from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import force_setattr

from fastcms.auth.finish import finish
from fastcms.embed.app import app
from fastcms.embed.either import either
from fastcms.fields.upload import Upload
from fastcms.filters.context import AuthRecord
from fastcms.http.reply import JSON, NO_CONTENT, Picked, Reply, encode_json
from fastcms.http.request import BODY_LIMIT, Request
from fastcms.records.compiled import compiled
from fastcms.records.record import Record
from fastcms.records.show import show_records

if TYPE_CHECKING:
    from fastcms.embed.either import EitherDict

TEXT = b"text/plain; charset=utf-8"
HTML = b"text/html; charset=utf-8"
_NO_LINE = re.compile(r"[\x00-\x1f\x7f]")
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_SAME_SITE = ("Lax", "Strict", "None")


class RouteEvent:
    """A request to a route of a user."""

    # As at events.
    app = app

    def __init__(self, request: Request, body_limit: int = BODY_LIMIT) -> None:
        self.request = request
        self._limit = body_limit
        self._headers: list[tuple[bytes, bytes]] = []

    @property
    def path(self) -> Mapping[str, str]:
        """The parameters of the path."""
        return self.request.params

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters of the query, the first of each."""
        return self.request.query

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers by lower snake case name."""
        return self.request.headers

    @property
    def auth(self) -> AuthRecord | None:
        """Who asks, None for a guest."""
        return self.request.auth

    @property
    def is_superuser(self) -> bool:
        """Whether a superuser asks."""
        return self.request.is_superuser

    @property
    def real_ip(self) -> str:
        """The address of who asks, through trusted proxies."""
        return self.request.client_ip

    @property
    def has_json(self) -> bool:
        """Whether the body is JSON rather than a form."""
        return self.request.is_json

    @property
    def files(self) -> Mapping[str, list[Upload]]:
        """The files of the form, by name, once `body` has read it."""
        return self.request.uploads

    def settle(self, made: Coroutine[Any, Any, Any]) -> Any:
        """As the methods of the app object."""
        return app.settle(made)

    @either
    async def raw(self) -> bytes:
        """The body as it came. Raises 413 for one that is too long."""
        return await self.request.read(self._limit)

    @either
    async def sign_in(self, record: Record, *, method: str) -> Reply:
        """Answers as every sign-in does, with a token and the record.

        `method` is what `@request.context` is in the rules that are asked from here on; the
        collection's second factor, alerts and hooks take part. Raises 403 where its rule does not
        let the record in.
        """
        return await finish(self.request, record, method)

    def body(self) -> EitherDict:
        """The body as an object. Raises 400 for one that is none, 413 for one that is too long."""
        values: EitherDict = self.settle(self.request.read_body(self._limit))
        return values

    def set_header(self, name: str, value: str) -> None:
        """Adds a header to the answer. Raises ValueError for what would end its line."""
        if not _NAME.fullmatch(name) or _NO_LINE.search(value):
            raise ValueError(f"no header: {name!r}: {value!r}")
        self._headers.append((name.lower().encode(), value.encode()))

    def set_cookie(
        self,
        name: str,
        value: str,
        *,
        max_age: int | None = None,
        path: str = "/",
        same_site: str = "Lax",
        secure: bool = True,
        http_only: bool = True,
    ) -> None:
        """Adds a cookie to the answer; what its value may not hold is escaped.

        Raises ValueError for a bad name, path or `same_site`.
        """
        if not _NAME.fullmatch(name) or ";" in path or same_site not in _SAME_SITE:
            raise ValueError(f"no cookie: {name!r}, {path!r}, {same_site!r}")
        line = f"{name}={quote(value, safe='')}; Path={path}; SameSite={same_site}"
        line += "" if max_age is None else f"; Max-Age={max_age}"
        line += ("; Secure" if secure else "") + ("; HttpOnly" if http_only else "")
        self.set_header("set-cookie", line)

    def file(self, content: bytes, content_type: str, name: str = "") -> Reply:
        """An answer of that type; with a name, browsers save it as a file.

        Raises ValueError for what is no type.
        """
        if _NO_LINE.search(content_type):
            raise ValueError(f"no content type: {content_type!r}")
        headers: tuple[tuple[bytes, bytes], ...] = ()
        if name:
            saved = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
            headers = ((b"content-disposition", saved.encode()),)
        return Reply(content, 200, content_type.encode("latin-1"), headers)

    def html(self, text: str, status: int = 200) -> Reply:
        """An answer that is a page; what stands in it is for the caller to escape."""
        return Reply(text.encode(), status, HTML)

    def redirect(self, address: str, status: int = 307) -> Reply:
        """An answer that leads elsewhere. Raises ValueError for what is no address."""
        if _NO_LINE.search(address):
            raise ValueError(f"no address: {address!r}")
        # What is escaped already stays so.
        location = quote(address, safe="%:/?#[]@!$&'()*+,;=~").encode()
        return Reply(b"", status, TEXT, ((b"location", location),))

    async def reply(self, result: object) -> Reply:
        """What a function returned, as the answer."""
        made = await self._reply(result)
        return made._replace(headers=(*made.headers, *self._headers))

    async def _reply(self, result: object) -> Reply:
        if isinstance(result, Reply):
            return result
        status = 200
        if isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], int):
            result, status = result
        if result is None:
            return NO_CONTENT if status == 200 else Reply(b"", status, b"")
        if isinstance(result, str):
            # Not a page: a text of a user would then be one as well.
            return Reply(result.encode(), status, TEXT)
        if isinstance(result, bytes):
            return Reply(result, status, b"application/octet-stream")
        if isinstance(result, AsyncGenerator):
            return Reply(b"", status, TEXT, stream=_pieces(result))
        body = encode_json(await self._shown(result))
        return Reply(body, status, JSON, picked=Picked.BODY)

    async def _shown(self, value: object) -> object:
        """The value with its records as the caller may see them."""
        if isinstance(value, AuthRecord):
            value = Record(value.collection, dict(value.values))
        if isinstance(value, Record):
            schema = self.request.schema
            shape = compiled(schema, value.collection)
            return (await show_records(self.request, shape, [value]))[0]
        if isinstance(value, Mapping):
            return {key: await self._shown(each) for key, each in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
            return [await self._shown(each) for each in value]
        if names := _parts(value):
            # A copy, which is encoded as its class says.
            value = copy(value)
            for name in names:
                shown = await self._shown(getattr(value, name))
                if isinstance(value, Struct):
                    force_setattr(value, name, shown)
                else:
                    object.__setattr__(value, name, shown)
        return value


def _parts(value: object) -> Sequence[str]:
    """The names of what is encoded of a Struct, a dataclass or an object of attrs."""
    if isinstance(value, Struct):
        return value.__struct_fields__
    kind = type(value)
    if not (is_dataclass(kind) or hasattr(kind, "__attrs_attrs__")):
        return ()
    slots = [name for each in kind.__mro__ for name in getattr(each, "__slots__", ())]
    names = (*getattr(value, "__dict__", ()), *slots)
    return [name for name in names if not name.startswith("__") and hasattr(value, name)]


async def _pieces(made: AsyncGenerator[Any, None]) -> AsyncIterator[bytes]:
    try:
        async for piece in made:
            yield piece.encode() if isinstance(piece, str) else piece
    finally:
        await made.aclose()
