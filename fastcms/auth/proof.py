"""Proof that a signed-in request is from the owner indeed, and not from who found the token."""

from __future__ import annotations

from fastcms.auth import attempts, passkeys, recovery, totp
from fastcms.auth.form import INVALID, text
from fastcms.core import App
from fastcms.errors import REQUIRED, Problem, bad_request
from fastcms.http.request import Request
from fastcms.passwords import verify_on_thread
from fastcms.records.record import Record

# Wrong codes and passwords of one record: five in ten minutes.
TRIES = 5
SECONDS = 600
WRONG = Problem("validation_invalid_proof", "The code or password is wrong.")


async def require_proof(request: Request, record: Record) -> None:
    """Raises 400 unless the body has the password, a code of the app, a recovery code, or what a
    passkey has signed; 429 after too many attempts."""
    if isinstance(credential := request.body.get("passkey"), dict):
        passkey = await passkeys.verified(request, record.collection, credential)
        if passkey.record_id != record.id:
            raise bad_request(INVALID, {"passkey": WRONG})
        return
    given = {key: text(request, key) for key in ("code", "recoveryCode", "password")}
    if not any(given.values()):
        raise bad_request(INVALID, {"code": REQUIRED})
    await count_try(request.app, record)
    if given["code"]:
        key, right = "code", await totp.use(request.app, record, given["code"])
    elif given["recoveryCode"]:
        key, right = "recoveryCode", await recovery.use(request.app, record, given["recoveryCode"])
    else:
        stored = str(record.values["password"])
        key, right = "password", await verify_on_thread(given["password"], stored)
    if not right:
        raise bad_request(INVALID, {key: WRONG})
    await forget_tries(request.app, record)


async def count_try(app: App, record: Record) -> None:
    """Counts an attempt to guess one of the record's codes; raises 429 when there were too many."""
    await attempts.limit(app, _key(record), TRIES, SECONDS)


async def forget_tries(app: App, record: Record) -> None:
    """Ends the count after a right code."""
    await attempts.forget(app, _key(record))


def _key(record: Record) -> str:
    return f"proof:{record.collection.id}:{record.id}"
