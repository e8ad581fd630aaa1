"""The serving processes: several on one address, their end, and what they see of each other."""

import os
import resource
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.servers import Kind, Server, add_superuser
from tests.waiting import until

OPEN = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")
TITLE = {"type": "text", "name": "title"}
COLLECTIONS = "/api/collections"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    place = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, place)
    return place


@pytest.fixture(params=[1, 2])
def server(request: pytest.FixtureRequest, directory: Path) -> Iterator[Server]:
    with Server(Kind.FASTCMS, directory, workers=request.param) as server:
        yield server


def children(pid: int) -> set[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return {int(child) for child in text.split()}


def test_a_schema_change_is_seen_by_all_before_it_is_answered(server):
    """Each request comes over a connection of its own, so by chance to one process or the other."""
    token = server.superuser_token()
    for round_ in range(6):
        name = f"c{round_}"
        fields = [TITLE]
        made = server.expect(
            "POST", COLLECTIONS, token=token, json_body={"name": name, "fields": fields, **OPEN}
        )
        for _ in range(8):
            answer = server.send("POST", f"{COLLECTIONS}/{name}/records", json_body={"title": "x"})
            assert answer.status == 200, answer.body
        fields = [*made["fields"], {"type": "number", "name": "n"}]
        server.expect("PATCH", f"{COLLECTIONS}/{name}", token=token, json_body={"fields": fields})
        for _ in range(8):
            answer = server.send("POST", f"{COLLECTIONS}/{name}/records", json_body={"n": 5})
            assert (answer.status, answer.json().get("n")) == (200, 5)
        server.expect("DELETE", f"{COLLECTIONS}/{name}", token=token)
        for _ in range(8):
            assert server.send("GET", f"{COLLECTIONS}/{name}/records").status == 404


def test_a_setting_is_seen_by_all_before_it_is_answered(server):
    token = server.superuser_token()
    for name in ("one", "two", "three"):
        server.expect("PATCH", "/api/settings", token=token, json_body={"meta": {"appName": name}})
        for _ in range(8):
            seen = server.expect("GET", "/api/settings", token=token)
            assert seen["meta"]["appName"] == name


def test_writes_go_on_while_the_schema_changes(server):
    """A create planned under the old schema is planned again, not lost and not refused."""
    token = server.superuser_token()
    made = server.expect(
        "POST", COLLECTIONS, token=token, json_body={"name": "busy", "fields": [TITLE], **OPEN}
    )

    def create(number: int) -> int:
        path = f"{COLLECTIONS}/busy/records"
        return server.send("POST", path, json_body={"title": str(number)}).status

    with ThreadPoolExecutor(4) as threads:
        statuses = threads.map(create, range(200))
        for number in range(5):
            fields = [*made["fields"], {"type": "number", "name": f"n{number}"}]
            server.expect("PATCH", f"{COLLECTIONS}/busy", token=token, json_body={"fields": fields})
        assert set(statuses) == {200}
    listed = server.expect("GET", f"{COLLECTIONS}/busy/records?perPage=1")
    assert listed["totalItems"] == 200


def test_a_stop_finishes_what_was_accepted(server, directory):
    """Requests that are on their way when SIGTERM comes are answered, and what they say lasts."""
    token = server.superuser_token()
    server.expect(
        "POST", COLLECTIONS, token=token, json_body={"name": "last", "fields": [TITLE], **OPEN}
    )
    body = b'{"title": "last words"}'
    head = (
        f"POST {COLLECTIONS}/last/records HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with ThreadPoolExecutor(1) as thread:
        connections = []
        for _ in range(8):
            connection = socket.create_connection(("127.0.0.1", server.port))
            connection.sendall(head.encode() + body[:5])
            connections.append(connection)
        # Every process has the first halves when it has answered a later connection.
        for _ in range(8):
            server.expect("GET", "/api/health")
        stopping = thread.submit(server.stop)
        for connection in connections:
            connection.sendall(body[5:])
        answers = []
        for connection in connections:
            with connection, connection.makefile("rb") as stream:
                answers.append(stream.read())
        stopping.result()
    assert all(answer.startswith(b"HTTP/1.1 200") for answer in answers), answers
    with Server(Kind.FASTCMS, directory, workers=1) as again:
        listed = again.expect("GET", f"{COLLECTIONS}/last/records")
        assert listed["totalItems"] == 8


def test_a_process_that_dies_is_replaced(directory):
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        supervisor = server._process.pid
        # One process answers before the other; one that dies before all serve ends the start.
        until(lambda: "Server started" in server.output)
        before = children(supervisor)
        assert len(before) == 2
        victim = before.pop()
        os.kill(victim, signal.SIGKILL)
        until(lambda: len(children(supervisor) - {victim}) == 2)
        for _ in range(16):
            server.expect("GET", "/api/health")


def test_the_processes_go_when_their_supervisor_is_killed(directory):
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        supervisor = server._process.pid
        orphans = children(supervisor)
        os.kill(supervisor, signal.SIGKILL)

        def are_gone() -> bool:
            return not any(Path(f"/proc/{pid}/stat").exists() for pid in orphans)

        until(are_gone)


def test_a_slow_list_does_not_stall_the_others(directory):
    """A cross join of two thousand rows takes long; point reads go on meanwhile."""
    with Server(Kind.FASTCMS, directory, workers=1) as server:
        token = server.superuser_token()
        server.expect(
            "POST", COLLECTIONS, token=token, json_body={"name": "many", "fields": [TITLE], **OPEN}
        )
        with ThreadPoolExecutor(4) as threads:
            path = f"{COLLECTIONS}/many/records"
            list(
                threads.map(
                    lambda n: server.expect("POST", path, json_body={"title": f"t{n}"}), range(700)
                )
            )
            # Each row of each of three copies against each: some 10^8 comparisons.
            slow_filter = quote(
                "@collection.many:a.title ?> @collection.many:b.title"
                " && @collection.many:a.title ?< @collection.many:b.title"
            )
            slow = threads.submit(
                server.send, "GET", f"{path}?filter={slow_filter}&perPage=1", token=token
            )
            answered_before = 0
            while not slow.done() and answered_before < 20:
                server.expect("GET", "/api/health")
                answered_before += not slow.done()
            assert answered_before >= 20 or slow.result().status == 200


def test_the_server_holds_as_many_connections_as_the_system_allows(directory):
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most // 2, most))
    try:
        with Server(Kind.FASTCMS, directory, workers=1) as server:
            assert resource.prlimit(server.pid, resource.RLIMIT_NOFILE) == (most, most)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (few, most))
