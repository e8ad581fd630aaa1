"""A client of `/api/realtime` that reads raw frames, for either server."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from types import TracebackType
from typing import Any, Self

from tests.servers import Answer, Server

PATIENCE = 20.0  # seconds to wait for a frame that has to come


@dataclass(frozen=True, slots=True)
class Frame:
    """One event. `raw` is all that stood in the stream, without the blank line at its end."""

    raw: bytes

    def line(self, name: str) -> str:
        """What follows `name:`; "" if there is no such line."""
        prefix = f"{name}:".encode()
        lines = [line for line in self.raw.split(b"\n") if line.startswith(prefix)]
        return lines[0][len(prefix) :].decode() if lines else ""

    @property
    def event(self) -> str:
        return self.line("event")

    @property
    def data(self) -> Any:
        return json.loads(self.line("data"))


class Listener:
    """An open stream; `with Listener(server) as listener:` closes it."""

    def __init__(
        self,
        server: Server,
        path: str = "/api/realtime",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.server = server
        self._connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        try:
            self._connection.request("GET", path, headers=dict(headers or {}))
            self.response: HTTPResponse = self._connection.getresponse()
            self._frames = self._read()
            self.first = self.next()
            self.id = str(self.first.data["clientId"])
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self.response.close()
        self._connection.close()

    def cut(self) -> None:
        """Ends the connection in the midst of whatever comes; from any thread."""
        # It may have ended by itself.
        if (sock := self._connection.sock) is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def next(self) -> Frame:
        """The next frame; EOFError at the end of the stream."""
        for frame in self._frames:
            return frame
        raise EOFError("the stream has ended")

    def rest(self) -> list[Frame]:
        """All frames until the server ends the stream."""
        return list(self._frames)

    def until(self, event: str) -> list[Frame]:
        """The frames before the next one of that event."""
        found = []
        while (frame := self.next()).event != event:
            found.append(frame)
        return found

    def subscribe(self, *subscriptions: str, token: str | None = None) -> Answer:
        body = {"clientId": self.id, "subscriptions": list(subscriptions)}
        return self.server.send("POST", "/api/realtime", token=token, json_body=body)

    def listen(self, *subscriptions: str, token: str | None = None) -> Self:
        """Subscribes, which has to succeed."""
        answer = self.subscribe(*subscriptions, token=token)
        assert answer.status == 204, answer.body
        return self

    def _read(self) -> Iterator[Frame]:
        lines: list[bytes] = []
        while line := self.response.readline():
            if line != b"\n":
                lines.append(line)
            elif lines:
                yield Frame(b"".join(lines)[:-1])
                lines.clear()
