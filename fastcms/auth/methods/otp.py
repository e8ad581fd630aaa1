"""Signing in with a one-time password that came by mail."""

from __future__ import annotations

import asyncio
import logging

from fastcms.auth import attempts, mails, otps, passkeys, phones, queued_mails, totp
from fastcms.auth.accounts import find_by, save_by_request, set_random_password
from fastcms.auth.events import AccountEvent, OTPRequestEvent
from fastcms.auth.finish import finish, require_auth_collection
from fastcms.auth.form import check, email_problem, length_problem, read_form
from fastcms.auth.otps import OTP
from fastcms.core import App
from fastcms.errors import ApiError, bad_request, forbidden
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.passwords import verify_on_thread
from fastcms.records.compiled import compiled
from fastcms.records.record import Record
from fastcms.records.write import find
from fastcms.schema.collection import Collection

MAX_CODE = 71
ATTEMPTS = 5
SECONDS = 180
WRONG = "Invalid or expired OTP"
TOO_MANY = "Too many attempts, please try again later with a new OTP."

log = logging.getLogger("fastcms.auth")


async def request_code(request: Request) -> Reply:
    """POST …/request-otp"""
    collection = _collection(request)
    (email,) = await read_form(request, "email")
    check(email=email_problem(email))
    app = request.app
    record = await find_by(app, compiled(request.schema, collection), "email", email)
    code = otps.new_code(collection)
    reply: list[Reply] = []

    async def execute(event: OTPRequestEvent) -> None:
        # To nobody, it is the same but for the mail.
        record = event.record
        to = email if record is None else str(record["email"])
        otp_id, is_new = await otps.issue(app, collection, record, to, event.code)
        await _send(app, collection, record if is_new else None, otp_id, event.code)
        reply.append(json_reply({"otpId": otp_id}))

    hook = app.hooks.record_request_otp_request
    await hook.run(OTPRequestEvent(request, collection, record, code), execute)
    if not reply:
        raise bad_request()
    return reply[0]


async def _send(
    app: App, collection: Collection, record: Record | None, otp_id: str, code: str
) -> None:
    """Mails the code; to nobody takes as long."""
    # On a thread: the first one loads the cryptography.
    sealed = await asyncio.to_thread(app.seal.close, code)
    values = {"OTP_ID": otp_id}
    await queued_mails.put(app, mails.OTP, collection, record, values, sealed=sealed)


async def sign_in(request: Request) -> Reply:
    """POST …/auth-with-otp"""
    collection = _collection(request)
    otp_id, code = await read_form(request, "otpId", "password")
    check(otpId=length_problem(otp_id), password=length_problem(code, most=MAX_CODE))
    request.context = "otp"
    otp = await otps.find(request.app, otp_id)
    if (
        otp is None
        or otp.collection_id != collection.id
        or otp.created < otps.oldest_valid(collection)
    ):
        raise bad_request(WRONG)
    record = await _judged(request, collection, otp, code)
    reply: list[Reply] = []

    async def execute(event: AccountEvent) -> None:
        # Before the answer, even if that is the question for another factor.
        if not await otps.use_up(request.app, otp.id):
            raise bad_request(WRONG)
        await _prove_address(request, event.record, otp)
        reply.append(await finish(request, event.record, "otp"))

    hook = request.app.hooks.record_auth_with_otp_request
    await hook.run(AccountEvent(request, record), execute)
    if not reply:
        raise bad_request(WRONG)
    return reply[0]


async def _judged(request: Request, collection: Collection, otp: OTP, code: str) -> Record:
    """The record whose one-time password was right.

    Raises 400 for a wrong one and 429 for one attempt too many, right ones counted as well: a few
    digits must not be guessed.
    """
    key = f"otp:{collection.id}/{otp.record_id}:{request.client_network}"
    if await attempts.count(request.app, key, SECONDS) > ATTEMPTS:
        raise ApiError(429, TOO_MANY)
    is_right = await verify_on_thread(code, otp.password)
    record = None
    if not otp.is_decoy:
        record = await find(request.app, compiled(request.schema, collection), otp.record_id)
    if record is None or not is_right:
        raise bad_request(WRONG)
    return record


async def _prove_address(request: Request, record: Record, otp: OTP) -> None:
    """The account is verified by a code that came to its address.

    Whoever signed up before may not own that address: the password that they chose ends with it,
    and so do their sessions and passkeys, unless that password alone lets nobody in.
    """
    if record["verified"] or not otp.sent_to or otp.sent_to != record["email"]:
        return
    assert record.collection.auth is not None
    before = dict(record.values)
    record.values["verified"] = True
    needs_more = record.collection.auth.mfa.enabled
    if not needs_more or await _has_factors(request.app, record):
        await set_random_password(request.app, record)
    try:
        await save_by_request(request, record, WRONG)
    except ApiError as error:
        record.values = before
        log.error("an address could not be marked as verified: %s", error)


async def _has_factors(app: App, record: Record) -> bool:
    """Whether who made the account may have a second factor."""
    return (
        await totp.is_confirmed(app, record)
        or await passkeys.has_any(app, record)
        or bool(await phones.verified(app, record))
    )


def _collection(request: Request) -> Collection:
    collection = require_auth_collection(request)
    assert collection.auth is not None
    if not collection.auth.otp.enabled:
        raise forbidden("The collection is not configured to allow OTP authentication.")
    return collection
