"""Passkeys (WebAuthn): which public key signs for which record, and what it has to sign.

User verification is always required: a passkey is the device and its owner's finger or PIN, two
factors at once.
"""

from __future__ import annotations

import asyncio
import binascii
import logging
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from fastcms import clock, ids
from fastcms.auth import challenges
from fastcms.core import App
from fastcms.errors import bad_request
from fastcms.http.request import Request
from fastcms.records.record import Record
from fastcms.schema.collection import Collection
from fastcms.store.errors import UniqueViolation
from fastcms.store.store import Tx

MOST = 50  # passkeys of one record
OLD_CHALLENGE = "Invalid or expired challenge."
NOT_REGISTERED = "Failed to register the passkey."
FAILED = "Failed to authenticate."

log = logging.getLogger("fastcms.auth")


class RelyingParty(NamedTuple):
    """Whom passkeys are made for: the domain they belong to, and the pages that may use them."""

    id: str
    name: str
    origins: list[str]


class Passkey(NamedTuple):
    """A registered passkey."""

    id: str
    credential: bytes
    record_id: str
    public_key: bytes
    transports: list[str]


def relying_party(request: Request, collection: Collection) -> RelyingParty:
    """The relying party by options and settings, never by what a request says of its host."""
    assert collection.auth is not None
    options = collection.auth.passkey
    meta = request.app.settings.meta
    address = urlsplit(meta.app_url)
    origins = list(options.origins) or [f"{address.scheme}://{address.netloc}".lower()]
    return RelyingParty(options.rpID or address.hostname or "", meta.app_name, origins)


async def find_all(app: App, record: Record) -> list[Passkey]:
    """The passkeys of a record, the oldest first."""
    sql = f"{_SELECT} WHERE collectionRef = ? AND recordRef = ? ORDER BY created, id"
    return [_passkey(row) for row in await app.store.read(sql, (record.collection.id, record.id))]


async def has_any(app: App, record: Record) -> bool:
    """Whether the record can sign in by passkey."""
    sql = (
        "SELECT 1 FROM _fc_passkeys WHERE collectionRef = ? AND recordRef = ? AND NOT suspect"
        " LIMIT 1"
    )
    return bool(await app.store.read(sql, (record.collection.id, record.id)))


async def creation_options(request: Request, record: Record) -> dict[str, Any]:
    """What the browser is to make a new passkey of, for `navigator.credentials.create`."""
    collection = record.collection
    known = await find_all(request.app, record)
    if len(known) >= MOST:
        raise bad_request(f"There cannot be more than {MOST} passkeys.")
    party = relying_party(request, collection)
    challenge = await challenges.new(request, "register", collection, record.id)

    def make() -> dict[str, Any]:
        from webauthn import generate_registration_options
        from webauthn.helpers import options_to_json_dict
        from webauthn.helpers import structs as s

        name = str(record.values["email"]) or record.id
        options = generate_registration_options(
            rp_id=party.id,
            rp_name=party.name,
            user_id=user_handle(record),
            user_name=name,
            user_display_name=name,
            challenge=challenge,
            timeout=challenges.SECONDS * 1000,
            authenticator_selection=s.AuthenticatorSelectionCriteria(
                resident_key=s.ResidentKeyRequirement.REQUIRED,
                user_verification=s.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                s.PublicKeyCredentialDescriptor(id=key.credential) for key in known
            ],
        )
        return options_to_json_dict(options)

    return await asyncio.to_thread(make)


async def register(
    request: Request, record: Record, credential: Mapping[str, Any], name: str
) -> str:
    """Keeps the passkey that the browser has made; gives its id. Raises 400 if it is not sound."""
    collection = record.collection
    challenge = _challenge(credential)
    if not await challenges.use(request, challenge, "register", collection, record.id):
        raise bad_request(OLD_CHALLENGE)
    party = relying_party(request, collection)

    def verify() -> Any:
        from webauthn import verify_registration_response

        return verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origins,
            require_user_verification=True,
        )

    try:
        made = await asyncio.to_thread(verify)
    except Exception as error:
        # The bytes are a stranger's, and the library's parsers raise all kinds of errors on them.
        log.info("a passkey was refused: %s", error)
        raise bad_request(NOT_REGISTERED) from error
    id_ = ids.record_id()
    now = clock.now_text()
    transports = credential["response"].get("transports")
    values = (
        id_,
        made.credential_id,
        collection.id,
        record.id,
        made.credential_public_key,
        made.sign_count,
        made.credential_backed_up,
        msgspec.json.encode(_texts(transports)).decode(),
        name,
        now,
        "",
    )
    try:
        await request.app.store.write_one(
            "INSERT INTO _fc_passkeys (id, credential, collectionRef, recordRef, publicKey,"
            " signCount, backedUp, transports, name, created, used)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
    except UniqueViolation as error:
        # Somebody claims the key of somebody else.
        raise bad_request(NOT_REGISTERED) from error
    return id_


async def request_options(
    request: Request, collection: Collection, record: Record | None
) -> dict[str, Any]:
    """What the browser is to sign, for `navigator.credentials.get`; by any passkey of the domain,
    or by one of the record's."""
    party = relying_party(request, collection)
    challenge = await challenges.new(request, "sign in", collection)
    known = await find_all(request.app, record) if record is not None else []

    def make() -> dict[str, Any]:
        from webauthn import generate_authentication_options
        from webauthn.helpers import options_to_json_dict
        from webauthn.helpers import structs as s

        options = generate_authentication_options(
            rp_id=party.id,
            challenge=challenge,
            timeout=challenges.SECONDS * 1000,
            allow_credentials=[
                s.PublicKeyCredentialDescriptor(
                    id=key.credential,
                    transports=[s.AuthenticatorTransport(t) for t in key.transports],
                )
                for key in known
            ],
            user_verification=s.UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    return await asyncio.to_thread(make)


async def verified(
    request: Request, collection: Collection, credential: Mapping[str, Any]
) -> Passkey:
    """The passkey that has signed a challenge of this collection. Raises 400 if none did."""
    challenge = _challenge(credential)
    if not await challenges.use(request, challenge, "sign in", collection):
        raise bad_request(OLD_CHALLENGE)
    sql = f"{_SELECT} WHERE credential = ? AND collectionRef = ?"
    rows = await request.app.store.read(sql, (_raw_id(credential), collection.id))
    if not rows:
        raise bad_request(FAILED)
    found = _passkey(rows[0])
    party = relying_party(request, collection)

    def verify() -> Any:
        from webauthn import verify_authentication_response

        handle = credential["response"].get("userHandle")
        if handle and _unbase64(handle) != _handle(collection.id, found.record_id):
            raise ValueError("the passkey says that it is somebody else's")
        return verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origins,
            credential_public_key=found.public_key,
            # The count is compared where it is stored.
            credential_current_sign_count=0,
            require_user_verification=True,
        )

    try:
        signed = await asyncio.to_thread(verify)
    except Exception as error:
        # As above: whatever the parsers make of a stranger's bytes.
        log.info("a sign-in by passkey was refused: %s", error)
        raise bad_request(FAILED) from error
    if not await _count(request.app, found, signed.new_sign_count, signed.credential_backed_up):
        raise bad_request(FAILED)
    return found


async def _count(app: App, passkey: Passkey, count: int, backed_up: bool) -> bool:
    """Whether the passkey's counter has moved on.

    One that stands still or goes back is of two devices with one key, so that none of them is
    trusted any more. Passkeys that are synchronised count nothing and always say 0.
    """

    def run(tx: Tx) -> bool:
        tx.execute(
            "UPDATE _fc_passkeys SET signCount = ?1, backedUp = ?2, used = ?3 WHERE id = ?4"
            " AND NOT suspect AND (signCount < ?1 OR (signCount = 0 AND ?1 = 0))",
            (count, backed_up, clock.now_text(), passkey.id),
        )
        if tx.changes():
            return True
        tx.execute("UPDATE _fc_passkeys SET suspect = 1 WHERE id = ?", (passkey.id,))
        return False

    is_sound = await app.store.write(run)
    if not is_sound:
        log.warning("the passkey %s seems to be copied and is not trusted any more", passkey.id)
    return is_sound


async def shown(app: App, record: Record) -> list[dict[str, Any]]:
    """The record's passkeys as the wire shows them."""
    rows = await app.store.read(
        "SELECT id, name, created, used, backedUp, suspect FROM _fc_passkeys"
        " WHERE collectionRef = ? AND recordRef = ? ORDER BY created, id",
        (record.collection.id, record.id),
    )
    return [
        {
            "id": id_,
            "name": name,
            "created": created,
            "lastUsed": used,
            "backedUp": bool(backed_up),
            "suspect": bool(suspect),
        }
        for id_, name, created, used, backed_up, suspect in rows
    ]


async def rename(app: App, record: Record, id_: str, name: str) -> bool:
    """Gives a passkey of the record another name; whether there is one."""
    return bool(
        await app.store.write_one(
            "UPDATE _fc_passkeys SET name = ? WHERE id = ? AND collectionRef = ? AND recordRef = ?",
            (name, id_, record.collection.id, record.id),
        )
    )


async def remove(app: App, record: Record, id_: str, *, keep_last: bool) -> bool | None:
    """Forgets a passkey of the record; whether there was one. None if it is the last and stays."""

    def run(tx: Tx) -> bool | None:
        rows = tx.execute(
            "SELECT id, suspect FROM _fc_passkeys WHERE collectionRef = ? AND recordRef = ?",
            (record.collection.id, record.id),
        )
        if id_ not in [known for known, _ in rows]:
            return False
        # Those that are not trusted any more open nothing.
        if keep_last and [known for known, suspect in rows if not suspect] == [id_]:
            return None
        tx.execute("DELETE FROM _fc_passkeys WHERE id = ?", (id_,))
        return True

    return await app.store.write(run)


def user_handle(record: Record) -> bytes:
    """By what a passkey knows its account. It tells nobody anything."""
    return _handle(record.collection.id, record.id)


def _handle(collection_id: str, record_id: str) -> bytes:
    return sha256(f"{collection_id}/{record_id}".encode()).digest()


_SELECT = "SELECT id, credential, recordRef, publicKey, transports FROM _fc_passkeys"


def _passkey(row: tuple[Any, ...]) -> Passkey:
    id_, credential, record, public_key, transports = row
    decoded = msgspec.json.decode(transports, type=list[str])
    return Passkey(id_, credential, record, public_key, decoded)


def _challenge(credential: Mapping[str, Any]) -> bytes:
    """The challenge that a credential says it has signed; raises 400 for what is no credential."""
    try:
        data = _unbase64(credential["response"]["clientDataJSON"])
        return _unbase64(msgspec.json.decode(data, type=dict[str, Any])["challenge"])
    except _MALFORMED as error:
        raise bad_request(OLD_CHALLENGE) from error


def _raw_id(credential: Mapping[str, Any]) -> bytes:
    try:
        return _unbase64(credential["rawId"])
    except _MALFORMED as error:
        raise bad_request(FAILED) from error


_MALFORMED = (KeyError, TypeError, ValueError, msgspec.MsgspecError, binascii.Error)


def _unbase64(text: str) -> bytes:
    # More padding than is needed does no harm.
    return urlsafe_b64decode(text + "===")


# The ways to reach an authenticator that the library knows.
_TRANSPORTS = ("usb", "nfc", "ble", "internal", "cable", "hybrid", "smart-card")


def _texts(value: object) -> list[str]:
    return [t for t in value if t in _TRANSPORTS] if isinstance(value, list) else []
