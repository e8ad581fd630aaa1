"""An answer's head waits for its body, and never longer than a turn of the loop."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
import uvicorn

from fastcms.http.protocol import Joined, Protocol


class Sent:
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

    def get_extra_info(self, name: str) -> str:
        return f"the {name}"


HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


async def _turn() -> None:
    await asyncio.sleep(0)
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([HEAD, b"body"], [HEAD + b"body"]),
        ([HEAD, b"one", b"two"], [HEAD + b"one", b"two"]),
        ([HEAD, None], [HEAD]),
        ([HEAD, None, b"late"], [HEAD, b"late"]),
        ([b"no head"], [b"no head"]),
        ([HEAD, b"1", HEAD, b"2"], [HEAD + b"1", HEAD + b"2"]),
        ([HEAD, "close"], [HEAD]),
    ],
)
def test_what_goes_out_together(steps, expected):
    async def main() -> list[bytes]:
        sent = Sent()
        joined = Joined(sent, asyncio.get_running_loop())
        for step in steps:
            if step is None:
                await _turn()
            elif step == "close":
                joined.close()
                assert joined.is_closing()
            else:
                joined.write(step)
        assert joined.get_extra_info("peername") == "the peername"
        return sent.writes

    assert asyncio.run(main()) == expected


def test_a_stream_shows_its_head_before_its_first_part():
    """Served for real: the client has the head while the application still waits."""

    async def main() -> None:
        may_go_on = asyncio.Event()

        async def application(scope: object, _: object, send: Callable[..., Awaitable[None]]):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await may_go_on.wait()
            await send({"type": "http.response.body", "body": b"part"})

        sock = socket.socket()
        sock.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(application, http=Protocol, lifespan="off", log_config=None)
        )
        serving = asyncio.create_task(server.serve([sock]))
        while not server.started:
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection(*sock.getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        assert head.startswith(b"HTTP/1.1 200")
        may_go_on.set()
        assert b"part" in await asyncio.wait_for(reader.read(), 10)
        writer.close()
        await writer.wait_closed()
        server.should_exit = True
        await serving

    asyncio.run(main())
