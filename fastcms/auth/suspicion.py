"""Tells the owner of an account by mail of a sign-in that is new in every way.

Suspicious is a sign-in from a device and from a network that both are unknown. What counts as known
is what the account signed in with and from before, as far as it is remembered. Where a network is
on the map nobody can tell offline, so that is not asked.
"""

from __future__ import annotations

from time import time

from fastcms import clock
from fastcms.auth import mails, queued_mails
from fastcms.auth.device import device
from fastcms.http.request import Request
from fastcms.records.record import Record
from fastcms.store.store import Tx

KNOWN_SECONDS = 180 * 24 * 3600

_FORGET = "DELETE FROM _fc_places WHERE used < ?"
_KNOWN = (
    "SELECT count(*), coalesce(max(network = ?3), 0), coalesce(max(device = ?4), 0)"
    " FROM _fc_places WHERE collectionRef = ?1 AND recordRef = ?2"
)
_REMEMBER = (
    "INSERT INTO _fc_places (collectionRef, recordRef, network, device, used)"
    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET used = excluded.used"
)


async def note(request: Request, record: Record) -> None:
    """Remembers a sign-in that succeeded, and mails if it is suspicious. The first one never is."""
    options = record.collection.auth
    if options is None or not options.suspicious_sign_in.enabled:
        return
    agent = request.header(b"user-agent")
    place = (record.collection.id, record.id, _network(request), device(agent))

    def remember(tx: Tx) -> bool:
        now = time()
        tx.execute(_FORGET, (now - KNOWN_SECONDS,))
        known, network, device_ = tx.execute(_KNOWN, place)[0]
        tx.execute(_REMEMBER, (*place, now))
        return bool(known) and not network and not device_

    if await request.app.store.write(remember) and record["email"]:
        info = f"{clock.now_text()} - {request.client_ip} {place[-1]}"
        kind, values = mails.SUSPICIOUS_SIGN_IN, {"ALERT_INFO": info}
        await queued_mails.put(request.app, kind, record.collection, record, values)


def _network(request: Request) -> str:
    """The client's address without its last part, which providers change at times."""
    head, dot, _ = request.client_network.rpartition(".")
    return f"{head}.0/24" if dot else request.client_network
