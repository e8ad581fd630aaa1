"""One connection as the hub sees it: who it is, what it wants, and what waits to be sent to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from time import monotonic
from typing import NamedTuple

from fastcms.bus.clients import GUEST, Identity

# What may wait for a client before the others wait for it, which they do not for long.
CROWDED = 500  # messages
CROWDED_BYTES = 1 << 20

# Clients that are written to in one turn of the event loop.
AT_ONCE = 32

IDLE_SECONDS = 300  # without a message, after which a connection is ended
LONGEST_SECONDS = 1_800  # of a connection

# Why a connection ends.
GONE = "gone"
STOPPING = "stopping"
TOO_SLOW = "too slow"
REPLACED = "connected elsewhere"


class Position(NamedTuple):
    """How far a client has got: to which entry of the log, and to which of its messages about it.

    0 stands for all of them.
    """

    seq: int
    part: int = 0

    def covers(self, other: Position) -> bool:
        """Whether who is here has got the message that leads there."""
        if other.seq == self.seq:
            return not self.part or 0 < other.part <= self.part
        return other.seq < self.seq


class Waiting(NamedTuple):
    """What waits for one client."""

    event: str
    sending: Sending
    # The how manieth it is of those about its entry.
    part: int


class Sending:
    """What several clients are about to get: its text comes when it is known who may see it."""

    __slots__ = ("data", "is_ready", "receivers", "seq", "shared")

    def __init__(self, seq: int) -> None:
        # The number of the entry that it is about.
        self.seq = seq
        self.is_ready = False
        self.data: bytes | None = None
        self.receivers: list[Client] = []
        # By event: what its frames to all clients have in common, made for the first of them.
        self.shared: dict[str, bytes] = {}

    async def settle(self, data: bytes | None) -> None:
        """Gives it its text; None sends nothing to anybody."""
        self.is_ready, self.data = True, data
        receivers, self.receivers = self.receivers, []
        size = len(data) if data is not None else 0
        for start in range(0, len(receivers), AT_ONCE):
            if start:
                # What is written leaves with the turn of the loop, and others get theirs.
                await asyncio.sleep(0)
            for client in receivers[start : start + AT_ONCE]:
                client.on_ready(size)


class Message(NamedTuple):
    """A message to one client."""

    event: str
    data: bytes
    position: Position


class Crowd:
    """The clients for whom too much waits, and a sign when one of them has taken it."""

    def __init__(self) -> None:
        self.clients: set[Client] = set()
        self.relief = asyncio.Event()


class Client:
    """A connected client. What waits for it is little: who lags behind reads the log later."""

    # As handlers of hooks want it, where there are some.
    idle_seconds: float = 0.0
    longest_seconds: float = 0.0

    def __init__(self, id_: str, address: str, crowd: Crowd) -> None:
        self.id = id_
        self.address = address
        self.identity: Identity = GUEST
        self.subscriptions: tuple[str, ...] = ()
        # While it is not live: the number of the last entry that it has got or that was not for it.
        self.position = 0
        # How far what it was sent goes.
        self.sent = Position(0)
        # How far it was when it came, or came back.
        self.begin = Position(0)
        # The last that was put.
        self._last = Position(0)
        # Whether it gets messages as they come, and not from the log.
        self.is_live = False
        # Whether it has come back.
        self.resumed = False
        # Whether it may, so that it is noted how far it is.
        self.keeps = False
        # When it last took something.
        self.took_at = monotonic()
        # When it last was sent something.
        self.sent_at = self.took_at
        # Sends it one message at once; False, and nothing is sent, if it is too slow for that.
        self.send_now: Callable[[str, Sending, Position], bool] | None = None
        # Why it was cut off; "" while it is not.
        self.closed = ""
        # Called once when it is cut off.
        self.on_close: Callable[[], None] | None = None
        self._crowd = crowd
        # A list, though it loses its first: an idle client would have 600 bytes of a deque.
        self._waiting: list[Waiting] = []
        self._bytes = 0
        # True when there may be something to take, False when nothing came for long enough.
        self._waker: asyncio.Future[bool] | None = None
        # Whether whoever takes its messages waits for one: then they may be sent past it.
        self._rests = False

    @property
    def is_dropped(self) -> bool:
        """Whether it was cut off for a reason that it is told."""
        return self.closed in {TOO_SLOW, REPLACED}

    @property
    def is_waited_for(self) -> bool:
        """Whether it has something to take."""
        return bool(self._waiting) or not self.is_live

    def put(self, event: str, sending: Sending) -> None:
        """Queues something that is yet to be made."""
        if self.closed:
            return
        part = 1
        if self.keeps:
            if sending.seq == self._last.seq:
                part += self._last.part
            self._last = Position(sending.seq, part)
            if self.begin.covers(self._last):
                return
        if not self.is_waited_for:
            self.took_at = monotonic()
        self._waiting.append(Waiting(event, sending, part))
        if len(self._waiting) > CROWDED:
            self._crowd.clients.add(self)
        if sending.is_ready:
            self.on_ready(len(sending.data or b""))
        else:
            sending.receivers.append(self)

    def on_ready(self, size: int) -> None:
        """One of the things that wait has got its text."""
        self._bytes += size
        if self._rests and self.send_now is not None and self._send(self.send_now):
            return
        if self._bytes > CROWDED_BYTES:
            self._crowd.clients.add(self)
        self._wake()

    def _send(self, send_now: Callable[[str, Sending, Position], bool]) -> bool:
        """Sends what can be sent; False if the client is too slow for all of it."""
        waiting = self._waiting
        while waiting and waiting[0].sending.is_ready:
            event, sending, _ = waiting[0]
            if sending.data is not None:
                position = self._position()
                if not send_now(event, sending, position):
                    return False
                self.sent = position
                self._bytes -= len(sending.data)
                self.took_at = self.sent_at = monotonic()
            del waiting[0]
        self._relieve()
        return True

    def lag(self, position: int) -> None:
        """From here on it reads the log, once it has taken what waits."""
        self.is_live, self.position = False, position
        self._wake()

    def close(self, reason: str) -> None:
        """Ends the connection; what still waits is not sent."""
        if self.closed:
            return
        self.closed = reason
        self._waiting.clear()
        self._crowd.clients.discard(self)
        self._wake()
        if self.on_close is not None:
            self.on_close()

    def take(self) -> Iterator[Message]:
        """What can be sent now, in order."""
        self.took_at = monotonic()
        while self._waiting and self._waiting[0].sending.is_ready:
            position = self._position()
            event, sending, _ = self._waiting.pop(0)
            if sending.data is not None:
                self._bytes -= len(sending.data)
                self.sent, self.sent_at = position, self.took_at
                yield Message(event, sending.data, position)
        self._relieve()

    def _position(self) -> Position:
        """Where the client is once it has got the first of what waits."""
        if not self.keeps:
            # Nobody asks.
            return self.begin
        waiting = self._waiting
        seq = waiting[0].sending.seq
        is_last = len(waiting) == 1 or waiting[1].sending.seq != seq
        return Position(seq, 0 if is_last else waiting[0].part)

    def _relieve(self) -> None:
        if self in self._crowd.clients and len(self._waiting) <= CROWDED // 2:
            self._crowd.clients.discard(self)
            self._crowd.relief.set()

    async def settled(self) -> None:
        """Returns when everything that waits can be sent."""
        while any(not one.sending.is_ready for one in self._waiting):
            self._waker = asyncio.get_running_loop().create_future()
            await self._waker

    async def wait(self, seconds: float) -> bool:
        """Waits until there may be something to take, or for so long; whether there may be."""
        waiting = self._waiting
        if self.closed or not self.is_live or (waiting and waiting[0].sending.is_ready):
            return True
        loop = asyncio.get_running_loop()
        self._waker = loop.create_future()
        timer = loop.call_later(seconds, self._wake, False)
        self._rests = True
        try:
            return await self._waker
        finally:
            timer.cancel()
            self._rests = False

    def _wake(self, is_there: bool = True) -> None:
        if self._waker is not None and not self._waker.done():
            self._waker.set_result(is_there)
