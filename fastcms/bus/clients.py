"""Who is connected, as all processes see it: rows that are read and changed in transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from time import time
from typing import NamedTuple

import msgspec

from fastcms.bus.tables import CLIENTS, TOPICS
from fastcms.store.store import Row, Tx


class Identity(NamedTuple):
    """Who a client proved to be; empty for a guest.

    `proof` is a digest of the key that its token was signed with: it counts only as long as the
    record's key is that one, and its session open.
    """

    collection: str = ""
    record: str = ""
    proof: str = ""


GUEST = Identity()


class ClientRow(NamedTuple):
    """A client as the database holds it."""

    id: str
    worker: str
    address: str
    identity: Identity
    # When its connection ended; 0 while it lasts.
    gone: float
    subscriptions: tuple[str, ...]


class Subscriber(NamedTuple):
    """One subscription to a topic and whose it is."""

    subscription: str
    identity: Identity


COLUMNS = "id, worker, address, gone, collection, record, proof"
BY_ID = f"SELECT {COLUMNS} FROM {CLIENTS} WHERE id = ?"
SUBSCRIPTIONS = f"SELECT subscription FROM {TOPICS} WHERE client = ? ORDER BY place"

_SUBSCRIBERS = (
    f"SELECT DISTINCT subscription, collection, record, proof FROM {TOPICS}"
    f" JOIN {CLIENTS} ON id = client WHERE topic IN (SELECT value FROM json_each(?))"
)


def topic_of(subscription: str) -> str:
    """What stands before the options."""
    return subscription.partition("?")[0]


def heard_name(subscription: str) -> str:
    """What has to be heard for a subscription: its collection, or the begin of its topic."""
    return topic_of(subscription).partition("/")[0]


def of_rows(rows: list[Row], subscriptions: list[Row]) -> ClientRow | None:
    """The client behind the rows of BY_ID and SUBSCRIPTIONS."""
    if not rows:
        return None
    id_, worker, address, gone, *identity = rows[0]
    texts = tuple(row[0] for row in subscriptions)
    return ClientRow(id_, worker, address, Identity(*identity), gone, texts)


def find(tx: Tx, client: str) -> ClientRow | None:
    """A client by its id."""
    return of_rows(tx.execute(BY_ID, (client,)), tx.execute(SUBSCRIPTIONS, (client,)))


def add(tx: Tx, client: str, worker: str, address: str) -> None:
    """Writes down a new client, or one that came back."""
    tx.execute(
        f"INSERT INTO {CLIENTS} (id, worker, address) VALUES (?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET worker = excluded.worker, gone = 0",
        (client, worker, address),
    )


def subscribe(tx: Tx, client: str, identity: Identity, subscriptions: Sequence[str]) -> None:
    """Gives a client other subscriptions in the place of those that it had."""
    tx.execute(
        f"UPDATE {CLIENTS} SET collection = ?, record = ?, proof = ? WHERE id = ?",
        (*identity, client),
    )
    tx.execute(f"DELETE FROM {TOPICS} WHERE client = ?", (client,))
    for place, text in enumerate(dict.fromkeys(subscriptions)):
        tx.execute(
            f"INSERT INTO {TOPICS} (client, place, topic, subscription) VALUES (?, ?, ?, ?)",
            (client, place, topic_of(text), text),
        )


def unsubscribe(tx: Tx, client: str, subscription: str) -> bool:
    """Takes one subscription away; whether the client had it."""
    tx.execute(
        f"DELETE FROM {TOPICS} WHERE client = ? AND subscription = ?", (client, subscription)
    )
    return tx.changes() > 0


def make_guests(tx: Tx, collection: str, record: str) -> list[str]:
    """Makes guests of all clients of a record; their ids."""
    rows = tx.execute(
        f"UPDATE {CLIENTS} SET collection = '', record = '', proof = ''"
        " WHERE collection = ? AND record = ? RETURNING id",
        (collection, record),
    )
    return [row[0] for row in rows]


def leave(tx: Tx, client: str, worker: str) -> None:
    """Notes that a connection has ended, unless the client is back at another process already."""
    tx.execute(
        f"UPDATE {CLIENTS} SET gone = ? WHERE id = ? AND worker = ?", (time(), client, worker)
    )


def remove(tx: Tx, clients: Iterable[str]) -> None:
    """Forgets clients."""
    for client in clients:
        tx.execute(f"DELETE FROM {CLIENTS} WHERE id = ?", (client,))
        tx.execute(f"DELETE FROM {TOPICS} WHERE client = ?", (client,))


def remove_lost(
    tx: Tx,
    is_alive: Callable[[str], bool],
    may_come_back: Callable[[ClientRow], bool],
    seconds: int,
) -> None:
    """Forgets clients that went longer ago than that, and those of processes that died; of these
    the ones that may come back have gone just now.
    """
    rows = tx.execute(f"SELECT id FROM {CLIENTS} WHERE gone > 0 AND gone < ?", (time() - seconds,))
    remove(tx, [row[0] for row in rows])
    for (worker,) in tx.execute(f"SELECT DISTINCT worker FROM {CLIENTS} WHERE gone = 0"):
        if is_alive(worker):
            continue
        sql = f"SELECT id FROM {CLIENTS} WHERE worker = ? AND gone = 0"
        for (id_,) in tx.execute(sql, (worker,)):
            row = find(tx, id_)
            if row is not None and may_come_back(row):
                leave(tx, id_, worker)
            else:
                remove(tx, [id_])


def subscribers(tx: Tx, topics: Sequence[str]) -> list[Subscriber]:
    """The subscriptions to any of the topics, equal ones of one identity once."""
    rows = tx.execute(_SUBSCRIBERS, (msgspec.json.encode(topics).decode(),))
    return [Subscriber(subscription, Identity(*identity)) for subscription, *identity in rows]
