"""Counts requests against the rate limits, and tells the client where it stands."""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from time import time
from urllib.parse import unquote

from fastcms.errors import ApiError
from fastcms.http.reply import Headers
from fastcms.http.request import Request
from fastcms.limits.windows import Window
from fastcms.schema.collection import Collection

_EXPOSED = b"Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"


def check(request: Request, route: str, tags: tuple[str, ...]) -> None:
    """Counts a request for a route, once however often it is run. Raises 429 if it is one too many.

    `route` is the route's path, "" for none; `tags` name what it does with the collection that
    stands in its path.
    """
    window = request.window
    if window is None:
        collection = None
        if tags:
            collection = request.schema.find(request.params["collection"])
            if collection is None:
                # Whatever it is, it will not be done.
                return
        path: str = request.scope["whole_path"]
        if "%" in path:
            path = unquote(path)
        window = request.window = _count(
            request, request.method, path, collection, tags, bucket=_bucket(route, tags)
        )
    _admit(window)


def check_item(request: Request, method: str, path: str, collection: Collection, tag: str) -> None:
    """Counts one item of a batch: what it does (`create`, `update`, `delete`) with a collection.

    Raises 429 if it is one too many. Items have windows of their own, apart from plain requests.
    """
    _admit(_count(request, method, path, collection, (tag,), bucket=tag))


def check_message(request: Request, method: str, path: str) -> None:
    """Counts a message of a WebSocket as the request that it stands for. Raises 429 as for one."""
    if request.app.limits.rules is not None:
        _admit(_count(request, method, path, None, (), bucket=""))


def _count(
    request: Request,
    method: str,
    path: str,
    collection: Collection | None,
    tags: tuple[str, ...],
    *,
    bucket: str,
) -> Window | None:
    """The window of a request."""
    limits = request.app.limits
    if limits.rules is None or request.is_superuser:
        return None
    name = collection.name if collection is not None else ""
    signed_in = request.auth is not None
    rule = limits.rules.find(method, path, name, tags, signed_in=signed_in)
    if rule is None:
        return None
    if collection is not None:
        # Each route of each collection for itself, whatever the rule names.
        bucket = f"{collection.id}\n{bucket}\n{rule.label}"
    else:
        bucket = rule.label
    return limits.count(rule, bucket, request.client_ip)


@lru_cache(maxsize=1_000)
def _bucket(route: str, tags: tuple[str, ...]) -> str:
    """What of a route and its tags is counted together."""
    return f"{route}\n{','.join(tags)}"


def _admit(window: Window | None) -> None:
    if window is not None and not window.admitted:
        raise ApiError(429)


def headers(request: Request) -> Headers:
    """How many requests are left and until when; nothing where there is no limit."""
    window = request.window
    if window is None:
        return ()
    found: Headers = (
        (b"x-ratelimit-limit", b"%d" % window.limit),
        (b"x-ratelimit-remaining", b"%d" % window.remaining),
        (b"x-ratelimit-reset", b"%d" % ceil(window.ends)),
    )
    if not window.admitted:
        found += ((b"retry-after", b"%d" % max(1, ceil(window.ends - time()))),)
    if request.header(b"origin"):
        # Scripts of other origins may read them.
        found += ((b"access-control-expose-headers", _EXPOSED),)
    return found
