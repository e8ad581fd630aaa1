"""Another address for an account: a link to the new one, and what it leads to."""

from __future__ import annotations

from fastcms.auth import lockout, mails
from fastcms.auth.accounts import find_by, save_by_request
from fastcms.auth.events import EmailChangeEvent
from fastcms.auth.finish import require_auth_collection
from fastcms.auth.form import (
    INVALID,
    INVALID_TOKEN,
    MAX_LENGTH,
    OTHER_COLLECTION,
    check,
    email_problem,
    length_problem,
    read_form,
)
from fastcms.auth.owner import require_same_collection
from fastcms.auth.principal import token_owner
from fastcms.auth.tokens import parse_token
from fastcms.errors import REQUIRED, Problem, bad_request
from fastcms.http.reply import NO_CONTENT, Reply
from fastcms.http.request import Request
from fastcms.mail.message import MailError
from fastcms.passwords import verify_on_thread
from fastcms.records.compiled import compiled
from fastcms.records.record import Record
from fastcms.schema.collection import Collection

SUPERUSERS_CAN = "All superusers can change their emails directly."
MAX_PASSWORD = 100

_SAME = Problem("validation_not_in_invalid", "Must not be in list.")
_TAKEN = Problem("validation_invalid_new_email", "Invalid new email address.")
_NO_ADDRESS = Problem(
    "validation_invalid_token_payload", "Invalid token payload - newEmail must be set."
)
_TAKEN_SINCE = Problem("validation_invalid_token_email", "The new email address is invalid.")
_WRONG_PASSWORD = Problem("validation_invalid_password", "Missing or invalid auth record password.")


async def request_link(request: Request) -> Reply:
    """POST …/request-email-change"""
    record = require_same_collection(request)
    collection = record.collection
    if collection.is_superusers:
        raise bad_request(SUPERUSERS_CAN)
    (new_email,) = await read_form(request, "newEmail")
    problem = email_problem(new_email)
    if problem is None and new_email == record["email"]:
        problem = _SAME
    if problem is None:
        plan = compiled(request.schema, collection)
        found = await find_by(request.app, plan, "email", new_email)
        if found is not None and found.id != record.id:
            problem = _TAKEN
    check(newEmail=problem)

    async def execute(event: EmailChangeEvent) -> None:
        try:
            await mails.send_kind(request.app, event.record, mails.EMAIL_CHANGE, to=event.new_email)
        except MailError as error:
            raise bad_request("Failed to request email change.") from error

    hook = request.app.hooks.record_request_email_change_request
    await hook.run(EmailChangeEvent(request, record, new_email), execute)
    return NO_CONTENT


async def confirm(request: Request) -> Reply:
    """POST …/confirm-email-change"""
    collection = require_auth_collection(request)
    if collection.is_superusers:
        raise bad_request(SUPERUSERS_CAN)
    token, password = await read_form(request, "token", "password")
    record, new_email, problem = await _owner(request, collection, token)
    check(token=problem, password=await _password_problem(request, record, password))
    assert record is not None

    async def execute(event: EmailChangeEvent) -> None:
        event.record.values |= {"email": event.new_email, "verified": True}
        await save_by_request(request, event.record, "Failed to confirm email change.")

    hook = request.app.hooks.record_confirm_email_change_request
    await hook.run(EmailChangeEvent(request, record, new_email), execute)
    return NO_CONTENT


async def _owner(
    request: Request, collection: Collection, token: str
) -> tuple[Record | None, str, Problem | None]:
    """Whose address the token may change and to what, or what is wrong with it."""
    if not token:
        return None, "", REQUIRED
    parsed = parse_token(token)
    if parsed is None or not parsed.claims.new_email:
        return None, "", _NO_ADDRESS
    new_email = parsed.claims.new_email
    found = await token_owner(request.app, request.schema, token, "emailChange")
    if found is None:
        return None, "", INVALID_TOKEN
    if found.collection.id != collection.id:
        return None, "", OTHER_COLLECTION
    plan = compiled(request.schema, collection)
    if await find_by(request.app, plan, "email", new_email) is not None:
        return None, "", _TAKEN_SINCE
    return Record.of_stored(collection, dict(found.values)), new_email, None


async def _password_problem(
    request: Request, record: Record | None, password: str
) -> Problem | None:
    # With argon2id passwords may be longer than the reference's can.
    most = MAX_PASSWORD if request.app.password_hash == "bcrypt" else MAX_LENGTH  # noqa: S105
    problem = length_problem(password, most=most)
    if problem is not None:
        return problem
    if record is None:
        return _WRONG_PASSWORD
    # The link does not make the password a matter of guessing.
    async with request.app.judging:
        attempt = await lockout.begin(request, record.collection, record=record)
        right = await verify_on_thread(password, str(record["password"]))
        wrong = bad_request(INVALID, {"password": _WRONG_PASSWORD})
        await attempt.judge(record, right=right, error=wrong)
    return None
