"""Signing in with a one-time password that came by text message, and proving one's number."""

from __future__ import annotations

from fastcms.auth import mfa, phones, sms_codes
from fastcms.auth.finish import finish, require_auth_collection
from fastcms.auth.form import check, length_problem, read_form
from fastcms.auth.owner import require_owner_in_person
from fastcms.errors import REQUIRED, Problem, bad_request, forbidden
from fastcms.http.reply import NO_CONTENT, Reply, json_reply
from fastcms.http.request import Request
from fastcms.records.compiled import compiled
from fastcms.records.record import Record
from fastcms.records.write import find
from fastcms.schema.collection import Collection

NO_NUMBER = Problem(
    "validation_invalid_phone", "Must be a phone number with the code of its country, as +4930123."
)


async def request_code(request: Request) -> Reply:
    """POST …/request-sms-otp: to a number or, with an `mfaId`, to that of the record that waits."""
    collection = _require_enabled(request)
    (given,) = await read_form(request, "phone")
    if id_ := mfa.session_id(request):
        record: Record | None = (await mfa.find_session(request, collection, id_)).record
        assert record is not None
        phone = await phones.verified(request.app, record)
        if not phone:
            raise bad_request("The record has no verified phone number.")
    else:
        phone = phones.normal(given)
        check(phone=REQUIRED if not given else None if phone else NO_NUMBER)
        record = await phones.holder(request, collection, phone)
    otp_id = await sms_codes.issue(request, collection, "sign in", phone, record)
    return json_reply({"otpId": otp_id})


async def sign_in(request: Request) -> Reply:
    """POST …/auth-with-sms-otp"""
    collection = _require_enabled(request)
    otp_id, code = await read_form(request, "otpId", "code")
    check(otpId=length_problem(otp_id), code=length_problem(code, most=20))
    found = await sms_codes.judge(request, collection, "sign in", otp_id, code)
    record = await find(request.app, compiled(request.schema, collection), found.record_id)
    # The number may have changed hands since the message.
    if record is None or await phones.verified(request.app, record) != found.phone:
        raise bad_request(sms_codes.WRONG)
    return await finish(request, record, "smsOTP")


async def request_verification(request: Request) -> Reply:
    """POST …/request-phone-verification: a code to the number in the field of who asks."""
    collection = _require_enabled(request)
    record = require_owner_in_person(request)
    phone = phones.of(record)
    if not phone:
        raise bad_request("The record has no phone number with the code of its country.")
    otp_id = await sms_codes.issue(request, collection, "verify", phone, record)
    return json_reply({"otpId": otp_id})


async def confirm_verification(request: Request) -> Reply:
    """POST …/confirm-phone-verification: the number is proven by the code that came to it."""
    collection = _require_enabled(request)
    record = require_owner_in_person(request)
    otp_id, code = await read_form(request, "otpId", "code")
    check(otpId=length_problem(otp_id), code=length_problem(code, most=20))
    found = await sms_codes.judge(request, collection, "verify", otp_id, code)
    if found.record_id != record.id or found.phone != phones.of(record):
        raise bad_request(sms_codes.WRONG)
    await phones.prove(request.app, record, found.phone)
    return NO_CONTENT


def _require_enabled(request: Request) -> Collection:
    collection = require_auth_collection(request)
    assert collection.auth is not None
    if not collection.auth.sms_otp.enabled:
        raise forbidden("The collection is not configured to allow SMS authentication.")
    return collection
