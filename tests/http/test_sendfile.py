"""Files sent by the kernel: to the last byte, or not at all as if they were whole."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from io import FileIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import uvicorn

from fastcms.core import App
from fastcms.http import endpoint, protocol, sendfile
from fastcms.http.endpoint import SEND_FILE, send_reply
from fastcms.http.protocol import Protocol
from fastcms.http.reply import FilePart, Reply

CONTENT = os.urandom(2_500_000)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    return path


Client = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def _run(part: FilePart, client: Client) -> list[bool]:
    """What sending the part to such a client came to."""
    came_to: list[bool] = []

    async def application(scope: dict[str, Any], _: object, __: object) -> None:
        came_to.append(await scope[SEND_FILE](HEAD % part.size, part))

    _serve(application, client)
    return came_to


def _serve(application: Any, client: Client) -> None:
    """Lets a client ask the application once, and waits until both are done."""

    async def main() -> None:
        sock = socket.socket()
        sock.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            application,
            http=Protocol,
            lifespan="off",
            log_config=None,
            date_header=False,
            server_header=False,
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([sock]))
        while not server.started:
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection(*sock.getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await client(reader, writer)
        writer.close()
        # Waits for all that is under way.
        server.should_exit = True
        await asyncio.wait_for(serving, 20)

    asyncio.run(main())


async def _reads_all(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    assert await reader.readuntil(b"\r\n\r\n") == HEAD % len(CONTENT) + b"\r\n"
    assert await reader.readexactly(len(CONTENT)) == CONTENT


def test_all_of_a_file(path: Path) -> None:
    part = FilePart(FileIO(path), 0, len(CONTENT))
    assert _run(part, _reads_all) == [True]
    assert part.file.closed


def test_a_file_that_comes_from_the_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[int] = []
    fetch = sendfile._fetch
    monkeypatch.setattr(sendfile, "_is_at_hand", lambda *_: False)
    monkeypatch.setattr(
        sendfile,
        "_fetch",
        lambda file, place, size: (fetched.append(place), fetch(file, place, size)),
    )
    assert _run(FilePart(FileIO(path), 0, len(CONTENT)), _reads_all) == [True]
    assert fetched[0] == 0
    assert fetched[-1] > sendfile.TURN


def test_a_file_that_is_cut_ends_the_connection(path: Path) -> None:
    os.truncate(path, 1_000_000)

    async def client(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
            await reader.readexactly(len(CONTENT))

    part = FilePart(FileIO(path), 0, len(CONTENT))
    assert _run(part, client) == [True]
    assert part.file.closed


def test_a_client_that_goes_away_is_sent_no_more(path: Path) -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    part = FilePart(FileIO(path), 0, len(CONTENT))
    assert _run(part, client) == [True]
    assert part.file.closed


def test_what_nobody_waits_for_is_not_fetched() -> None:
    """A stream without an end ends with its client, and closes what it has open."""
    ended = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield CONTENT[:100_000]
                await asyncio.sleep(0)
        finally:
            ended.set()

    async def application(scope: dict[str, Any], _: object, send: Any) -> None:
        headers = ((b"content-length", b"%d" % 10**12),)
        reply = Reply(b"", 200, b"text/plain", headers, stream=endless())
        await send_reply(cast(App, SimpleNamespace(more_headers=None)), reply, scope, send)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(1_000_000)
        writer.transport.abort()
        await asyncio.wait_for(ended.wait(), 20)

    _serve(application, client)


def test_where_the_kernel_cannot(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is left to others, and they read on a thread."""
    monkeypatch.setattr(protocol, "CAN_SEND_FILES", False)

    async def client(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        return None

    part = FilePart(FileIO(path), 5, 1_000_000)
    assert _run(part, client) == [False]
    assert not part.file.closed

    async def gathered() -> bytes:
        return b"".join([piece async for piece in endpoint.pieces(part)])

    assert asyncio.run(gathered()) == CONTENT[5:1_000_005]
    assert part.file.closed


def test_small_reads(path: Path) -> None:
    with FileIO(path) as file:
        for start, size in [(0, 10), (100, 65_536), (len(CONTENT) - 1, 1)]:
            content = sendfile.read_at_hand(file.fileno(), start, size)
            assert content in (None, CONTENT[start : start + size])
        assert sendfile.read_at_hand(file.fileno(), len(CONTENT) - 1, 2) is None
