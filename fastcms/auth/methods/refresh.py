"""Renewing a token before it expires."""

from __future__ import annotations

from fastcms.auth.events import RefreshEvent
from fastcms.auth.finish import finish, require_auth_collection
from fastcms.auth.tokens import parse_token
from fastcms.errors import bad_request, forbidden, not_found
from fastcms.http.reply import Reply
from fastcms.http.request import Request
from fastcms.records.record import Record


async def refresh(request: Request) -> Reply:
    """POST …/auth-refresh"""
    if request.has_body:
        await request.read_body()
    path = request.params["collection"]
    if request.schema.find(path) is None:
        raise not_found("Missing or invalid collection context.")
    auth = request.require_auth()
    if path not in (auth.collection.name, auth.collection.id):
        raise forbidden(f"The request requires auth record from {auth.collection.name} collection.")
    collection = require_auth_collection(request)
    record = Record.of_stored(collection, dict(auth.values))
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
