"""Recovery codes: a way in for who has lost the authenticator app, each of them once."""

from __future__ import annotations

from hashlib import sha256

from fastcms import ids
from fastcms.core import App
from fastcms.records.record import Record
from fastcms.store.store import Tx

COUNT = 10
# Without those that look alike. 24 of them are 118 bits: too many to guess, so that a quick hash
# does, and a code is found by its hash.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 4, 6


def replace_in(tx: Tx, record: Record) -> list[str]:
    """New codes in the place of all former ones; only their hashes are kept."""
    remove_in(tx, record)
    codes = [ids.random_text(GROUPS * GROUP_LENGTH, ALPHABET) for _ in range(COUNT)]
    for code in codes:
        tx.execute(
            "INSERT INTO _fc_recovery_codes (hash, collectionRef, recordRef) VALUES (?, ?, ?)",
            (_hash(code), record.collection.id, record.id),
        )
    return [_grouped(code) for code in codes]


async def replace(app: App, record: Record) -> list[str]:
    """:func:`replace_in` in a transaction of its own."""
    return await app.store.write(lambda tx: replace_in(tx, record))


def remove_in(tx: Tx, record: Record) -> None:
    """Forgets all codes of the record."""
    tx.execute(
        "DELETE FROM _fc_recovery_codes WHERE collectionRef = ? AND recordRef = ?",
        (record.collection.id, record.id),
    )


async def use(app: App, record: Record, code: str) -> bool:
    """Whether the code is one of the record's; afterwards it is none any more."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return bool(
        await app.store.write_one(
            "DELETE FROM _fc_recovery_codes WHERE hash = ? AND collectionRef = ? AND recordRef = ?",
            (_hash(plain), record.collection.id, record.id),
        )
    )


async def left(app: App, record: Record) -> int:
    """How many codes are not used yet."""
    found: int = (
        await app.store.read(
            "SELECT count(*) FROM _fc_recovery_codes WHERE collectionRef = ? AND recordRef = ?",
            (record.collection.id, record.id),
        )
    )[0][0]
    return found


def _hash(code: str) -> bytes:
    return sha256(code.encode()).digest()


def _grouped(code: str) -> str:
    return "-".join(
        code[at : at + GROUP_LENGTH] for at in range(0, GROUPS * GROUP_LENGTH, GROUP_LENGTH)
    )
