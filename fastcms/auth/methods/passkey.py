"""Signing in with a passkey, and a record's own passkeys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastcms.auth import mfa, passkeys, phones, proof
from fastcms.auth.finish import finish, require_auth_collection
from fastcms.auth.form import INVALID, UNREADABLE, text
from fastcms.auth.owner import require_owner, require_owner_in_person
from fastcms.errors import REQUIRED, Problem, bad_request, forbidden, not_found
from fastcms.http.reply import NO_CONTENT, Reply, json_reply
from fastcms.http.request import Request
from fastcms.records.compiled import compiled
from fastcms.records.record import Record
from fastcms.records.write import find
from fastcms.schema.collection import Collection

MAX_NAME_LENGTH = 100
BODY_LIMIT = 64 << 10  # bytes; what an authenticator says fits into a few thousand
DEFAULT_NAME = "Passkey"
LAST = (
    "It is the only way left to sign in; add another passkey or another way to sign in before you "
    "remove it."
)
_BAD_LENGTH = Problem(
    "validation_length_out_of_range",
    f"The length must be between 1 and {MAX_NAME_LENGTH}.",
    {"max": MAX_NAME_LENGTH, "min": 1},
)


async def sign_in_options(request: Request) -> Reply:
    """POST …/auth-with-passkey/options: what a passkey has to sign.

    Any of the domain's will do; with an `mfaId` it has to be one of the record that waits.
    """
    collection = _require_enabled(request)
    request.body = await request.read_body(BODY_LIMIT, UNREADABLE)
    id_ = mfa.session_id(request)
    record = (await mfa.find_session(request, collection, id_)).record if id_ else None
    return json_reply({"publicKey": await passkeys.request_options(request, collection, record)})


async def sign_in(request: Request) -> Reply:
    """POST …/auth-with-passkey: a whole sign-in, or the second factor of one."""
    collection = _require_enabled(request)
    request.body = await request.read_body(BODY_LIMIT, UNREADABLE)
    passkey = await passkeys.verified(request, collection, _credential(request))
    record = await find(request.app, compiled(request.schema, collection), passkey.record_id)
    if record is None:
        raise bad_request(passkeys.FAILED)
    return await finish(request, record, "passkey")


async def show(request: Request) -> Reply:
    """GET …/passkeys: those of the record that asks; a superuser names the record."""
    record = await _owner(request, request.query.get("recordId", ""))
    return json_reply({"items": await passkeys.shown(request.app, record)})


async def registration_options(request: Request) -> Reply:
    """POST …/passkeys/options: what to make a new passkey of."""
    collection = _require_enabled(request)
    assert collection.auth is not None
    record = require_owner_in_person(request)
    request.body = await request.read_body(BODY_LIMIT, UNREADABLE)
    if collection.auth.password_auth.enabled:
        await proof.require_proof(request, record)
    return json_reply({"publicKey": await passkeys.creation_options(request, record)})


async def register(request: Request) -> Reply:
    """POST …/passkeys: keeps the passkey that was made."""
    _require_enabled(request)
    record = require_owner_in_person(request)
    request.body = await request.read_body(BODY_LIMIT, UNREADABLE)
    name = _name(request) or DEFAULT_NAME
    id_ = await passkeys.register(request, record, _credential(request), name)
    return json_reply(await _shown_one(request, record, id_))


async def rename(request: Request) -> Reply:
    """PATCH …/passkeys/{id}"""
    record = require_owner(request)
    request.body = await request.read_body(BODY_LIMIT, UNREADABLE)
    name = _name(request)
    if not name:
        raise bad_request(INVALID, {"name": REQUIRED})
    if not await passkeys.rename(request.app, record, request.params["id"], name):
        raise not_found()
    return json_reply(await _shown_one(request, record, request.params["id"]))


async def remove(request: Request) -> Reply:
    """DELETE …/passkeys/{id}: refused to the owner for the only way in that is left."""
    id_ = request.params["id"]
    if request.is_superuser:
        request.refuse_impersonated()
        record = await _owner(request, await _holder(request, id_))
    else:
        record = require_owner(request)
    keep_last = not request.is_superuser and not await _has_another_way(request, record)
    removed = await passkeys.remove(request.app, record, id_, keep_last=keep_last)
    if removed is None:
        raise bad_request(LAST)
    if not removed:
        raise not_found()
    return NO_CONTENT


async def _owner(request: Request, record_id: str) -> Record:
    """The record that asks, or the one that a superuser asks about."""
    collection = require_auth_collection(request)
    if not (request.is_superuser and record_id):
        return require_owner(request)
    record = await find(request.app, compiled(request.schema, collection), record_id)
    if record is None:
        raise not_found()
    return record


async def _holder(request: Request, id_: str) -> str:
    """The id of the record that has the passkey; raises 404 if none has."""
    rows = await request.app.store.read(
        "SELECT recordRef FROM _fc_passkeys WHERE id = ? AND collectionRef = ?",
        (id_, require_auth_collection(request).id),
    )
    if not rows:
        raise not_found()
    found: str = rows[0][0]
    return found


async def _has_another_way(request: Request, record: Record) -> bool:
    """Whether the record can sign in without any passkey."""
    options = record.collection.auth
    assert options is not None
    if options.password_auth.enabled or (options.otp.enabled and record.values["email"]):
        return True
    if await phones.verified(request.app, record):
        return True
    sql = 'SELECT 1 FROM "_externalAuths" WHERE "collectionRef" = ? AND "recordRef" = ? LIMIT 1'
    owner = (record.collection.id, record.id)
    return options.oauth2.enabled and bool(await request.app.store.read(sql, owner))


async def _shown_one(request: Request, record: Record, id_: str) -> dict[str, Any]:
    found = await passkeys.shown(request.app, record)
    return next((item for item in found if item["id"] == id_), {})


def _credential(request: Request) -> Mapping[str, Any]:
    given = request.body.get("credential")
    if not isinstance(given, dict):
        raise bad_request(INVALID, {"credential": REQUIRED})
    return given


def _name(request: Request) -> str:
    name = text(request, "name").strip()
    if len(name) > MAX_NAME_LENGTH:
        raise bad_request(INVALID, {"name": _BAD_LENGTH})
    return name


def _require_enabled(request: Request) -> Collection:
    collection = require_auth_collection(request)
    assert collection.auth is not None
    if not collection.auth.passkey.enabled:
        raise forbidden("The collection is not configured to allow passkey authentication.")
    return collection
