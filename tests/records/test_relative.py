"""`views+`, `stock-`, `tags+` from many clients at once: every one of them counts."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from fastcms.records.events import RecordEvent
from tests.inprocess import Answer, Client, served
from tests.servers import Kind, Server, add_superuser

COLLECTION = {
    "name": "counters",
    "viewRule": "",
    "updateRule": "@request.body.stock >= 0 || @request.body.stock:isset = false",
    "fields": [
        {"type": "number", "name": "views"},
        {"type": "number", "name": "seats", "min": 1, "max": 10},
        {"type": "number", "name": "stock"},
        {"type": "select", "name": "marks", "values": list("abcdefgh"), "maxSelect": 8},
        {"type": "text", "name": "note"},
    ],
}
RECORDS = "/api/collections/counters/records"
ONE = "one".ljust(15, "0")
PATH = f"{RECORDS}/{ONE}"
CLIENTS = 8
TIMES = 15


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("counters") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, 2) as running:
        token = running.superuser_token()
        running.expect("POST", "/api/collections", token=token, json_body=COLLECTION)
        running.expect("POST", RECORDS, token=token, json_body={"id": ONE})
        yield running


def _at_once(server: Server, bodies: list[dict[str, Any]]) -> Counter[int]:
    """The statuses of the bodies, sent by several clients to two workers."""

    def send(body: dict[str, Any]) -> int:
        return server.send("PATCH", PATH, json_body=body).status

    with ThreadPoolExecutor(CLIENTS) as clients:
        return Counter(clients.map(send, bodies))


def test_increments_add_up(server: Server) -> None:
    bodies = [{"views+": 2} if n % 3 else {"views-": 1} for n in range(CLIENTS * TIMES)]
    assert _at_once(server, bodies) == {200: len(bodies)}
    assert server.expect("GET", PATH)["views"] == sum(2 if n % 3 else -1 for n in range(120))


def test_a_rule_about_the_sum_is_asked_of_what_is_written(server: Server) -> None:
    server.expect("PATCH", PATH, json_body={"stock": 20})
    # The rule is open until the stock runs out; nobody sells the same piece twice.
    assert _at_once(server, [{"stock-": 1}] * 60) == {200: 20, 404: 40}
    assert server.expect("GET", PATH)["stock"] == 0


def test_limits_hold_for_the_sum(server: Server) -> None:
    server.expect("PATCH", PATH, json_body={"seats": 1})
    assert _at_once(server, [{"seats+": 1}] * 30) == {200: 9, 400: 21}
    assert server.expect("GET", PATH)["seats"] == 10


def test_items_are_added_to_what_others_added(server: Server) -> None:
    assert _at_once(server, [{"marks+": mark} for mark in "abcdefgh"]) == {200: 8}
    assert sorted(server.expect("GET", PATH)["marks"]) == list("abcdefgh")
    assert _at_once(server, [{"marks-": mark} for mark in "aceg"]) == {200: 4}
    assert sorted(server.expect("GET", PATH)["marks"]) == list("bdfh")


async def _ready(client: Client) -> None:
    assert (await client("POST", "/api/collections", COLLECTION)).status == 200
    assert (await client("POST", RECORDS, {"id": ONE})).status == 200


async def _together(client: Client, *bodies: dict[str, Any]) -> list[Answer]:
    return list(await asyncio.gather(*(client("PATCH", PATH, body) for body in bodies)))


def test_each_answer_shows_what_was_written(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await _ready(client)
        answers = await _together(client, *[{"views+": 1, "note": "same"}] * 5)
        assert sorted(answer.json()["views"] for answer in answers) == [1, 2, 3, 4, 5]

    served(tmp_path / "pb_data", scenario)


def test_a_value_that_the_body_sets_first_stays_set(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await _ready(client)
        await _together(client, {"views+": 5}, {"views": 100, "views+": 1})
        assert (await client("GET", PATH)).json()["views"] == 101

    served(tmp_path / "pb_data", scenario)


def test_a_value_that_a_hook_puts_in_its_place_stays(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await _ready(client)

        async def seven(event: RecordEvent) -> None:
            event.record.values["views"] = 7
            await event.next()

        client.app.hooks.record_update.add(seven)
        await _together(client, {"views+": 1}, {"views+": 1})
        assert (await client("GET", PATH)).json()["views"] == 7

    served(tmp_path / "pb_data", scenario)


def test_a_record_deleted_in_between_is_not_found(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await _ready(client)
        deleted, changed = await asyncio.gather(
            client("DELETE", PATH), client("PATCH", PATH, {"views+": 1})
        )
        assert (deleted.status, changed.status) == (204, 404)

    served(tmp_path / "pb_data", scenario)
