"""The log that all processes on a directory read: what happened, in the order of the commits.

An entry is written in the transaction of what it tells of, so it is there if and only if that was
committed, and SQLite's one writer at a time puts all of them in one order.
"""

from __future__ import annotations

from time import time
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from fastcms.bus.tables import LOG
from fastcms.store.store import Row, Tx

KEPT_SECONDS = 300
# More entries than this are kept only until everybody had the time to read them.
KEPT = 10_000
READ_SECONDS = 30


class RecordEntry(msgspec.Struct, frozen=True, array_like=True, tag="record"):
    """A record was created, updated or deleted."""

    action: Literal["create", "update", "delete"]
    collection: str
    record: str
    # What the columns hold, by the ids of their fields; without the secrets of accounts.
    values: dict[str, Any]
    # Of a deleted record: who could see it before, by audience; True if with a kept address.
    seen: dict[str, bool] = {}
    # Also by audience: the JSON of what `expand` led to from a deleted record.
    expanded: dict[str, bytes] = {}


class ClientEntry(msgspec.Struct, frozen=True, array_like=True, tag="client"):
    """A client has other subscriptions than before, or is somebody else."""

    client: str


class MessageEntry(msgspec.Struct, frozen=True, array_like=True, tag="message"):
    """A message for all who subscribe to a topic, or for one of them."""

    topic: str
    # Its text, JSON by custom.
    data: str
    client: str = ""


Entry: TypeAlias = RecordEntry | ClientEntry | MessageEntry


class Logged(NamedTuple):
    """An entry and its number."""

    seq: int
    entry: Entry


AFTER = f"SELECT seq, entry FROM {LOG} WHERE seq > ? ORDER BY seq LIMIT ?"
LAST = f"SELECT coalesce(max(seq), 0) FROM {LOG}"
FIRST = f"SELECT coalesce(min(seq), 0) FROM {LOG}"

_INSERT = f"INSERT INTO {LOG} (at, entry) VALUES (?, ?)"
_FORGET = (
    f"DELETE FROM {LOG} WHERE seq < (SELECT max(seq) FROM {LOG}) AND"
    f" (at < ? OR (at < ? AND seq <= (SELECT max(seq) FROM {LOG}) - {KEPT}))"
)

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Entry).decode


def append(tx: Tx, entry: Entry) -> None:
    """Tells of what this transaction does."""
    tx.execute(_INSERT, (time(), _encode(entry)))


def forget(tx: Tx) -> None:
    """Takes out what is too old for anybody to come back to."""
    now = time()
    tx.execute(_FORGET, (now - KEPT_SECONDS, now - READ_SECONDS))


def read(rows: list[Row]) -> list[Logged]:
    """The entries behind rows of AFTER."""
    return [Logged(seq, _entry(raw)) for seq, raw in rows]


def _entry(raw: Any) -> Entry:
    entry: Entry = _decode(raw)
    return entry
