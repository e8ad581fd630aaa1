"""The second factor: a sign-in that a first factor has begun waits for another one.

The collection's MFA options can demand one. A record with an authenticator app always needs one,
and only the app, its recovery codes or a passkey will do.
"""

from __future__ import annotations

from datetime import timedelta
from types import NoneType
from typing import NamedTuple

from fastcms import clock, ids
from fastcms.auth import devices, passkeys, phones, totp
from fastcms.errors import bad_request
from fastcms.filters import FilterError
from fastcms.http.request import Request
from fastcms.records.compiled import compiled
from fastcms.records.record import Record
from fastcms.records.rules import matching
from fastcms.records.write import find
from fastcms.schema.collection import Collection
from fastcms.schema.options import AuthOptions

DURATION = 600  # seconds to show the second factor, where the options say nothing
# What stands in for an authenticator app.
STRONG = ("totp", "passkey")
EXPIRED = "Invalid or expired MFA session."
# A way out for records that can show no second factor yet: they enrol an app right now.
ENROLLMENT = "totpEnrollment"


class Waiting(NamedTuple):
    """The id of a session that waits for its second factor, and which ones it takes.

    The methods are told only where they may be others than the reference's.
    """

    id: str
    methods: tuple[str, ...]


class Session(NamedTuple):
    """An MFA session whose record and first factor are known."""

    record: Record
    first: str


async def second_factor(request: Request, record: Record, method: str) -> Waiting | None:
    """A new MFA session that waits for another factor, None if none is needed.

    A rule that cannot be evaluated asks for the second factor rather than let the first suffice.
    """
    options = _options(record)
    enrolled = await _is_enrolled(request, record)
    if not (enrolled or method == "totp" or await _is_demanded(request, record)):
        return None
    if not isinstance(_session_id(request), (str, NoneType)):
        raise bad_request("Failed to read MFA Id.")
    given = session_id(request)
    if given:
        await _use_session(request, record, given, method, enrolled=enrolled)
        return None
    # A passkey is two factors already: the device, and the finger or PIN of its owner.
    if method == "passkey" or (enrolled and await devices.is_remembered(request, record)):
        return None
    now = clock.now_text()
    session = ids.record_id()
    await request.app.store.write_one(
        'INSERT INTO "_mfas" ("id", "collectionRef", "recordRef", "method", "created", "updated") '
        "VALUES (?, ?, ?, ?, ?, ?)",
        (session, record.collection.id, record.id, method, now, now),
    )
    if not (options.totp.enabled or options.passkey.enabled or options.sms_otp.enabled):
        return Waiting(session, ())
    return Waiting(session, await _methods(request, record, method, enrolled=enrolled))


def session_id(request: Request) -> str:
    """The `mfaId` of the query or body, "" if there is none."""
    given = _session_id(request)
    return given if isinstance(given, str) else ""


def _session_id(request: Request) -> object:
    """What is given as `mfaId`, whatever it is."""
    return request.query.get("mfaId") or request.body.get("mfaId")


async def find_session(request: Request, collection: Collection, id_: str) -> Session:
    """The session, which goes on waiting; raises 400 if it is over or of another collection."""
    collection_id, record_id, first = await _read_session(request, collection, id_)
    record = None
    if collection_id == collection.id:
        record = await find(request.app, compiled(request.schema, collection), record_id)
    if record is None:
        raise bad_request("Invalid MFA session.")
    return Session(record, first)


async def may_enroll(request: Request, session: Session) -> bool:
    """Whether the session's record may enrol an app, since it has no other second factor."""
    options = _options(session.record)
    if not options.totp.enabled or await totp.is_confirmed(request.app, session.record):
        return False
    methods = await _methods(request, session.record, session.first, enrolled=False)
    return ENROLLMENT in methods


async def _is_enrolled(request: Request, record: Record) -> bool:
    return _options(record).totp.enabled and await totp.is_confirmed(request.app, record)


async def _is_demanded(request: Request, record: Record) -> bool:
    """Whether the collection's MFA options ask for a second factor of this record."""
    options = _options(record).mfa
    if not options.enabled:
        return False
    if not options.rule:
        return True
    plan = compiled(request.schema, record.collection)
    try:
        plan.query(options.rule)
    except FilterError as error:
        raise bad_request("Failed to authenticate.") from error
    return bool(await matching(options.rule, request, plan, [record.id]))


async def _methods(
    request: Request, record: Record, first: str, *, enrolled: bool
) -> tuple[str, ...]:
    """What the record may show beside its first factor."""
    options = _options(record)
    possible = {
        "password": options.password_auth.enabled and not enrolled,
        "oauth2": options.oauth2.enabled and not enrolled,
        "otp": options.otp.enabled and not enrolled,
        "smsOTP": not enrolled and bool(await phones.verified(request.app, record)),
        "totp": enrolled,
        "passkey": options.passkey.enabled and await passkeys.has_any(request.app, record),
    }
    found = tuple(name for name, is_possible in possible.items() if is_possible and name != first)
    return found or ((ENROLLMENT,) if options.totp.enabled else ())


async def _use_session(
    request: Request, record: Record, session: str, method: str, *, enrolled: bool
) -> None:
    """Ends an MFA session by its second factor; raises 400 if it does not fit."""
    collection_id, record_id, first = await _read_session(request, record.collection, session)
    if collection_id != record.collection.id or record_id != record.id:
        raise bad_request("Invalid MFA session.")
    if first == method or (enrolled and method not in STRONG):
        raise bad_request("A different authentication method is required.")
    if not await request.app.store.write_one('DELETE FROM "_mfas" WHERE "id" = ?', (session,)):
        raise bad_request(EXPIRED)


async def _read_session(
    request: Request, collection: Collection, session: str
) -> tuple[str, str, str]:
    """Collection, record and first factor of a session; raises 400 if it is over."""
    store = request.app.store
    rows = await store.read(
        'SELECT "collectionRef", "recordRef", "method", "created" FROM "_mfas" WHERE "id" = ?',
        (session,),
    )
    assert collection.auth is not None
    oldest = clock.now() - timedelta(seconds=collection.auth.mfa.duration or DURATION)
    if not rows or rows[0][3] < clock.to_text(oldest):
        if rows:
            await store.write_one('DELETE FROM "_mfas" WHERE "id" = ?', (session,))
        raise bad_request(EXPIRED)
    collection_id, record_id, first, _ = rows[0]
    return collection_id, record_id, first


def _options(record: Record) -> AuthOptions:
    assert record.collection.auth is not None
    return record.collection.auth
