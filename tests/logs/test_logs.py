"""The log: no secret gets in, nothing waits for long, and nothing is lost at the stop."""

import asyncio
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import apsw
import msgspec
import pytest
from msgspec import UNSET
from msgspec.structs import replace

from fastcms.directory import open_directory
from fastcms.logs import journal
from fastcms.logs.entry import details_of, line, lines_of
from fastcms.logs.journal import Journal
from fastcms.observe.events import RequestDone
from fastcms.observe.secrets import masked
from fastcms.settings.model import Logs
from fastcms.store.side import SideStore
from tests.cli.commands import Done, run
from tests.servers import ROOT_EMAIL, ROOT_PASSWORD, Kind, Server, add_superuser

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJpZCI6ImEifQ.abc_-123"
AT = datetime(2030, 5, 1, 12, 0, 8, 677_000, UTC).timestamp()
DONE = RequestDone(
    at=AT,
    milliseconds=1.5,
    method="GET",
    url="/api/health",
    status=200,
    auth="users",
    auth_id="abc",
    remote_ip="127.0.0.1",
    user_ip="10.0.0.1",
    user_agent="someone",
    referer="",
    error="",
    details={},
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/api/files/a/b/c.png?token=abc", "/api/files/a/b/c.png?token=***"),
        ("/x?a=1&token=abc&b=2", "/x?a=1&token=***&b=2"),
        ("/x?TOKEN=abc", "/x?TOKEN=***"),
        ("/x?access_token=abc#id_token=def", "/x?access_token=***#id_token=***"),
        ("/api/oauth2-redirect?code=abc&state=def", "/api/oauth2-redirect?code=***&state=***"),
        ("/x?password=a&newPassword=b&passwd=c", "/x?password=***&newPassword=***&passwd=***"),
        ("/x?client_secret=a&api_key=b&apiKey=c", "/x?client_secret=***&api_key=***&apiKey=***"),
        ("/x?X-Amz-Signature=a&X-Amz-Credential=b", "/x?X-Amz-Signature=***&X-Amz-Credential=***"),
        ("/x?%74oken=abc&a=%20", "/x?token=***&a= "),
        ("/x?next=%2Fy%3Fcode%3Dabc", "/x?next=/y?code=***"),
        (f"/_/#/confirm/{JWT}", "/_/#/confirm/***"),
        (f"/x/{JWT}/y?next={JWT}", "/x/***/y?next=***"),
        ("/x?filter=a=1&sort=-b", "/x?filter=a=1&sort=-b"),
        ("/x", "/x"),
    ],
)
def test_secrets_of_an_address_are_masked(url, expected):
    assert masked(url) == expected


GUEST = replace(DONE, auth="", auth_id="")
FAILED = replace(DONE, status=400, error="No.", details={"a": {"code": "b"}})


def log_of(path: Path) -> SideStore:
    """The log of a new directory."""
    open_directory(path).close()
    return SideStore(path / "auxiliary.db")


async def rows_of(store: SideStore, done: list[RequestDone], **logs: object) -> list[Any]:
    """The rows that become of requests."""
    await store.put(len(done), lambda: lines_of(done, [], Logs(**logs)))
    return await store.read("SELECT created, level, message, data FROM _logs ORDER BY rowid")


@pytest.mark.parametrize(
    "logs", [{}, {"log_ip": False}, {"log_auth_id": True}, {"max_data_size": 300}]
)
@pytest.mark.parametrize(
    "done",
    [
        GUEST,
        DONE,
        FAILED,
        replace(GUEST, status=404),
        replace(GUEST, url='/api/x?a="b"&token=abc', referer="http://a.b/?code=abc"),
        replace(GUEST, url="/api/%41/%00%22%5C\u00e9%C3%A9", user_agent='"\\\u00e9'),
        replace(GUEST, user_agent="a" * 5_000),
        replace(GUEST, url="/" + "a" * 5_000),
    ],
)
def test_a_row_says_what_is_to_be_written_of_a_request(tmp_path, done, logs):
    async def body() -> None:
        [(created, level, message, data)] = await rows_of(store, [done], **logs)
        told = details_of(done, Logs(**logs))
        assert created == "2030-05-01 12:00:08.677Z"
        assert level == (8 if done.status >= 400 else 0)
        assert message == f"{told.method} {unquote(told.url)}"
        found = msgspec.json.decode(data)
        if "__pb_truncated__" not in found:
            assert found == msgspec.to_builtins(told)
        assert len(data) <= (logs.get("max_data_size") or 16_000) + 100

    store = log_of(tmp_path)
    try:
        asyncio.run(body())
    finally:
        store.close()


def test_what_the_settings_leave_out():
    told = details_of(DONE, Logs())
    assert (told.remote_ip, told.user_ip, told.auth_id) == ("127.0.0.1", "10.0.0.1", UNSET)
    told = details_of(DONE, Logs(log_ip=False, log_auth_id=True))
    assert (told.remote_ip, told.user_ip, told.auth_id) == (UNSET, UNSET, "abc")


def test_a_failure_says_what_failed():
    told = details_of(FAILED, Logs())
    assert (told.error, told.details) == ("No.", {"a": {"code": "b"}})
    assert (details_of(GUEST, Logs()).error, details_of(GUEST, Logs()).details) == (UNSET, UNSET)


def test_long_details_are_cut_between_keys():
    logs = Logs(max_data_size=300)
    told = details_of(replace(DONE, user_agent="u" * 1_000), logs)
    data = msgspec.json.decode(line(AT, 0, "", told, logs)[3])
    assert data["__pb_truncated__"] is True
    assert data["userAgent"] is None
    assert data["url"] == "/api/health"
    assert "userIP" not in data


def test_a_busy_server_keeps_lines_and_makes_rows_of_the_oldest_when_there_are_many(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(journal, "TOGETHER", 10)
    monkeypatch.setattr(journal, "BUSY", 10)
    monkeypatch.setattr(journal, "PENDING", 30)

    async def body() -> None:
        app = open_directory(tmp_path)
        written = Journal(app)
        for number in range(60):
            written.note(replace(GUEST, url=f"/{number}"))
            await app.background.drain()
        count = "SELECT count(*) FROM _logs"
        rows = await app.log_store.write(lambda connection: connection.execute(count))
        assert rows == [(30,)]
        # Who reads sees all of them.
        found = await app.log_store.read("SELECT message FROM _logs ORDER BY rowid")
        assert found == [(f"GET /{number}",) for number in range(60)]
        written.note(replace(GUEST, url="/last"))
        await written.close()
        assert await app.log_store.write(lambda connection: connection.execute(count)) == [(61,)]
        app.close()

    asyncio.run(body())


@pytest.fixture(scope="module")
def directory(tmp_path_factory) -> Path:
    place: Path = tmp_path_factory.mktemp("logs") / "pb_data"
    add_superuser(Kind.FASTCMS, place)
    return place


def logs(directory: Path, *arguments: str) -> Done:
    return run(Kind.FASTCMS, "logs", *arguments, directory=directory)


def leave(directory: Path, done: list[RequestDone]) -> None:
    """Does what a server does that is killed before it has made rows."""
    store = SideStore(directory / "auxiliary.db")
    asyncio.run(store.put(len(done), lambda: lines_of(done, [], Logs())))
    store.close()


def leave_lines(directory: Path, mark: str) -> None:
    leave(directory, [replace(GUEST, url=f"/api/{mark}/{number}") for number in range(3)])


def test_a_stop_writes_what_waits_and_no_secret(directory):
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        token = server.superuser_token()
        for number in range(20):
            server.send("GET", f"/api/health?mark={number}&token={JWT}")
        server.send("GET", "/api/collections/users/records?mark=x", token=token)
        referer = {"Referer": f"http://a.b/?token={JWT}", "Cookie": f"a={JWT}"}
        server.request("GET", f"/api/nothing?token={JWT}&password=hush-hush", headers=referer)
        bad = {"identity": ROOT_EMAIL, "password": "hush-hush-hush"}
        server.send("POST", "/api/collections/_superusers/auth-with-password", json_body=bad)
    found = json.loads(logs(directory, "query", "data.url ~ 'mark'", "--limit", "99", "--json").out)
    assert len(found["items"]) == 21
    everything = logs(directory, "query", "--limit", "999", "--json").out
    assert '"status": 404' in everything
    # Neither of the log's rows nor of the files that they are in.
    content = everything.encode() + b"".join(p.read_bytes() for p in directory.glob("auxiliary*"))
    for secret in (JWT, JWT.partition(".")[0], token, "hush-hush", ROOT_PASSWORD):
        assert secret.encode() not in content


def test_commands(directory):
    leave(directory, [replace(GUEST, url="/api/nothing?token=abc&password=def", status=404)] * 3)
    assert logs(directory, "query", "level > 100") == Done(0, "There is no such entry.", "")
    assert logs(directory, "query", "nope = 1").code == 1
    line = logs(directory, "query", "data.status = 404", "--limit", "1").out
    assert "  404  GET /api/nothing?token=***&password=***  " in line
    lines = logs(directory, "tail", "--no-follow", "--limit", "3", "--json").out.splitlines()
    assert [json.loads(text)["data"]["type"] for text in lines] == ["request"] * 3


def test_an_entry_is_there_soon(directory):
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        token = server.superuser_token()
        server.send("GET", "/api/health?soon=1")
        deadline = time.monotonic() + 20
        path = "/api/logs?filter=data.url~'soon'&fields=totalItems"
        while not server.expect("GET", path, token=token)["totalItems"]:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_an_impersonation_token_does_not_empty_the_log(directory):
    with Server(Kind.FASTCMS, directory, workers=1) as server:
        token = server.superuser_token()
        root = server.expect("GET", "/api/collections/_superusers/records", token=token)
        path = f"/api/collections/_superusers/impersonate/{root['items'][0]['id']}"
        borrowed = server.expect("POST", path, token=token, json_body={"duration": 600})["token"]
        assert server.send("DELETE", "/api/logs", token=borrowed).status == 403
        assert server.send("DELETE", "/api/logs", token=token).status == 204


def rows_in(directory: Path, mark: str) -> int:
    """How many rows a reader finds who knows nothing of lines."""
    connection = apsw.Connection(str(directory / "auxiliary.db"))
    sql = f"SELECT count(*) FROM _logs WHERE message LIKE '%/{mark}/%'"
    [(found,)] = connection.execute(sql)
    connection.close()
    return int(found)


def test_what_a_killed_server_left_is_shown_by_commands(directory):
    leave_lines(directory, "killed")
    assert rows_in(directory, "killed") == 0
    assert len(logs(directory, "query", "message ~ '/killed/'").out.splitlines()) == 3
    leave_lines(directory, "doctor")
    assert run(Kind.FASTCMS, "doctor", directory=directory).code == 0
    assert rows_in(directory, "doctor") == 3


def test_a_stopped_directory_shows_the_reference_all_of_its_log(directory):
    leave_lines(directory, "earlier")
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        server.send("GET", "/api/health?a=/earlier/")
    # The reference cannot check argon2id's passwords.
    add_superuser(Kind.REFERENCE, directory)
    with Server(Kind.REFERENCE, directory) as server:
        token = server.superuser_token()
        path = "/api/logs?perPage=1&filter=message~'/earlier/'"
        assert server.expect("GET", path, token=token)["totalItems"] == 4


def test_what_the_server_itself_has_to_say_is_in_the_log_too(directory):
    with apsw.Connection(str(directory / "data.db")) as connection:
        connection.execute(
            "INSERT INTO _fc_params (key, value) VALUES ('storage', '{\"provider\": 1}')"
        )
    try:
        with Server(Kind.FASTCMS, directory, workers=2) as server:
            token = server.superuser_token()
            path = "/api/logs?filter=data.type='server'"
            [entry] = server.expect("GET", path, token=token)["items"]
            assert entry["message"] in server.output
    finally:
        with apsw.Connection(str(directory / "data.db")) as connection:
            connection.execute("DELETE FROM _fc_params WHERE key = 'storage'")
    assert (entry["level"], entry["data"]["logger"]) == (4, "fastcms.server")
