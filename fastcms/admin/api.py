"""The page at `/_/`: makes the first superuser; the dashboard will take its place.

It talks to the public API alone, and its policy forbids whatever does not come from this server.
"""

from __future__ import annotations

from functools import lru_cache

from fastcms import resources
from fastcms.http.endpoint import Route, endpoint, no_route
from fastcms.http.reply import Reply
from fastcms.http.request import Request

_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY),
    # Names carry no version, so a browser has to ask.
    (b"cache-control", b"no-cache"),
    (b"referrer-policy", b"no-referrer"),
)
_FILES = {
    "/_/": ("index.html", b"text/html; charset=utf-8"),
    "/_/page.css": ("page.css", b"text/css; charset=utf-8"),
    "/_/page.js": ("page.js", b"text/javascript; charset=utf-8"),
    "/_/icon.svg": ("icon.svg", b"image/svg+xml"),
}


async def show(request: Request) -> Reply:
    """One of the page's files."""
    # The router takes a path with and without a slash at its end for the same.
    path: str = request.scope["whole_path"]
    if path == "/_":
        return Reply(
            b'<a href="/_/">Temporary Redirect</a>.\n\n',
            307,
            b"text/html; charset=utf-8",
            ((b"location", b"/_/"),),
        )
    if path not in _FILES:
        raise no_route(request.method)
    return _file(path)


@lru_cache
def _file(path: str) -> Reply:
    name, content_type = _FILES[path]
    return Reply((resources.static("admin") / name).read_bytes(), 200, content_type, _HEADERS)


ROUTES: tuple[Route, ...] = tuple(endpoint(path.rstrip("/"), GET=show) for path in _FILES)
