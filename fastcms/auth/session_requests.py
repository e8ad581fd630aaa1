"""What one may do with sessions over HTTP: see them, end them, sign out.

Each account sees its own; superusers those of any record.
"""

from __future__ import annotations

from typing import Any

from fastcms.auth import audit, sessions
from fastcms.auth.finish import find_auth_collection
from fastcms.auth.owner import require_owner, require_same_collection
from fastcms.auth.sessions import Session
from fastcms.clock import seconds_text
from fastcms.errors import bad_request, not_found
from fastcms.http import cookies
from fastcms.http.params import is_true, page_params
from fastcms.http.reply import NO_CONTENT, Reply, page_reply
from fastcms.http.request import Request
from fastcms.records.compiled import compiled
from fastcms.records.record import Record
from fastcms.records.write import find
from fastcms.store.store import Tx


async def list_(request: Request) -> Reply:
    """GET …/sessions, of another record with `?record=ID`, of all with `?all=true`"""
    if is_true(request.query.get("all", "")):
        return await _list_all(request)
    record = await _whose(request)
    found = await sessions.active(request.app, record)
    return page_reply({"items": [_shown(request, session) for session in found]})


async def _list_all(request: Request) -> Reply:
    request.require_superuser()
    request.refuse_impersonated()
    plan = compiled(request.schema, find_auth_collection(request))
    found = await sessions.active_of_all(request.app, plan)
    items = [
        {**_shown(request, session), "record": record.id, "email": record["email"]}
        for record, session in found
    ]
    return page_reply({"items": items})


async def end_one(request: Request) -> Reply:
    """DELETE …/sessions/{id}"""
    record = await _whose(request)
    if not await _end(request, record, request.params["id"]):
        raise not_found()
    return NO_CONTENT


async def end_others(request: Request) -> Reply:
    """DELETE …/sessions: all but the one that the request is of"""
    record = await _whose(request)
    current = request.require_auth().session

    def run(tx: Tx) -> None:
        for session in sessions.end_others(tx, record, current):
            audit.ended(tx, request, session)

    await request.app.store.write(run)
    return NO_CONTENT


async def sign_out(request: Request) -> Reply:
    """POST …/auth-logout: ends the session of the token."""
    record = require_same_collection(request)
    session = request.require_auth().session
    if not session:
        raise bad_request("The token belongs to no session, it cannot be revoked alone.")
    await _end(request, record, session)
    if request.by_cookie:
        return NO_CONTENT._replace(headers=cookies.setting(record.collection, "", "", 0))
    return NO_CONTENT


async def exit_impersonation(request: Request) -> Reply:
    """POST …/impersonate-exit: ends the impersonation that the token is of."""
    auth = request.require_auth()
    if not auth.impersonated_by:
        raise bad_request("The token is not of an impersonation.")
    return await sign_out(request)


async def list_audit(request: Request) -> Reply:
    """GET /api/audit"""
    request.require_superuser()
    request.refuse_impersonated()
    params = page_params(request.query)
    total = await audit.count(request.app)
    page = {
        "page": params.page,
        "perPage": params.per_page,
        "totalItems": total,
        "totalPages": -(-total // params.per_page),
        "items": await audit.entries(request.app, params.per_page, params.offset),
    }
    return page_reply(page)


async def _whose(request: Request) -> Record:
    """The record whose sessions are meant. Raises 401, 403 or 404 where they may not be."""
    named = request.query.get("record", "")
    if not named:
        return require_owner(request)
    request.require_superuser()
    request.refuse_impersonated()
    plan = compiled(request.schema, find_auth_collection(request))
    record = await find(request.app, plan, named)
    if record is None:
        raise not_found()
    return record


async def _end(request: Request, record: Record, session: str) -> bool:
    def run(tx: Tx) -> bool:
        ended = sessions.end(tx, record, session)
        if ended:
            audit.ended(tx, request, session)
        return ended

    return await request.app.store.write(run)


def _shown(request: Request, session: Session) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": session.id,
        "method": session.method,
        "device": session.device,
        "address": session.address,
        "created": seconds_text(session.created),
        "used": seconds_text(session.used),
        "expires": seconds_text(session.expires),
        "current": session.id == request.require_auth().session,
    }
    if request.is_superuser:
        shown["impersonatedBy"] = session.impersonated_by
    return shown
