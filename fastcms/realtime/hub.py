"""The clients that are connected to this process, and what the bus has for them."""

from __future__ import annotations

import asyncio
import logging
from weakref import WeakKeyDictionary

from fastcms.app import App
from fastcms.bus import clients, log
from fastcms.bus.clients import topic_of
from fastcms.bus.log import ClientEntry, Entry, Logged, MessageEntry, RecordEntry
from fastcms.realtime.client import STOPPING, Client, Sending
from fastcms.realtime.fanout import Fanout
from fastcms.store.errors import StoreError
from fastcms.store.store import Tx

RENEW_SECONDS = 20  # well below the time that a topic counts as heard

_hubs: WeakKeyDictionary[App, Hub] = WeakKeyDictionary()

logger = logging.getLogger("fastcms.realtime")


class Hub:
    """Reads the log while anybody is connected and hands its entries to whom they concern."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._bus = app.bus
        self._clients: dict[str, Client] = {}
        # By topic: who subscribes to it, and with which texts.
        self._topics: dict[str, dict[Client, list[str]]] = {}
        self._fanout = Fanout(app, self._topics)
        # The number of the last entry that was handed out.
        self._position = 0
        self._reading: asyncio.Task[None] | None = None
        self._rung = False
        self._renewing: asyncio.Task[None] | None = None
        app.stop_listeners.append(self._stop)

    async def enter(self, client: Client) -> None:
        """Takes a new connection in; from now on its id is known to all processes."""
        self._bus.bells.hang(self._wake)
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew())

        def run(tx: Tx) -> int:
            self._bus.prepare(tx)
            clients.add(tx, client.id, self._bus.bells.name, client.address)
            last: int = tx.execute(log.LAST)[0][0]
            return last

        last = await self._app.store.write(run)
        if not self._clients:
            self._position = max(self._position, last)
        self._clients[client.id] = client

    async def leave(self, client: Client) -> None:
        """Forgets a connection that has ended."""
        if self._clients.pop(client.id, None) is None:
            return
        self._unsubscribe(client)
        await self._app.store.write(lambda tx: clients.remove(tx, [client.id]))

    def _stop(self) -> None:
        for client in list(self._clients.values()):
            client.close(STOPPING)
        if self._renewing is not None:
            self._renewing.cancel()

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

    async def _read(self) -> None:
        while self._rung:
            self._rung = False
            while entries := await self._bus.entries(self._position):
                for logged in entries:
                    await self._hand_out(logged)
                    self._position = logged.seq

    async def _hand_out(self, logged: Logged) -> None:
        entry: Entry = logged.entry
        match entry:
            case RecordEntry():
                await self._fanout.send(logged.seq, entry)
            case ClientEntry():
                if client := self._clients.get(entry.client):
                    await self._reload(client)
            case MessageEntry():
                self._pass_on(logged.seq, entry)

    def _pass_on(self, seq: int, entry: MessageEntry) -> None:
        sending = Sending(seq)
        sending.settle(entry.data.encode())
        if entry.client:
            if client := self._clients.get(entry.client):
                client.put(entry.topic, sending)
            return
        for client, texts in self._topics.get(topic_of(entry.topic), {}).items():
            if entry.topic in texts:
                client.put(entry.topic, sending)

    # -- subscriptions --------------------------------------------------------------------------

    async def _reload(self, client: Client) -> None:
        row = await self._bus.client(client.id)
        if row is None or client.id not in self._clients:
            return
        self._unsubscribe(client)
        client.identity = row.identity
        client.subscriptions = row.subscriptions
        for text in row.subscriptions:
            self._topics.setdefault(topic_of(text), {}).setdefault(client, []).append(text)
        self._bus.heard.hear(map(heard_name, row.subscriptions))

    def _unsubscribe(self, client: Client) -> None:
        for topic in {topic_of(text) for text in client.subscriptions}:
            its = self._topics[topic]
            del its[client]
            if not its:
                del self._topics[topic]
        client.subscriptions = ()

    async def _renew(self) -> None:
        """Keeps the topics heard, and tidies up after processes that died."""
        while True:
            self._bus.heard.hear(map(heard_name, list(self._topics)))
            try:
                await self._app.store.write(self._tidy)
            except StoreError as error:
                logger.warning("the realtime log was not tidied up: %s", error)
            await asyncio.sleep(RENEW_SECONDS)

    def _tidy(self, tx: Tx) -> None:
        log.forget(tx)
        clients.remove_dead(tx, self._bus.bells.is_alive)
        self._bus.bells.tidy()


def heard_name(subscription: str) -> str:
    """What has to be heard for a subscription: its collection, or the topic's own name."""
    return topic_of(subscription).partition("/")[0]


def hub_of(app: App) -> Hub:
    """The hub of an app, made when the first client comes."""
    found = _hubs.get(app)
    if found is None:
        found = _hubs[app] = Hub(app)
    return found
