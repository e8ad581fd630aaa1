"""The operations of an auth collection, as far as its options allow them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from fastcms.fields.base import JsonSchema
from fastcms.openapi.operation import (
    FLAG,
    INTEGER,
    OBJECT,
    TEXT,
    Access,
    Operation,
    Parameter,
    fields,
    list_of,
    ref,
)
from fastcms.schema.collection import Collection
from fastcms.schema.options import AuthOptions
from fastcms.shapes.record import RESPONSE

ROUTE = "/api/collections/{collection}/"
_OWN_OTP = fields(otpId=TEXT)
_PUBLIC_KEY = fields(publicKey=OBJECT)
_ITEMS = fields(items=list_of(OBJECT))
_CODES = fields(recoveryCodes=list_of(TEXT))
_ID = {"mfaId": TEXT}
# Stands for what a sign-in answers, which names the collection's own record.
_SIGNED_IN: JsonSchema = {"title": "signed in"}
_RECORD_ID = Parameter("recordId", "Another record's, for superusers.")


def _always(_: AuthOptions) -> bool:
    return True


def _by_password(auth: AuthOptions) -> bool:
    return auth.password_auth.enabled


def _by_otp(auth: AuthOptions) -> bool:
    return auth.otp.enabled


def _by_passkey(auth: AuthOptions) -> bool:
    return auth.passkey.enabled


def _by_totp(auth: AuthOptions) -> bool:
    return auth.totp.enabled


def _by_sms(auth: AuthOptions) -> bool:
    return auth.sms_otp.enabled


class _Way(NamedTuple):
    summary: str
    access: Access
    body: JsonSchema | None = None
    answer: JsonSchema | None = None
    is_enabled: Callable[[AuthOptions], bool] = _always
    query: Sequence[Parameter] = ()
    note: str = ""


_PASSWORD = fields({"identityField": TEXT, **_ID}, identity=TEXT, password=TEXT)
_OAUTH2 = fields(
    {"createData": OBJECT, **_ID}, provider=TEXT, code=TEXT, codeVerifier=TEXT, redirectURL=TEXT
)
_PASSKEY = fields({"name": TEXT}, credential=OBJECT)
_RESET = fields(token=TEXT, password=TEXT, passwordConfirm=TEXT)
_METHODS = fields(
    password=fields(enabled=FLAG, identityFields=list_of(TEXT)),
    oauth2=fields(enabled=FLAG, providers=list_of(OBJECT)),
    mfa=fields(enabled=FLAG, duration=INTEGER),
    otp=fields(enabled=FLAG, duration=INTEGER),
)
_ABOUT = {"anyOf": [TEXT, list_of(TEXT)]}
_STRENGTH = fields(score=INTEGER, problems=OBJECT)
_PROOF = fields({"password": TEXT, "code": TEXT, "recoveryCode": TEXT, "passkey": OBJECT})
_OF_CODE = fields({**_ID, "rememberDevice": FLAG, "recoveryCode": TEXT, "code": TEXT})

_WAYS: Mapping[str, _Way] = {
    "GET auth-methods": _Way("How one can sign in", "public", None, _METHODS),
    "POST auth-with-password": _Way(
        "Signs in by password", "public", _PASSWORD, _SIGNED_IN, _by_password
    ),
    "POST auth-with-oauth2": _Way(
        "Signs in by an OAuth2 code",
        "public",
        _OAUTH2,
        _SIGNED_IN,
        lambda auth: auth.oauth2.enabled,
    ),
    "POST request-otp": _Way(
        "Mails a one-time password", "public", fields(email=TEXT), _OWN_OTP, _by_otp
    ),
    "POST auth-with-otp": _Way(
        "Signs in by a one-time password",
        "public",
        fields(_ID, otpId=TEXT, password=TEXT),
        _SIGNED_IN,
        _by_otp,
    ),
    "POST auth-refresh": _Way("A new token for an old one", "auth", None, _SIGNED_IN),
    "POST auth-with-passkey/options": _Way(
        "What a passkey has to sign", "public", fields(_ID), _PUBLIC_KEY, _by_passkey
    ),
    "POST auth-with-passkey": _Way(
        "Signs in by passkey", "public", fields(_ID, credential=OBJECT), _SIGNED_IN, _by_passkey
    ),
    "GET passkeys": _Way(
        "The passkeys of an account", "auth", None, _ITEMS, _by_passkey, query=(_RECORD_ID,)
    ),
    "POST passkeys/options": _Way(
        "What to make a passkey of", "auth", _PROOF, _PUBLIC_KEY, _by_passkey
    ),
    "POST passkeys": _Way("Keeps a new passkey", "auth", _PASSKEY, OBJECT, _by_passkey),
    "PATCH passkeys/{id}": _Way(
        "Renames a passkey", "auth", fields(name=TEXT), OBJECT, _by_passkey
    ),
    "DELETE passkeys/{id}": _Way("Forgets a passkey", "auth", None, None, _by_passkey),
    "POST auth-with-totp": _Way(
        "Ends a sign-in with a code of an authenticator app",
        "public",
        _OF_CODE,
        _SIGNED_IN,
        _by_totp,
    ),
    "GET totp": _Way("How the second factor stands", "auth", None, OBJECT, _by_totp),
    "POST totp/enroll": _Way(
        "A secret for an authenticator app",
        "auth",
        _PROOF,
        fields(secret=TEXT, uri=TEXT, qr=TEXT),
        _by_totp,
    ),
    "POST totp/confirm": _Way(
        "Enables the app by its first code", "auth", fields(code=TEXT), _CODES, _by_totp
    ),
    "POST totp/recovery-codes": _Way("New recovery codes", "auth", _PROOF, _CODES, _by_totp),
    "POST totp/disable": _Way("Forgets the authenticator app", "auth", _PROOF, None, _by_totp),
    "DELETE totp/devices": _Way("Forgets all remembered devices", "auth", None, None, _by_totp),
    "DELETE totp/devices/{id}": _Way("Forgets a device", "auth", None, None, _by_totp),
    "DELETE totp/{id}": _Way(
        "Forgets the authenticator app of an account", "superuser", None, None, _by_totp
    ),
    "POST request-sms-otp": _Way(
        "Sends a one-time password by text message",
        "public",
        fields({"phone": TEXT, **_ID}),
        _OWN_OTP,
        _by_sms,
    ),
    "POST auth-with-sms-otp": _Way(
        "Signs in by a code of a text message",
        "public",
        fields(_ID, otpId=TEXT, code=TEXT),
        _SIGNED_IN,
        _by_sms,
    ),
    "POST request-phone-verification": _Way(
        "Sends a code to the account's number", "auth", None, _OWN_OTP, _by_sms
    ),
    "POST confirm-phone-verification": _Way(
        "Proves the account's number", "auth", fields(otpId=TEXT, code=TEXT), None, _by_sms
    ),
    "POST request-verification": _Way(
        "Mails a link that verifies the address", "public", fields(email=TEXT)
    ),
    "POST confirm-verification": _Way("Verifies the address", "public", fields(token=TEXT)),
    "POST request-password-reset": _Way(
        "Mails a link that resets the password", "public", fields(email=TEXT), None, _by_password
    ),
    "POST confirm-password-reset": _Way("Sets a new password", "public", _RESET),
    "POST request-email-change": _Way(
        "Mails a link to a new address", "auth", fields(newEmail=TEXT)
    ),
    "POST confirm-email-change": _Way(
        "Changes the address", "public", fields(token=TEXT, password=TEXT)
    ),
    "POST password-strength": _Way(
        "How strong a password is", "public", fields({"about": _ABOUT}, password=TEXT), _STRENGTH
    ),
    "POST auth-logout": _Way("Ends the session of the token", "auth"),
    "GET sessions": _Way(
        "Where the account is signed in",
        "auth",
        None,
        _ITEMS,
        query=(
            Parameter("record", "Another record's, for superusers."),
            Parameter("all", "Those of all records, for superusers.", FLAG),
        ),
    ),
    "DELETE sessions": _Way("Ends all other sessions", "auth"),
    "DELETE sessions/{id}": _Way("Ends a session", "auth"),
    "GET lockouts": _Way("What failed sign-ins have locked", "superuser", None, _ITEMS),
    "DELETE lockouts/{id}": _Way("Lifts a lock", "superuser"),
    "POST unlock/{id}": _Way(
        "Lifts the locks of an account", "superuser", fields({"address": TEXT})
    ),
    "POST impersonate/{id}": _Way(
        "A token in the name of an account", "superuser", fields({"duration": INTEGER}), _SIGNED_IN
    ),
    "POST impersonate-exit": _Way("Ends an impersonation", "auth"),
}
KEYS = frozenset(f"{method} {ROUTE}{rest}" for method, rest in (key.split(" ") for key in _WAYS))


def operations(collection: Collection, name: str | None) -> Iterator[tuple[str, Operation]]:
    """By method and path. `name` is that of the collection's types, None if it has none here."""
    auth = collection.auth
    assert auth is not None
    signed_in = fields(
        {"meta": OBJECT}, token=TEXT, record=ref(f"{name}{RESPONSE}") if name else OBJECT
    )
    for key, way in _WAYS.items():
        if not way.is_enabled(auth):
            continue
        method, rest = key.split(" ")
        is_sign_in = way.answer is _SIGNED_IN
        yield (
            f"{method} {ROUTE}{rest}",
            Operation(
                collection.name,
                way.summary,
                way.access,
                body=way.body,
                answer=signed_in if is_sign_in else way.answer,
                query=way.query,
                note=_note(auth) if is_sign_in else "",
            ),
        )


def _note(auth: AuthOptions) -> str:
    """What may keep the right secret from being enough."""
    notes = []
    if auth.auth_rule is None:
        notes.append("Nobody gets in: the collection has no auth rule.")
    elif auth.auth_rule:
        notes.append(f"Only accounts get in that match the auth rule: {auth.auth_rule}")
    if auth.mfa.enabled or auth.totp.enabled:
        notes.append("A 401 with an `mfaId` asks for a second factor: send the id with it.")
    return "\n\n".join(notes)
