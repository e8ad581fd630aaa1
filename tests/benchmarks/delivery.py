"""`python -m tests.benchmarks.delivery`: whether all of many changes reach all of many clients.

Several connections create records while the clients read. Each client has to get every record once,
and all of them in the same order. `tests/realtime` does the same with smaller numbers.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import select
import socket
import tempfile
import threading
import time
from pathlib import Path

from tests.benchmarks import fanout, servers

WRITERS = 8
_RECORD = re.compile(rb'"title":"(\d+)"')


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.delivery")
    parser.add_argument("--clients", type=int, default=100, help="default: %(default)s")
    parser.add_argument("--events", type=int, default=10_000, help="default: %(default)s")
    parser.add_argument("--workers", type=int, help="of FastCMS; default: FastCMS's own default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fastcms-bench-") as folder:
        server = servers.fastcms(Path(folder, "fastcms"), options.workers)
        server.prepare()
        server.start()
        try:
            fanout.make_collection(server.port, *servers.SUPERUSER)
            begin = time.perf_counter()
            deliver(server.port, options.clients, options.events)
        finally:
            server.stop()
    seconds = time.perf_counter() - begin
    messages = options.clients * options.events
    print(
        f"{options.events:,} events to {options.clients} clients: each once, in one order;"
        f" {seconds:.1f} s, {messages / seconds:,.0f} messages a second"
    )


def deliver(port: int, clients: int, events: int) -> None:
    """Creates so many records; AssertionError unless each client hears of each once, in order."""
    with fanout.opened(port, clients) as streams:
        fanout.subscribe(port, streams)
        writers = [
            threading.Thread(target=_write, args=(port, range(number, events, WRITERS)))
            for number in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        heard = _read(streams, events)
        for writer in writers:
            writer.join()
    first = heard[0]
    assert sorted(first) == list(range(events)), "some were lost or came twice"
    assert all(its == first for its in heard), "not everybody heard the same"
    for number in range(WRITERS):
        its = [event for event in first if event % WRITERS == number]
        assert its == sorted(its), "one overtook the other"


def _write(port: int, numbers: range) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=fanout.PATIENCE)
    for number in numbers:
        body = json.dumps({"title": str(number)})
        connection.request("POST", fanout.PATH, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read()
        assert response.status == 200, content
    connection.close()


def _read(streams: list[socket.socket], events: int) -> list[list[int]]:
    """By stream the records in the order in which it heard of them."""
    heard: list[list[int]] = [[] for _ in streams]
    rests = [b""] * len(streams)
    places = {stream.fileno(): place for place, stream in enumerate(streams)}
    missing = len(streams)
    with select.epoll() as poll:
        for stream in streams:
            poll.register(stream, select.EPOLLIN)
        while missing:
            ready = poll.poll(fanout.PATIENCE)
            assert ready, "nothing more comes"
            for number, _ in ready:
                place = places[number]
                piece = streams[place].recv(fanout.READ)
                assert piece, "a stream has ended"
                whole, _, rests[place] = (rests[place] + piece).rpartition(b"\n\n")
                its = heard[place]
                its += map(int, _RECORD.findall(whole))
                if len(its) >= events:
                    poll.unregister(number)
                    missing -= 1
    return heard


if __name__ == "__main__":
    main()
