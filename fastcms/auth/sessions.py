"""The sessions of accounts: one row for each sign-in, whose end ends its tokens everywhere."""

from __future__ import annotations

from hashlib import sha256
from time import time
from typing import NamedTuple

from fastcms import ids
from fastcms.auth.device import device
from fastcms.core import App
from fastcms.errors import unauthorized
from fastcms.http.request import Request
from fastcms.records.compiled import Compiled
from fastcms.records.record import Record
from fastcms.records.write import find
from fastcms.schema.options import AuthOptions
from fastcms.store.store import Tx

LISTED = 500  # sessions that a list shows
# Seconds by which a row may end before its newest token, so that not every refresh is a write.
SLACK = 60

_INSERT = (
    "INSERT INTO _fc_sessions (id, collectionRef, recordRef, proof, method, device, address,"
    " impersonatedBy, created, used, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10)"
)
# What no token can be used with any more: out of time, or signed with a key of before.
_SWEEP = (
    f"DELETE FROM _fc_sessions WHERE expires < ?4 - {SLACK}"
    " OR (collectionRef = ?1 AND recordRef = ?2 AND proof != ?3)"
)
_LIST = (
    "SELECT id, method, device, address, impersonatedBy, created, used, expires FROM _fc_sessions"
    f" WHERE collectionRef = ? AND recordRef = ? AND proof = ? AND expires > ? - {SLACK}"
    f" ORDER BY used DESC, created DESC, id LIMIT {LISTED}"
)
_LIVE = (
    "SELECT recordRef, proof, id, method, device, address, impersonatedBy, created, used, expires"
    f" FROM _fc_sessions WHERE collectionRef = ? AND expires > ? - {SLACK}"
    " ORDER BY used DESC, created DESC, id LIMIT ? OFFSET ?"
)
_END = "DELETE FROM _fc_sessions WHERE collectionRef = ? AND recordRef = ? AND id = ?"
_OTHERS = "SELECT id FROM _fc_sessions WHERE collectionRef = ? AND recordRef = ? AND id != ?"


class Session(NamedTuple):
    """One session; times in Unix seconds."""

    id: str
    # What was shown to sign in: `password`, `otp`, …, or `impersonate`.
    method: str
    device: str
    address: str
    # The id of a superuser who acts in the record's name; "" otherwise.
    impersonated_by: str
    created: float
    used: float
    expires: float


def add(
    tx: Tx, request: Request, record: Record, method: str, seconds: float, *, by: str = ""
) -> str:
    """Writes down a new session of a record, which lasts so many seconds; its id.

    `by` is the superuser who acts in the record's name.
    """
    session = ids.record_id()
    now = time()
    owner = (record.collection.id, record.id, proof(record))
    tx.execute(_SWEEP, (*owner, now))
    where = (device(request.header(b"user-agent")), request.client_ip)
    tx.execute(_INSERT, (session, *owner, method, *where, by, now, now + seconds))
    return session


async def prolong(app: App, session: str, seconds: float) -> None:
    """Lets a session last so many seconds from now. Raises 401 where it has just ended.

    Returns when it is written that the new token is good for as long as it says.
    """
    until = time() + seconds
    rows = await app.store.read("SELECT expires FROM _fc_sessions WHERE id = ?", (session,))
    if rows and rows[0][0] > until - SLACK:
        return
    sql = "UPDATE _fc_sessions SET expires = ?1, used = ?2 WHERE id = ?3"
    if not await app.store.write_one(sql, (until, time(), session)):
        raise unauthorized("The request requires valid record authorization token.")


async def active(app: App, record: Record) -> list[Session]:
    """The sessions of a record, the one that was used last first."""
    owner = (record.collection.id, record.id, proof(record))
    return [Session(*row) for row in await app.store.read(_LIST, (*owner, time()))]


async def active_of_all(app: App, plan: Compiled) -> list[tuple[Record, Session]]:
    """Sessions of all records of a collection, the one that was used last first."""
    found: list[tuple[Record, Session]] = []
    known: dict[str, Record | None] = {}
    offset = 0
    while len(found) < LISTED:
        rows = await app.store.read(_LIVE, (plan.collection.id, time(), LISTED, offset))
        for record_id, proof_of_then, *values in rows:
            if record_id not in known:
                known[record_id] = await find(app, plan, record_id)
            record = known[record_id]
            if record is not None and proof(record) == proof_of_then:
                found.append((record, Session(*values)))
        offset += LISTED
        if len(rows) < LISTED:
            break
    return found[:LISTED]


def end(tx: Tx, record: Record, session: str) -> bool:
    """Ends a session of a record; whether there was one."""
    tx.execute(_END, (record.collection.id, record.id, session))
    return tx.changes() > 0


def end_others(tx: Tx, record: Record, but: str) -> list[str]:
    """Ends all sessions of a record but one; those that there were."""
    rows = tx.execute(_OTHERS, (record.collection.id, record.id, but))
    return [session for (session,) in rows if end(tx, record, session)]


def proof(record: Record) -> str:
    """A digest of the key that the record's sign-in tokens are signed with.

    Another password, address, token key or secret of the collection makes another one, whoever
    changed it: the sessions from before are over then.
    """
    options = record.collection.auth or AuthOptions()
    key = str(record.values["tokenKey"]) + options.auth_token.secret
    return sha256(b"session." + key.encode()).hexdigest()[:32]
