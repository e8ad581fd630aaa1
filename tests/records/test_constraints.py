"""What becomes of records when one that they name is deleted or gets another id."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fastcms.migrations import files, run
from fastcms.records.cascade import MAX_DEPTH
from fastcms.records.events import RecordChanged, RecordEvent
from tests.inprocess import Client, served

PATH = "/api/collections"
OPEN = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")
CASCADE, RESTRICT, SET_NULL = ("cascade", "restrict", "setNull")


async def make(client: Client, name: str, *fields: dict[str, Any]) -> str:
    answer = await client("POST", PATH, {"name": name, "fields": list(fields), **OPEN})
    assert answer.status == 200, answer.body
    id_: str = answer.json()["id"]
    return id_


async def add(client: Client, collection: str, id_: str, **values: Any) -> None:
    body = {"id": id_.ljust(15, "0"), **values}
    answer = await client("POST", f"{PATH}/{collection}/records", body)
    assert answer.status == 200, answer.body


async def left(client: Client, collection: str, field: str = "up") -> dict[str, Any]:
    """The field's values by the short ids of their records."""
    answer = await client("GET", f"{PATH}/{collection}/records?sort=id")
    return {r["id"].rstrip("0"): short(r[field]) for r in answer.json()["items"]}


def short(value: Any) -> Any:
    return [v.rstrip("0") for v in value] if isinstance(value, list) else value.rstrip("0")


def long(value: Any) -> Any:
    return [v.ljust(15, "0") for v in value] if isinstance(value, list) else value.ljust(15, "0")


@pytest.mark.parametrize(
    ("options", "values", "status", "expected"),
    [
        ({}, {"a": "x", "b": "y"}, 204, {"a": "", "b": "y"}),
        ({"onDelete": SET_NULL}, {"a": "x", "b": "y"}, 204, {"a": "", "b": "y"}),
        ({"onDelete": CASCADE}, {"a": "x", "b": "y"}, 204, {"b": "y"}),
        ({"onDelete": CASCADE, "required": True}, {"a": "x", "b": "y"}, 204, {"b": "y"}),
        ({"onDelete": CASCADE, "cascadeDelete": True}, {"a": "x"}, 204, {}),
        ({"onDelete": RESTRICT}, {"a": "x"}, 400, {"a": "x"}),
        ({"onDelete": RESTRICT}, {"b": "y"}, 204, {"b": "y"}),
        ({"onDelete": SET_NULL, "maxSelect": 3}, {"a": ["x"], "b": ["y", "x"]}, 204,
         {"a": [], "b": ["y"]}),
        ({"onDelete": CASCADE, "maxSelect": 3}, {"a": ["x"], "b": ["y", "x"]}, 204, {"b": ["y"]}),
        ({"onDelete": RESTRICT, "maxSelect": 3}, {"b": ["y", "x"]}, 400, {"b": ["y", "x"]}),
    ],
)  # fmt: skip
def test_on_delete(
    tmp_path: Path,
    options: dict[str, Any],
    values: dict[str, Any],
    status: int,
    expected: dict[str, Any],
) -> None:
    async def scenario(client: Client) -> None:
        tops = await make(client, "tops")
        relation = {"type": "relation", "name": "up", "collectionId": tops, **options}
        await make(client, "notes", relation)
        for id_ in "xy":
            await add(client, "tops", id_)
        for id_, value in values.items():
            await add(client, "notes", id_, up=long(value))
        answer = await client("DELETE", f"{PATH}/tops/records/{long('x')}")
        assert answer.status == status, answer.body
        assert await left(client, "notes") == expected
        assert ("x" in await left(client, "tops", "id")) is (status == 400)

    served(tmp_path, scenario)


def test_who_goes_as_well_restricts_nothing(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        tops = await make(client, "tops")
        link = {"type": "relation", "collectionId": tops}
        fields = [
            {**link, "name": "keeper", "onDelete": RESTRICT},
            {**link, "name": "up", "onDelete": CASCADE},
        ]
        await make(client, "notes", *fields)
        await add(client, "tops", "x")
        await add(client, "tops", "y")
        await add(client, "notes", "a", up=long("x"), keeper=long("x"))
        await add(client, "notes", "b", up=long("y"), keeper=long("x"))
        assert (await client("DELETE", f"{PATH}/tops/records/{long('x')}")).status == 400
        assert await left(client, "notes") == {"a": "x", "b": "y"}
        # All together, nobody is left who could be in the way.
        assert (await client("DELETE", f"{PATH}/tops/truncate")).status == 204
        assert await left(client, "notes") == {}

    served(tmp_path, scenario)


def test_a_chain_of_any_length_goes(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        links = await make(client, "links")
        relation = {"type": "relation", "name": "up", "collectionId": links, "onDelete": CASCADE}
        await client("PATCH", f"{PATH}/links", {"fields": [relation]})

        def fill(tx: Any) -> None:
            for number in range(2_000):
                up = f"l{number - 1:014}" if number else ""
                row = (f"l{number:014}", up)
                tx.execute("INSERT INTO links (id, up) VALUES (?, ?)", row)

        await client.app.store.write(fill)
        assert (await client("DELETE", f"{PATH}/links/records/l{0:014}")).status == 204
        assert await left(client, "links") == {}

    served(tmp_path, scenario)


def test_a_chain_inside_hooks_has_an_end(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        links = await make(client, "links")
        relation = {"type": "relation", "name": "up", "collectionId": links, "onDelete": CASCADE}
        await client("PATCH", f"{PATH}/links", {"fields": [relation]})
        for number in range(MAX_DEPTH + 2):
            up = long(f"l{number - 1}x") if number else ""
            await add(client, "links", f"l{number}x", up=up)
        heard: list[str] = []

        async def listen(event: RecordEvent) -> None:
            heard.append(event.record.id)
            await event.next()

        client.app.hooks.record_delete.add(listen)
        assert (await client("DELETE", f"{PATH}/links/records/{long('l0x')}")).status == 400
        assert (await client("DELETE", f"{PATH}/links/records/{long('l1x')}")).status == 204
        assert heard[-1] == long(f"l{MAX_DEPTH + 1}x")
        assert await left(client, "links") == {"l0x": ""}

    served(tmp_path, scenario)


def test_events_come_for_each_record_and_parents_first(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        tops = await make(client, "tops")
        going = {"type": "relation", "name": "up", "collectionId": tops, "onDelete": CASCADE}
        mids = await make(client, "mids", going)
        staying = {"type": "relation", "name": "up", "collectionId": mids, "onDelete": SET_NULL}
        moved = {"type": "autodate", "name": "moved", "onUpdate": True}
        await make(client, "lows", staying, moved)
        await add(client, "tops", "x")
        for number in "12":
            await add(client, "mids", f"m{number}", up=long("x"))
            await add(client, "lows", f"l{number}", up=long(f"m{number}"))
        heard: list[tuple[str, str]] = []

        def listen(event: object) -> None:
            if isinstance(event, RecordChanged):
                heard.append((event.action, event.record.id.rstrip("0")))

        client.app.store.listeners.append(listen)
        assert (await client("DELETE", f"{PATH}/tops/records/{long('x')}")).status == 204
        assert heard == [
            ("delete", "x"),
            ("delete", "m1"),
            ("delete", "m2"),
            ("update", "l1"),
            ("update", "l2"),
        ]
        items = (await client("GET", f"{PATH}/lows/records")).json()["items"]
        assert all(item["up"] == "" and item["moved"] for item in items)

    served(tmp_path, scenario)


# -- another id -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ([{}], "validation_pk_change"),
        ([{"onUpdate": CASCADE}], ""),
        ([{"onUpdate": CASCADE, "maxSelect": 3}], ""),
        ([{"onUpdate": CASCADE}, {}], "validation_pk_change"),
        ([{"onUpdate": CASCADE}, {"onUpdate": RESTRICT}], "validation_named_id"),
        ([{"onUpdate": RESTRICT}], "validation_named_id"),
    ],
)
def test_on_update(tmp_path: Path, options: list[dict[str, Any]], problem: str) -> None:
    async def scenario(client: Client) -> None:
        tops = await make(client, "tops", {"type": "text", "name": "title"})
        relation = {"type": "relation", "collectionId": tops}
        fields = [{**relation, "name": f"up{n}", **o} for n, o in enumerate(options)]
        await make(client, "notes", *fields)
        for id_ in ("x", "y"):
            await add(client, "tops", id_)
        ups = {
            f"up{n}": [long("x"), long("y")] if "maxSelect" in o else long("x")
            for n, o in enumerate(options)
        }
        await add(client, "notes", "a", **ups)
        body = {"id": long("z"), "title": "new"}
        answer = await client("PATCH", f"{PATH}/tops/records/{long('x')}", body)
        if problem:
            assert answer.json()["data"]["id"]["code"] == problem
            assert await left(client, "tops", "title") == {"x": "", "y": ""}
            return
        assert answer.status == 200
        assert answer.json().items() >= body.items()
        assert await left(client, "tops", "title") == {"y": "", "z": "new"}
        assert await left(client, "notes", "up0") == {
            "a": ["z", "y"] if "maxSelect" in options[0] else "z"
        }

    served(tmp_path, scenario)


@pytest.mark.parametrize(
    ("id_", "code"),
    [
        (long("y"), "validation_not_unique"),
        ("short", "validation_min_text_constraint"),
        ("UPPER0000000000", "validation_invalid_format"),
        ("", "validation_required"),
    ],
)
def test_a_new_id_is_judged_like_that_of_a_new_record(tmp_path: Path, id_: str, code: str) -> None:
    async def scenario(client: Client) -> None:
        tops = await make(client, "tops")
        relation = {"type": "relation", "name": "up", "collectionId": tops, "onUpdate": CASCADE}
        await make(client, "notes", relation)
        for one in ("x", "y"):
            await add(client, "tops", one)
        answer = await client("PATCH", f"{PATH}/tops/records/{long('x')}", {"id": id_})
        assert answer.json()["data"]["id"]["code"] == code

    served(tmp_path, scenario)


def test_a_record_that_names_itself_follows(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        tops = await make(client, "tops")
        relation = {"type": "relation", "name": "up", "collectionId": tops, "onUpdate": CASCADE}
        number = {"type": "number", "name": "n"}
        await client("PATCH", f"{PATH}/tops", {"fields": [relation, number]})
        await add(client, "tops", "x")
        await client("PATCH", f"{PATH}/tops/records/{long('x')}", {"up": long("x")})
        await add(client, "tops", "y", up=long("x"))
        body = {"id": long("z"), "n+": 2}
        answer = await client("PATCH", f"{PATH}/tops/records/{long('x')}", body)
        assert answer.json().items() >= {"id": long("z"), "up": long("z"), "n": 2}.items()
        assert await left(client, "tops") == {"y": "z", "z": "z"}

    served(tmp_path, scenario)


def test_accounts_and_records_with_files_keep_their_ids(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        body = {"name": "people", "type": "auth", **OPEN}
        people = (await client("POST", PATH, body)).json()["id"]
        papers = await make(client, "papers", {"type": "file", "name": "paper"})
        for number, target in enumerate((people, papers)):
            link = {"type": "relation", "name": "up", "collectionId": target, "onUpdate": CASCADE}
            await make(client, f"notes{number}", link)
        account = {"password": "password1", "passwordConfirm": "password1", "email": "a@b.cd"}
        await add(client, "people", "x", **account)
        await add(client, "papers", "x")
        for name in ("people", "papers"):
            answer = await client("PATCH", f"{PATH}/{name}/records/{long('x')}", {"id": long("y")})
            assert answer.json()["data"]["id"]["code"] == "validation_pk_change"

    served(tmp_path, scenario)


MIGRATION = """
def up(app):
    top = app.record("tops", "x00000000000000")
    app.update_record(top, {"id": "z00000000000000"})
    app.delete_record(app.record("tops", "y00000000000000"))


def down(app):
    pass
"""


def test_migrations_follow_the_constraints(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        tops = await make(client, "tops")
        link = {"type": "relation", "name": "up", "collectionId": tops}
        await make(client, "notes", {**link, "onUpdate": CASCADE, "onDelete": CASCADE})
        for one, up in (("a", "x"), ("b", "y")):
            await add(client, "tops", up)
            await add(client, "notes", one, up=long(up))
        folder = tmp_path / "pb_migrations"
        path = files.new_path(folder, "ids", [])
        files.write(path, MIGRATION)
        await run.up(client.app, folder)
        assert await left(client, "notes") == {"a": "z"}

    served(tmp_path / "pb_data", scenario)
