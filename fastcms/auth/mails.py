"""The mails that an account gets: the collection's templates, filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from fastcms.app import App
from fastcms.auth.events import RecordMailEvent
from fastcms.auth.tokens import TokenType, new_token
from fastcms.hooks import Hook
from fastcms.mail.layout import page
from fastcms.mail.message import Mailbox, Message
from fastcms.records.record import Record
from fastcms.schema.options import AuthOptions, EmailTemplate
from fastcms.values import Value, to_text

_PLACEHOLDER = re.compile(r"\{(?:RECORD:)?\w+\}")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})


async def send_verification(app: App, record: Record) -> None:
    """The link by which an account proves its address."""
    values = {"TOKEN": _token(record, "verification")}
    template = _options(record).verification_template
    hook = app.hooks.mailer_record_verification_send
    await send(app, record, template, values, hook=hook)


async def send_password_reset(app: App, record: Record) -> None:
    """The link by which an account gets a new password."""
    values = {"TOKEN": _token(record, "passwordReset")}
    template = _options(record).reset_password_template
    hook = app.hooks.mailer_record_password_reset_send
    await send(app, record, template, values, hook=hook)


async def send_email_change(app: App, record: Record, new_email: str) -> None:
    """The link by which the new address of an account is proved; it goes to that address."""
    values = {"TOKEN": _token(record, "emailChange", newEmail=new_email)}
    template = _options(record).confirm_email_change_template
    hook = app.hooks.mailer_record_email_change_send
    await send(app, record, template, values, to=new_email, hook=hook)


async def send_otp(app: App, record: Record, otp_id: str, code: str) -> None:
    """A one-time password."""
    template = _options(record).otp.email_template
    hook = app.hooks.mailer_record_otp_send
    await send(app, record, template, {"OTP": code, "OTP_ID": otp_id}, hook=hook)


async def send_auth_alert(app: App, record: Record, info: str) -> None:
    """Tells of a sign-in from a new place; `info` says when and from where."""
    template = _options(record).auth_alert.email_template
    hook = app.hooks.mailer_record_auth_alert_send
    await send(app, record, template, {"ALERT_INFO": info}, hook=hook)


async def send(
    app: App,
    record: Record,
    template: EmailTemplate,
    values: Mapping[str, str],
    *,
    to: str = "",
    hook: Hook[RecordMailEvent] | None = None,
) -> None:
    """Fills a template for a record and mails it, to the record's own address unless told `to`.

    `values` are what the mail is about, by the name of the placeholder without its braces; `hook`
    is the one for mails of this kind. Raises MailError if the mail cannot be sent.
    """
    message = Message(
        sender=app.mailer.sender,
        to=(Mailbox(to or str(record["email"])),),
        subject=filled(app, record, template.subject, values),
        html=page(filled(app, record, template.body, values)),
    )
    event = RecordMailEvent(record, message, dict(values))

    async def execute(event: RecordMailEvent) -> None:
        await app.mailer.send(event.message)

    if hook:
        await hook.run(event, execute)
    else:
        await execute(event)


def filled(app: App, record: Record, text: str, values: Mapping[str, str]) -> str:
    """A template with its placeholders replaced; those that mean nothing here stay.

    In one pass, so that what a value holds is never a placeholder itself. Addresses come from the
    settings alone, never from a request.
    """
    meta = app.settings.meta

    def value(match: re.Match[str]) -> str:
        name = match[0][1:-1]
        if name == "APP_NAME":
            return meta.app_name
        if name == "APP_URL":
            return meta.app_url
        if name.startswith("RECORD:"):
            field = record.collection.by_name.get(name[len("RECORD:") :])
            if field is None or field.hidden:
                return match[0]
            if field.type == "password":
                return ""
            return _escaped(_as_text(record.values[field.name]))
        return _escaped(values[name]) if name in values else match[0]

    return _PLACEHOLDER.sub(value, text)


def _token(record: Record, kind: TokenType, **claims: Any) -> str:
    email = str(record["email"])
    key, owner = str(record["tokenKey"]), record.collection
    return new_token(kind, record.id, key, owner.id, _options(record), email=email, **claims)


def _as_text(value: Value) -> str:
    """A field's value as people read it; lists have no text."""
    if value is None or isinstance(value, (str, bool, int, float, list)):
        return to_text(value)
    return msgspec.json.encode(value).decode()


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _options(record: Record) -> AuthOptions:
    assert record.collection.auth is not None
    return record.collection.auth
