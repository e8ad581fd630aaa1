"""The routes of types, an addition to the reference's; for superusers."""

from __future__ import annotations

from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply
from fastcms.http.request import Request


async def show_typescript(request: Request) -> Reply:
    """GET /api/types.ts"""
    from fastcms.typegen.typescript import typescript

    request.require_superuser()
    return _text(typescript(request.schema, superuser=_wants_all(request)))


async def show_python(request: Request) -> Reply:
    """GET /api/types.py"""
    from fastcms.typegen.python import python

    request.require_superuser()
    return _text(python(request.schema, superuser=_wants_all(request)))


def _wants_all(request: Request) -> bool:
    return request.query.get("superuser", "") in ("1", "true")


def _text(text: str) -> Reply:
    return Reply(text.encode(), 200, b"text/plain; charset=utf-8")


ROUTES: tuple[Route, ...] = (
    endpoint("/api/types.ts", GET=show_typescript),
    endpoint("/api/types.py", GET=show_python),
)
