"""What the processes on one directory tell each other, and the clients that they serve.

Everything goes through the database: an entry of the log is committed with what it tells of, a bell
wakes those who have listeners, and they read on from where they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fastcms.bus import clients, log
from fastcms.bus.bells import Bells
from fastcms.bus.clients import ClientRow
from fastcms.bus.heard import Heard
from fastcms.bus.log import ClientEntry, Entry, Logged, MessageEntry
from fastcms.store.store import Store, Tx

READ = 50  # entries at a time


class Bus:
    """One directory's bus as one process uses it."""

    def __init__(self, data_dir: Path, store: Store) -> None:
        folder = data_dir / ".notify"
        self._store = store
        self.bells = Bells(folder)
        self.heard = Heard(folder)

    # -- telling --------------------------------------------------------------------------------

    def append(self, tx: Tx, entry: Entry) -> None:
        """Tells all processes of what this transaction does, once it is committed."""
        log.append(tx, entry)
        tx.after_commit(self.bells.ring)

    async def publish(self, topic: str, data: str) -> None:
        """Sends a message, JSON by custom, to every client that subscribes to exactly this topic;
        such a topic may have any name that no collection has.
        """
        if self.heard.is_heard(clients.heard_name(topic)):
            await self._store.write(lambda tx: self.append(tx, MessageEntry(topic, data)))

    async def send_once(self, client: str, topic: str, data: str, *, address: str) -> bool:
        """Sends a message to one client, wherever it is connected, and ends its subscription.

        False, and nothing is sent, unless the client is connected from that address and subscribes
        to the topic. Of two calls at once only one sends.
        """

        def run(tx: Tx) -> bool:
            found = clients.find(tx, client)
            if found is None or found.gone or found.address != address:
                return False
            if not clients.unsubscribe(tx, client, topic):
                return False
            # In this order: the message still finds its subscription.
            self.append(tx, MessageEntry(topic, data, client))
            self.append(tx, ClientEntry(client))
            return True

        return await self._store.write(run)

    async def make_guests(self, collection_id: str, record_id: str) -> None:
        """Ends the sign-in of all connections of a record; they go on as guests'.

        Not needed after a change of its `tokenKey` or of the collection's secret, which end it by
        themselves.
        """
        await self._store.write(lambda tx: self.make_guests_within(tx, collection_id, record_id))

    def make_guests_within(self, tx: Tx, collection_id: str, record_id: str) -> None:
        """The same as a part of a transaction."""
        for client in clients.make_guests(tx, collection_id, record_id):
            self.append(tx, ClientEntry(client))

    # -- looking --------------------------------------------------------------------------------

    async def client(self, client: str) -> ClientRow | None:
        """A connected client, whichever process holds the connection."""
        found = await self.client_or_gone(client)
        return found if found is not None and not found.gone else None

    async def client_or_gone(self, client: str) -> ClientRow | None:
        """A client that is connected or was so not long ago."""
        rows = await self._store.read(clients.BY_ID, (client,))
        subscriptions = await self._store.read(clients.SUBSCRIPTIONS, (client,)) if rows else []
        return clients.of_rows(rows, subscriptions)

    async def entries(self, after: int) -> Sequence[Logged]:
        """The next entries behind a number, in the order of their commits."""
        return log.read(await self._store.read(log.AFTER, (after, READ)))

    def close(self) -> None:
        """Lets go of what it holds."""
        self.bells.close()
        self.heard.close()
