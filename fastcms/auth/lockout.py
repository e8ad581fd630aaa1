"""Refuses further attempts for a while when too many have failed, alike for who exists and who not.

Three things are counted: failures on one account from one address, on one account from everywhere,
and from one address on all accounts. An attempt is counted before it is judged, so that a crowd of
them cannot slip through together, and taken back when it was right. docs/lockout.md has the
reasons.
"""

from __future__ import annotations

import logging
from hashlib import sha256
from time import time
from typing import Literal, NamedTuple, TypeAlias

from fastcms.auth import lockout_mail
from fastcms.core import App
from fastcms.errors import ApiError, too_many
from fastcms.http.request import Request
from fastcms.records.record import Record
from fastcms.schema.collection import Collection
from fastcms.schema.options import Lockout
from fastcms.settings.proxy import is_within, network_of
from fastcms.store.store import Tx

Scope: TypeAlias = Literal["pair", "account", "address"]

REFUSED = "Too many failed attempts, please try again later."

# Seconds until failures are forgotten: on an account after the last one; from an address, where
# many honest people may fail, after the first.
ACCOUNT_MEMORY = 24 * 3600
ADDRESS_MEMORY = 3600

KNOWN_SECONDS = 90 * 24 * 3600
KNOWN_NETWORKS = 10  # that are remembered of an account
SEEN_SECONDS = 24 * 3600  # until a use from a known network is noted again

_KNOWN = "FROM _fc_networks WHERE collectionRef = ? AND recordRef = ? AND network = ?"

log = logging.getLogger("fastcms.auth")


class Counted(NamedTuple):
    """One count that an attempt was added to: what it was closed until before, and is now."""

    id: str
    before: float
    until: float


class Attempt(NamedTuple):
    """An attempt that was let through to be judged."""

    request: Request
    collection: Collection
    counted: tuple[Counted, ...]
    # Until when the account is closed to addresses that it is not used from; 0 if it is not.
    closed_until: float
    # Whether this is the failure that closes a way to the account.
    closes: bool = False

    async def judge(self, record: Record | None, *, right: bool, error: ApiError) -> None:
        """Raises `error` unless the attempt holds."""
        if not await self.holds(record, right=right):
            raise error

    async def holds(self, record: Record | None, *, right: bool) -> bool:
        """Whether the attempt was right and counts; `record` is whose account it is, if any's.

        While the account is closed raises 429 for whatever was shown, unless it is right and comes
        from where the account is used.
        """
        app = self.request.app
        counts = right and record is not None
        if self.closed_until:
            known = await _is_known(self.request, self.collection, record)
            counts = counts and known
        if counts:
            await _take_back(app, self.counted)
            return True
        now = time()
        closed_for = max((count.until - now for count in self.counted), default=0)
        if closed_for > 0:
            # Not who it is: that may be a password, typed into the wrong field.
            text = "too many failed attempts from %s on %s: closed for %d s"
            log.warning(text, self.request.client_ip, self.collection.name, closed_for)
        if self.closes and record is not None:
            lockout_mail.start(app, record, self.request.client_ip)
        if self.closed_until:
            raise too_many(self.closed_until - now, REFUSED)
        return False


async def begin(
    request: Request,
    collection: Collection,
    *,
    identity: str = "",
    record: Record | None = None,
) -> Attempt:
    """Counts an attempt on the account that `identity` names or, without one, on the record.

    Whoever tries something on an account calls this first and `judge` with the outcome. Raises 429
    while no more is let through.
    """
    assert collection.auth is not None
    options = collection.auth.lockout
    if not options.enabled:
        return Attempt(request, collection, (), 0)
    subject = _of_identity(identity) if identity else _of_record(record)
    owner = record.id if record is not None else ""
    places = _places(collection, owner, subject, request.client_network)
    now = time()

    def run(tx: Tx) -> Attempt | float:
        tx.execute("DELETE FROM _fc_lockouts WHERE expires <= ?", (now,))
        before = [_stored(tx, place.id) for place in places]
        until = {place.scope: until for place, (_, until) in zip(places, before, strict=True)}
        closed = max(until["pair"], until["address"])
        if closed > now:
            return closed
        counted: list[Counted] = []
        closes = False
        for place, (failures, closed_before) in zip(places, before, strict=True):
            # The account's own lock is not made longer by who runs into it.
            if closed_before <= now:
                beyond = failures + 1 - _limit(options, place.scope)
                closed_now = now + _seconds(options, beyond) if beyond >= 0 else 0.0
                _add(tx, place, now, closed_now)
                counted.append(Counted(place.id, closed_before, closed_now))
                closes = closes or (beyond == 0 and place.scope != "address")
        closed = until["account"] if until["account"] > now else 0.0
        return Attempt(request, collection, tuple(counted), closed, closes and options.notify)

    # An attempt that fails takes the batch that it is in with it, but it is counted.
    result = await request.app.store.write(run, lasts=True)
    if isinstance(result, Attempt):
        return result
    raise too_many(result - now, REFUSED)


async def forgive(request: Request, record: Record) -> None:
    """The owner has proved to be it, by all that is asked for: old failures count no more.

    From here on the account is open to the owner's network, whoever else fails on it.
    """
    app, collection = request.app, record.collection
    network = request.client_network
    ids = _ids_of(record, network)
    marks = ",".join("?" * len(ids))
    if await app.store.read(f"SELECT 1 FROM _fc_lockouts WHERE id IN ({marks})", ids):
        await app.store.write_one(f"DELETE FROM _fc_lockouts WHERE id IN ({marks})", ids)
    now = time()
    key = (collection.id, record.id, network)
    seen = await app.store.read(f"SELECT 1 {_KNOWN} AND used > ?", (*key, now - SEEN_SECONDS))
    if not seen:
        await trust(app, record, network)


async def trust(app: App, record: Record, network: str) -> None:
    """Remembers that the account is used from this network."""
    now = time()
    account = (record.collection.id, record.id)

    def run(tx: Tx) -> None:
        tx.execute("DELETE FROM _fc_networks WHERE used < ?", (now - KNOWN_SECONDS,))
        tx.execute(
            "INSERT OR REPLACE INTO _fc_networks VALUES (?, ?, ?, ?)", (*account, network, now)
        )
        tx.execute(
            "DELETE FROM _fc_networks WHERE collectionRef = ?1 AND recordRef = ?2"
            " AND network NOT IN (SELECT network FROM _fc_networks"
            " WHERE collectionRef = ?1 AND recordRef = ?2 ORDER BY used DESC LIMIT ?3)",
            (*account, KNOWN_NETWORKS),
        )

    await app.store.write(run)


async def unlock(app: App, record: Record, trusted: str = "") -> None:
    """Lifts every lock of the account; with an address it is let in from there whatever happens."""
    ids = _ids_of(record)
    marks = ",".join("?" * len(ids))
    await app.store.write_one(
        f"DELETE FROM _fc_lockouts WHERE id IN ({marks}) OR (collectionRef = ? AND recordRef = ?)",
        (*ids, record.collection.id, record.id),
    )
    if trusted:
        network = network_of(trusted)
        await trust(app, record, network)
        await app.store.write_one(
            "DELETE FROM _fc_lockouts WHERE id = ?", (_address_id(record.collection, network),)
        )


# -- what is counted ----------------------------------------------------------------------------


class Place(NamedTuple):
    """Something that failures are counted for: a row of the table."""

    id: str
    scope: Scope
    collection: str
    record: str
    network: str


def _places(collection: Collection, owner: str, subject: str, network: str) -> tuple[Place, ...]:
    pair = _id("pair", collection.id, subject, network)
    account = _id("account", collection.id, subject)
    address = _address_id(collection, network)
    return (
        Place(pair, "pair", collection.id, owner, network),
        Place(account, "account", collection.id, owner, ""),
        Place(address, "address", collection.id, "", network),
    )


def _ids_of(record: Record, network: str = "") -> tuple[str, ...]:
    """The ids of all counts of an account, of those from one address only that address's."""
    collection = record.collection
    assert collection.auth is not None
    names = [
        name for name in collection.auth.password_auth.identity_fields if name in record.values
    ]
    subjects = [_of_record(record), *(_of_identity(str(record.values[name])) for name in names)]
    return tuple(
        id_
        for subject in subjects
        for id_ in (
            _id("account", collection.id, subject),
            _id("pair", collection.id, subject, network),
        )
    )


def _of_identity(identity: str) -> str:
    # In one case: where the index does not tell cases apart, both are the same account.
    return f"identity {identity.casefold()}"


def _of_record(record: Record | None) -> str:
    return f"record {record.id if record is not None else ''}"


def _address_id(collection: Collection, network: str) -> str:
    return _id("address", collection.id, network)


def _id(*parts: str) -> str:
    # A digest: what is typed for a name may be a password.
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


def _limit(options: Lockout, scope: Scope) -> int:
    limits = {
        "pair": options.attempts,
        "account": options.account_attempts,
        "address": options.address_attempts,
    }
    return limits[scope]


def _seconds(options: Lockout, beyond: int) -> float:
    """How long the lock is after so many failures beyond the first that caused one."""
    return float(min(options.delay * 2 ** min(beyond, 32), options.duration))


def _stored(tx: Tx, id_: str) -> tuple[int, float]:
    found = tx.execute("SELECT failures, until FROM _fc_lockouts WHERE id = ?", (id_,))
    return (found[0][0], found[0][1]) if found else (0, 0.0)


def _add(tx: Tx, place: Place, now: float, until: float) -> None:
    if place.scope == "address":
        forgotten = max(now + ADDRESS_MEMORY, until)
    else:
        forgotten = max(now, until) + ACCOUNT_MEMORY
    tx.execute(
        "INSERT INTO _fc_lockouts VALUES (?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " failures = failures + 1, until = excluded.until,"
        " expires = CASE scope WHEN 'address' THEN MAX(expires, excluded.until)"
        " ELSE excluded.expires END",
        (*place, until, forgotten),
    )


async def _take_back(app: App, counted: tuple[Counted, ...]) -> None:
    """The attempt was right: it is no failure."""

    def run(tx: Tx) -> None:
        for count in counted:
            tx.execute(
                "UPDATE _fc_lockouts SET failures = failures - 1,"
                " until = CASE until WHEN ?2 THEN ?3 ELSE until END WHERE id = ?1",
                (count.id, count.until, count.before),
            )
            tx.execute("DELETE FROM _fc_lockouts WHERE id = ? AND failures <= 0", (count.id,))

    if counted:
        await app.store.write(run, lasts=True)


async def _is_known(request: Request, collection: Collection, record: Record | None) -> bool:
    """Whether the account is used from where the request comes from."""
    allowed = request.app.settings.superuser_ips
    if collection.is_superusers and allowed and is_within(request.client_ip, allowed):
        return True
    key = (collection.id, record.id if record is not None else "", request.client_network)
    return bool(
        await request.app.store.read(
            f"SELECT 1 {_KNOWN} AND used > ?", (*key, time() - KNOWN_SECONDS)
        )
    )
