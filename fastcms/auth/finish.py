"""The one way in: what happens after credentials were accepted, whatever they were."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from time import time
from typing import Any, TypeAlias

from fastcms.auth import lockout, mfa, origins, sessions, suspicion
from fastcms.auth.events import RecordAuthEvent
from fastcms.auth.tokens import auth_token, parse_token
from fastcms.errors import bad_request, forbidden, not_found
from fastcms.filters.context import AuthRecord
from fastcms.http import cookies
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.records.compiled import compiled
from fastcms.records.expand import expand
from fastcms.records.record import Record, to_wire
from fastcms.records.rules import matching
from fastcms.records.show import enrich
from fastcms.records.shown import Shown
from fastcms.schema.collection import Collection
from fastcms.store.store import Tx

# What the answer holds besides; asked for when the record is let in.
More: TypeAlias = Callable[[], Awaitable[Mapping[str, Any]]]

NOT_LET_IN = "The request doesn't satisfy the collection requirements to authenticate."


async def finish(
    request: Request,
    record: Record,
    method: str,
    token: str = "",
    *,
    meta: object = None,
    more: More | None = None,
) -> Reply:
    """Answers with a token and the record, if the collection's rules let it in.

    `method` names the factor that was shown, which is the `@request.context` of the rules from here
    on; "" for a refresh, which needs no second factor. `token` is sent back as it is; without one a
    new token is made. `meta` is what the client learns besides.
    """
    collection = record.collection
    if method:
        request.context = method
    if collection.is_superusers:
        request.check_superuser_ip()
    # An impersonation's token is another's: it goes to who asked for it, not into their cookie.
    by_cookie = token in ("", request.token) and _is_by_cookie(request, collection)
    await _check_rule(request, record)
    event = RecordAuthEvent(request, record, method, token, meta)

    async def execute(_: object) -> None:
        if method and (waiting := await mfa.second_factor(request, record, method)):
            event.mfa_id, event.mfa_methods = waiting
        event.is_judged = True

    hook = request.app.hooks.record_auth_request
    if hook:
        await hook.run(event, execute)
    else:
        await execute(event)
    if not event.is_judged:
        raise bad_request("Failed to authenticate.")
    if event.mfa_id:
        methods = {"mfaMethods": event.mfa_methods} if event.mfa_methods else {}
        return json_reply({"mfaId": event.mfa_id, **methods}, 401)
    if method:
        await lockout.forgive(request, record)
        await suspicion.note(request, record)
        await origins.note(request, record)
    shown = await _shown(request, record)
    token = event.token or await _new_token(request, record, method)
    answer: dict[str, Any] = {"record": shown, "token": token}
    if event.meta is not None:
        answer = {"meta": event.meta, **answer}
    if more is not None:
        answer |= await more()
    if not by_cookie:
        return json_reply(answer)
    # Scripts of the page never see the token itself.
    headers, csrf = _cookies(record, token)
    return json_reply(answer | {"token": "", "csrfToken": csrf})._replace(headers=headers)


def _is_by_cookie(request: Request, collection: Collection) -> bool:
    assert collection.auth is not None
    if not cookies.is_wanted(request):
        return False
    if not collection.auth.cookie_auth.enabled:
        raise forbidden("The collection is not configured to allow cookie authentication.")
    return True


def _cookies(record: Record, token: str) -> tuple[cookies.Headers, str]:
    """The headers that give a browser the token, and the CSRF token that belongs to it."""
    parsed = parse_token(token)
    assert parsed is not None
    csrf = cookies.csrf_token(record.collection, record.values, parsed.claims.sid)
    seconds = max(int(parsed.claims.exp - time()), 0)
    return cookies.setting(record.collection, token, csrf, seconds), csrf


async def _new_token(request: Request, record: Record, method: str) -> str:
    """A token of a new session, or for a refresh of the one that the request's token belongs to."""
    collection = record.collection
    options = collection.auth
    assert options is not None
    seconds = options.auth_token.duration
    session = request.auth.session if request.auth is not None else ""
    if method:

        def begin(tx: Tx) -> str:
            return sessions.add(tx, request, record, method, seconds)

        session = await request.app.store.write(begin, stamp=request.stamp)
    elif session:
        await sessions.prolong(request.app, session, seconds)
    return auth_token(record.values, collection.id, options, session=session)


async def _check_rule(request: Request, record: Record) -> None:
    auth = record.collection.auth
    if request.is_superuser or (auth is not None and auth.auth_rule == ""):
        return
    plan = compiled(request.schema, record.collection)
    if auth is None or auth.auth_rule is None:
        raise forbidden(NOT_LET_IN)
    if not await matching(auth.auth_rule, request, plan, [record.id]):
        raise forbidden(NOT_LET_IN)


async def _shown(request: Request, record: Record) -> Shown:
    """The record as its owner sees it: the address always, hidden fields only for a superuser.

    What it is expanded to is shown to the record itself too, whoever sent the request.
    """
    await enrich(request, [record])
    shown = to_wire(record, superuser=record.collection.is_superusers)
    if "expand" in request.query:
        owner = AuthRecord(record.collection, record.id, record.values)
        plan = compiled(request.schema, record.collection)
        await expand(request, plan, [shown], viewer=owner)
    return shown


def require_auth_collection(request: Request) -> Collection:
    """The auth collection of the path; raises 404 for anything else."""
    if request.schema.find(request.params["collection"]) is None:
        raise not_found("Missing or invalid collection context.")
    return find_auth_collection(request)


def find_auth_collection(request: Request) -> Collection:
    """The same where the reference does not tell an unknown collection from another one."""
    collection = request.schema.find(request.params["collection"])
    if collection is None or collection.auth is None:
        raise not_found("Missing or invalid auth collection context.")
    return collection
