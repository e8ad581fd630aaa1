"""The one way out to other servers over HTTP: bounded in time and size, to guarded addresses.

Import it where a request needs it, not where the server starts: its client library takes longer to
load than all of that.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

import httpcore2

SECONDS = 30.0
LIMIT = 1 << 20  # bytes of a body
REDIRECTS = 5
AGENT = "FastCMS"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}
# What stands between the parts of an address, and what is encoded already.
_AS_IT_IS = "%/:?#[]@!$&'()*+,;=~"
# Networks of IPv6 whose last 32 bits are an IPv4 address that they lead to.
_LEADING_TO_IPV4 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))

_FAILURES = (
    OSError,
    ValueError,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.TimeoutException,
    httpcore2.UnsupportedProtocol,
)


# Answers requests in the place of those that they are for, but for None; where it is set.
instead: Callable[[str, str, Mapping[str, str], bytes], Fetched | None] | None = None


class FetchError(Exception):
    """Nothing usable came back; the text is for the log, never for a client."""


class Fetched(NamedTuple):
    """An answer; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def fetch(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    public_only: bool = False,
    seconds: float = SECONDS,
    limit: int = LIMIT,
) -> Fetched:
    """Sends one request and reads the answer, whatever its status.

    `public_only` is for addresses that somebody else than the operator chose: nothing on this
    machine or in its networks is connected to, whatever name, redirect or spelling leads there.

    A GET follows redirects, one with headers, which may hold secrets, only to the same scheme, host
    and port; nothing else follows any. Raises FetchError.
    """
    sent = headers or {}
    if instead is not None and (answered := instead(method, url, sent, body)) is not None:
        return answered
    try:
        async with asyncio.timeout(seconds):
            for _ in range(REDIRECTS + 1):
                answer = await _once(method, url, sent, body, public_only=public_only, limit=limit)
                location = answer.headers.get("location", "")
                if method != "GET" or answer.status not in _REDIRECTS or not location:
                    return answer
                url = _next(url, location, with_secrets=bool(sent))
    except TimeoutError as error:
        raise FetchError(f"{_shown(url)} took longer than {seconds:g} seconds") from error
    raise FetchError(f"{_shown(url)} redirects too often")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, also where it is wrapped in another."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour
        if wrapped is None and any(ip in network for network in _LEADING_TO_IPV4):
            wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(str(wrapped))
    return ip.is_global and not ip.is_multicast


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address. Raises ValueError for what is no web address."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("not a web address")
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


async def _once(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    public_only: bool,
    limit: int,
) -> Fetched:
    # Bodies come as they are: what is not unpacked cannot swell.
    sent = {"user-agent": AGENT, "accept": "*/*", "accept-encoding": "identity", **headers}
    content = bytearray()
    try:
        is_secure = origin(url)[0] == "https"
        async with (
            httpcore2.AsyncConnectionPool(
                ssl_context=_ssl_context() if is_secure else None,
                network_backend=_PublicOnly() if public_only else None,
            ) as pool,
            pool.stream(
                method,
                quote(url, safe=_AS_IT_IS),
                headers=[(name.encode(), value.encode()) for name, value in sent.items()],
                content=body,
            ) as response,
        ):
            async for chunk in response.aiter_stream():
                content += chunk
                if len(content) > limit:
                    raise FetchError(f"{_shown(url)} sent more than {limit} bytes")
    except _FAILURES as error:
        raise FetchError(f"{_shown(url)}: {str(error) or type(error).__name__}") from error
    received = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
    }
    return Fetched(response.status, received, bytes(content))


def _next(url: str, location: str, *, with_secrets: bool) -> str:
    try:
        target = urljoin(url, location)
        here, there = origin(url), origin(target)
    except ValueError as error:
        raise FetchError(f"{_shown(url)} redirects to no web address") from error
    if here != there and (with_secrets or (here[0], there[0]) == ("https", "http")):
        raise FetchError(f"{_shown(url)} redirects elsewhere")
    return target


def _shown(url: str) -> str:
    """An address as the log may show it: queries and passwords can be secrets."""
    try:
        scheme, host, port = origin(url)
    except ValueError:
        return "an address"
    return f"{scheme}://{host}:{port}{urlsplit(url).path}"


@lru_cache(maxsize=1)
def _ssl_context() -> Any:
    # Reading the certificate authorities takes 20 ms.
    return httpcore2.default_ssl_context()


class _PublicOnly(httpcore2.AsyncNetworkBackend):
    """Connects to nothing but addresses of the open internet.

    The name is resolved here and the result is what is connected to, so that a second answer of
    its name server cannot lead elsewhere.
    """

    def __init__(self) -> None:
        self._inner = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (the interface's)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        if not addresses or not all(is_public(address) for address in addresses):
            raise OSError("its address is not public")
        return await self._inner.connect_tcp(
            addresses[0], port, timeout, local_address, socket_options
        )
