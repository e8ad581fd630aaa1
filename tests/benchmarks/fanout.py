"""One change and many who hear of it: how long each client's message takes.

One process makes the changes and reads all streams, with nothing between it and the sockets, so
that the servers' part is as good as all that is measured.
"""

from __future__ import annotations

import gc
import http.client
import json
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

COLLECTION = {
    "name": "told",
    "type": "base",
    **dict.fromkeys(("listRule", "viewRule", "createRule"), ""),
    "fields": [{"name": "title", "type": "text"}],
}
PATH = "/api/collections/told/records"
TOPIC = "told/*"
PATIENCE = 30.0
READ = 1 << 16


def ask(port: int, method: str, path: str, body: Any, token: str = "") -> Any:
    """The answer to one request, which has to succeed."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    headers = {"Content-Type": "application/json", "Authorization": token}
    connection.request(method, path, json.dumps(body), headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    assert response.status < 300, content
    return json.loads(content) if content else None


def make_collection(port: int, email: str, password: str) -> None:
    """The collection whose records change; everybody may see them. Of a superuser."""
    account = {"identity": email, "password": password}
    path = "/api/collections/_superusers/auth-with-password"
    token = ask(port, "POST", path, account)["token"]
    ask(port, "POST", "/api/collections", COLLECTION, token)


@contextmanager
def opened(port: int, count: int) -> Iterator[list[socket.socket]]:
    """So many streams, each a connection of its own that has had its first event."""
    streams: list[socket.socket] = []
    try:
        for _ in range(count):
            stream = socket.create_connection(("127.0.0.1", port), PATIENCE)
            streams.append(stream)
            stream.sendall(b"GET /api/realtime HTTP/1.1\r\nHost: localhost\r\n\r\n")
        yield streams
    finally:
        for stream in streams:
            stream.close()


def client_id(stream: socket.socket) -> str:
    """What the first event of a stream says."""
    head = b""
    while b'"clientId":"' not in head or not head.endswith(b"\n\n\r\n"):
        head += stream.recv(READ)
    return head.split(b'"clientId":"')[1].split(b'"')[0].decode()


def subscribe(port: int, streams: list[socket.socket]) -> None:
    """All of the streams subscribe to the collection, as guests."""
    for stream in streams:
        body = {"clientId": client_id(stream), "subscriptions": [TOPIC]}
        ask(port, "POST", "/api/realtime", body)


def measure(port: int, clients: int, changes: int) -> list[float]:
    """Seconds from the request of each change to each client's message."""
    with opened(port, clients) as streams, select.epoll() as poll:
        subscribe(port, streams)
        for stream in streams:
            stream.setblocking(False)
            poll.register(stream, select.EPOLLIN)
        by_number = {stream.fileno(): stream for stream in streams}
        seconds: list[float] = []
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as maker:
            gc.disable()
            try:
                # The first one warms up.
                for change in range(changes + 1):
                    found = _change(maker, poll, by_number, change)
                    seconds += found if change else []
            finally:
                gc.enable()
    return seconds


def _change(
    maker: socket.socket, poll: select.epoll, streams: dict[int, socket.socket], number: int
) -> list[float]:
    body = json.dumps({"title": f"change {number}"}).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    clock = time.perf_counter
    read: list[tuple[float, bytes]] = []
    missing = len(streams)
    begin = clock()
    maker.sendall(head.encode() + body)
    while missing:
        ready = poll.poll(PATIENCE)
        assert ready, f"{missing} messages are missing"
        for stream, _ in ready:
            piece = streams[stream].recv(READ)
            read.append((clock() - begin, piece))
            missing -= piece.count(b'"action":"create"}')
    answer = maker.recv(READ)
    assert answer.startswith(b"HTTP/1.1 200 "), answer
    assert missing == 0, f"{-missing} messages are too many"
    return [seconds for seconds, piece in read if b'"action"' in piece]
