"""What an OpenID Connect issuer publishes of itself: its addresses.

Documents are kept for a while, since they are needed whenever somebody looks at a login page.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from time import monotonic
from typing import NamedTuple

import msgspec

from fastcms.fetch import FetchError, fetch, origin

KEEP = 3600.0  # seconds
RETRY = 30.0  # seconds until a failed one is asked again
PATIENCE = 5.0  # seconds

log = logging.getLogger("fastcms.oauth2")


class Metadata(msgspec.Struct, frozen=True):
    """The part of a discovery document that is of use here."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""

    @property
    def asked(self) -> tuple[str, ...]:
        """The addresses that the server itself goes to."""
        urls = (self.token_endpoint, self.jwks_uri, self.userinfo_endpoint)
        return tuple(url for url in urls if url)

    @property
    def named_by_others(self) -> frozenset[str]:
        """Those of them that are not at the issuer's own place."""
        there = origin(self.issuer)
        return frozenset(url for url in self.asked if origin(url) != there)


class _Kept(NamedTuple):
    metadata: Metadata | None
    until: float


_kept: dict[str, _Kept] = {}
_locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)


async def discover(issuer: str) -> Metadata | None:
    """The document of an issuer, None if there is none to be had.

    One that was read once serves on while the issuer is out of reach.
    """
    async with _locks[issuer]:
        found = _kept.get(issuer)
        if found is not None and found.until > monotonic():
            return found.metadata
        try:
            fresh = _Kept(await _read(issuer), monotonic() + KEEP)
        except (FetchError, ValueError) as error:
            log.warning("The OpenID Connect issuer %s cannot be used: %s", issuer, error)
            fresh = _Kept(found.metadata if found else None, monotonic() + RETRY)
        _kept[issuer] = fresh
        return fresh.metadata


async def _read(issuer: str) -> Metadata:
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    answer = await fetch("GET", url, seconds=PATIENCE)
    if answer.status != 200:
        raise ValueError(f"{url} answers {answer.status}")
    metadata = msgspec.json.decode(answer.body, type=Metadata)
    # Word for word: another one's document could name another one's addresses.
    if metadata.issuer != issuer:
        raise ValueError(f"it calls itself {metadata.issuer}")
    scheme = origin(issuer)[0]
    for endpoint in (metadata.authorization_endpoint, *metadata.asked):
        if origin(endpoint)[0] not in {"https", scheme}:
            raise ValueError(f"{endpoint} is not encrypted")
    return metadata
