"""Figures of the log: counted, timed and put together as the entries say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.servers import Kind, Server, add_superuser

# The moment, the level and the data of entries; all in one hour.
ENTRIES = (
    *((f"12:00:{second:02}", 0, f"/api/collections/posts/records/r{second}?fields=id", second + 1)
      for second in range(20)),
    ("12:10:00", 8, "/api/nothing", 5),
    ("12:10:30", 8, "/api/nothing", 7),
    ("12:40:00", 0, "/api/files/posts/abc/a.png?token=***", 9),
    ("14:00:00", 0, "/api/health", 1),
)  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory: Path = tmp_path_factory.mktemp("summary") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with apsw.Connection(str(directory / "auxiliary.db")) as log:
        for number, (time, level, url, took) in enumerate(ENTRIES):
            log.execute(
                "INSERT INTO _logs (id, created, level, message, data) VALUES (?, ?, ?, ?,"
                " json_object('type', 'request', 'method', 'GET', 'url', ?5, 'execTime', ?6,"
                " 'status', iif(?3, 404, 200), 'error', iif(?3, 'File not found.', null)))",
                (f"e{number}", f"2030-05-01 {time}.000Z", level, "", url, took),
            )
        log.execute(
            "INSERT INTO _logs (id, created, level, message, data) VALUES"
            " ('s', '2030-05-01 12:50:00.000Z', 8, 'a job failed', '{\"type\": \"server\"}')"
        )
    with Server(Kind.FASTCMS, directory) as running:
        yield running


HOUR = "from=2030-05-01 12:00:00.000Z&to=2030-05-01 13:00:00.000Z"


def summary(server: Server, query: str) -> Any:
    path = "/api/logs/summary?" + query.replace(" ", "%20")
    return server.expect("GET", path, token=server.superuser_token())


def test_an_hour(server: Server) -> None:
    found = summary(server, HOUR)
    assert (found["from"], found["step"]) == ("2030-05-01 12:00:00.000Z", 30)
    slots = {slot.pop("date")[11:19]: slot for slot in found["slots"]}
    nothing = dict.fromkeys(("p50", "p95", "p99"))
    assert slots == {
        "12:00:00": {"total": 20, "errors": 0, "p50": 10, "p95": 19, "p99": 20},
        "12:10:00": {"total": 1, "errors": 1, "p50": 5, "p95": 5, "p99": 5},
        "12:10:30": {"total": 1, "errors": 1, "p50": 7, "p95": 7, "p99": 7},
        "12:40:00": {"total": 1, "errors": 0, "p50": 9, "p95": 9, "p99": 9},
        "12:50:00": {"total": 1, "errors": 1, **nothing},
    }
    assert found["latency"] == {"p50": 9, "p95": 19, "p99": 20}
    assert found["routes"] == [
        {"route": "GET /api/collections/posts/records/{id}", "total": 20, "errors": 0,
         "mean": 10.5},
        {"route": "GET /api/nothing", "total": 2, "errors": 2, "mean": 6},
        {"route": "GET /api/files/posts/{id}/{name}", "total": 1, "errors": 0, "mean": 9},
    ]  # fmt: skip
    assert [(one["status"], one["error"], one["total"]) for one in found["errors"]] == [
        (404, "File not found.", 2),
        (0, "a job failed", 1),
    ]


@pytest.mark.parametrize(
    ("query", "step", "totals"),
    [
        (f"{HOUR}&filter=data.status=404", 30, [1, 1]),
        (f"{HOUR}&filter=level<8 || message='a job failed'", 30, [20, 1, 1]),
        ("from=2030-05-01 12:00:00Z&to=2030-05-01 12:01:00Z", 1, [1] * 20),
        ("from=2030-05-01&to=2030-05-08", 10_800, [25]),
        ("from=2028-01-01&to=2048-01-01", 2_592_000, [25]),
        ("from=2031-01-01&to=2031-01-02", 1_800, []),
    ],
)
def test_spans_and_filters(server: Server, query: str, step: int, totals: list[int]) -> None:
    found = summary(server, query)
    assert found["step"] == step
    assert [slot["total"] for slot in found["slots"]] == totals


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("from=yesterday", "from"),
        ("to=soon", "to"),
        ("from=2030-05-02&to=2030-05-01", "from"),
        ("filter=nothing=1", None),
        ("filter=level=0)||(level=8", None),
    ],
)
def test_what_cannot_be_read(server: Server, query: str, problem: str | None) -> None:
    token = {"Authorization": server.superuser_token()}
    answer = server.request("GET", f"/api/logs/summary?{query}", headers=token)
    assert answer.status == 400
    assert list(answer.json()["data"]) == ([problem] if problem else [])


def test_it_is_for_superusers(server: Server) -> None:
    assert server.request("GET", "/api/logs/summary").status == 401
