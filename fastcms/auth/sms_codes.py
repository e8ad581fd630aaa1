"""Codes by text message: issued within limits, since each one costs, and judged once."""

from __future__ import annotations

from hashlib import sha256
from time import time
from typing import Literal, NamedTuple, TypeAlias

from fastcms import ids
from fastcms.auth import attempts
from fastcms.errors import bad_request
from fastcms.http.request import Request
from fastcms.passwords import hash_on_thread, verify_on_thread
from fastcms.records.record import Record
from fastcms.schema.collection import Collection
from fastcms.settings.load import load_sms
from fastcms.sms.send import send
from fastcms.store.store import Tx

Purpose: TypeAlias = Literal["sign in", "verify"]

DIGITS = "0123456789"
HOUR = 3600
# Messages in an hour: to one number, and asked for from one address.
TO_NUMBER = 5
FROM_ADDRESS = 20
TRIES = 5  # wrong codes, of one message
WRONG = "Invalid or expired code."


class Code(NamedTuple):
    """One that was asked for."""

    record_id: str
    phone: str
    hash: str


async def issue(
    request: Request, collection: Collection, purpose: Purpose, phone: str, record: Record | None
) -> str:
    """Sends a code to a record's number; gives its id.

    For a number of nobody all is the same but the message. Raises 400 for a country that gets none
    and 429 beyond the limits, which count alike for both.
    """
    assert collection.auth is not None
    options = collection.auth.sms_otp
    if options.countries and not phone.startswith(options.countries):
        raise bad_request("Messages are not sent to numbers of this country.")
    await _count(request, collection, phone, options.hourly_limit)
    code = ids.random_text(options.length, DIGITS)
    hashed = await hash_on_thread(code, request.app.password_hash)
    id_ = ids.record_id()
    now = time()
    owner = record.id if record is not None else ""

    def run(tx: Tx) -> None:
        tx.execute("DELETE FROM _fc_sms_codes WHERE until <= ?", (now,))
        tx.execute(
            "INSERT INTO _fc_sms_codes VALUES (?, ?, ?, ?, ?, ?, ?)",
            (id_, purpose, collection.id, owner, phone, hashed, now + options.duration),
        )

    await request.app.store.write(run)
    if record is not None:
        app = request.app
        text = options.text.replace("{OTP}", code)
        text = text.replace("{APP_NAME}", app.settings.meta.app_name)
        work = send(load_sms(app.store.read_now), phone, text, dev=app.dev)
        app.background.start(f"the text message to {collection.name}/{record.id}", work)
    return id_


async def judge(
    request: Request, collection: Collection, purpose: Purpose, id_: str, code: str
) -> Code:
    """What the code was sent for, if it is right; it is used up then.

    Raises 400 for a wrong one and 429 for one attempt too many.
    """
    await attempts.limit(request.app, f"sms try:{id_}", TRIES, HOUR)
    rows = await request.app.store.read(
        "SELECT recordRef, phone, hash FROM _fc_sms_codes"
        " WHERE id = ? AND purpose = ? AND collectionRef = ? AND until > ?",
        (id_, purpose, collection.id, time()),
    )
    if not rows:
        raise bad_request(WRONG)
    found = Code(*rows[0])
    if not await verify_on_thread(code, found.hash) or not found.record_id:
        raise bad_request(WRONG)
    if not await request.app.store.write_one("DELETE FROM _fc_sms_codes WHERE id = ?", (id_,)):
        raise bad_request(WRONG)
    return found


async def _count(request: Request, collection: Collection, phone: str, hourly: int) -> None:
    # A digest: the table of attempts need not hold numbers.
    number = sha256(phone.encode()).hexdigest()[:32]
    for key, most in (
        (f"sms to:{collection.id}:{number}", TO_NUMBER),
        (f"sms from:{collection.id}:{request.client_network}", FROM_ADDRESS),
        (f"sms of:{collection.id}", hourly),
    ):
        await attempts.limit(request.app, key, most, HOUR)
