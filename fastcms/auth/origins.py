"""Where an account signs in from; tells its owner by mail when that is a new place."""

from __future__ import annotations

import hashlib

from fastcms import clock, ids
from fastcms.auth import mails, queued_mails
from fastcms.http.request import Request
from fastcms.records.record import Record
from fastcms.store.store import Tx

MOST = 5  # places that are remembered for an account
MOST_OF_AGENT = 200  # characters of the name of a browser that count


async def note(request: Request, record: Record) -> None:
    """Remembers the place of a sign-in that succeeded. The first place of all is no news."""
    assert record.collection.auth is not None
    if not record.collection.auth.auth_alert.enabled:
        return
    agent = request.header(b"user-agent")
    if len(agent) > MOST_OF_AGENT:
        agent = f"{agent[:MOST_OF_AGENT]}..."
    # What the reference calls a place; nothing secret hangs on it.
    fingerprint = hashlib.md5(f"{request.client_ip}{agent}".encode(), usedforsecurity=False)
    is_news = await request.app.store.write(
        lambda tx: _remember(tx, record, fingerprint.hexdigest())
    )
    if not is_news or not record["email"]:
        return
    info = f"{clock.now_text()} - {request.client_ip} {agent}"
    values = {"ALERT_INFO": info}
    await queued_mails.put(request.app, mails.LOGIN_ALERT, record.collection, record, values)


def _remember(tx: Tx, record: Record, fingerprint: str) -> bool:
    """Whether the place is new while others are known."""
    now, whose = clock.now_text(), (record.collection.id, record.id)
    known = tx.execute(
        'SELECT "id", "fingerprint" FROM "_authOrigins"'
        ' WHERE "collectionRef" = ? AND "recordRef" = ? ORDER BY "created" DESC, "rowid" DESC',
        whose,
    )
    for origin, other in known:
        if other == fingerprint:
            tx.execute('UPDATE "_authOrigins" SET "updated" = ? WHERE "id" = ?', (now, origin))
            return False
    for origin, _ in known[MOST - 1 :]:
        tx.execute('DELETE FROM "_authOrigins" WHERE "id" = ?', (origin,))
    tx.execute(
        'INSERT INTO "_authOrigins"'
        ' ("id", "collectionRef", "recordRef", "fingerprint", "created", "updated")'
        " VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        (ids.record_id(), *whose, fingerprint, now),
    )
    return bool(known)
