"""Sign-in by cookie, for browsers: where a collection's options switch it on.

A cookie is sent by the browser whoever made it ask. So an unsafe request that comes with one needs
two proofs: that its page is of this origin or a trusted one, and the CSRF token, which only such a
page can read. It is a digest of the session under the key of its tokens, so that it is good for
this session alone. A request with an Authorization header never looks at cookies.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from fastcms.errors import forbidden
from fastcms.schema.collection import Collection
from fastcms.schema.options import CookieAuth
from fastcms.schema.snapshot import Schema
from fastcms.values import Value

if TYPE_CHECKING:
    from fastcms.http.request import Request

Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]

# The prefixes have browsers refuse what another host, or a page without TLS, has set.
NAMES = ("__Host-fastcms", "__Secure-fastcms")
CSRF_SUFFIX = "-csrf"
CSRF_HEADER = b"x-csrf-token"
WANTED_HEADER = b"x-auth-cookie"

# No cache may keep, or give to others, what was answered to a cookie.
PRIVATE: Headers = ((b"cache-control", b"no-store"), (b"vary", b"Cookie"))

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_KEY = "sign-in by cookie"


class CookieRules(NamedTuple):
    """What the collections of a schema allow together."""

    # The names that a token may have; none where no collection wants cookies.
    names: tuple[str, ...]
    # Of other pages that may send the cookie.
    origins: frozenset[bytes]


def rules_of(schema: Schema) -> CookieRules:
    """Made once for each version of the schema."""
    found = schema.memo.get(_KEY)
    if not isinstance(found, CookieRules):
        used = [c.auth.cookie_auth for c in schema if c.auth and c.auth.cookie_auth.enabled]
        origins = frozenset(origin.encode() for one in used for origin in one.origins)
        names = [name for name in NAMES if any(_name(one) == name for one in used)]
        found = schema.memo[_KEY] = CookieRules(tuple(names), origins)
    return found


def token_of(schema: Schema, header: str) -> str:
    """The token in a Cookie header, "" if there is none or no collection wants any."""
    names = rules_of(schema).names
    if not names:
        return ""
    pairs = [pair.strip().partition("=")[::2] for pair in header.split(";")]
    # In the order of the names: a subdomain can set the second for us, but never the first.
    found = (value for wanted in names for name, value in pairs if name == wanted)
    return next(found, "")


def check(request: Request) -> None:
    """Judges a request that came with a cookie; it is a guest's if the cookie counts for nothing.

    Raises 403 for an unsafe one that its page may not have sent.
    """
    auth = request.auth
    if auth is None:
        return
    options = auth.collection.auth
    if options is None or not options.cookie_auth.enabled or not auth.session:
        request.auth = None
        return
    if request.method in _SAFE:
        return
    if not _is_trusted(request):
        raise forbidden("Requests with a cookie are not taken from this origin.")
    expected = csrf_token(auth.collection, auth.values, auth.session)
    if not hmac.compare_digest(request.header(CSRF_HEADER).encode(), expected.encode()):
        raise forbidden("The CSRF token is missing or wrong.")


def csrf_token(collection: Collection, record: Mapping[str, Value], session: str) -> str:
    """What the pages of a session have to send along."""
    assert collection.auth is not None
    key = f"{record['tokenKey']!s}{collection.auth.auth_token.secret}"
    digest = hmac.digest(key.encode(), b"csrf." + session.encode(), "sha256")
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_wanted(request: Request) -> bool:
    """Whether the answer to a sign-in shall set cookies. Raises 403 where it may not."""
    if not request.by_cookie and not request.header(WANTED_HEADER):
        return False
    if not _is_trusted(request):
        # Else a foreign page could sign its visitor in as somebody else.
        raise forbidden("Requests with a cookie are not taken from this origin.")
    return True


def setting(collection: Collection, token: str, csrf: str, seconds: int) -> Headers:
    """The headers that give a browser token and CSRF token; with empty ones, that take them."""
    assert collection.auth is not None
    options = collection.auth.cookie_auth
    name = _name(options)
    domain = f"; Domain={options.domain}" if options.domain else ""
    same_site = options.same_site.capitalize()
    rest = f"; Path=/; Max-Age={seconds}; Secure; SameSite={same_site}{domain}"
    return (
        (b"set-cookie", f"{name}={token}{rest}; HttpOnly".encode()),
        # The page's own scripts read this one.
        (b"set-cookie", f"{name}{CSRF_SUFFIX}={csrf}{rest}".encode()),
    )


def _name(options: CookieAuth) -> str:
    return NAMES[1] if options.domain else NAMES[0]


def _is_trusted(request: Request) -> bool:
    """Whether the page that sent the request is of this origin, or of a trusted one."""
    origin = request.header(b"origin")
    if origin and origin.encode() in rules_of(request.schema).origins:
        return True
    if site := request.header(b"sec-fetch-site"):
        return site in ("same-origin", "none")
    # Older browsers say less; what says nothing is none, and has no cookies of others.
    return not origin or origin.partition("://")[2] == request.header(b"host")
