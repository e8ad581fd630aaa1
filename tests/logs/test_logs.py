"""The log: no secret gets in, nothing waits for long, and nothing is lost at the stop."""

import json
import time
from pathlib import Path

import msgspec
import pytest

from fastcms.logs.entry import masked, row_of
from fastcms.observe.events import RequestDone
from fastcms.settings.model import Logs
from tests.cli.commands import Done, run
from tests.servers import ROOT_EMAIL, ROOT_PASSWORD, Kind, Server, add_superuser

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJpZCI6ImEifQ.abc_-123"
DONE = RequestDone(
    method="GET",
    url="/api/health",
    status=200,
    seconds=0.0015,
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


def details(done: RequestDone, **logs: object) -> tuple[int, str, dict[str, object]]:
    _, level, message, data = row_of(0, done, Logs(**logs))
    return level, message, msgspec.json.decode(data)


def test_what_the_settings_leave_out():
    _, _, data = details(DONE)
    assert (data["remoteIP"], data["userIP"], "authId" in data) == ("127.0.0.1", "10.0.0.1", False)
    _, _, data = details(DONE, log_ip=False, log_auth_id=True)
    assert ("remoteIP" in data, "userIP" in data, data["authId"]) == (False, False, "abc")


def test_a_failure_says_what_failed():
    failed = msgspec.structs.replace(DONE, status=400, error="No.", details={"a": {"code": "b"}})
    level, message, data = details(failed)
    assert (level, message) == (8, "GET /api/health")
    assert (data["error"], data["details"]) == ("No.", {"a": {"code": "b"}})


def test_long_details_are_cut_between_keys():
    long = msgspec.structs.replace(DONE, user_agent="u" * 1_000)
    _, _, data = details(long, max_data_size=300)
    assert data["__pb_truncated__"] is True
    assert data["userAgent"] is None
    assert data["url"] == "/api/health"
    assert "userIP" not in data


@pytest.fixture(scope="module")
def directory(tmp_path_factory) -> Path:
    place: Path = tmp_path_factory.mktemp("logs") / "pb_data"
    add_superuser(Kind.FASTCMS, place)
    return place


def logs(directory: Path, *arguments: str) -> Done:
    return run(Kind.FASTCMS, "logs", *arguments, directory=directory)


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
