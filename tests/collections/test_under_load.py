"""Collections change while clients of two workers read and write them."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Kind, Server, add_superuser

ID = "things_under_load"
PATH = f"/api/collections/{ID}"
RECORDS = f"{PATH}/records"
ROWS = 12
ROUNDS = 8  # of all changes below
OPEN = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule"), "")

UP = {"id": "up", "type": "relation", "name": "up", "collectionId": ID}
N = {"id": "n", "type": "number", "name": "n"}
KEPT = [N, UP]
# What each state of the collection may look like; `a` holds texts with a, `b` texts with b.
A = {"id": "a", "type": "text"}
B = {"id": "b", "type": "text"}
KIND = {"id": "kind", "type": "select", "name": "kind", "values": ["x", "y"]}


def _fields(first: str, second: str, most: int, *more: dict[str, Any]) -> list[dict[str, Any]]:
    return [*KEPT, {**A, "name": first}, {**B, "name": second}, {**KIND, "maxSelect": most}, *more]


def _index(name: str, column: str) -> str:
    return f"CREATE INDEX {name} ON things ({column})"


CHANGES: list[dict[str, Any]] = [
    {"fields": _fields("one", "two", 1), "indexes": [_index("i1", "one")]},
    # Names are swapped: an answer of both schemas would have a's under the name of the b's.
    {"fields": _fields("two", "one", 1), "indexes": [_index("i1", "one")]},
    {"fields": _fields("two", "one", 2), "viewRule": "one != 'x'"},
    {"name": "stuff", "fields": _fields("two", "three", 2), "indexes": [], "viewRule": ""},
    {"fields": _fields("two", "three", 1, {"id": "e", "type": "bool", "name": "extra"})},
    {"name": "things", "fields": _fields("one", "two", 1), "indexes": [_index("i2", "n")]},
]  # fmt: skip
USERS = [[], [{"id": "more", "type": "text", "name": "more"}]]


class Load:
    """Clients that run until the changes are done; what they find wrong ends the test."""

    def __init__(self, server: Server, token: str) -> None:
        self.server = server
        self.token = token
        self.done = threading.Event()
        self.acknowledged: dict[str, int] = {}
        self.requests = 0

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.server.send(method, path, token=self.token, json_body=body)
        assert answer.status == 200, (method, path, answer)
        self.requests += 1
        return answer.json()

    def list(self) -> None:
        items = self.ask("GET", f"{RECORDS}?expand=up&sort=id&perPage={ROWS}")["items"]
        assert len(items) == ROWS
        assert len({_shape(record) for record in items}) == 1, items
        for record in items:
            # Related records are of the same collection, so of the same schema too.
            assert _shape(record["expand"]["up"]) == _shape(items[0]), record

    def view(self) -> None:
        record = self.ask("GET", f"{RECORDS}/{_id(3)}?expand=up")
        assert _shape(record) == _shape(record["expand"]["up"]), record

    def filter(self) -> None:
        found = self.ask("GET", f"{RECORDS}?filter=up.n>=0%26%26n>=0&perPage=1")
        assert found["totalItems"] >= ROWS

    def write(self) -> None:
        id_ = f"w{len(self.acknowledged):014}"
        made = self.ask("POST", f"{RECORDS}?expand=up", {"id": id_, "n": 1, "up": _id(1)})
        self.acknowledged[id_] = 1
        assert _names(made) == _names(made["expand"]["up"])
        changed = self.ask("PATCH", f"{RECORDS}/{id_}", {"n+": 1})
        assert changed["n"] == 2
        self.acknowledged[id_] = 2

    def repeat(self, act: Callable[[], None]) -> None:
        try:
            while not self.done.is_set():
                act()
        finally:
            self.done.set()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, 2) as running:
        yield running


def test_answers_are_of_one_schema_and_no_write_is_lost(server: Server) -> None:
    root = server.superuser_token()
    collection = {"id": ID, "name": "things", **OPEN, **CHANGES[0]}
    # A relation to itself needs the collection to be there.
    empty = {**collection, "fields": [], "indexes": []}
    server.expect("POST", "/api/collections", token=root, json_body=empty)
    server.expect("PATCH", PATH, token=root, json_body=collection)
    for number in range(ROWS):
        body = {"id": _id(number), "one": "a", "two": "b", "kind": "x", "n": number}
        server.expect("POST", RECORDS, token=root, json_body=body)
    for number in range(ROWS):
        path, body = f"{RECORDS}/{_id(number)}", {"up": _id(0)}
        server.expect("PATCH", path, token=root, json_body=body)
    ann = {"email": "ann@example.com", "password": "password1", "passwordConfirm": "password1"}
    server.expect("POST", "/api/collections/users/records", token=root, json_body=ann)
    load = Load(server, server.sign_in("users", "ann@example.com", "password1"))
    acts = [load.list, load.list, load.view, load.filter, load.write]
    with ThreadPoolExecutor(len(acts)) as clients:
        running = [clients.submit(load.repeat, act) for act in acts]
        try:
            for change, users in zip(CHANGES * ROUNDS, itertools.cycle(USERS), strict=False):
                if load.done.is_set():
                    break
                server.expect("PATCH", PATH, token=root, json_body=change)
                # The callers' own collection, too.
                path = "/api/collections/users"
                server.expect("PATCH", path, token=root, json_body={"fields": users})
        finally:
            load.done.set()
        for client in running:
            client.result()
    stored = {
        record["id"]: record["n"]
        for page in range(1, 1 + len(load.acknowledged) // 1000 + 1)
        for record in server.expect(
            "GET", f"{RECORDS}?filter=id~'w0'&perPage=1000&page={page}", token=root
        )["items"]
    }
    assert stored == load.acknowledged
    assert load.requests > 100
    assert "failed" not in server.output


def _id(number: int) -> str:
    return f"r{number:014}"


def _names(record: dict[str, Any]) -> frozenset[str]:
    return frozenset(record) - {"expand"}


def _shape(record: dict[str, Any]) -> tuple[Any, ...]:
    """What tells one schema from another: names, where the texts are, the form of `kind`."""
    texts = {key: record[key] for key in ("one", "two", "three") if key in record}
    assert sorted(texts.values()) == ["a", "b"], record
    kind = type(record["kind"])
    return record["collectionName"], _names(record), tuple(sorted(texts.items())), kind
