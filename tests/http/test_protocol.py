"""The protocol's own parts: answers in one write, and the timer of a connection that waits."""

import asyncio
import gc
import socket
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from fastcms.http.endpoint import SEND_WHOLE
from fastcms.http.protocol import Protocol
from tests.inprocess import Client, served

HEAD = b"HTTP/1.1 200 OK\r\nx-a: 1\r\ncontent-length: %d\r\n"
GET = b"GET /%b HTTP/1.1\r\nHost: x\r\n\r\n"


async def _whole(scope: dict[str, Any], receive: Any, _: object) -> None:
    """Answers with the path, a HEAD without it."""
    body = scope["path"].encode()
    if scope["method"] == "POST":
        body += (await receive())["body"]
    only_head = scope["method"] == "HEAD"
    assert scope[SEND_WHOLE](HEAD % len(body), b"" if only_head else body)


def _config(application: Any, **options: Any) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http=Protocol,
        lifespan="off",
        log_config=None,
        date_header=False,
        server_header=False,
        **options,
    )


@asynccontextmanager
async def _served(
    application: Any, **options: Any
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a server of this application."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    server = uvicorn.Server(_config(application, **options))
    serving = asyncio.create_task(server.serve([sock]))
    while not server.started:
        await asyncio.sleep(0.01)
    reader, writer = await asyncio.open_connection(*sock.getsockname())
    yield reader, writer
    writer.close()
    await writer.wait_closed()
    server.should_exit = True
    await serving


def _answer(body: bytes, *, close: bool = False) -> bytes:
    return HEAD % len(body) + (b"connection: close\r\n" if close else b"") + b"\r\n" + body


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param([GET % b"a"], _answer(b"/a"), id="one"),
        pytest.param([GET % b"a", GET % b"b"], _answer(b"/a") + _answer(b"/b"), id="kept alive"),
        pytest.param([GET % b"a" + GET % b"b"], _answer(b"/a") + _answer(b"/b"), id="pipelined"),
        pytest.param(
            [b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n", b"hi"],
            _answer(b"/ahi"),
            id="body",
        ),
        pytest.param(
            [b"HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n" + GET % b"b"],
            HEAD % 2 + b"\r\n" + _answer(b"/b"),
            id="head",
        ),
        pytest.param(
            [b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"],
            _answer(b"/a", close=True),
            id="close",
        ),
        pytest.param([b"GET /a HTTP/1.0\r\n\r\n"], _answer(b"/a", close=True), id="1.0"),
    ],
)
def test_whole_answers(sent, expected):
    async def main() -> None:
        async with _served(_whole) as (reader, writer):
            for part in sent:
                writer.write(part)
                await writer.drain()
            got = await asyncio.wait_for(reader.readexactly(len(expected)), 10)
            assert got == expected
            if b"close" in expected:
                assert await asyncio.wait_for(reader.read(), 10) == b""

    asyncio.run(main())


def test_the_date_is_in_a_whole_answer():
    async def main() -> None:
        connection, sent, _ = _connection()
        connection.server_state.default_headers = [(b"date", b"now")]
        connection.data_received(GET % b"a")
        await _turns()
        assert sent.writes == [HEAD % 2 + b"date: now\r\n\r\n/a"]

    asyncio.run(main())


def test_who_reads_slowly_is_waited_for():
    """Nothing is sent whole while the transport holds more than enough."""
    sent_whole: list[bool] = []

    async def application(scope: dict[str, Any], _: object, send: Callable[..., Awaitable[None]]):
        sent_whole.append(scope[SEND_WHOLE](HEAD % 1, b"w"))
        if not sent_whole[-1]:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"part"})

    async def main() -> None:
        connection, sent, _ = _connection(application)
        connection.pause_writing()
        connection.data_received(GET % b"a")
        await _turns()
        assert sent.writes == []
        connection.resume_writing()
        await _turns()
        assert b"part" in b"".join(sent.writes)
        connection.data_received(GET % b"a")
        await _turns()
        assert sent_whole == [False, True]

    asyncio.run(main())


def test_who_is_gone_gets_nothing():
    async def main() -> None:
        connection, sent, _ = _connection()
        connection.data_received(GET % b"a")
        connection.connection_lost(ConnectionResetError())
        await _turns()
        assert sent.writes == []

    asyncio.run(main())


def test_requests_leave_nothing_to_the_garbage_collector(tmp_path):
    async def body(client: Client) -> None:
        connection, sent, _ = _connection(client.edge)
        gone = []
        gc.disable()
        try:
            for _ in range(3):
                connection.data_received(GET % b"api/collections/users/records")
                gone.append(weakref.ref(connection.cycle))
                await _turns()
        finally:
            gc.enable()
        assert len(sent.writes) == 3
        # The connection itself keeps the last one.
        assert [cycle() for cycle in gone[:-1]] == [None, None]

    served(tmp_path, body)


def test_a_stream_shows_its_head_before_its_first_part():
    """The client has the head while the application still waits."""

    async def main() -> None:
        may_go_on = asyncio.Event()

        async def application(_: object, __: object, send: Callable[..., Awaitable[None]]):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await may_go_on.wait()
            await send({"type": "http.response.body", "body": b"part"})

        async with _served(application) as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            assert head.startswith(b"HTTP/1.1 200")
            may_go_on.set()
            assert b"part" in await asyncio.wait_for(reader.read(), 10)

    asyncio.run(main())


def test_a_silent_connection_is_closed():
    async def main() -> None:
        async with _served(_whole, timeout_keep_alive=1) as (reader, writer):
            writer.write(GET % b"a")
            assert await asyncio.wait_for(reader.read(), 10) == _answer(b"/a")

    asyncio.run(main())


def test_the_time_begins_anew_with_each_answer():
    """One timer for all of it: what was still to come when it rang is waited for again."""

    async def main() -> None:
        connection, sent, clock = _connection()
        connection.data_received(GET % b"a")
        await _turns()
        assert clock.rings_in == [75]
        clock.now += 70
        connection.data_received(GET % b"b")
        await _turns()
        assert clock.rings_in == [75]
        clock.now += 5
        connection.timeout_keep_alive_handler()
        assert clock.rings_in == [75, 70]
        assert not sent.closed
        clock.now += 70
        connection.timeout_keep_alive_handler()
        assert sent.closed

    asyncio.run(main())


def test_a_request_on_its_way_stops_the_time():
    async def main() -> None:
        connection, sent, clock = _connection()
        connection.data_received(GET % b"a")
        await _turns()
        connection.data_received(b"GET /b HTTP/1.1\r\n")
        clock.now += 100
        connection.timeout_keep_alive_handler()
        assert not sent.closed
        connection.data_received(b"Host: x\r\n\r\n")
        await _turns()
        assert clock.rings_in == [75, 75]

    asyncio.run(main())


def test_the_timer_goes_with_the_connection():
    async def main() -> None:
        connection, _, _ = _connection()
        connection.data_received(GET % b"a")
        await _turns()
        timer = connection.timeout_keep_alive_task
        assert timer is not None
        connection.connection_lost(ConnectionResetError())
        assert timer.cancelled()
        assert connection.timeout_keep_alive_task is None

    asyncio.run(main())


class _Sent:
    """A transport that remembers what was written."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, _: str) -> None:
        return None


class _Clock:
    """A loop whose time is what the test says."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.create_task = self._loop.create_task
        self.now = 1000.0
        self.rings_in: list[float] = []

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, ring: Callable[[], None]) -> asyncio.TimerHandle:
        self.rings_in.append(seconds)
        return self._loop.call_later(1000, ring)


def _connection(application: Any = _whole) -> tuple[Protocol, _Sent, _Clock]:
    config = _config(application, timeout_keep_alive=75)
    config.load()
    clock, sent = _Clock(), _Sent()
    connection = Protocol(config, ServerState(), {}, clock)  # type: ignore[arg-type]
    connection.connection_made(sent)  # type: ignore[arg-type]
    return connection, sent, clock


async def _turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)
