"""What settings and collections allow, and may not be meant to."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import msgspec

from fastcms.core import App
from fastcms.mail.sendmail import program
from fastcms.schema.collection import SUPERUSERS
from fastcms.settings.keys import Section
from fastcms.settings.load import HOLDING_SECRETS, load_own, own_rows
from fastcms.settings.overrides import leaf_keys, value_at
from fastcms.upkeep.finding import Finding

_WRITES = ("createRule", "updateRule", "deleteRule")


def risks(app: App) -> Iterator[Finding]:
    """All of them. Reads what is stored of settings and collections, and changes nothing."""
    yield from _open_rules(app)
    yield from _superusers(app)
    yield from _mail(app)
    yield from _addresses(app)
    yield from _plain_secrets(app)


def way_of_mail(app: App) -> str:
    """By what mail is sent, "" if there is no way."""
    return "smtp" if app.settings.smtp.enabled else "sendmail" if program() else ""


def _open_rules(app: App) -> Iterator[Finding]:
    for collection in app.schema:
        rules = collection.rules()
        if found := [name for name in _WRITES if rules[name] == "" and not collection.is_view]:
            problem = f"everybody gets past its {', '.join(found)}"
            remedy = "lock them, or give them an expression, if that is not meant so"
            yield Finding("rules", collection.name, problem, remedy, "hint")


def _superusers(app: App) -> Iterator[Finding]:
    if not app.store.read_now(f"SELECT 1 FROM {SUPERUSERS} LIMIT 1"):
        remedy = "fastcms superuser create EMAIL"
        yield Finding("superusers", SUPERUSERS, "there is no superuser", remedy, "hint")
    collection = app.schema.find(SUPERUSERS)
    options = collection.auth if collection is not None else None
    if options is not None and not (
        options.mfa.enabled or options.totp.enabled or options.passkey.enabled
    ):
        problem = "superusers can have no second factor"
        remedy = "enable totp, passkey or mfa in the collection's options"
        yield Finding("superusers", SUPERUSERS, problem, remedy, "hint")


def _mail(app: App) -> Iterator[Finding]:
    needing = [
        collection.name
        for collection in app.schema
        if (options := collection.auth) is not None
        and (
            options.otp.enabled or (options.password_auth.enabled and not collection.is_superusers)
        )
    ]
    if needing and not way_of_mail(app):
        problem = f"there is no way to send mail, which {', '.join(needing)} may need"
        yield Finding("mail", "smtp", problem, "set smtp in the settings", "hint")
    smtp = app.settings.smtp
    if smtp.enabled and not smtp.tls and not _is_here(smtp.host):
        problem = f"TLS with {smtp.host} is up to that server, or to who stands in between"
        remedy = "set smtp.tls, and smtp.port to 465 as a rule"
        yield Finding("mail", "smtp.tls", problem, remedy, "hint")


def _addresses(app: App) -> Iterator[Finding]:
    url = app.settings.meta.app_url
    if app.settings.trusted_proxy.headers and _is_here(urlsplit(url).hostname or ""):
        problem = "links in mails lead to this machine, while a proxy is before the server"
        remedy = "set meta.appURL to the public address"
        yield Finding("setting", "meta.appURL", problem, remedy, "hint")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _plain_secrets(app: App) -> Iterator[Finding]:
    """Secrets that are stored as they are; their names alone."""
    read = app.store.read_now
    stored = {
        str(key): value
        for key, value in (
            *read("SELECT id, value FROM _params WHERE id = 'settings'"),
            *own_rows(read),
        )
    }
    sections: dict[str, Section | None] = {"settings": app.stored_settings}
    sections |= {key: load_own(read, key) for key in HOLDING_SECRETS if key in stored}
    names = [
        path
        for key, section in sorted(sections.items())
        if section is not None and _is_plain(stored.get(key))
        for path in _secrets(section)
    ]
    if names:
        problem = f"{', '.join(names)}: stored as plain text"
        remedy = "start with --encryptionEnv or --encryption-key-file, and save the settings"
        yield Finding("setting", "secrets", problem, remedy, "hint")


def _is_plain(value: Any) -> bool:
    try:
        msgspec.json.decode(value)
    except (msgspec.DecodeError, TypeError):
        return False
    return True


def _secrets(section: Section) -> Iterator[str]:
    document = msgspec.to_builtins(section)
    for path, key in leaf_keys(type(section)):
        if key.secret and value_at(document, path):
            yield path
