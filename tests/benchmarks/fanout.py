"""`python -m tests.benchmarks.fanout`: one change and many who hear of it, on both servers in turn.

Shown are milliseconds from the request of the change to each client's message, over all changes.
"""

from __future__ import annotations

import argparse
import json
import selectors
import socket
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from tests.servers import Kind, Server, add_superuser

OPEN = {"listRule": "", "viewRule": "", "createRule": ""}
POSTS = {"name": "posts", "type": "base", **OPEN, "fields": [{"name": "title", "type": "text"}]}
PATIENCE = 30.0


class Stream:
    """One open stream, read without waiting."""

    def __init__(self, server: Server) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
        self.socket.sendall(b"GET /api/realtime HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.rest = b""
        while b'"clientId":"' not in self.rest or b'"}' not in self.rest:
            self.rest += self.socket.recv(65_536)
        self.id = self.rest.split(b'"clientId":"')[1].split(b'"')[0].decode()
        self.rest = b""

    def messages(self) -> int:
        """How many messages about records have come since the last call."""
        self.rest += self.socket.recv(1 << 20)
        *whole, self.rest = self.rest.split(b"\n\n")
        return sum(b"event:posts" in frame for frame in whole)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.fanout")
    parser.add_argument("--clients", type=int, default=300, help="default: %(default)s")
    parser.add_argument("--changes", type=int, default=40, help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--workers", type=int, help="of FastCMS")
    options = parser.parse_args()
    taken: dict[Kind, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="fastcms-bench-") as folder:
        for turn in range(options.rounds):
            for kind in Kind:
                directory = Path(folder, f"{kind}{turn}", "pb_data")
                add_superuser(kind, directory)
                with Server(kind, directory, options.workers) as server:
                    taken[kind] += _measure(server, options.clients, options.changes)
    print(f"{options.clients} clients, {options.changes} changes, {options.rounds} rounds; ms\n")
    print("| server    |   p50 |   p95 |   p99 |")
    print("|-----------|------:|------:|------:|")
    for kind, seconds in taken.items():
        cuts = statistics.quantiles(seconds, n=100)
        shown = " | ".join(f"{1_000 * cuts[at]:5.1f}" for at in (49, 94, 98))
        print(f"| {kind:9} | {shown} |")


def _measure(server: Server, clients: int, changes: int) -> list[float]:
    """Seconds from each change to each client's message."""
    server.expect("POST", "/api/collections", token=server.superuser_token(), json_body=POSTS)
    streams = [Stream(server) for _ in range(clients)]
    for stream in streams:
        body = {"clientId": stream.id, "subscriptions": ["posts/*"]}
        server.expect("POST", "/api/realtime", json_body=body)
    seconds: list[float] = []
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            selector.register(stream.socket, selectors.EVENT_READ, stream)
        # The first one warms up.
        for change in range(changes + 1):
            found = _change(server, selector, change, clients)
            seconds += found if change else []
    for stream in streams:
        stream.socket.close()
    return seconds


def _change(
    server: Server, selector: selectors.BaseSelector, number: int, clients: int
) -> list[float]:
    body = json.dumps({"title": f"change {number}"}).encode()
    head = (
        "POST /api/collections/posts/records HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as request:
        begin = time.perf_counter()
        request.sendall(head.encode() + body)
        seconds: list[float] = []
        while len(seconds) < clients:
            ready = selector.select(PATIENCE)
            assert ready, f"{clients - len(seconds)} messages are missing"
            for key, _ in ready:
                now = time.perf_counter()
                seconds += [now - begin] * key.data.messages()
    return seconds


if __name__ == "__main__":
    main()
