"""Killed under load, again and again, the server loses nothing that it has acknowledged."""

import http.client
import json
import random
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.servers import Kind, Server, add_superuser

ROUNDS = 25  # for each number of workers
WRITERS = 4
_PATH = "/api/collections/ledger/records"


@dataclass(slots=True)
class Ledger:
    """What clients were told: by record id the last acknowledged `n`, 0 for the mere creation."""

    acknowledged: dict[str, int] = field(default_factory=dict)
    count: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def note(self, id_: str, n: int) -> None:
        with self._changed:
            self.acknowledged[id_] = n
            self.count += 1
            self._changed.notify_all()

    def wait_for(self, more: int) -> None:
        """Returns after `more` further acknowledgements."""
        with self._changed:
            wanted = self.count + more
            assert self._changed.wait_for(lambda: self.count >= wanted, timeout=30)


@pytest.mark.parametrize("workers", [1, 2])
def test_acknowledged_writes_survive_sigkill(workers: int, tmp_path: Path) -> None:
    survives(Kind.FASTCMS, workers, ROUNDS, tmp_path)


def survives(kind: Kind, workers: int | None, rounds: int, place: Path) -> None:
    directory = place / "pb_data"
    _make_collection(kind, directory)
    ledger = Ledger()
    dice = random.Random(workers)
    for number in range(rounds):
        with Server(kind, directory, workers) as server:
            _check(server, ledger)
            writers = [
                threading.Thread(target=_write, args=(server, ledger, f"{number:02}{writer}"))
                for writer in range(WRITERS)
            ]
            for writer in writers:
                writer.start()
            ledger.wait_for(dice.randint(20, 120))
            server.kill()
            for writer in writers:
                writer.join()
        assert _integrity(directory, place / "copy") == "ok"
    with Server(kind, directory, workers) as server:
        _check(server, ledger)


def _make_collection(kind: Kind, directory: Path) -> None:
    add_superuser(kind, directory)
    rules = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule"), "")
    fields = [{"type": "number", "name": "n"}, {"type": "text", "name": "text"}]
    collection = {"name": "ledger", **rules, "fields": fields}
    with Server(kind, directory) as server:
        token = server.superuser_token()
        server.expect("POST", "/api/collections", token=token, json_body=collection)


def _write(server: Server, ledger: Ledger, prefix: str) -> None:
    """Creates a record, updates it three times, and so on until the server is gone."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    number = 0
    try:
        while True:
            number += 1
            id_ = f"{prefix}x{number:011}"
            for n in range(4):
                method, path = ("PATCH", f"{_PATH}/{id_}") if n else ("POST", _PATH)
                body = json.dumps({"id": id_, "n": n, "text": f"value {n}"})
                headers = {"Content-Type": "application/json"}
                connection.request(method, path, body=body, headers=headers)
                response = connection.getresponse()
                content = response.read()
                assert response.status == 200, content
                ledger.note(id_, n)
    except (OSError, http.client.HTTPException):
        return  # killed; what was under way may be there or not
    finally:
        connection.close()


def _check(server: Server, ledger: Ledger) -> None:
    """Every acknowledged write is there, and none is there by half."""
    stored = {record["id"]: record for record in _all(server)}
    for id_, n in ledger.acknowledged.items():
        assert id_ in stored, f"{id_} was acknowledged and is gone"
        # One more write may have been committed whose answer never arrived.
        assert n <= stored[id_]["n"] <= n + 1, (stored[id_], n)
    for record in stored.values():
        assert record["text"] == f"value {record['n']}"
        ledger.acknowledged[record["id"]] = record["n"]


def _all(server: Server) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    for page in range(1, 1000):
        query = f"page={page}&perPage=1000&sort=id&skipTotal=1"
        items = server.expect("GET", f"{_PATH}?{query}")["items"]
        records += items
        if len(items) < 1000:
            break
    return records


def _integrity(directory: Path, copy: Path) -> str:
    """Asked of a copy: opening the original would do the recovery in the server's place."""
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for file in directory.glob("data.db*"):
        shutil.copy(file, copy)
    database = apsw.Connection(str(copy / "data.db"))
    answer = str(database.execute("PRAGMA integrity_check").get)
    database.close()
    return answer
