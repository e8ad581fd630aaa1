"""The second factor: a sign-in that a first factor has begun waits for another one."""

from __future__ import annotations

from datetime import timedelta

from fastcms import clock, ids
from fastcms.errors import bad_request
from fastcms.filters import FilterError
from fastcms.http.request import Request
from fastcms.records.compiled import compiled
from fastcms.records.record import Record
from fastcms.records.rules import matching


async def second_factor(request: Request, record: Record, method: str) -> str:
    """The id of a new MFA session that waits for another factor, "" if none is needed.

    A rule that cannot be evaluated asks for the second factor rather than let the first suffice.
    """
    collection = record.collection
    assert collection.auth is not None
    options = collection.auth.mfa
    if not options.enabled:
        return ""
    plan = compiled(request.schema, collection)
    if options.rule:
        try:
            plan.query(options.rule)
        except FilterError as error:
            raise bad_request("Failed to authenticate.") from error
        if not await matching(options.rule, request, plan, [record.id]):
            return ""
    given = request.query.get("mfaId") or request.body.get("mfaId")
    if isinstance(given, str) and given:
        await _use_session(request, record, given, method)
        return ""
    now = clock.now_text()
    session = ids.record_id()
    await request.app.store.write_one(
        'INSERT INTO "_mfas" ("id", "collectionRef", "recordRef", "method", "created", "updated") '
        "VALUES (?, ?, ?, ?, ?, ?)",
        (session, collection.id, record.id, method, now, now),
    )
    return session


async def _use_session(request: Request, record: Record, session: str, method: str) -> None:
    """Ends an MFA session by its second factor; raises 400 if it does not fit."""
    store = request.app.store
    rows = await store.read(
        'SELECT "collectionRef", "recordRef", "method", "created" FROM "_mfas" WHERE "id" = ?',
        (session,),
    )
    assert record.collection.auth is not None
    oldest = clock.now() - timedelta(seconds=record.collection.auth.mfa.duration)
    if not rows or rows[0][3] < clock.to_text(oldest):
        if rows:
            await store.write_one('DELETE FROM "_mfas" WHERE "id" = ?', (session,))
        raise bad_request("Invalid or expired MFA session.")
    collection_id, record_id, first, _ = rows[0]
    if collection_id != record.collection.id or record_id != record.id:
        raise bad_request("Invalid MFA session.")
    if first == method:
        raise bad_request("A different authentication method is required.")
    if not await store.write_one('DELETE FROM "_mfas" WHERE "id" = ?', (session,)):
        raise bad_request("Invalid or expired MFA session.")
