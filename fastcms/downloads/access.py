"""Who may see protected files, and the tokens that prove it in an address."""

from __future__ import annotations

from typing import Any

from fastcms.auth.principal import token_owner
from fastcms.auth.tokens import new_token
from fastcms.downloads.events import FileTokenEvent
from fastcms.downloads.find import Found
from fastcms.errors import bad_request
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.records.rules import lets

CONTEXT = "protectedFile"


async def issue_token(request: Request) -> Reply:
    """POST /api/files/token"""
    auth = request.require_auth()
    assert auth.collection.auth is not None
    own: dict[str, Any] = {}
    if auth.session:
        # It ends with the session that asks for it.
        own["sid"] = auth.session
    if auth.impersonated_by:
        own["impersonatedBy"] = auth.impersonated_by
    token = new_token(
        "file",
        auth.id,
        str(auth.values["tokenKey"]),
        auth.collection.id,
        auth.collection.auth,
        **own,
    )
    event = FileTokenEvent(request, auth, token)
    reply: list[Reply] = []

    async def execute(event: FileTokenEvent) -> None:
        reply.append(json_reply({"token": event.token}))

    await request.app.hooks.file_token_request.run(event, execute)
    if not reply:
        raise bad_request()
    return reply[0]


async def may_download(request: Request, found: Found) -> bool:
    """Whether the owner of the address's token, or nobody, may view the file's record."""
    token = request.query.get("token", "")
    owner = await token_owner(request.app, request.schema, token, "file") if token else None
    if owner is not None and owner.is_superuser and not request.may_be_superuser:
        owner = None
    asked = request.within(CONTEXT, owner)
    return await lets(found.plan.collection.view_rule, asked, found.plan, found.record_id)
