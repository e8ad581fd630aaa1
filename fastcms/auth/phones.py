"""Phone numbers of records: which one a record has proven to hold."""

from __future__ import annotations

import re

from fastcms.core import App
from fastcms.http.request import Request
from fastcms.records.compiled import compiled
from fastcms.records.record import Record
from fastcms.schema.collection import Collection
from fastcms.store.store import Tx

# With the code of the country, at most fifteen digits (E.164).
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_BETWEEN = re.compile(r"[\s().\-/\u00a0]+")


def normal(text: str) -> str:
    """The number with nothing between its digits, "" for what is no number with a country."""
    bare = _BETWEEN.sub("", text)
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    return bare if _NUMBER.fullmatch(bare) else ""


def of(record: Record) -> str:
    """The number in the record's field, proven or not; "" if there is none."""
    assert record.collection.auth is not None
    value = record.values.get(record.collection.auth.sms_otp.phone_field)
    return normal(value) if isinstance(value, str) else ""


async def verified(app: App, record: Record) -> str:
    """The number that codes may be sent to, "" if there is none.

    One that was changed in the record has to be proven again.
    """
    assert record.collection.auth is not None
    phone = of(record)
    if not record.collection.auth.sms_otp.enabled or not phone:
        return ""
    sql = "SELECT phone FROM _fc_phones WHERE collectionRef = ? AND recordRef = ? AND phone = ?"
    owner = (record.collection.id, record.id)
    return phone if await app.store.read(sql, (*owner, phone)) else ""


async def holder(request: Request, collection: Collection, phone: str) -> Record | None:
    """The record that has proven to hold the number and still has it in its field."""
    plan = compiled(request.schema, collection)
    rows = await request.app.store.read(
        f'SELECT {plan.stored.sql} FROM {plan.table} WHERE {plan.table}."id" ='
        " (SELECT recordRef FROM _fc_phones WHERE collectionRef = ? AND phone = ?)",
        (collection.id, phone),
    )
    if not rows:
        return None
    record = Record.of_stored(collection, plan.stored.decode(rows[0]))
    return record if of(record) == phone else None


async def prove(app: App, record: Record, phone: str) -> None:
    """From now on the number is the record's, whoever had it before: numbers are given anew."""

    def run(tx: Tx) -> None:
        tx.execute(
            "INSERT OR REPLACE INTO _fc_phones (collectionRef, recordRef, phone) VALUES (?, ?, ?)",
            (record.collection.id, record.id, phone),
        )

    await app.store.write(run)
