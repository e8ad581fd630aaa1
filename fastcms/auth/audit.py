"""What superusers did in the name of others: a record that is only ever added to."""

from __future__ import annotations

from time import time
from typing import Any

from fastcms.clock import seconds_text
from fastcms.core import App
from fastcms.http.request import Request
from fastcms.records.record import Record
from fastcms.store.store import Tx

AGENT_LENGTH = 300  # characters of a user agent that are kept

_KEYS = (
    "at",
    "action",
    "actor",
    "actorEmail",
    "collection",
    "record",
    "recordEmail",
    "session",
    "until",
    "address",
    "userAgent",
)
_COLUMNS = ", ".join(_KEYS)
_INSERT = f"INSERT INTO _fc_audit ({_COLUMNS})"
_BEGUN = f"{_INSERT} VALUES (?, 'impersonate', ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ENDED = (
    f"{_INSERT} SELECT ?, 'exit', actor, actorEmail, collection, record, recordEmail, session,"
    " until, ?, ? FROM _fc_audit WHERE session = ? AND action = 'impersonate'"
)


def impersonated(tx: Tx, request: Request, record: Record, session: str, until: float) -> None:
    """Adds that who asks may act in the record's name from now on."""
    actor = request.require_auth()
    who = (actor.id, str(actor.values["email"]))
    whom = (record.collection.name, record.id, str(record.values["email"]))
    tx.execute(_BEGUN, (time(), *who, *whom, session, until, *_where(request)))


def ended(tx: Tx, request: Request, session: str) -> None:
    """Adds that a session came to its end before its time; nothing if it was no impersonation."""
    tx.execute(_ENDED, (time(), *_where(request), session))


async def entries(app: App, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    """Entries as the wire shows them, the newest first."""
    rows = await app.store.read(
        f"SELECT id, {_COLUMNS} FROM _fc_audit ORDER BY id DESC LIMIT ? OFFSET ?", (limit, offset)
    )
    found = [dict(zip(("id", *_KEYS), row, strict=True)) for row in rows]
    for entry in found:
        for key in ("at", "until"):
            entry[key] = seconds_text(entry[key])
    return found


async def count(app: App) -> int:
    """How many entries there are."""
    total: int = (await app.store.read("SELECT count(*) FROM _fc_audit"))[0][0]
    return total


def _where(request: Request) -> tuple[str, str]:
    return request.client_ip, request.header(b"user-agent")[:AGENT_LENGTH]
