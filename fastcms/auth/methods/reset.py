"""A new password for who has lost the old one: a link by mail, and what it leads to."""

from __future__ import annotations

from fastcms.auth import lockout, mails, queued_mails, resend
from fastcms.auth.accounts import find_by, save_by_request
from fastcms.auth.events import AccountEvent
from fastcms.auth.finish import require_auth_collection
from fastcms.auth.form import (
    INVALID_TOKEN,
    OTHER_COLLECTION,
    UNREADABLE,
    check,
    email_problem,
    length_problem,
    read_form,
)
from fastcms.auth.principal import token_owner
from fastcms.auth.tokens import parse_token
from fastcms.errors import REQUIRED, ApiError, Problem, bad_request
from fastcms.http.reply import NO_CONTENT, Reply
from fastcms.http.request import Request
from fastcms.records.compiled import compiled
from fastcms.records.record import Record
from fastcms.records.validate import MISMATCH
from fastcms.schema.collection import Collection
from fastcms.values import NewPassword


async def request_link(request: Request) -> Reply:
    """POST …/request-password-reset"""
    collection = require_auth_collection(request)
    assert collection.auth is not None
    if not collection.auth.password_auth.enabled:
        raise bad_request("The collection is not configured to allow password authentication.")
    (email,) = await read_form(request, "email")
    check(email=email_problem(email))
    plan = compiled(request.schema, collection)
    record = await find_by(request.app, plan, "email", email)
    is_due = await resend.is_due(request.app, mails.PASSWORD_RESET.name, record)
    if record is None or not is_due:
        await queued_mails.put(request.app, mails.PASSWORD_RESET, collection, None)
        return NO_CONTENT

    async def execute(event: AccountEvent) -> None:
        await queued_mails.put(request.app, mails.PASSWORD_RESET, collection, event.record)

    hook = request.app.hooks.record_request_password_reset_request
    await hook.run(AccountEvent(request, record), execute)
    return NO_CONTENT


async def confirm(request: Request) -> Reply:
    """POST …/confirm-password-reset"""
    collection = require_auth_collection(request)
    try:
        token, password, repeated = await read_form(request, "token", "password", "passwordConfirm")
    except ApiError as error:
        if error.status != 400:
            raise
        # Nothing about a content type here, unlike elsewhere: as the reference.
        raise bad_request(UNREADABLE) from error
    record, problem = await _owner(request, collection, token)
    least = getattr(collection.by_name["password"], "min", 0) or 1
    check(
        token=problem,
        password=length_problem(password, least),
        passwordConfirm=_repeated_problem(repeated, password),
    )
    assert record is not None

    async def execute(event: AccountEvent) -> None:
        record = event.record
        record.values["password"] = NewPassword(password)
        parsed = parse_token(token)
        if parsed is not None and record["email"] == parsed.claims.email:
            # The link came by the address that the account still has.
            record.values["verified"] = True
        await save_by_request(request, record, "Failed to set new password.")
        await resend.forget(request.app, mails.PASSWORD_RESET.name, record)
        await lockout.forgive(request, record)

    hook = request.app.hooks.record_confirm_password_reset_request
    await hook.run(AccountEvent(request, record), execute)
    return NO_CONTENT


async def _owner(
    request: Request, collection: Collection, token: str
) -> tuple[Record | None, Problem | None]:
    """Whose password the token may set, or what is wrong with it."""
    if not token:
        return None, REQUIRED
    found = await token_owner(request.app, request.schema, token, "passwordReset")
    if found is None:
        return None, INVALID_TOKEN
    if found.collection.id != collection.id:
        return None, OTHER_COLLECTION
    return Record.of_stored(collection, dict(found.values)), None


def _repeated_problem(repeated: str, password: str) -> Problem | None:
    if not repeated:
        return REQUIRED
    return None if repeated == password else MISMATCH
