"""A mail of each kind to look at, for superusers: sent by `POST /api/settings/test/email`, shown by
`POST /api/settings/preview/email`.
"""

from __future__ import annotations

from fastcms import clock, ids
from fastcms.auth import mails
from fastcms.auth.form import UNREADABLE, email_problem, length_problem, read_form
from fastcms.auth.mails import MailKind
from fastcms.core import App
from fastcms.errors import REQUIRED, ApiError, Problem, bad_request
from fastcms.http.reply import NO_CONTENT, Reply, json_reply
from fastcms.http.request import Request
from fastcms.mail.message import MailError
from fastcms.records.record import Record
from fastcms.schema.collection import SUPERUSERS, Collection
from fastcms.schema.options import EmailTemplate
from fastcms.schema.snapshot import Schema

FAILED = "Failed to send the test email."
NOT_SHOWN = "Failed to show the email."
ADDRESS = "test@example.com"  # of who gets a mail that is only shown

_NO_ACCOUNTS = Problem(
    "validation_invalid_auth_collection", "Must be a valid auth collection id or name."
)
_NO_TEMPLATE = Problem("validation_in_invalid", "Must be a valid value.")

# Those of the reference.
_SENT = tuple(
    kind.name
    for kind in (
        *(mails.VERIFICATION, mails.PASSWORD_RESET, mails.EMAIL_CHANGE),
        *(mails.OTP, mails.LOGIN_ALERT),
    )
)


async def send(request: Request) -> Reply:
    """Sends one to the given address, of an account that is nobody's."""
    request.require_superuser()
    email, template, name = await _read(request, "email", "template", "collection")
    await send_sample(request.app, request.schema, email, template, name)
    return NO_CONTENT


async def send_sample(app: App, schema: Schema, email: str, template: str, name: str) -> None:
    """The same for whoever asks; `name` is a collection's, "" for superusers. Raises ApiError."""
    problems = {
        "email": email_problem(email),
        "template": REQUIRED if not template else None if template in _SENT else _NO_TEMPLATE,
    }
    collection = _checked(schema, name, problems, FAILED)
    kind, record = mails.KINDS[template], _nobody(collection, email)
    try:
        await mails.send_kind(app, record, kind, _about(kind), to=email)
    except MailError as error:
        raise bad_request(f"{FAILED} Raw error: \n{error}") from error


async def preview(request: Request) -> Reply:
    """Shows what a mail would say, by the stored template or by one that is not saved yet."""
    request.require_superuser()
    template, name = await _read(request, "template", "collection")
    problems = {
        "template": REQUIRED if not template else None if template in mails.KINDS else _NO_TEMPLATE,
    }
    # Not as the other values: an empty one is a template too.
    subject, body = request.body.get("subject"), request.body.get("body")
    for key, value in (("subject", subject), ("body", body)):
        problems[key] = None if value is None or isinstance(value, str) else _NO_TEMPLATE
    collection = _checked(request.schema, name, problems, NOT_SHOWN)
    kind, record = mails.KINDS[template], _nobody(collection, ADDRESS)
    assert collection.auth is not None
    stored = kind.template(collection.auth)
    shown = EmailTemplate(
        subject if isinstance(subject, str) else stored.subject,
        body if isinstance(body, str) else stored.body,
    )
    values = mails.values_of(record, kind, _about(kind), to=ADDRESS)
    message = mails.written(request.app, record, shown, values)
    return json_reply(
        {"subject": message.one_line_subject, "html": message.html, "text": message.plain}
    )


async def _read(request: Request, *names: str) -> tuple[str, ...]:
    try:
        return await read_form(request, *names)
    except ApiError as error:
        raise (bad_request(UNREADABLE) if error.status == 400 else error) from error


def _checked(
    schema: Schema, name: str, problems: dict[str, Problem | None], failed: str
) -> Collection:
    """The auth collection of that name. Raises 400 if there is none, or any other problem."""
    collection = schema.find(name or SUPERUSERS)
    if collection is not None and not collection.is_auth:
        collection = None
    problem = length_problem(name) if name else None
    problems["collection"] = problem or (_NO_ACCOUNTS if collection is None else None)
    if found := {key: problem for key, problem in problems.items() if problem is not None}:
        raise bad_request(failed, found)
    assert collection is not None
    return collection


def _about(kind: MailKind) -> dict[str, str]:
    """What such a mail is about; none of it can be used for anything. The reference's values."""
    match kind.name:
        case mails.OTP.name:
            return {"OTP": "123456", "OTP_ID": "_PB_TEST_OTP_ID_"}
        case mails.LOGIN_ALERT.name | mails.SUSPICIOUS_SIGN_IN.name:
            return {"ALERT_INFO": f"{clock.now_text()} - TEST_IP TEST_USER_AGENT"}
        case mails.LOCKOUT.name:
            return {"ADDRESS": "TEST_IP"}
    return {}


def _nobody(collection: Collection, email: str) -> Record:
    """A record that is not stored, with values that show which field they are of."""
    record = Record.blank(collection)
    for field in collection.fields:
        if not field.hidden:
            record.values[field.name] = field.prepare(f"__pb_test_{field.name}__")
    # A key of its own: the token of the mail is good for nothing.
    record.values |= {"tokenKey": ids.random_text(50), "email": email}
    return record
