"""The rest of the web, as a test plays it: what the server asks of others is answered here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from fastcms.fetch import Fetched
from fastcms.testing.box import Box

# A test may have servers of its own on this machine.
_HERE = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Sent:
    """A request that the server sent; names of headers are lower case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body's JSON. Raises ValueError where it is none."""
        return msgspec.json.decode(self.body)


class _Rule(NamedTuple):
    method: str
    url: str
    answer: Fetched


class Web:
    """`web.answer("https://api.example.com/*", json={…})`, and `web.requests` of what was sent.

    An address that has no answer fails the test, but for those of this machine: nothing leaves it.
    """

    def __init__(self, wait: Callable[[], None]) -> None:
        self.requests: Box[Sent] = Box("request", wait)
        self._rules: list[_Rule] = []

    def answer(
        self,
        url: str,
        *,
        method: str = "*",
        status: int = 200,
        json: Any = msgspec.UNSET,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answers requests for an address, in which `*` stands for anything; of several that fit,
        the last one that was given counts.
        """
        told = {name.lower(): value for name, value in (headers or {}).items()}
        if json is not msgspec.UNSET:
            body = msgspec.json.encode(json)
            told.setdefault("content-type", "application/json")
        self._rules.append(_Rule(method, url, Fetched(status, told, body)))

    def take(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Fetched | None:
        """Takes a request of the server."""
        sent = {name.lower(): value for name, value in headers.items()}
        self.requests.put(Sent(method, url, sent, body))
        for rule in reversed(self._rules):
            if fnmatchcase(method, rule.method) and fnmatchcase(url, rule.url):
                return rule.answer
        if urlsplit(url).hostname in _HERE:
            return None
        raise AssertionError(
            f"the server asks {method} {url}, and the test says no answer: "
            f"app.web.answer({url!r}, json=…)"
        )
