"""/api/health and what is below it; parity/tables/http_routes.py compares it with the reference."""

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fastcms import backup_lock
from tests.cli.commands import run, run_line
from tests.servers import Kind, Server, add_superuser, command, free_port


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory: Path = tmp_path_factory.mktemp("health") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory) as running:
        yield running


def test_guests_learn_that_it_answers(server: Server) -> None:
    answer = server.request("GET", "/api/health")
    assert answer.status == 200
    assert answer.body == b'{"message":"API is healthy.","code":200,"data":{}}'


def test_head(server: Server) -> None:
    answer = server.request("HEAD", "/api/health")
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize(
    ("trusted", "sent", "expected"),
    [
        ([], {}, {"realIP": "127.0.0.1", "possibleProxyHeader": ""}),
        (
            [],
            {"X-Forwarded-For": "9.9.9.9"},
            {"realIP": "127.0.0.1", "possibleProxyHeader": "X-Forwarded-For"},
        ),
        (
            ["x-real-ip"],
            {"X-Real-IP": "9.9.9.9"},
            {"realIP": "9.9.9.9", "possibleProxyHeader": "x-real-ip"},
        ),
    ],
)
def test_superusers_learn_how_they_reach_it(
    server: Server, trusted: list[str], sent: dict[str, str], expected: dict[str, str]
) -> None:
    token = server.superuser_token()
    settings = {"trustedProxy": {"headers": trusted}}
    server.expect("PATCH", "/api/settings", token=token, json_body=settings)
    answer = server.request("GET", "/api/health", headers={"Authorization": token, **sent})
    assert answer.json()["data"] == {"canBackup": True, **expected}


@pytest.mark.parametrize(
    ("path", "message"),
    [("live", "The server is alive."), ("ready", "The server is ready.")],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_probes(server: Server, method: str, path: str, message: str) -> None:
    answer = server.request(method, f"/api/health/{path}")
    assert answer.status == 200
    if method == "GET":
        assert answer.json() == {"message": message, "code": 200, "data": {}}


def test_a_backup_under_way(server: Server) -> None:
    token = server.superuser_token()
    with backup_lock.hold(server.directory, "backup", "a.zip"):
        assert server.expect("GET", "/api/health", token=token)["data"]["canBackup"] is False
        shown = server.expect("GET", "/api/health/details", token=token)["backup"]
        assert (shown["action"], shown["key"]) == ("backup", "a.zip")
    assert server.expect("GET", "/api/health", token=token)["data"]["canBackup"] is True


def test_details_are_for_superusers(server: Server) -> None:
    assert server.request("GET", "/api/health/details").status == 401


def test_details(server: Server) -> None:
    token = server.superuser_token()
    shown = server.expect("GET", "/api/health/details?integrity=true", token=token)
    assert shown["server"]["workers"] >= 1
    assert shown["database"]["bytes"] > 100_000
    assert shown["database"]["integrity"] == "ok"
    assert shown["disk"]["free"] < shown["disk"]["total"]
    assert shown["storage"] == {"place": "local", "reachable": True, "error": ""}
    assert set(shown["versions"]) == {"fastcms", "python", "sqlite"}
    assert shown["backup"] is None


def test_details_say_what_is_wrong(server: Server) -> None:
    token = server.superuser_token()
    bucket = {
        "enabled": True,
        "bucket": "b",
        "region": "r",
        "endpoint": f"http://127.0.0.1:{free_port()}",
        "accessKey": "k",
        "secret": "s3cret-of-the-bucket",
    }
    server.expect("PATCH", "/api/settings", token=token, json_body={"s3": bucket})
    answer = server.send("GET", "/api/health/details", token=token)
    server.expect("PATCH", "/api/settings", token=token, json_body={"s3": {"enabled": False}})
    shown = answer.json()
    assert shown["storage"]["reachable"] is False
    assert [p["name"] for p in shown["problems"] if p["name"] != "mail"] == ["storage"]
    assert b"s3cret" not in answer.body


def test_not_ready_while_the_database_does_not_answer(server: Server) -> None:
    """Somebody else holds the lock for writing."""
    token = server.superuser_token()
    path = "/api/health/ready"
    other = sqlite3.connect(server.directory / "data.db", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        wait_for(server, path, 503, 2)
        told = server.request("GET", path)
        assert told.json() == {"data": {}, "message": "The server is not ready.", "status": 503}
        told = server.send("GET", path, token=token)
        assert told.json()["message"] == "The database does not answer."
        assert server.request("GET", "/api/health/live").status == 200
        done = run(Kind.FASTCMS, "health", "--url", server.url, directory=server.directory)
        assert (done.code, done.err) == (1, "The server is not ready.")
    finally:
        other.execute("ROLLBACK")
        other.close()
    wait_for(server, path, 200, 30)


def wait_for(server: Server, path: str, status: int, often: int) -> None:
    """An answer from before holds for a second, in each process; of many requests in a row, some
    reach each of them.
    """
    deadline = time.monotonic() + 30
    alike = 0
    while alike < often:
        assert time.monotonic() < deadline
        alike = alike + 1 if server.request("GET", path).status == status else 0


def test_the_command(server: Server) -> None:
    def asked(*arguments: str) -> tuple[int, str]:
        done = run(Kind.FASTCMS, "health", *arguments, directory=server.directory)
        return done.code, done.out + done.err

    assert asked("--url", server.url) == (0, "The server is ready.")
    assert asked("--live", "--url", f"{server.url}/") == (0, "The server is alive.")
    code, text = asked("--json", "--url", server.url)
    assert (code, json.loads(text)) == (0, {"ok": True, "message": "The server is ready."})
    code, text = asked("--url", f"http://127.0.0.1:{free_port()}")
    assert code == 1
    assert "does not answer" in text
    for bad in ("127.0.0.1:8090", "ftp://x", "http://x:port"):
        assert asked("--url", bad) == (1, f"--url {bad}: write it like http://127.0.0.1:8090")


def test_the_command_finds_the_configured_server(server: Server, tmp_path: Path) -> None:
    (tmp_path / "fastcms.toml").write_text(f'http = "0.0.0.0:{server.port}"')
    line = command(Kind.FASTCMS, "health", directory=tmp_path / "pb_data")
    assert run_line(line).out == "The server is ready."


def test_findings_and_files(server: Server) -> None:
    token = server.superuser_token()
    rules = {"name": "open_to_all", "type": "base", "createRule": ""}
    file = {"name": "file", "type": "file"}
    body = {**rules, "fields": [file]}
    server.expect("POST", "/api/collections", token=token, json_body=body)
    found = server.expect("GET", "/api/health/findings", token=token)
    [one] = [one for one in found if one["what"] == "open_to_all"]
    assert one == {
        "kind": "rules",
        "what": "open_to_all",
        "problem": "everybody gets past its createRule",
        "remedy": "lock them, or give them an expression, if that is not meant so",
        "severity": "hint",
    }
    assert {one["kind"] for one in found} >= {"superusers", "mail"}
    assert server.request("GET", "/api/health/findings").status == 401
    counted = server.expect("GET", "/api/health/details?files=true", token=token)["storage"]
    assert (counted["files"], counted["bytes"], counted["isAll"]) == (0, 0, True)
