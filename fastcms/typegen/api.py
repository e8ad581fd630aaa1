"""The routes of types, an addition to the reference's; for superusers."""

from __future__ import annotations

from collections.abc import Callable

from fastcms.http.endpoint import Handler, Route, endpoint
from fastcms.http.reply import Reply
from fastcms.http.request import Request
from fastcms.typegen.python import python
from fastcms.typegen.typescript import typescript


def _of(make: Callable[..., str]) -> Handler:
    async def show(request: Request) -> Reply:
        request.require_superuser()
        superuser = request.query.get("superuser", "") in ("1", "true")
        text = make(request.schema, superuser=superuser)
        return Reply(text.encode(), 200, b"text/plain; charset=utf-8")

    return show


ROUTES: tuple[Route, ...] = (
    endpoint("/api/types.ts", GET=_of(typescript)),
    endpoint("/api/types.py", GET=_of(python)),
)
