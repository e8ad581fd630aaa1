"""`POST /api/settings/test/email`: a mail of each kind to look at, for superusers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastcms import clock, ids
from fastcms.app import App
from fastcms.auth import mails
from fastcms.auth.form import UNREADABLE, email_problem, length_problem, read_form
from fastcms.errors import REQUIRED, ApiError, Problem, bad_request
from fastcms.http.reply import NO_CONTENT, Reply
from fastcms.http.request import Request
from fastcms.mail.message import MailError
from fastcms.records.record import Record
from fastcms.schema.collection import SUPERUSERS, Collection
from fastcms.schema.snapshot import Schema

FAILED = "Failed to send the test email."

_NO_ACCOUNTS = Problem(
    "validation_invalid_auth_collection", "Must be a valid auth collection id or name."
)
_NO_TEMPLATE = Problem("validation_in_invalid", "Must be a valid value.")

# Those of the reference; what they are about cannot be used for anything.
_KINDS: dict[str, Callable[[App, Record], Awaitable[None]]] = {
    "verification": mails.send_verification,
    "password-reset": mails.send_password_reset,
    "email-change": lambda app, record: mails.send_email_change(app, record, str(record["email"])),
    "otp": lambda app, record: mails.send_otp(app, record, "_PB_TEST_OTP_ID_", "123456"),
    "login-alert": lambda app, record: mails.send_auth_alert(
        app, record, f"{clock.now_text()} - TEST_IP TEST_USER_AGENT"
    ),
}


async def send(request: Request) -> Reply:
    """Sends one to the given address, of an account that is nobody's."""
    request.require_superuser()
    try:
        email, template, name = await read_form(request, "email", "template", "collection")
    except ApiError as error:
        raise (bad_request(UNREADABLE) if error.status == 400 else error) from error
    await send_sample(request.app, request.schema, email, template, name)
    return NO_CONTENT


async def send_sample(app: App, schema: Schema, email: str, template: str, name: str) -> None:
    """The same for whoever asks; `name` is a collection's, "" for superusers. Raises ApiError."""
    collection = schema.find(name or SUPERUSERS)
    if collection is not None and not collection.is_auth:
        collection = None
    problems = {
        "email": email_problem(email),
        "template": REQUIRED if not template else None if template in _KINDS else _NO_TEMPLATE,
        "collection": length_problem(name) if name else None,
    }
    if problems["collection"] is None and collection is None:
        problems["collection"] = _NO_ACCOUNTS
    found = {key: problem for key, problem in problems.items() if problem is not None}
    if found:
        raise bad_request(FAILED, found)
    assert collection is not None
    try:
        await _KINDS[template](app, _nobody(collection, email))
    except MailError as error:
        raise bad_request(f"{FAILED} Raw error: \n{error}") from error


def _nobody(collection: Collection, email: str) -> Record:
    """A record that is not stored, with values that show which field they are of."""
    record = Record.blank(collection)
    for field in collection.fields:
        if not field.hidden:
            record.values[field.name] = field.prepare(f"__pb_test_{field.name}__")
    # A key of its own: the token of the mail is good for nothing.
    record.values |= {"tokenKey": ids.random_text(50), "email": email}
    return record
