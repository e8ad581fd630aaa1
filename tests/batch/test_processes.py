"""Batches and single writers of several worker processes at once, and batches that are killed."""

import http.client
import json
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.servers import Kind, Server, add_superuser

PATH = "/api/collections/ledger/records"
BATCHES, SINGLES, ROUNDS = 16, 8, 5
SIZE = 20
KILLS = 6


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that is open to all, with batches allowed."""
    directory = tmp_path_factory.mktemp("batch") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    rules = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")
    fields = [{"type": "text", "name": "batch"}, {"type": "number", "name": "n"}]
    with Server(Kind.FASTCMS, directory) as server:
        root = server.superuser_token()
        made = {"name": "ledger", **rules, "fields": fields}
        server.expect("POST", "/api/collections", token=root, json_body=made)
        settings = {"batch": {"enabled": True, "maxRequests": 100, "timeout": 30}}
        server.expect("PATCH", "/api/settings", token=root, json_body=settings)
        counter = {"id": "counter00000000", "batch": "counter"}
        server.expect("POST", PATH, json_body=counter)
    return directory


@pytest.fixture
def server(directory: Path) -> Iterator[Server]:
    with Server(Kind.FASTCMS, directory, 2) as server:
        yield server


def creates(name: str) -> list[dict[str, Any]]:
    return [
        {"method": "POST", "url": PATH, "body": {"batch": name, "n": n}} for n in range(1, SIZE + 1)
    ]


COUNT = {"method": "PATCH", "url": f"{PATH}/counter00000000", "body": {"n+": 1}}


def counted(server: Server) -> dict[str, int]:
    """How many records each batch has left."""
    found: dict[str, int] = {}
    page = 1
    while items := server.expect("GET", f"{PATH}?perPage=1000&page={page}&skipTotal=1")["items"]:
        for record in items:
            found[record["batch"]] = found.get(record["batch"], 0) + 1
        page += 1
    return found


def test_batches_and_single_writers_of_several_processes(server: Server) -> None:
    """Every other batch fails by its last item; each one counts itself in one shared number."""

    def batches(worker: int) -> list[str]:
        kept = []
        for number in range(ROUNDS):
            name, good = f"b{worker}-{number}", (worker + number) % 2 == 0
            last = COUNT if good else {"method": "POST", "url": PATH, "body": {"id": "too short"}}
            requests = [COUNT, *creates(name), last]
            answer = server.send("POST", "/api/batch", json_body={"requests": requests})
            assert answer.status == (200 if good else 400), answer.body
            if good:
                kept.append(name)
                numbers = [answer.json()[place]["body"]["n"] for place in (0, -1)]
                # Nobody else has counted meanwhile.
                assert numbers[1] == numbers[0] + 1
        return kept

    def singles(worker: int) -> list[str]:
        names = [f"s{worker}-{number}" for number in range(ROUNDS)]
        for name in names:
            server.expect("POST", PATH, json_body={"batch": name})
            server.expect("PATCH", COUNT["url"], json_body=COUNT["body"])
        return names

    with ThreadPoolExecutor(BATCHES + SINGLES) as pool:
        kept = [name for names in pool.map(batches, range(BATCHES)) for name in names]
        alone = [name for names in pool.map(singles, range(SINGLES)) for name in names]
    expected = dict.fromkeys(kept, SIZE) | dict.fromkeys(alone, 1) | {"counter": 1}
    assert counted(server) == expected
    counter = server.expect("GET", f"{PATH}/counter00000000")
    assert counter["n"] == 2 * len(kept) + len(alone)


def test_a_killed_batch_is_there_whole_or_not_at_all(directory: Path) -> None:
    acknowledged: set[str] = set()
    dice = random.Random(7)
    for kill in range(KILLS):
        with Server(Kind.FASTCMS, directory, 2) as server:
            enough = threading.Semaphore(0)
            writers = [
                threading.Thread(target=_write, args=(server, f"k{kill}{w}", acknowledged, enough))
                for w in range(3)
            ]
            for writer in writers:
                writer.start()
            for _ in range(dice.randint(5, 25)):
                assert enough.acquire(timeout=30)
            server.kill()
            for writer in writers:
                writer.join()
    with Server(Kind.FASTCMS, directory, 2) as server:
        found = {name: n for name, n in counted(server).items() if name.startswith("k")}
    assert set(found.values()) == {SIZE}
    assert acknowledged <= set(found)
    database = apsw.Connection(str(directory / "data.db"))
    assert database.execute("PRAGMA integrity_check").get == "ok"
    database.close()


def _write(server: Server, prefix: str, done: set[str], told: threading.Semaphore) -> None:
    """Sends batches until the server is gone."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    number = 0
    try:
        while True:
            number += 1
            name = f"{prefix}-{number}"
            body = json.dumps({"requests": creates(name)})
            connection.request("POST", "/api/batch", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            assert response.read()
            assert response.status == 200
            done.add(name)
            told.release()
    except (OSError, http.client.HTTPException):
        return
    finally:
        connection.close()
