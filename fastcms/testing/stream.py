"""A client's stream of realtime messages in a test."""

from __future__ import annotations

import queue
from collections.abc import Callable
from secrets import token_hex
from typing import Any, NamedTuple

import msgspec

SECONDS = 10.0  # that a message may take


class Message(NamedTuple):
    """A message to a client."""

    topic: str
    data: Any

    @property
    def action(self) -> str:
        """What happened to the record: create, update or delete; "" for other messages."""
        return str(self.data.get("action", "")) if isinstance(self.data, dict) else ""

    @property
    def record(self) -> dict[str, Any]:
        """The record that it tells of."""
        found: dict[str, Any] = self.data["record"]
        return found


class Stream:
    """The messages to one client; `mark` sends one to all who listen to a topic."""

    def __init__(self, mark: Callable[[str], None]) -> None:
        self._mark = mark
        self.own = f"fastcms.testing/{token_hex(8)}"
        self._come: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._buffer = b""

    def feed(self, piece: bytes) -> None:
        """Takes in what the server sends."""
        *frames, self._buffer = (self._buffer + piece).split(b"\n\n")
        for frame in frames:
            lines = dict(line.split(b":", 1) for line in frame.split(b"\n") if b":" in line)
            # One without is a sign of life.
            if name := lines.get(b"event"):
                self._come.put(Message(name.decode(), msgspec.json.decode(lines[b"data"])))

    def end(self) -> None:
        """Takes in that the server ends it."""
        self._come.put(None)

    def next(self, seconds: float = SECONDS) -> Message:
        """The next message; waits for it. Raises AssertionError where none comes in that time."""
        __tracebackhide__ = True
        try:
            message = self._come.get(timeout=seconds)
        except queue.Empty:
            raise AssertionError(f"no message came in {seconds:g} seconds") from None
        if message is None:
            raise EOFError("the server has ended the stream")
        return message

    def all(self) -> list[Message]:
        """All messages up to now that :meth:`next` has not given; none is on its way then."""
        __tracebackhide__ = True
        self._mark(self.own)
        found = []
        while (message := self.next()).topic != self.own:
            found.append(message)
        return found
