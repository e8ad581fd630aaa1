"""Proving an address: a link by mail, and what it leads to."""

from __future__ import annotations

from fastcms.auth import mails, queued_mails, resend
from fastcms.auth.accounts import find_by, save_by_request, set_random_password
from fastcms.auth.events import AccountEvent
from fastcms.auth.finish import require_auth_collection
from fastcms.auth.form import (
    INVALID_TOKEN,
    OTHER_COLLECTION,
    check,
    email_problem,
    read_form,
)
from fastcms.auth.principal import token_owner
from fastcms.auth.tokens import parse_token
from fastcms.errors import REQUIRED, Problem, bad_request
from fastcms.http.reply import NO_CONTENT, Reply
from fastcms.http.request import Request
from fastcms.records.compiled import compiled
from fastcms.records.record import Record
from fastcms.schema.collection import Collection

SUPERUSERS_ARE = "All superusers are verified by default."
NOT_SAVED = "An error occurred while saving the verified state."

_NO_EMAIL_CLAIM = Problem("validation_invalid_token_claims", "Missing email token claim.")
_OTHER_EMAIL = Problem(
    "validation_token_email_mismatch",
    "The record email doesn't match with the requested token claims.",
)


async def request_link(request: Request) -> Reply:
    """POST …/request-verification"""
    collection = _collection(request)
    (email,) = await read_form(request, "email")
    check(email=email_problem(email))
    plan = compiled(request.schema, collection)
    record = await find_by(request.app, plan, "email", email)
    is_due = await resend.is_due(request.app, mails.VERIFICATION.name, record)
    if record is None or record["verified"] or not is_due:
        await queued_mails.put(request.app, mails.VERIFICATION, collection, None)
        return NO_CONTENT

    async def execute(event: AccountEvent) -> None:
        await queued_mails.put(request.app, mails.VERIFICATION, collection, event.record)

    hook = request.app.hooks.record_request_verification_request
    await hook.run(AccountEvent(request, record), execute)
    return NO_CONTENT


async def confirm(request: Request) -> Reply:
    """POST …/confirm-verification"""
    collection = _collection(request)
    assert collection.auth is not None
    by_password = collection.auth.password_auth.enabled
    (token,) = await read_form(request, "token")
    record, problem = await _owner(request, collection, token)
    check(token=problem)
    assert record is not None

    async def execute(event: AccountEvent) -> None:
        record = event.record
        if not record["verified"]:
            record.values["verified"] = True
            if not by_password:
                # Who signed up may not be who owns the address; a password that cannot be used
                # now shall not be of use later either.
                await set_random_password(request.app, record)
            await save_by_request(request, record, NOT_SAVED)
        await resend.forget(request.app, mails.VERIFICATION.name, record)

    hook = request.app.hooks.record_confirm_verification_request
    await hook.run(AccountEvent(request, record), execute)
    return NO_CONTENT


def _collection(request: Request) -> Collection:
    collection = require_auth_collection(request)
    if collection.is_superusers:
        raise bad_request(SUPERUSERS_ARE)
    return collection


async def _owner(
    request: Request, collection: Collection, token: str
) -> tuple[Record | None, Problem | None]:
    """Whose address the token proves, or what is wrong with it."""
    if not token:
        return None, REQUIRED
    parsed = parse_token(token)
    if parsed is None or not parsed.claims.email:
        return None, _NO_EMAIL_CLAIM
    found = await token_owner(request.app, request.schema, token, "verification")
    if found is None:
        return None, INVALID_TOKEN
    if found.collection.id != collection.id:
        return None, OTHER_COLLECTION
    if found.values["email"] != parsed.claims.email:
        return None, _OTHER_EMAIL
    return Record.of_stored(collection, dict(found.values)), None
