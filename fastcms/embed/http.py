"""Requests to other servers."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any, TypedDict, Unpack
from urllib.parse import urlencode

import msgspec

from fastcms.embed.either import Owner, either
from fastcms.embed.response import Response

if TYPE_CHECKING:
    from fastcms.embed.either import EitherResponse

SECONDS = 30.0
LIMIT = 32 << 20  # bytes of an answer


class Options(TypedDict, total=False):
    """What :meth:`HTTP.request` takes beside method and address."""

    json: object
    form: Mapping[str, str] | None
    body: bytes
    headers: Mapping[str, str] | None
    seconds: float
    public_only: bool


class HTTP:
    """`app.http`. Where an address comes from people, say `public_only=True`: nothing of this
    machine and its networks can then be reached by it.
    """

    def __init__(self, app: Owner) -> None:
        self._app = app

    def settle(self, made: Coroutine[Any, Any, Any]) -> Any:
        """As its app does."""
        return self._app.settle(made)

    @either
    async def request(
        self,
        method: str,
        url: str,
        *,
        json: object = msgspec.UNSET,
        form: Mapping[str, str] | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        seconds: float = SECONDS,
        public_only: bool = False,
    ) -> Response:
        """Sends a request. Raises FetchError where no answer comes in time."""
        # Its client takes longer to load than the server to start.
        from fastcms.fetch import fetch

        sent = dict(headers or {})
        if json is not msgspec.UNSET:
            body = msgspec.json.encode(json)
            sent.setdefault("content-type", "application/json")
        elif form is not None:
            body = urlencode(form).encode()
            sent.setdefault("content-type", "application/x-www-form-urlencoded")
        if (before := self._app.inner.before_request) is not None:
            before(method.upper(), url)
        fetched = await fetch(
            method,
            url,
            headers=sent,
            body=body,
            seconds=seconds,
            public_only=public_only,
            limit=LIMIT,
        )
        return Response(fetched.status, fetched.headers, fetched.body)

    def get(self, url: str, **options: Unpack[Options]) -> EitherResponse:
        """See :meth:`request`."""
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Unpack[Options]) -> EitherResponse:
        """See :meth:`request`."""
        return self.request("POST", url, **options)

    def put(self, url: str, **options: Unpack[Options]) -> EitherResponse:
        """See :meth:`request`."""
        return self.request("PUT", url, **options)

    def patch(self, url: str, **options: Unpack[Options]) -> EitherResponse:
        """See :meth:`request`."""
        return self.request("PATCH", url, **options)

    def delete(self, url: str, **options: Unpack[Options]) -> EitherResponse:
        """See :meth:`request`."""
        return self.request("DELETE", url, **options)
