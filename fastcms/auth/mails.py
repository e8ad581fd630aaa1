"""The mails that an account gets: the collection's templates, filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from fastcms.auth import own_mails
from fastcms.auth.events import RecordMailEvent
from fastcms.auth.tokens import TokenType, new_token
from fastcms.core import App
from fastcms.hooks import Hook, Hooks
from fastcms.mail.layout import page
from fastcms.mail.log import About
from fastcms.mail.message import Mailbox, Message
from fastcms.records.record import Record
from fastcms.schema.options import AuthOptions, EmailTemplate
from fastcms.values import Value, to_text

_PLACEHOLDER = re.compile(r"\{(?:RECORD:)?\w+\}")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})


class MailKind(NamedTuple):
    """A mail that accounts get. `token` is of the link in it, if there is one."""

    name: str
    template: Callable[[AuthOptions], EmailTemplate]
    hook: Callable[[Hooks], Hook[RecordMailEvent]] | None = None
    token: TokenType | None = None
    # Values that nobody but the owner of the address may see.
    secrets: tuple[str, ...] = ()


# Names and hooks are the reference's, where it has them.
VERIFICATION = MailKind(
    "verification",
    lambda options: options.verification_template,
    lambda hooks: hooks.mailer_record_verification_send,
    "verification",
    ("TOKEN",),
)
PASSWORD_RESET = MailKind(
    "password-reset",
    lambda options: options.reset_password_template,
    lambda hooks: hooks.mailer_record_password_reset_send,
    "passwordReset",
    ("TOKEN",),
)
EMAIL_CHANGE = MailKind(
    "email-change",
    lambda options: options.confirm_email_change_template,
    lambda hooks: hooks.mailer_record_email_change_send,
    "emailChange",
    ("TOKEN",),
)
OTP = MailKind(
    "otp",
    lambda options: options.otp.email_template,
    lambda hooks: hooks.mailer_record_otp_send,
    secrets=("OTP",),
)
LOGIN_ALERT = MailKind(
    "login-alert",
    lambda options: options.auth_alert.email_template,
    lambda hooks: hooks.mailer_record_auth_alert_send,
)
SUSPICIOUS_SIGN_IN = MailKind(
    "suspicious-sign-in",
    lambda options: options.suspicious_sign_in.email_template or own_mails.SUSPICIOUS_SIGN_IN,
)
LOCKOUT = MailKind("lockout", lambda _: own_mails.LOCKOUT)

KINDS = {
    kind.name: kind
    for kind in (
        *(VERIFICATION, PASSWORD_RESET, EMAIL_CHANGE, OTP, LOGIN_ALERT),
        *(SUSPICIOUS_SIGN_IN, LOCKOUT),
    )
}


async def send_kind(
    app: App,
    record: Record,
    kind: MailKind,
    values: Mapping[str, str] | None = None,
    *,
    to: str = "",
    id_: str = "",
    is_retried: bool = False,
) -> None:
    """Sends a mail of a kind; `values` are what it is about, but for the token, which is made here.

    `id_` names a mail that was tried before. Raises MailError if it cannot be sent.
    """
    filling = values_of(record, kind, values or {}, to=to)
    about = About(
        template=kind.name,
        collection=record.collection.name,
        record=record.id,
        secrets=tuple(filling[name] for name in kind.secrets),
        is_retried=is_retried,
    )
    hook = kind.hook(app.hooks) if kind.hook else None
    template = kind.template(_options(record))
    await send(app, record, template, filling, to=to, hook=hook, about=about, id_=id_)


def values_of(
    record: Record, kind: MailKind, values: Mapping[str, str], *, to: str = ""
) -> dict[str, str]:
    """What fills the template of a kind, a fresh token included."""
    if kind.token is None:
        return dict(values)
    claims = {"newEmail": to} if kind is EMAIL_CHANGE else {}
    return {**values, "TOKEN": _token(record, kind.token, **claims)}


async def send(
    app: App,
    record: Record,
    template: EmailTemplate,
    values: Mapping[str, str],
    *,
    to: str = "",
    hook: Hook[RecordMailEvent] | None = None,
    about: About | None = None,
    id_: str = "",
) -> None:
    """Fills a template for a record and mails it, to the record's own address unless told `to`.

    `values` are what the mail is about, by the name of the placeholder without its braces; `hook`
    is the one for mails of this kind. Raises MailError if the mail cannot be sent.
    """
    message = written(app, record, template, values, to=to)
    if id_:
        message = replace(message, id=id_)
    event = RecordMailEvent(record, message, dict(values))

    async def execute(event: RecordMailEvent) -> None:
        await app.mailer.send(event.message, about)

    if hook:
        await hook.run(event, execute)
    else:
        await execute(event)


def written(
    app: App, record: Record, template: EmailTemplate, values: Mapping[str, str], *, to: str = ""
) -> Message:
    """The mail that a template becomes for a record."""
    return Message(
        sender=app.mailer.sender,
        to=(Mailbox(to or str(record["email"])),),
        subject=filled(app, record, template.subject, values),
        html=page(filled(app, record, template.body, values)),
    )


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
