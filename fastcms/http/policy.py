"""Headers that an operator has every answer carry, beside those that all have."""

from __future__ import annotations

from typing import NamedTuple

from fastcms.http.reply import Headers
from fastcms.http.request import Scope
from fastcms.settings.proxy import is_within

_PROTOCOL = (b"x-forwarded-proto", b"https")


class Policy(NamedTuple):
    """Which they are; "" and 0 for none."""

    referrer: str = ""
    permissions: str = ""
    # Seconds that a browser asks for this host by HTTPS only, once it did.
    hsts: int = 0
    # The proxies that are believed when they say that the client came by HTTPS; empty for all.
    proxies: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no answer gets any."""
        return not (self.referrer or self.permissions or self.hsts)

    def headers(self, scope: Scope) -> Headers:
        """The headers of the answer to a request."""
        found: Headers = ()
        if self.referrer:
            found += ((b"referrer-policy", self.referrer.encode()),)
        if self.permissions:
            found += ((b"permissions-policy", self.permissions.encode()),)
        if self.hsts and self._is_https(scope):
            found += ((b"strict-transport-security", b"max-age=%d" % self.hsts),)
        return found

    def _is_https(self, scope: Scope) -> bool:
        if _PROTOCOL not in scope["headers"]:
            return False
        client = scope.get("client")
        # An IPv4 peer of a socket that takes both kinds.
        peer = client[0].removeprefix("::ffff:") if client else ""
        return not self.proxies or is_within(peer, self.proxies)
