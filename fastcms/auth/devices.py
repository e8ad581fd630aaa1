"""Remembered devices: who shows such a token once more needs no second factor there."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

from fastcms import clock, ids
from fastcms.auth.form import text
from fastcms.core import App
from fastcms.http.request import Request
from fastcms.records.record import Record
from fastcms.store.store import Tx

MOST = 20  # devices of one record; the one that was used longest ago makes room
TOKEN_LENGTH = 43  # letters and digits: 256 bits
AGENT_LENGTH = 255


async def remember(request: Request, record: Record, seconds: int) -> str:
    """The token of a newly remembered device. It dies with the record's token key."""
    token = ids.random_text(TOKEN_LENGTH)
    now = clock.now_text()
    expires = clock.to_text(clock.now() + timedelta(seconds=seconds))
    agent = request.header(b"user-agent")[:AGENT_LENGTH]

    def run(tx: Tx) -> None:
        tx.execute(
            "INSERT INTO _fc_devices (id, hash, collectionRef, recordRef, tokenKeyHash, userAgent,"
            " created, used, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)",
            (ids.record_id(), _hash(token), *_owner(record), _key(record), agent, now, expires),
        )
        tx.execute(
            "DELETE FROM _fc_devices WHERE collectionRef = ?1 AND recordRef = ?2 AND"
            " (expires <= ?3 OR id NOT IN (SELECT id FROM _fc_devices WHERE collectionRef = ?1"
            " AND recordRef = ?2 ORDER BY used DESC, id LIMIT ?4))",
            (*_owner(record), now, MOST),
        )

    await request.app.store.write(run)
    return token


async def is_remembered(request: Request, record: Record) -> bool:
    """Whether the request's `deviceToken` is one of the record's."""
    token = text(request, "deviceToken")
    if not token:
        return False
    now = clock.now_text()
    return bool(
        await request.app.store.write_one(
            "UPDATE _fc_devices SET used = ?1 WHERE hash = ?2 AND collectionRef = ?3"
            " AND recordRef = ?4 AND tokenKeyHash = ?5 AND expires > ?1",
            (now, _hash(token), *_owner(record), _key(record)),
        )
    )


async def find_all(app: App, record: Record) -> list[dict[str, Any]]:
    """The record's remembered devices as the wire shows them, the last used one first."""
    rows = await app.store.read(
        "SELECT id, userAgent, created, used, expires FROM _fc_devices"
        " WHERE collectionRef = ? AND recordRef = ? AND tokenKeyHash = ? AND expires > ?"
        " ORDER BY used DESC, id",
        (*_owner(record), _key(record), clock.now_text()),
    )
    names = ("id", "userAgent", "created", "lastUsed", "expires")
    return [dict(zip(names, row, strict=True)) for row in rows]


async def remove(app: App, record: Record, id_: str) -> bool:
    """Forgets one device; whether there was one."""
    return bool(
        await app.store.write_one(
            "DELETE FROM _fc_devices WHERE id = ? AND collectionRef = ? AND recordRef = ?",
            (id_, *_owner(record)),
        )
    )


async def remove_all(app: App, record: Record) -> None:
    """Forgets every device."""
    await app.store.write(lambda tx: remove_in(tx, record))


def remove_in(tx: Tx, record: Record) -> None:
    """Forgets every device, as part of a transaction."""
    tx.execute("DELETE FROM _fc_devices WHERE collectionRef = ? AND recordRef = ?", _owner(record))


def _owner(record: Record) -> tuple[str, str]:
    return record.collection.id, record.id


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _key(record: Record) -> bytes:
    return _hash(str(record.values["tokenKey"]))
