"""Who the client is when a proxy stands in between."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import TypeAlias

from fastcms.settings.model import TrustedProxy

# The value of a header by its name in any letter case, "" if absent; of several lines the last.
Header: TypeAlias = Callable[[str], str]

# Headers of common proxies that hold the client's address.
COMMON_HEADERS = ("CF-Connecting-IP", "Fly-Client-IP", "X-Forwarded-For")


def client_ip(proxy: TrustedProxy, header: Header, peer: str) -> str:
    """The client's address by the first trusted header that holds one, else the peer's.

    IPv6 is spelt out in full, so that one address has one text.
    """
    for name in proxy.headers:
        items: Iterable[str] = header(name).split(",")
        if not proxy.use_leftmost_ip:
            items = reversed(list(items))
        for item in items:
            if found := _spelt_out(item.strip()):
                return found
    return _spelt_out(peer) or peer


def possible_proxy_header(proxy: TrustedProxy, header: Header) -> str:
    """The first header that is there and looks like a proxy's, "" if none does."""
    return next((name for name in (*proxy.headers, *COMMON_HEADERS) if header(name)), "")


def _spelt_out(text: str) -> str:
    try:
        return ipaddress.ip_address(text).exploded
    except ValueError:
        return ""
