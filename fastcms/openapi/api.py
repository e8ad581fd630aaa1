"""The routes of the document and its page. The page has no data: it signs in and asks for it."""

from __future__ import annotations

from collections.abc import Sequence

from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.openapi.document import document


def routes(served: Sequence[Route]) -> tuple[Route, ...]:
    """The feature's own routes, for a document of those and all the others."""

    async def show(request: Request) -> Reply:
        request.require_superuser()
        superuser = request.query.get("superuser", "") in ("1", "true")
        return json_reply(document(all_, request.schema, request.app.settings, superuser=superuser))

    own = (endpoint("/api/openapi.json", GET=show),)
    all_ = (*served, *own)
    return own
