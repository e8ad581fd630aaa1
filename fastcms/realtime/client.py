"""One connection as the hub sees it: who it is, what it wants, and what waits to be sent to it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from fastcms.bus.clients import GUEST, Identity

# What may wait for one client that does not read; more ends its connection.
MAX_WAITING = 1_000  # messages
MAX_BYTES = 4 << 20

TOO_SLOW = "too slow"
STOPPING = "stopping"


class Sending:
    """What several clients are about to get: its text comes when it is known who may see it."""

    __slots__ = ("data", "is_ready", "receivers", "seq")

    def __init__(self, seq: int) -> None:
        # The number of the entry that it is about.
        self.seq = seq
        self.is_ready = False
        self.data: bytes | None = None
        self.receivers: list[Client] = []

    def settle(self, data: bytes | None) -> None:
        """Gives it its text; None sends nothing to anybody."""
        self.is_ready, self.data = True, data
        receivers, self.receivers = self.receivers, []
        for client in receivers:
            client.on_ready(len(data) if data is not None else 0)


class Message(NamedTuple):
    """A message to one client."""

    event: str
    data: bytes
    seq: int


class Client:
    """A connected client. Its queue is bounded: who does not read is cut off, the others go on."""

    def __init__(self, id_: str, address: str) -> None:
        self.id = id_
        self.address = address
        self.identity: Identity = GUEST
        self.subscriptions: tuple[str, ...] = ()
        # Why it was cut off; "" while it is not.
        self.closed = ""
        # Called once when it is cut off.
        self.on_close: Callable[[], None] | None = None
        self._waiting: deque[tuple[str, Sending]] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()

    def put(self, event: str, sending: Sending) -> None:
        """Queues something that is yet to be made."""
        if self.closed:
            return
        if len(self._waiting) >= MAX_WAITING:
            self.close(TOO_SLOW)
            return
        self._waiting.append((event, sending))
        if sending.is_ready:
            self.on_ready(len(sending.data or b""))
        else:
            sending.receivers.append(self)

    def on_ready(self, size: int) -> None:
        """One of the things that wait has got its text."""
        self._bytes += size
        if self._bytes > MAX_BYTES and len(self._waiting) > 1:
            self.close(TOO_SLOW)
        self._wake.set()

    def close(self, reason: str) -> None:
        """Ends the connection; what still waits is not sent."""
        if self.closed:
            return
        self.closed = reason
        self._waiting.clear()
        self._wake.set()
        if self.on_close is not None:
            self.on_close()

    def take(self) -> Iterator[Message]:
        """What can be sent now, in order."""
        while self._waiting and self._waiting[0][1].is_ready:
            event, sending = self._waiting.popleft()
            if sending.data is not None:
                self._bytes -= len(sending.data)
                yield Message(event, sending.data, sending.seq)

    async def wait(self, seconds: float) -> bool:
        """Waits until there may be something to take; False when nothing came for so long."""
        self._wake.clear()
        if self.closed or (self._waiting and self._waiting[0][1].is_ready):
            return True
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return False
        return True
