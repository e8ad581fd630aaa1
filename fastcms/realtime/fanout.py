"""From one change of a record to the messages about it.

A rule is asked once for each audience, and what an audience sees is encoded once. Each audience is
asked about by a task of its own, so that somebody's slow filter delays nobody else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import NamedTuple

from msgspec import Raw

from fastcms.bus.clients import Identity, Subscriber
from fastcms.bus.log import RecordEntry
from fastcms.core import App
from fastcms.errors import ApiError
from fastcms.filters.context import AuthRecord
from fastcms.http.pick import pick_json
from fastcms.http.reply import encode_json
from fastcms.http.request import Request
from fastcms.realtime.client import AT_ONCE, Client, Sending
from fastcms.records import audience
from fastcms.records.audience import Audience
from fastcms.records.changes import of_columns
from fastcms.records.compiled import Compiled, compiled
from fastcms.records.expand import expand
from fastcms.records.record import Record, to_wire
from fastcms.records.rules import lets
from fastcms.records.show import enrich
from fastcms.records.shown import EXPAND
from fastcms.schema.snapshot import Schema
from fastcms.store.errors import StoreError


class Change(NamedTuple):
    """A change of a record as this process's schema has it."""

    plan: Compiled
    entry: RecordEntry
    record: Record


logger = logging.getLogger("fastcms.realtime")


class Fanout:
    """Sends changes of records to the subscribers of this process."""

    def __init__(
        self, app: App, topics: Mapping[str, Mapping[Subscriber, Iterable[Client]]]
    ) -> None:
        self._app = app
        self._topics = topics
        self._tasks: set[asyncio.Task[None]] = set()

    async def send(self, seq: int, entry: RecordEntry) -> None:
        """Queues the messages about a change to all who subscribe to it."""
        schema = self._app.refresh()
        collection = schema.by_id.get(entry.collection)
        if collection is None:
            return
        fired = audience.topics(collection, entry.record)
        audiences: dict[Audience, list[tuple[str, list[Client]]]] = {}
        for topic in fired:
            # In an order that is the same for who comes back in the midst of it.
            for subscriber, its in sorted(self._topics.get(topic, {}).items(), key=itemgetter(0)):
                asked = audience.audience(fired, subscriber)
                audiences.setdefault(asked, []).append((subscriber.subscription, list(its)))
        if not audiences:
            return
        plan = compiled(schema, collection)
        change = Change(plan, entry, of_columns(collection, entry.values))
        callers = await self._callers(schema, {asked.identity for asked in audiences})
        for asked, receivers in audiences.items():
            sending = Sending(seq)
            for text, its in receivers:
                for client in its:
                    client.put(text, sending)
            request = audience.request_of(
                self._app, schema, self._app.stamp, asked, callers[asked.identity]
            )
            task = asyncio.create_task(_settle(sending, request, asked, change))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        # Lets what can be sent at once go out before the next change is looked at.
        most = max(sum(len(its) for _, its in receivers) for receivers in audiences.values())
        for _ in range(1 + most // AT_ONCE):
            await asyncio.sleep(0)

    async def _callers(
        self, schema: Schema, identities: set[Identity]
    ) -> dict[Identity, AuthRecord | None]:
        """Who they are at this moment, so that a sign-in that has ended counts no more."""
        found: dict[Identity, AuthRecord | None] = {}
        for identity in identities:
            statement = audience.caller_statement(schema, identity)
            rows = await self._app.store.read(*statement) if statement else []
            found[identity] = audience.caller(schema, identity, rows)
        return found


async def _settle(sending: Sending, request: Request, asked: Audience, change: Change) -> None:
    data: bytes | None = None
    try:
        if await _sees(request, asked, change):
            data = await _message(request, asked, change)
    except (ApiError, StoreError):
        # What cannot be asked or shown is not sent.
        pass
    except Exception:
        logger.exception("a change of %s could not be sent", change.plan.collection.name)
    await sending.settle(data)


async def _sees(request: Request, asked: Audience, change: Change) -> bool:
    plan, entry, _ = change
    if entry.action == "delete":
        return asked.key in entry.seen
    question = audience.question(request, plan, asked, [entry.record])
    if isinstance(question, tuple):
        return bool(await request.app.store.read(*question))
    return question


async def _message(request: Request, asked: Audience, change: Change) -> bytes:
    plan, entry, record = change
    if request.app.hooks.record_enrich:
        record = Record.of_stored(plan.collection, dict(record.values))
        await enrich(request, [record])
    email = not plan.collection.is_auth or await _sees_email(request, asked, change)
    shown = to_wire(record, superuser=request.is_superuser, email=email)
    if entry.action == "delete" and not request.app.hooks.record_enrich:
        # Of what is there by now a deleted record is no part.
        if asked.key in entry.expanded:
            shown[EXPAND] = Raw(entry.expanded[asked.key])
    else:
        await expand(request, plan, [shown])
    data = encode_json(shown)
    if fields := request.query.get("fields"):
        try:
            data = pick_json(data, fields)
        except ApiError:
            # Of fields that cannot be read nothing is picked, as by the reference.
            pass
    return b'{"record":%b,"action":"%b"}' % (data, entry.action.encode())


async def _sees_email(request: Request, asked: Audience, change: Change) -> bool:
    plan, entry, record = change
    if request.is_superuser or record["emailVisibility"]:
        return True
    if record.id == request.own_id(plan.collection):
        return True
    if entry.action == "delete":
        return entry.seen[asked.key]
    options = plan.collection.auth
    if options is None or not options.manage_rule or request.auth is None:
        return False
    return await lets(options.manage_rule, request, plan, entry.record)
