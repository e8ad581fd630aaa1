"""Requests to other servers."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from fastcms.embed.either import Owner, either

SECONDS = 30.0
LIMIT = 32 << 20  # bytes of an answer


class Response(msgspec.Struct, frozen=True):
    """What came back, whatever its status; names of headers are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body's JSON. Raises ValueError where it is none."""
        return msgspec.json.decode(self.body)

    def raise_for_status(self) -> Response:
        """Itself; raises RuntimeError for a status of 400 or above."""
        if self.status >= 400:
            raise RuntimeError(f"the answer is {self.status}: {self.text[:200]}")
        return self


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
        json: Any = msgspec.UNSET,
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

    def get(self, url: str, **options: Any) -> Any:
        """See :meth:`request`."""
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> Any:
        """See :meth:`request`."""
        return self.request("POST", url, **options)

    def put(self, url: str, **options: Any) -> Any:
        """See :meth:`request`."""
        return self.request("PUT", url, **options)

    def patch(self, url: str, **options: Any) -> Any:
        """See :meth:`request`."""
        return self.request("PATCH", url, **options)

    def delete(self, url: str, **options: Any) -> Any:
        """See :meth:`request`."""
        return self.request("DELETE", url, **options)
