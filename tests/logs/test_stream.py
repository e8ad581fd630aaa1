"""The log on standard output: one line each, with a name, without secrets."""

import asyncio
import json
import logging
import os
import time
from typing import Any

from fastcms.directory import open_directory
from fastcms.logs import stream
from fastcms.logs.stream import Stream
from fastcms.observe.warnings import Warnings
from tests.logs.test_logs import GUEST, JWT
from tests.servers import Kind, Server, add_superuser


def lines(server: Server) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.output.splitlines() if line.startswith("{")]


def test_requests_and_warnings_are_lines(tmp_path):
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    flags = ("--log-json", "--log-sample", "0")
    with Server(Kind.FASTCMS, directory, workers=2, extra=flags) as server:
        token = server.superuser_token()
        named = {"X-Request-Id": "from-a-proxy_1"}
        answer = server.request("GET", f"/api/nothing?a=b&token={JWT}", headers=named)
        assert answer.headers["x-request-id"] == "from-a-proxy_1"
        # What is no name, or could be a secret, is not taken for one.
        for given in ("short", "a" * 65, "a b c d e f", JWT, ""):
            answer = server.request("GET", "/api/health", headers={"X-Request-Id": given})
            assert answer.headers["x-request-id"] not in ("", given)
        path = "/api/logs?filter=data.requestId='from-a-proxy_1'"
        deadline = time.monotonic() + 20
        while server.expect("GET", path, token=token)["totalItems"] != 1:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    first, *others = lines(server)
    assert first["message"].startswith("Server started at http://127.0.0.1:")
    [failed] = [line for line in others if line.get("requestId") == "from-a-proxy_1"]
    assert (
        failed.items()
        >= {
            "level": "error",
            "message": "GET /api/nothing?a=b&token=***",
            "status": 404,
            "method": "GET",
            "url": "/api/nothing?a=b&token=***",
            "type": "request",
        }.items()
    )
    # The others worked, of which none is wanted.
    assert [line["status"] for line in others] == [404]
    assert token not in server.output
    assert JWT not in server.output


def test_a_server_without_them_gives_requests_no_names(tmp_path):
    with Server(Kind.FASTCMS, tmp_path / "pb_data", workers=1) as server:
        answer = server.request("GET", "/api/health", headers={"X-Request-Id": "from-a-proxy_1"})
        assert "x-request-id" not in answer.headers
        assert not lines(server)


def test_what_is_said_is_a_line_too(tmp_path):
    async def body() -> None:
        app = open_directory(tmp_path)
        read, write = os.pipe()
        warnings = Warnings(app.warning_listeners)
        written = Stream(app, 1.0, write)
        written.note(GUEST)
        logging.getLogger("fastcms.sample").warning("a mail with token=abc failed")
        warnings.close()
        await written.close()
        os.close(write)
        with os.fdopen(read) as file:
            said = [json.loads(line) for line in file]
        assert sorted((it["level"], it["message"]) for it in said) == [
            ("info", "GET /api/health"),
            ("warning", "a mail with token=*** failed"),
        ]
        app.close()

    asyncio.run(body())


def test_who_does_not_read_stops_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(stream, "SECONDS", 0.0)
    monkeypatch.setattr(stream, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(stream, "WAITING", 1_000)

    async def body() -> None:
        app = open_directory(tmp_path)
        read, write = os.pipe()
        written = Stream(app, 1.0, write)
        # A pipe holds 64 KB.
        for _ in range(5_000):
            written.note(GUEST)
            await asyncio.sleep(0)
        await written.close()
        os.close(write)
        with os.fdopen(read) as file:
            assert all(json.loads(line)["url"] == "/api/health" for line in file)
        app.close()

    asyncio.run(body())


def test_a_closed_output_ends_the_lines_and_nothing_else(tmp_path, caplog):
    async def body() -> None:
        app = open_directory(tmp_path)
        read, write = os.pipe()
        os.close(read)
        written = Stream(app, 1.0, write)
        written.note(GUEST)
        await written.close()
        assert app.request_listeners == []
        os.close(write)
        app.close()

    asyncio.run(body())
    assert [record.message for record in caplog.records] == [
        "no log on standard output any more: [Errno 32] Broken pipe"
    ]
