"""Who a request is from: the record that its token belongs to."""

from __future__ import annotations

from fastcms.app import App
from fastcms.auth.tokens import TokenType, is_signed, parse_token
from fastcms.filters.context import AuthRecord
from fastcms.records.compiled import compiled
from fastcms.schema.snapshot import Schema


async def authenticate(app: App, token: str) -> AuthRecord | None:
    """The owner of a valid sign-in token; None for any other text, which makes a guest.

    The record is read anew each time (6 µs), so a changed password or a deleted account ends its
    tokens with the next request, in every process.
    """
    return await token_owner(app, app.refresh(), token, "auth")


async def token_owner(app: App, schema: Schema, token: str, kind: TokenType) -> AuthRecord | None:
    """The record that a valid token of this type was issued to."""
    parsed = parse_token(token)
    if parsed is None or parsed.claims.type != kind:
        return None
    collection = schema.find(parsed.claims.collection_id)
    if collection is None or collection.auth is None:
        return None
    plan = compiled(schema, collection)
    rows = await app.store.read(plan.by_id_sql, (parsed.claims.id,))
    if not rows:
        return None
    values = plan.stored.decode(rows[0])
    if not is_signed(parsed, values["tokenKey"], collection.auth):
        return None
    return AuthRecord(collection, parsed.claims.id, values)
