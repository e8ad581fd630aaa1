"""The routes of the document and its page. The page has no data: it signs in and asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from fastcms import resources
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
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
    "/api/docs": ("index.html", b"text/html; charset=utf-8"),
    "/api/docs/page.css": ("page.css", b"text/css; charset=utf-8"),
    "/api/docs/page.js": ("page.js", b"text/javascript; charset=utf-8"),
}


async def show_page(request: Request) -> Reply:
    """One of the page's files."""
    return _file(request.scope["whole_path"])


@lru_cache
def _file(path: str) -> Reply:
    name, content_type = _FILES[path]
    return Reply((resources.static("openapi") / name).read_bytes(), 200, content_type, _HEADERS)


def routes(served: Sequence[Route]) -> tuple[Route, ...]:
    """The feature's own routes, for a document of those and all the others."""

    async def show(request: Request) -> Reply:
        # Here: no other request needs what the document is made of.
        from fastcms.openapi.document import document

        request.require_superuser()
        superuser = request.query.get("superuser", "") in ("1", "true")
        app = request.app
        custom = app.guest_operations() if app.guest_operations is not None else None
        made = document(all_, request.schema, app.settings, superuser=superuser, custom=custom)
        return json_reply(made)

    page = (endpoint(path, GET=show_page) for path in _FILES)
    own = (endpoint("/api/openapi.json", GET=show), *page)
    all_ = (*served, *own)
    return own
