"""Templates over HTTP: what is offered, and what applying one does to what is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fastcms import ids
from fastcms.templates import library
from tests.inprocess import Answer, Client, served

TEMPLATES = "/api/collections/meta/templates"
SHIPPED = ["blog", "cms", "directory", "shop"]


def own(directory: Path, name: str, content: Any) -> None:
    folder = directory / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


async def apply(client: Client, name: str, body: Any = None, query: str = "") -> Answer:
    return await client("POST", f"{TEMPLATES}/{name}/apply{query}", body)


async def names(client: Client) -> list[str]:
    items = (await client("GET", "/api/collections?perPage=100")).json()["items"]
    return [item["name"] for item in items if not item["system"]]


def code(answer: Answer) -> str:
    (problem,) = answer.json()["data"].values()
    return str(problem["code"])


@pytest.mark.parametrize(
    ("method", "path"), [("GET", TEMPLATES), ("POST", f"{TEMPLATES}/blog/apply")]
)
def test_superusers_only(tmp_path: Path, method: str, path: str) -> None:
    async def body(client: Client) -> None:
        assert (await client(method, path, {}, token="")).status == 401

    served(tmp_path / "pb_data", body)


def test_what_is_shipped() -> None:
    found = library.available(Path("nowhere"))
    assert [template.name for template in found] == SHIPPED
    assert all(t.title and t.description and not t.own and not t.problem for t in found)


@pytest.mark.parametrize("order", [SHIPPED, SHIPPED[::-1]])
def test_all_fit_beside_each_other(tmp_path: Path, order: list[str]) -> None:
    async def body(client: Client) -> None:
        for name in order:
            tried = await apply(client, name, query="?dryRun=1")
            assert name not in await names(client)
            done = await apply(client, name)
            assert (done.status, done.json()) == (200, tried.json())
            assert {c["action"] for c in done.json()["collections"]} == {"create"}

    served(tmp_path / "pb_data", body)


@pytest.mark.parametrize("name", SHIPPED)
def test_nobody_may_change_what_is_not_his(tmp_path: Path, name: str) -> None:
    """No rule of a template opens a write to everybody, but signing up."""

    async def body(client: Client) -> None:
        await apply(client, name)
        for collection in (await client("GET", "/api/collections?perPage=100")).json()["items"]:
            for rule in ("createRule", "updateRule", "deleteRule"):
                is_sign_up = collection["type"] == "auth" and rule == "createRule"
                assert collection[rule] != "" or is_sign_up, (collection["name"], rule)

    served(tmp_path / "pb_data", body)


def test_every_relation_has_an_index_or_is_a_list(tmp_path: Path) -> None:
    for template in library.available(tmp_path):
        for entry in template.collections:
            columns = " ".join(entry["indexes"])
            for field in entry["fields"]:
                if field["type"] == "relation" and field.get("required"):
                    assert f"`{field['name']}`" in columns, (entry["name"], field["name"])


def test_a_template_does_not_touch_what_is_there(tmp_path: Path) -> None:
    async def body(client: Client) -> None:
        mine = {"name": "Posts", "fields": [{"type": "text", "name": "title"}], "listRule": ""}
        await client("POST", "/api/collections", mine)
        refused = await apply(client, "blog")
        assert (refused.status, code(refused)) == (400, "validation_existing_collections")
        assert await names(client) == ["users", "Posts"]

        merged = await apply(client, "blog", {"merge": True})
        assert merged.status == 200, merged.body
        (change,) = (c for c in merged.json()["collections"] if c["name"] == "Posts")
        assert {field["action"] for field in change["fields"]} == {"add"}
        assert (change["rules"], change["options"], change["order"]) == ([], [], [])
        posts = (await client("GET", "/api/collections/posts")).json()
        assert [field["name"] for field in posts["fields"]][:3] == ["id", "title", "slug"]
        assert posts["listRule"] == ""
        assert posts["fields"][1]["required"] is False

        again = await apply(client, "blog", {"merge": True})
        assert again.json()["collections"] == []

    served(tmp_path / "pb_data", body)


def test_relations_of_every_kind_may_name_collections(tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"
    end = {"type": "relation", "required": True, "cascadeDelete": True}
    junction = {
        "name": "stays",
        "fields": [
            {**end, "name": "guest", "collectionId": "guests"},
            {**end, "name": "room", "collectionId": "rooms"},
        ],
        "indexes": ["CREATE UNIQUE INDEX idx_stays ON stays (guest, room)"],
    }
    rooms = {
        "type": "manyToMany", "name": "rooms", "collectionId": "rooms", "junctionId": "stays",
    }  # fmt: skip
    about = {"type": "polymorphic", "name": "about", "collectionIds": ["rooms", "users"]}
    guests = {"name": "guests", "fields": [rooms, about]}
    own(directory, "hotel", {"collections": [guests, {"name": "rooms"}, junction]})
    own(directory, "lost", {"collections": [{"name": "a", "fields": [{**about, "name": "x"}]}]})

    async def body(client: Client) -> None:
        await client("POST", "/api/collections", {"id": ids.collection_id("base", "rooms"),
                                                  "name": "taken"})  # fmt: skip
        assert (await apply(client, "hotel")).status == 200
        found = {}
        for name in ("guests", "rooms", "stays"):
            found[name] = (await client("GET", f"/api/collections/{name}")).json()
        _, listed, either = found["guests"]["fields"]
        assert listed["collectionId"] == found["rooms"]["id"]
        assert listed["junctionId"] == found["stays"]["id"]
        assert either["collectionIds"] == [found["rooms"]["id"], "_pb_users_auth_"]
        await client("DELETE", "/api/collections/guests")
        refused = await client("POST", f"{TEMPLATES}/lost/apply?dryRun=1")
        assert refused.status == 200
        own(directory, "none", {"collections": [
            {"name": "b", "fields": [{**about, "collectionIds": ["nowhere"]}]}]})  # fmt: skip
        assert code(await apply(client, "none")) == "validation_missing_collection"

    served(directory, body)


def test_ones_own_template_may_name_collections(tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"
    relation = {"type": "relation", "name": "to"}
    own(
        directory,
        "mine",
        {
            "title": "Mine",
            "collections": [
                {"name": "one", "fields": [{**relation, "collectionId": "two"}]},
                {"id": "fixed", "name": "two", "fields": [{**relation, "collectionId": "users"}]},
                {"name": "three", "fields": [{**relation, "collectionId": "fixed"}]},
            ],
        },
    )

    async def body(client: Client) -> None:
        listed = (await client("GET", TEMPLATES)).json()
        assert [t["name"] for t in listed] == ["blog", "cms", "directory", "mine", "shop"]
        assert listed[3] == {
            "name": "mine",
            "title": "Mine",
            "description": "",
            "collections": ["one", "two", "three"],
            "own": True,
            "problem": "",
        }
        assert (await apply(client, "mine")).status == 200
        targets = [
            (await client("GET", f"/api/collections/{name}")).json()["fields"][1]["collectionId"]
            for name in ("one", "two", "three")
        ]
        assert targets == ["fixed", "_pb_users_auth_", "fixed"]

    served(directory, body)


def test_an_export_is_a_template(tmp_path: Path) -> None:
    async def export(client: Client) -> None:
        await apply(client, "shop")
        for chosen in ("orders", "orders,customers"):
            exported = await client("GET", f"/api/collections/export?collections={chosen}")
            own(tmp_path / "second", chosen, exported.json())

    async def body(client: Client) -> None:
        lacking = await apply(client, "orders")
        assert (lacking.status, code(lacking)) == (400, "validation_missing_collection")
        assert (await apply(client, "orders,customers")).status == 200

    served(tmp_path / "first", export)
    served(tmp_path / "second", body)


def test_an_id_that_is_taken_is_not_taken_over(tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"
    own(directory, "mine", {"collections": [{"id": "abc", "name": "new"}]})

    async def body(client: Client) -> None:
        await client("POST", "/api/collections", {"id": "abc", "name": "old"})
        assert (await apply(client, "mine")).status == 200
        assert (await client("GET", "/api/collections/abc")).json()["name"] == "old"
        assert (await client("GET", "/api/collections/new")).json()["id"] == "abc2"

    served(directory, body)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{", "validation_invalid_template"),
        ("[]", "validation_invalid_template"),
        ('{"collections":[]}', "validation_invalid_template"),
        ('{"collections":[{}]}', "validation_invalid_template"),
        (
            '{"collections":[{"name":"a","listRule":"x = 1"}]}',
            "validation_collections_import_failure",
        ),
        ('{"collections":[{"name":"a","fields":5}]}', "validation_invalid_template"),
        (
            '{"collections":[{"name":"a","fields":[{"type":"relation","name":"r","collectionId":"z"}]}]}',
            "validation_missing_collection",
        ),
    ],
)
def test_a_template_that_is_wrong_is_refused_and_the_others_stay(
    tmp_path: Path, content: str, expected: str
) -> None:
    directory = tmp_path / "pb_data"
    own(directory, "wrong", content)

    async def body(client: Client) -> None:
        assert len((await client("GET", TEMPLATES)).json()) == 5
        refused = await apply(client, "wrong")
        assert (refused.status, code(refused)) == (400, expected)
        assert await names(client) == ["users"]

    served(directory, body)


@pytest.mark.parametrize("name", ["nothing", "blog.json", "%2Fetc%2Fpasswd"])
def test_only_names_of_the_list_are_templates(tmp_path: Path, name: str) -> None:
    async def body(client: Client) -> None:
        assert (await apply(client, name)).status == 404

    served(tmp_path / "pb_data", body)
