"""Signing in with an identity (the e-mail address, or another unique field) and a password."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator
from typing import Any

from fastcms import ids
from fastcms.auth import lockout
from fastcms.auth.accounts import find_by
from fastcms.auth.events import PasswordAuthEvent
from fastcms.auth.finish import finish, require_auth_collection
from fastcms.auth.form import INVALID, UNREADABLE, text
from fastcms.core import App
from fastcms.errors import REQUIRED, Problem, bad_request, forbidden
from fastcms.http.reply import Reply
from fastcms.http.request import Request
from fastcms.passwords import decoy_on_thread, hash_on_thread, is_hashed_with, verify_on_thread
from fastcms.records import password_policy
from fastcms.records.compiled import Compiled, compiled
from fastcms.records.record import Record
from fastcms.schema.options import AuthOptions

MAX_LENGTH = 255
FAILED = "Failed to authenticate."
EXPIRED = "The password has expired and has to be reset."

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_BAD_LENGTH = Problem(
    "validation_length_out_of_range",
    f"The length must be between 1 and {MAX_LENGTH}.",
    {"max": MAX_LENGTH, "min": 1},
)


def describe(options: AuthOptions) -> dict[str, Any]:
    """What `auth-methods` tells of it."""
    auth = options.password_auth
    return {
        "identityFields": list(auth.identity_fields) if auth.enabled else [],
        "enabled": auth.enabled,
    }


async def sign_in(request: Request) -> Reply:
    """POST …/auth-with-password"""
    collection = require_auth_collection(request)
    assert collection.auth is not None
    options = collection.auth.password_auth
    if not options.enabled:
        raise forbidden("The collection is not configured to allow password authentication.")
    request.body = await request.read_body(error=UNREADABLE)
    identity, password, chosen = (
        text(request, key) for key in ("identity", "password", "identityField")
    )
    problems = dict(_problems(identity, password, chosen, options.identity_fields))
    if problems:
        raise bad_request(INVALID, problems)
    fields = [chosen] if chosen else _order(options.identity_fields, identity)
    plan = compiled(request.schema, collection)
    found = await _find(request.app, plan, fields, identity)
    event = PasswordAuthEvent(request, collection, found, identity)
    reply: list[Reply] = []

    async def execute(_: object) -> None:
        record = event.record
        async with request.app.judging:
            attempt = await lockout.begin(request, collection, identity=identity, record=found)
            stand_in = await _hash_of_another(request.app, plan, identity)
            right = await _is_right(record, password, stand_in)
            await attempt.judge(record, right=right, error=bad_request(FAILED))
        assert record is not None
        await _upgrade_hash(request.app, plan, record, password)
        if await password_policy.is_expired(request.app, record):
            raise forbidden(EXPIRED)
        reply.append(await finish(request, record, "password"))

    hook = request.app.hooks.record_auth_with_password_request
    if hook:
        await hook.run(event, execute)
    else:
        await execute(event)
    if not reply:
        raise bad_request(FAILED)
    return reply[0]


def _problems(
    identity: str, password: str, chosen: str, allowed: tuple[str, ...]
) -> Iterator[tuple[str, Problem]]:
    for name, value in (("identity", identity), ("password", password)):
        if not value:
            yield name, REQUIRED
        elif len(value) > MAX_LENGTH:
            yield name, _BAD_LENGTH
    if len(chosen) > MAX_LENGTH:
        yield "identityField", _BAD_LENGTH
    elif chosen and chosen not in allowed:
        yield "identityField", Problem("validation_in_invalid", "Must be a valid value.")


def _order(fields: tuple[str, ...], identity: str) -> list[str]:
    """The fields to look in: the address first, and not at all for what is none."""
    others = [name for name in fields if name != "email"]
    if "email" in fields and _EMAIL.fullmatch(identity):
        return ["email", *others]
    return others


async def _find(app: App, plan: Compiled, fields: list[str], identity: str) -> Record | None:
    found = None
    # In every field, so that finding takes as long as not finding.
    for name in fields:
        record = await find_by(app, plan, name, identity)
        found = found or record
    return found


async def _is_right(record: Record | None, password: str, stand_in: str) -> bool:
    """Whether the password is the record's; takes as long where there is no record."""
    stored = str(record.values["password"]) if record is not None else ""
    right = await verify_on_thread(password, stored or stand_in)
    return right and bool(stored)


async def _hash_of_another(app: App, plan: Compiled, identity: str) -> str:
    """What to check a password against where there is no account: the same for each such identity.

    It is some account's, so that the kinds and costs of hashes that checks of unknown identities
    take are as frequent as those of known ones, also while a directory moves from one to another.
    """
    assert plan.collection.auth is not None
    key = plan.collection.auth.auth_token.secret.encode()
    digest = hmac.digest(key, f"stand-in {identity}".encode(), "sha256")
    about = "".join(
        ids.ID_ALPHABET[byte % len(ids.ID_ALPHABET)] for byte in digest[: ids.ID_LENGTH]
    )
    # Made before it is known whether it is needed, so that its making tells nothing either.
    made_up = await decoy_on_thread(app.password_hash)
    for condition, params in (('"id" >= ?', (about,)), ("TRUE", ())):
        rows = await app.store.read(
            f'SELECT "password" FROM {plan.table} WHERE {condition} AND "password" != \'\''
            ' ORDER BY "id" LIMIT 1',
            params,
        )
        if rows:
            return str(rows[0][0])
    return made_up


async def _upgrade_hash(app: App, plan: Compiled, record: Record, password: str) -> None:
    """Hashes a right password anew when the directory has moved to another algorithm."""
    stored = str(record.values["password"])
    if is_hashed_with(stored, app.password_hash):
        return
    field = plan.collection.by_name["password"]
    try:
        fresh = await hash_on_thread(password, app.password_hash, getattr(field, "cost", 0))
    except ValueError:
        # Too long for bcrypt: the old hash goes on serving.
        return
    await app.store.write_one(
        f'UPDATE {plan.table} SET "password" = ? WHERE "id" = ? AND "password" = ?',
        (fresh, record.id, stored),
    )
    record.values["password"] = fresh
