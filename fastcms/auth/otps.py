"""One-time passwords as they are stored: issued, found, used up.

An address that nobody has gets one too, in a table of its own: it is issued, counted and judged
like any other, and never right. So neither answers nor times tell who has an account.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from fastcms import clock, ids
from fastcms.core import App
from fastcms.passwords import hash_on_thread
from fastcms.records.record import Record
from fastcms.schema.collection import Collection
from fastcms.schema.indexes import find_unique, is_case_insensitive, without_case
from fastcms.store.store import Tx

MOST = 10  # unexpired ones of an account
DIGITS = "1234567890"

_COLUMNS = '"id", "collectionRef", "recordRef", "password", "sentTo", "created"'


class OTP(NamedTuple):
    """A stored one. `record_id` of a decoy is the address that was asked for."""

    id: str
    collection_id: str
    record_id: str
    password: str
    sent_to: str
    created: str
    # 0 or 1, as the database tells.
    is_decoy: int


def new_code(collection: Collection) -> str:
    """Random digits, as many as the collection wants."""
    assert collection.auth is not None
    return ids.random_text(collection.auth.otp.length, DIGITS)


async def issue(
    app: App, collection: Collection, record: Record | None, email: str, code: str
) -> tuple[str, bool]:
    """The id of a one-time password for a record, or for an address of nobody.

    Also tells whether it is a new one: who asks for many gets the last one again, and `code` is not
    used. `email` is where the code is sent to, "" if nowhere: that is no request.
    """
    table = "_otps" if record is not None else "_fc_otp_decoys"
    whose = record.id if record is not None else _of_nobody(collection, email)
    hashed = await hash_on_thread(code, app.password_hash)
    oldest, now = oldest_valid(collection), clock.now_text()

    def run(tx: Tx) -> tuple[str, bool]:
        tx.execute(
            f'DELETE FROM "{table}" WHERE "collectionRef" = ? AND "created" < ?',
            (collection.id, oldest),
        )
        found = tx.execute(
            f'SELECT "id" FROM "{table}" WHERE "collectionRef" = ? AND "recordRef" = ?'
            ' ORDER BY "created" DESC, "rowid" DESC',
            (collection.id, whose),
        )
        # While one develops there is no limit, as in the reference.
        if len(found) >= MOST and email and not app.dev:
            return found[0][0], False
        new = ids.record_id()
        tx.execute(
            f'INSERT INTO "{table}" ({_COLUMNS}, "updated") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)',
            (new, collection.id, whose, hashed, email, now),
        )
        return new, True

    return await app.store.write(run)


def _of_nobody(collection: Collection, email: str) -> str:
    """The address in whose name a decoy is counted: in one case where accounts are found so."""
    index = find_unique(collection.indexes, "email")
    return without_case(email) if index is not None and is_case_insensitive(index) else email


async def find(app: App, otp_id: str) -> OTP | None:
    """A stored one by its id, expired or not."""
    rows = await app.store.read(
        f'SELECT {_COLUMNS}, 0 FROM "_otps" WHERE "id" = ?1'
        f' UNION ALL SELECT {_COLUMNS}, 1 FROM "_fc_otp_decoys" WHERE "id" = ?1',
        (otp_id,),
    )
    return OTP._make(rows[0]) if rows else None


async def use_up(app: App, otp_id: str) -> bool:
    """Deletes one; False if somebody else was faster."""
    return bool(await app.store.write_one('DELETE FROM "_otps" WHERE "id" = ?', (otp_id,)))


def oldest_valid(collection: Collection) -> str:
    """When the oldest one that is still valid was made."""
    assert collection.auth is not None
    return clock.to_text(clock.now() - timedelta(seconds=collection.auth.otp.duration))
