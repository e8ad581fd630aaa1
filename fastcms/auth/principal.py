"""Who a request is from: the record that its token belongs to."""

from __future__ import annotations

from time import time

from fastcms.auth.last_use import NOTED_EVERY, LastUse
from fastcms.auth.tokens import TokenType, is_signed, parse_token
from fastcms.core import App
from fastcms.filters.context import AuthRecord
from fastcms.records.compiled import Compiled, compiled
from fastcms.schema.snapshot import Schema


async def authenticate(app: App, last_use: LastUse, token: str) -> AuthRecord | None:
    """The owner of a valid sign-in token; None for any other text, which makes a guest.

    The record is read anew each time (6 µs), so a changed password or a deleted account ends its
    tokens with the next request, in every process. So does the end of a session, which the same
    statement looks up. A token without one, as the reference issues them, has no session to end.
    """
    return await token_owner(app, app.refresh(), token, "auth", last_use)


async def token_owner(
    app: App, schema: Schema, token: str, kind: TokenType, last_use: LastUse | None = None
) -> AuthRecord | None:
    """The record that a valid token of this type was issued to."""
    parsed = parse_token(token)
    if parsed is None or parsed.claims.type != kind:
        return None
    claims = parsed.claims
    collection = schema.find(claims.collection_id)
    if collection is None or collection.auth is None:
        return None
    plan = compiled(schema, collection)
    if claims.sid:
        rows = await app.store.read(_with_session(plan), (claims.sid, claims.id))
    else:
        rows = await app.store.read(plan.by_id_sql, (claims.id,))
    if not rows:
        return None
    values = plan.stored.decode(rows[0])
    if not is_signed(parsed, values["tokenKey"], collection.auth):
        return None
    if claims.sid:
        used = rows[0][-1]
        if used is None:
            return None
        if last_use is not None and time() - used > NOTED_EVERY:
            last_use.note(claims.sid)
    return AuthRecord(collection, claims.id, values, claims.sid, claims.impersonated_by)


def _with_session(plan: Compiled) -> str:
    """Reads a record, and in its last column when its session was used last: NULL if it is over."""
    key = f"session of {plan.collection.id}"
    sql = plan.schema.memo.get(key)
    if sql is None:
        sql = plan.schema.memo[key] = (
            f"SELECT {plan.stored.sql}, (SELECT used FROM _fc_sessions WHERE id = ?)"
            f' FROM {plan.table} WHERE {plan.table}."id" = ?'
        )
    return str(sql)
