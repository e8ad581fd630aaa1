"""Tells of changed records: the listeners of this process, and the subscribers of all of them.

Nothing is done for a collection that nobody listens to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

from msgspec import UNSET

from fastcms.bus import clients
from fastcms.bus.log import RecordEntry
from fastcms.core import App
from fastcms.errors import ApiError
from fastcms.filters import FilterError
from fastcms.http.reply import encode_json
from fastcms.http.request import Request
from fastcms.records import audience
from fastcms.records.audience import Audience
from fastcms.records.compiled import SECRETS, Compiled, compiled
from fastcms.records.events import RecordChanged
from fastcms.records.expand import expand
from fastcms.records.record import Record, to_wire
from fastcms.records.rules import matching_statement
from fastcms.records.shown import EXPAND
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.store.errors import StoreError
from fastcms.store.reads import TxReads, at_once
from fastcms.store.store import Tx
from fastcms.values import SqlValue, Value

Action: TypeAlias = Literal["create", "update", "delete"]

# Of one deleted record, for all audiences together; what would be more is left out.
MAX_EXPANDED_BYTES = 1 << 20
EXPANDED_AT_ONCE = 1_000  # records


class Seen(NamedTuple):
    """How a record was seen before it was deleted, by the keys of the audiences that could."""

    # True for those to whom the address of an account is shown although it is kept from others.
    audiences: dict[str, bool]
    # For those that asked for `expand` and got something: its JSON.
    expanded: dict[str, bytes]


_UNSEEN = Seen({}, {})


def is_wanted(app: App, collection: Collection) -> bool:
    """Whether a change of the collection's records interests anybody."""
    return bool(app.store.listeners) or audience.is_heard(app, collection)


def announce(app: App, tx: Tx, action: Action, record: Record, seen: Seen | None = None) -> None:
    """Tells of a change that this transaction makes; `seen` is what `seen_by` said of a deleted
    record.
    """
    collection = record.collection
    if app.store.listeners:
        tx.emit(RecordChanged(action, collection.id, record))
    if audience.is_heard(app, collection):
        values = to_columns(collection, record.values)
        app.bus.append(
            tx, RecordEntry(action, collection.id, record.id, values, *(seen or _UNSEEN))
        )


def seen_by(app: App, schema: Schema, tx: Tx, records: Sequence[Record]) -> dict[str, Seen]:
    """Which audiences may see records of one collection that are about to be deleted; by record.

    The rules are asked of what was there before the transaction, since afterwards they would no
    longer find what they ask about; `expand` follows what is there at this moment of it. So does
    the reference.
    """
    collection = records[0].collection
    if not audience.is_heard(app, collection):
        return {}
    plan = compiled(schema, collection)
    seen = {record.id: Seen({}, {}) for record in records}
    by_id = {record.id: record for record in records}
    for asked, ids in _audiences(tx, records).items():
        auth = audience.caller_of(tx.before, schema, asked.identity)
        request = audience.request_of(app, schema, app.stamp, asked, auth, reads=TxReads(tx))
        shown = _among(tx, ids, audience.question(request, plan, asked, ids))
        managed = _managed(tx, request, plan, shown)
        for id_ in shown:
            seen[id_].audiences[asked.key] = id_ in managed
        # What the hook makes of records can only be seen where it may wait for something.
        if request.query.get("expand") and not app.hooks.record_enrich:
            for start in range(0, len(shown), EXPANDED_AT_ONCE):
                some = shown[start : start + EXPANDED_AT_ONCE]
                for id_, found in _expanded(request, plan, [by_id[id_] for id_ in some]):
                    its = seen[id_].expanded
                    if len(found) + sum(map(len, its.values())) <= MAX_EXPANDED_BYTES:
                        its[asked.key] = found
    return seen


def _expanded(
    request: Request, plan: Compiled, records: Sequence[Record]
) -> Iterator[tuple[str, bytes]]:
    """What `expand` leads to from those of the records from which it leads anywhere."""
    all_shown = [to_wire(record, superuser=request.is_superuser) for record in records]
    try:
        at_once(expand(request, plan, all_shown))
    except (ApiError, StoreError):
        return
    for shown in all_shown:
        if shown[EXPAND] is not UNSET:
            yield shown["id"], encode_json(shown[EXPAND])


def _audiences(tx: Tx, records: Sequence[Record]) -> dict[Audience, list[str]]:
    """Who subscribes to the records, and to which of them."""
    fired: dict[str, bool] = {}
    ids: dict[str, list[str]] = {}
    for record in records:
        topics = audience.topics(record.collection, record.id)
        fired |= topics
        for topic in topics:
            ids.setdefault(topic, []).append(record.id)
    found: dict[Audience, dict[str, None]] = {}
    for subscriber in clients.subscribers(tx, list(fired)):
        its = found.setdefault(audience.audience(fired, subscriber), {})
        its |= dict.fromkeys(ids[clients.topic_of(subscriber.subscription)])
    return {asked: list(its) for asked, its in found.items()}


def _among(tx: Tx, ids: Sequence[str], question: audience.Question) -> Sequence[str]:
    if isinstance(question, bool):
        return ids if question else ()
    try:
        return [row[0] for row in tx.before(*question)]
    except StoreError:
        return ()


def _managed(tx: Tx, request: Request, plan: Compiled, ids: Sequence[str]) -> Sequence[str]:
    options = plan.collection.auth
    if options is None or not options.manage_rule or request.auth is None or not ids:
        return ()
    try:
        return _among(tx, ids, matching_statement(options.manage_rule, request, plan, ids))
    except FilterError:
        return ()


def to_columns(collection: Collection, values: Mapping[str, Value]) -> dict[str, SqlValue]:
    """A record's values as they are stored, by the ids of their fields; secrets left out."""
    secrets = SECRETS if collection.is_auth else frozenset[str]()
    return {
        field.id: field.to_db(values[field.name])
        for field in collection.fields
        if field.name not in secrets and field.type != "password"
    }


def of_columns(collection: Collection, columns: Mapping[str, SqlValue]) -> Record:
    """The record behind such values, as the collection is now."""
    values = {
        field.name: field.from_db(columns[field.id]) if field.id in columns else field.zero()
        for field in collection.fields
    }
    return Record.of_stored(collection, values)
