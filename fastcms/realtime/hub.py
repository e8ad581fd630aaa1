"""The clients that are connected to this process, and what the bus has for them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from time import monotonic
from typing import TypeAlias
from weakref import WeakKeyDictionary

from fastcms.bus import clients, log
from fastcms.bus.clients import ClientRow, Subscriber, heard_name, topic_of
from fastcms.bus.heard import LASTS
from fastcms.bus.log import ClientEntry, Entry, Logged, MessageEntry, RecordEntry
from fastcms.core import App
from fastcms.realtime.client import (
    REPLACED,
    STOPPING,
    TOO_SLOW,
    Client,
    Crowd,
    Message,
    Position,
    Sending,
)
from fastcms.realtime.fanout import Fanout
from fastcms.realtime.ways import Last, Ways
from fastcms.store.errors import StoreError
from fastcms.store.store import Tx

RENEW_SECONDS = 20  # well below the time that a topic counts as heard
# For so long all wait for those who have too much to take; then these read the log by themselves.
PACE_SECONDS = 0.25
STUCK_SECONDS = 30  # without taking anything, though there is something to take

# By topic: each subscription to it, and the clients that have it as the same caller.
Topics: TypeAlias = dict[str, dict[Subscriber, dict[Client, None]]]

_hubs: WeakKeyDictionary[App, Hub] = WeakKeyDictionary()

logger = logging.getLogger("fastcms.realtime")


class Hub:
    """Reads the log while anybody is connected and hands its entries to whom they concern."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._bus = app.bus
        self.crowd = Crowd()
        self._clients: dict[str, Client] = {}
        # By id: the connection that the row of a client stands for, as the writer's jobs set it.
        self._held: dict[str, Client] = {}
        self._topics: Topics = {}
        self._fanout = Fanout(app, self._topics)
        # The number of the last entry that was handed out.
        self._position = 0
        self._reading: asyncio.Task[None] | None = None
        self._rung = False
        self._renewing: asyncio.Task[None] | None = None
        app.stop_listeners.append(self._stop)

    async def enter(self, client: Client, ways: Ways) -> None:
        """Takes a new connection in; from now on its id is known to all processes.

        A client that comes back to its position, and can, gets its id, its subscriptions and its
        sign-in of before.
        """
        self._bus.bells.hang(self._wake)
        is_first = self._renewing is None
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew())
        client.keeps = ways.resumes

        def run(tx: Tx) -> tuple[ClientRow | None, int]:
            if is_first:
                self._tidy(tx)
            row = self._resumable(tx, ways.last, client.address)
            id_ = row.id if row else client.id
            clients.add(tx, id_, self._bus.bells.name, client.address)
            self._held[id_] = client
            if row:
                # Whoever still holds its old connection lets go of it.
                self._bus.append(tx, ClientEntry(row.id))
            last: int = tx.execute(log.LAST)[0][0]
            return row, last

        row, last = await self._app.store.write(run)
        if not self._clients:
            self._position = max(self._position, last)
        client.position, client.begin = last, Position(last)
        if row and ways.last:
            client.id, client.resumed = row.id, True
            client.begin = ways.last.position
            client.position = _whole(client.begin)
            client.identity = row.identity
            if before := self._clients.get(row.id):
                self._let_go(before)
        client.sent = client.begin
        self._clients[client.id] = client

    async def missed_by(self, client: Client) -> AsyncIterator[list[Message]]:
        """What a client that is not live has missed, at the pace at which it takes it; then it is.

        Cut off if the log does not go back so far any more.
        """
        topics: Topics = {}
        fanout = Fanout(self._app, topics)
        await self._find_topics(client, topics)
        while not client.closed and not client.is_live:
            for logged in await self._bus.entries(client.position):
                if logged.seq > self._position or client.closed:
                    break
                if logged.seq != client.position + 1:
                    client.close(TOO_SLOW)
                    break
                match logged.entry:
                    case RecordEntry() as entry:
                        await fanout.send(logged.seq, entry)
                    case MessageEntry() as entry:
                        await _pass_on(logged.seq, entry, topics, {client.id: client})
                    case ClientEntry() as entry if entry.client == client.id:
                        await self._find_topics(client, topics)
                client.position = logged.seq
                await client.settled()
                if messages := list(client.take()):
                    yield messages
            row = await self._bus.client(client.id)
            if row is None:
                client.close(REPLACED)
            elif client.position >= self._position and not client.closed:
                client.is_live = True
                self._subscribe(client, row)

    async def _find_topics(self, client: Client, topics: Topics) -> None:
        row = await self._bus.client(client.id)
        topics.clear()
        if row is not None:
            client.identity, client.subscriptions = row.identity, row.subscriptions
            _add(topics, client, row.subscriptions)

    async def leave(self, client: Client) -> None:
        """Notes that a connection has ended."""
        if self._clients.get(client.id) is not client:
            return
        names = [heard_name(text) for text in client.subscriptions]
        self._let_go(client)
        if client.keeps:
            # What happens until it comes back has to be told as well.
            self._bus.heard.hear(names, log.KEPT_SECONDS)
        worker = self._bus.bells.name

        def run(tx: Tx) -> None:
            if self._held.get(client.id, client) is not client:
                # It came back to this process just now.
                return
            if client.keeps:
                clients.leave(tx, client.id, worker)
            else:
                clients.remove(tx, [client.id])

        try:
            await self._app.store.write(run)
        except StoreError as error:
            logger.warning("the end of a connection was not noted: %s", error)

    def _let_go(self, client: Client) -> None:
        del self._clients[client.id]
        if self._held.get(client.id) is client:
            del self._held[client.id]
        self._forget_topics(client)
        client.close(REPLACED)

    def _stop(self) -> None:
        self._close_all(STOPPING)
        if self._renewing is not None:
            self._renewing.cancel()

    def _close_all(self, reason: str) -> None:
        for client in list(self._clients.values()):
            client.close(reason)

    # -- reading --------------------------------------------------------------------------------

    def _wake(self) -> None:
        self._rung = True
        if self._reading is None and self._clients:
            self._reading = asyncio.create_task(self._read())
            self._reading.add_done_callback(self._done_reading)

    def _done_reading(self, task: asyncio.Task[None]) -> None:
        self._reading = None
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("the realtime log could not be read", exc_info=error)
        if self._rung:
            # Between the task's end and this call.
            self._wake()

    async def _read(self) -> None:
        while self._rung:
            self._rung = False
            while entries := await self._bus.entries(self._position):
                for logged in entries:
                    if logged.seq != self._position + 1:
                        # The log was trimmed before it could be read here.
                        self._close_all(TOO_SLOW)
                    before, self._position = self._position, logged.seq
                    try:
                        # Who catches up meanwhile reads this entry in the log.
                        await self._hand_out(logged)
                    except BaseException:
                        self._position = before
                        raise
                    if self.crowd.clients:
                        await self._pace()

    async def _pace(self) -> None:
        """Waits a moment for those with much to take; who does not take it lags behind."""
        crowd = self.crowd
        try:
            async with asyncio.timeout(PACE_SECONDS):
                while crowd.clients:
                    crowd.relief.clear()
                    await crowd.relief.wait()
        except TimeoutError:
            for client in list(crowd.clients):
                self._forget_topics(client)
                client.lag(self._position)
            crowd.clients.clear()

    async def _hand_out(self, logged: Logged) -> None:
        entry: Entry = logged.entry
        match entry:
            case RecordEntry():
                await self._fanout.send(logged.seq, entry)
            case ClientEntry():
                if client := self._clients.get(entry.client):
                    await self._reload(client)
            case MessageEntry():
                await _pass_on(logged.seq, entry, self._topics, self._clients)

    # -- subscriptions --------------------------------------------------------------------------

    async def _reload(self, client: Client) -> None:
        row = await self._bus.client(client.id)
        if self._clients.get(client.id) is not client:
            return
        if row is None or row.worker != self._bus.bells.name:
            self._let_go(client)
        elif client.is_live:
            self._subscribe(client, row)

    def _subscribe(self, client: Client, row: ClientRow) -> None:
        self._forget_topics(client)
        client.identity = row.identity
        client.subscriptions = row.subscriptions
        _add(self._topics, client, row.subscriptions)
        self._hear(client)

    def _hear(self, client: Client) -> None:
        """Has its topics heard for long enough if this process dies and it may come back."""
        seconds = log.KEPT_SECONDS if client.keeps else LASTS
        self._bus.heard.hear(map(heard_name, client.subscriptions), seconds)

    def _forget_topics(self, client: Client) -> None:
        for text in client.subscriptions:
            topic, subscriber = topic_of(text), Subscriber(text, client.identity)
            subscribers = self._topics.get(topic, {})
            its = subscribers.get(subscriber, {})
            if client in its:
                del its[client]
                if not its:
                    del subscribers[subscriber]
                if not subscribers:
                    del self._topics[topic]

    async def _renew(self) -> None:
        """Keeps the topics heard, and tidies up after processes that died."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            now = monotonic()
            for client in list(self._clients.values()):
                self._hear(client)
                if client.is_waited_for and now - client.took_at > STUCK_SECONDS:
                    client.close(TOO_SLOW)
            try:
                await self._app.store.write(self._tidy)
            except StoreError as error:
                logger.warning("the realtime log was not tidied up: %s", error)
            # One that died may have left something in the log and told nobody.
            self._wake()

    def _tidy(self, tx: Tx) -> None:
        log.forget(tx)
        clients.remove_lost(tx, self._bus.bells.is_alive, self._may_come_back, log.KEPT_SECONDS)
        self._bus.bells.tidy()

    def _may_come_back(self, row: ClientRow) -> bool:
        """Whether the log has had all that concerns a client up to now; then it goes on to."""
        return self._bus.heard.hear_on(map(heard_name, row.subscriptions), log.KEPT_SECONDS)

    def _resumable(self, tx: Tx, last: Last | None, address: str) -> ClientRow | None:
        """The client that can go on from there: it is known, and so is all that it missed."""
        if last is None:
            return None
        row = clients.find(tx, last.client)
        if row is None or row.address != address or not self._may_come_back(row):
            return None
        first, newest = tx.execute(log.FIRST)[0][0], tx.execute(log.LAST)[0][0]
        return row if first - 1 <= _whole(last.position) <= newest else None


def _whole(position: Position) -> int:
    """The last entry of which a client there has got everything."""
    return position.seq - 1 if position.part else position.seq


def _add(topics: Topics, client: Client, subscriptions: Sequence[str]) -> None:
    for text in subscriptions:
        subscribers = topics.setdefault(topic_of(text), {})
        subscribers.setdefault(Subscriber(text, client.identity), {})[client] = None


async def _pass_on(
    seq: int, entry: MessageEntry, topics: Topics, connected: Mapping[str, Client]
) -> None:
    sending = Sending(seq)
    if entry.client:
        if client := connected.get(entry.client):
            client.put(entry.topic, sending)
    else:
        for subscriber, its in topics.get(topic_of(entry.topic), {}).items():
            if subscriber.subscription == entry.topic:
                for client in its:
                    client.put(entry.topic, sending)
    await sending.settle(entry.data.encode())


def hub_of(app: App) -> Hub:
    """The hub of an app, made when the first client comes."""
    found = _hubs.get(app)
    if found is None:
        found = _hubs[app] = Hub(app)
    return found
