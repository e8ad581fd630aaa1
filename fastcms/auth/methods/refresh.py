"""Renewing a token before it expires."""

from __future__ import annotations

from fastcms.auth.events import RefreshEvent
from fastcms.auth.finish import finish
from fastcms.auth.owner import require_same_collection
from fastcms.auth.tokens import parse_token
from fastcms.errors import bad_request
from fastcms.http.reply import Reply
from fastcms.http.request import Request


async def refresh(request: Request) -> Reply:
    """POST …/auth-refresh"""
    if request.has_body:
        await request.read_body()
    record = require_same_collection(request)
    # A token that was issued as not refreshable comes back as it is.
    parsed = parse_token(request.token)
    kept = "" if parsed is not None and parsed.claims.refreshable else request.token
    reply: list[Reply] = []

    async def execute(_: object) -> None:
        reply.append(await finish(request, record, "", kept))

    hook = request.app.hooks.record_auth_refresh_request
    if hook:
        await hook.run(RefreshEvent(request, record), execute)
    else:
        await execute(None)
    if not reply:
        raise bad_request()
    return reply[0]
