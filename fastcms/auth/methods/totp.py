"""The authenticator app: enrolling it, signing in with its codes, and what if it is lost."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastcms.auth import devices, mfa, proof, recovery, totp
from fastcms.auth.finish import finish, require_auth_collection
from fastcms.auth.form import INVALID, UNREADABLE, text
from fastcms.auth.owner import require_owner, require_owner_in_person
from fastcms.errors import REQUIRED, bad_request, forbidden, not_found
from fastcms.http.reply import NO_CONTENT, Reply, json_reply
from fastcms.http.request import Request
from fastcms.records.compiled import compiled
from fastcms.records.record import Record
from fastcms.records.write import find
from fastcms.schema.options import TOTP

FAILED = "Invalid or already used code."


async def sign_in(request: Request) -> Reply:
    """POST …/auth-with-totp: the second factor of a sign-in that another method has begun."""
    collection = require_auth_collection(request)
    assert collection.auth is not None
    options = collection.auth.totp
    _require_enabled(options)
    request.body = await request.read_body(error=UNREADABLE)
    id_ = mfa.session_id(request)
    code, recovery_code = text(request, "code"), text(request, "recoveryCode")
    missing = {"mfaId": id_, "code": code or recovery_code}
    if problems := {key: REQUIRED for key, value in missing.items() if not value}:
        raise bad_request(INVALID, problems)
    session = await mfa.find_session(request, collection, id_)
    await proof.count_try(request.app, session.record)
    if not await _is_right(request, session, code, recovery_code):
        raise bad_request(FAILED)
    await proof.forget_tries(request.app, session.record)
    more = partial(_remember, request, session.record, options)
    return await finish(request, session.record, "totp", more=more)


async def _is_right(request: Request, session: mfa.Session, code: str, recovery_code: str) -> bool:
    app, record = request.app, session.record
    if not code:
        return await recovery.use(app, record, recovery_code)
    if await mfa.may_enroll(request, session):
        return bool(await totp.confirm(app, record, code))
    return await totp.use(app, record, code)


async def _remember(request: Request, record: Record, options: TOTP) -> dict[str, Any]:
    """The token of this device, if the request wants it remembered and the options allow it."""
    wanted = request.body.get("rememberDevice")
    if wanted not in (True, "true") or not options.remember_duration:
        return {}
    return {"deviceToken": await devices.remember(request, record, options.remember_duration)}


async def show(request: Request) -> Reply:
    """GET …/totp: how things stand for the record that asks."""
    record = require_owner(request)
    return json_reply(
        {
            "enabled": await totp.is_confirmed(request.app, record),
            "recoveryCodes": await recovery.left(request.app, record),
            "devices": await devices.find_all(request.app, record),
        }
    )


async def enroll(request: Request) -> Reply:
    """POST …/totp/enroll: a new secret, which counts as soon as a code of it was shown."""
    collection = require_auth_collection(request)
    assert collection.auth is not None
    _require_enabled(collection.auth.totp)
    request.body = await request.read_body(error=UNREADABLE)
    if id_ := mfa.session_id(request):
        session = await mfa.find_session(request, collection, id_)
        if not await mfa.may_enroll(request, session):
            raise bad_request("A different authentication method is required.")
        record = session.record
    else:
        record = require_owner_in_person(request)
        if collection.auth.password_auth.enabled:
            await proof.require_proof(request, record)
    secret = await totp.begin(request.app, record)
    if not secret:
        raise bad_request("An authenticator app is enabled already; disable it first.")
    issuer = collection.auth.totp.issuer or request.app.settings.meta.app_name
    address = totp.uri(secret, str(record.values["email"]) or record.id, issuer)
    return json_reply({"secret": secret, "uri": address, "qr": totp.image(address)})


async def confirm(request: Request) -> Reply:
    """POST …/totp/confirm: enables the app by its first code; shows the recovery codes, once."""
    record = require_owner_in_person(request)
    assert record.collection.auth is not None
    _require_enabled(record.collection.auth.totp)
    request.body = await request.read_body(error=UNREADABLE)
    code = text(request, "code")
    if not code:
        raise bad_request(INVALID, {"code": REQUIRED})
    await proof.count_try(request.app, record)
    codes = await totp.confirm(request.app, record, code)
    if not codes:
        raise bad_request(INVALID, {"code": proof.WRONG})
    await proof.forget_tries(request.app, record)
    return json_reply({"recoveryCodes": codes})


async def renew_recovery_codes(request: Request) -> Reply:
    """POST …/totp/recovery-codes: new ones, shown once, in the place of the old ones."""
    record = await _proven(request)
    if not await totp.is_confirmed(request.app, record):
        raise bad_request("No authenticator app is enabled.")
    return json_reply({"recoveryCodes": await recovery.replace(request.app, record)})


async def disable(request: Request) -> Reply:
    """POST …/totp/disable: forgets app, recovery codes and devices of the record that asks."""
    record = await _proven(request)
    if not await totp.remove(request.app, record):
        raise bad_request("No authenticator app is enabled.")
    return NO_CONTENT


async def forget_device(request: Request) -> Reply:
    """DELETE …/totp/devices/{id}"""
    record = require_owner(request)
    if not await devices.remove(request.app, record, request.params["id"]):
        raise not_found()
    return NO_CONTENT


async def forget_devices(request: Request) -> Reply:
    """DELETE …/totp/devices"""
    await devices.remove_all(request.app, require_owner(request))
    return NO_CONTENT


async def reset(request: Request) -> Reply:
    """DELETE …/totp/{id}: lets somebody in again who has lost app and recovery codes."""
    request.require_superuser()
    request.refuse_impersonated()
    collection = require_auth_collection(request)
    record = await find(request.app, compiled(request.schema, collection), request.params["id"])
    if record is None or not await totp.remove(request.app, record):
        raise not_found()
    return NO_CONTENT


async def _proven(request: Request) -> Record:
    record = require_owner_in_person(request)
    request.body = await request.read_body(error=UNREADABLE)
    await proof.require_proof(request, record)
    return record


def _require_enabled(options: TOTP) -> None:
    if not options.enabled:
        raise forbidden("The collection is not configured to allow TOTP authentication.")
