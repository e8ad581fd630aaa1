"""Many-to-many fields over HTTP: both sides in step, rules and metadata of links, limits."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from fastcms.migrations import files, run
from fastcms.records.events import RecordChanged, RecordEvent
from fastcms.transfer import formats
from fastcms.transfer.load import LoadOrder, load
from fastcms.transfer.table import FileError
from tests.inprocess import Answer, Client, served

PATH = "/api/collections"
OPEN = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")
ROLE = "work.title ~ 'w' && @request.body.role = 'x'"
TITLE = {"type": "text", "name": "title"}


def rid(name: str) -> str:
    return name.ljust(15, "0")


def _end(name: str, collection: str, **options: Any) -> dict[str, Any]:
    return {
        "id": name, "type": "relation", "name": name, "collectionId": f"pbc_{collection}",
        "required": True, "cascadeDelete": True, **options,
    }  # fmt: skip


def _side(name: str, to: str, **options: Any) -> dict[str, Any]:
    return {
        "id": name, "type": "manyToMany", "name": name, "collectionId": f"pbc_{to}",
        "junctionId": "pbc_links", **options,
    }  # fmt: skip


def collections(
    junction: dict[str, Any] | None = None,
    works: dict[str, Any] | None = None,
    tags: dict[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Works and tags, each with a list of the other, over links with a role."""
    index = "CREATE UNIQUE INDEX idx_links ON links (work, tag)"
    fields = [_end("work", "works"), _end("tag", "tags")]
    fields += [{"type": "text", "name": "role", "max": 10}]
    fields += [{"type": "text", "name": "secret", "hidden": True}]
    bodies: list[dict[str, Any]] = [
        {"name": "works", "fields": [TITLE, _side("tags", "tags", **(works or {}))], **OPEN},
        {"name": "tags", "fields": [TITLE, _side("works", "works", **(tags or {}))], **OPEN},
        {"name": "links", "fields": fields, "indexes": [index], **OPEN, **(junction or {})},
    ]
    return [{"id": f"pbc_{body['name']}", **body} for body in bodies]


async def prepare(client: Client, **options: Any) -> None:
    answer = await client("PUT", f"{PATH}/import", {"collections": collections(**options)})
    assert answer.status == 204, answer.body
    for name in ("a", "b", "c", "d"):
        await client("POST", f"{PATH}/tags/records", {"id": rid(name), "title": name})
    for name in ("w", "x"):
        answer = await client("POST", f"{PATH}/works/records", {"id": rid(name), "title": name})


async def patch(client: Client, path: str, body: dict[str, Any], **rest: Any) -> Answer:
    collection, name = path.split("/")
    return await client("PATCH", f"{PATH}/{collection}/records/{rid(name)}", body, **rest)


async def lists(client: Client) -> dict[str, str]:
    """Each record's list as short ids, of both sides; links must say the same."""
    found: dict[str, str] = {}
    for collection, field in (("works", "tags"), ("tags", "works")):
        answer = await client("GET", f"{PATH}/{collection}/records?sort=id")
        for item in answer.json()["items"]:
            found[item["id"].rstrip("0")] = " ".join(i.rstrip("0") for i in item[field])
    answer = await client("GET", f"{PATH}/links/records?sort=@rowid&perPage=500")
    told: dict[str, list[str]] = {name: [] for name in found}
    for item in answer.json()["items"]:
        work, tag = item["work"].rstrip("0"), item["tag"].rstrip("0")
        told[work].append(tag)
        told[tag].append(work)
    assert {name: " ".join(ids) for name, ids in told.items()} == found
    return {name: ids for name, ids in found.items() if ids}


def test_both_sides_are_kept_in_step(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        steps: list[tuple[str, str, dict[str, Any], dict[str, str]]] = [
            ("PATCH", "works/w", {"tags": [rid("b"), rid("a")]},
             {"w": "b a", "a": "w", "b": "w"}),
            ("PATCH", "works/w", {"tags+": rid("c")},
             {"w": "b a c", "a": "w", "b": "w", "c": "w"}),
            ("PATCH", "works/w", {"tags-": [rid("b")], "title": "new"},
             {"w": "a c", "a": "w", "c": "w"}),
            ("PATCH", "tags/a", {"works+": [rid("x")]},
             {"w": "a c", "x": "a", "a": "w x", "c": "w"}),
            ("PATCH", "tags/c", {"works": []}, {"w": "a", "x": "a", "a": "w x"}),
            ("POST", "works/", {"id": rid("y"), "tags": [rid("d"), rid("a")]},
             {"w": "a", "x": "a", "y": "d a", "a": "w x y", "d": "y"}),
            ("POST", "links/", {"id": rid("l"), "work": rid("w"), "tag": rid("d")},
             {"w": "a d", "x": "a", "y": "d a", "a": "w x y", "d": "y w"}),
            ("PATCH", "links/l", {"work": rid("x")},
             {"w": "a", "x": "a d", "y": "d a", "a": "w x y", "d": "y x"}),
            ("DELETE", "links/l", {}, {"w": "a", "x": "a", "y": "d a", "a": "w x y", "d": "y"}),
            ("DELETE", "tags/a", {}, {"y": "d", "d": "y"}),
            ("DELETE", "works/y", {}, {}),
        ]  # fmt: skip
        for method, path, body, expected in steps:
            collection, name = path.split("/")
            rest = f"/{rid(name)}" if name else ""
            answer = await client(method, f"{PATH}/{collection}/records{rest}", body or None)
            assert answer.status in (200, 204), answer.body
            assert await lists(client) == expected, path
            if collection == "works" and answer.body:
                shown = [id_.rstrip("0") for id_ in answer.json()["tags"]]
                assert shown == expected[answer.json()["id"].rstrip("0")].split()

    served(tmp_path, scenario)


def test_links_carry_values_of_their_own(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        body: dict[str, Any] = {"tags": [{"id": rid("a"), "role": "main"}, rid("b")]}
        assert (await patch(client, "works/w", body, token="")).status == 200
        path = f"{PATH}/works/records/{rid('w')}?expand=tags,links_via_work.tag"

        async def roles() -> dict[str, str]:
            expand = (await client("GET", path)).json()["expand"]
            assert {tag["title"] for tag in expand["tags"]} == {
                link["expand"]["tag"]["title"] for link in expand["links_via_work"]
            }
            return {x["tag"].rstrip("0"): x["role"] for x in expand["links_via_work"]}

        assert await roles() == {"a": "main", "b": ""}
        body = {"tags+": [{"id": rid("b"), "role": "side"}, {"id": rid("c"), "role": "new"}]}
        assert (await patch(client, "works/w", body, token="")).status == 200
        assert await roles() == {"a": "main", "b": "side", "c": "new"}
        # What is not said of a link stays.
        body = {"tags": [rid("a"), {"id": rid("c"), "role": ""}]}
        assert (await patch(client, "works/w", body)).status == 200
        assert await roles() == {"a": "main", "c": ""}
        refused = {"tags+": [{"id": rid("a"), "role": "much too long"}]}
        answer = await patch(client, "works/w", refused)
        assert answer.json()["data"]["tags"]["role"]["code"] == "validation_max_text_constraint"
        refused = {"tags+": [{"id": rid("d"), "nothing": "x"}]}
        answer = await patch(client, "works/w", refused)
        assert answer.json()["data"]["tags"]["code"] == "validation_links_invalid"
        # The ends of a link are what the list says, whatever a body claims.
        other = {"tags+": [{"id": rid("d"), "work": rid("x"), "secret": "mine"}]}
        assert (await patch(client, "works/w", other, token="")).status == 200
        found = (await client("GET", f"{PATH}/links/records?filter=tag=%22{rid('d')}%22")).json()
        assert [(x["work"], x["secret"]) for x in found["items"]] == [(rid("w"), "")]
        assert await lists(client) == {"w": "a c d", "a": "w", "c": "w", "d": "w"}

    served(tmp_path, scenario)


@pytest.mark.parametrize(
    ("junction", "body", "allowed"),
    [
        ({}, {"tags": [rid("b"), {"id": rid("a"), "role": "x"}]}, True),
        ({"createRule": None}, {"tags+": rid("b")}, False),
        ({"createRule": None}, {"tags": []}, True),
        ({"createRule": None}, {"title": "other"}, True),
        ({"createRule": "tag.title = 'b'"}, {"tags+": rid("b")}, True),
        ({"createRule": "tag.title = 'b'"}, {"tags+": [rid("b"), rid("c")]}, False),
        ({"createRule": ROLE}, {"tags+": rid("b")}, False),
        ({"createRule": ROLE},
         {"tags+": [{"id": rid("b"), "role": "x"}]}, True),
        ({"deleteRule": None}, {"tags": [rid("b")]}, False),
        ({"deleteRule": None}, {"tags+": [rid("b")]}, True),
        ({"deleteRule": "tag.title = 'a'"}, {"tags-": rid("a")}, True),
        ({"deleteRule": "@request.auth.id != ''"}, {"tags-": rid("a")}, False),
        ({"updateRule": None}, {"tags+": [{"id": rid("a"), "role": "x"}]}, False),
        ({"updateRule": "role = ''"}, {"tags+": [{"id": rid("a"), "role": "x"}]}, True),
        ({"updateRule": None}, {"tags+": [rid("a")]}, True),
    ],
)  # fmt: skip
def test_rules_of_the_links(
    tmp_path: Path, junction: dict[str, Any], body: dict[str, Any], allowed: bool
) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client, junction=junction)
        assert (await patch(client, "works/w", {"tags": [rid("a")]})).status == 200
        answer = await patch(client, "works/w", {**body, "title": "w2"}, token="")
        if allowed:
            assert answer.status == 200, answer.body
        else:
            assert answer.json()["data"]["tags"]["code"] == "validation_links_refused"
            assert await lists(client) == {"w": "a", "a": "w"}
            title = (await client("GET", f"{PATH}/works/records/{rid('w')}")).json()["title"]
            assert title == "w"
            # A superuser may always.
            assert (await patch(client, "works/w", body)).status == 200
        await lists(client)

    served(tmp_path, scenario)


@pytest.mark.parametrize(
    ("options", "path", "body", "code"),
    [
        ({"works": {"maxSelect": 2}}, "works/w", {"tags+": [rid("c")]}, "too_many_values"),
        ({"works": {"maxSelect": 2}}, "works/w", {"tags+": [rid("c")], "tags-": rid("a")}, ""),
        ({"works": {"minSelect": 2}}, "works/w", {"tags-": [rid("a")]}, "not_enough_values"),
        ({"works": {"minSelect": 2}}, "works/w", {"tags": []}, ""),
        ({"works": {"required": True}}, "works/w", {"tags": []}, "required"),
        # The other side's list.
        ({"works": {"maxSelect": 2}}, "tags/c", {"works+": [rid("w")]}, "too_many_values"),
        ({"works": {"minSelect": 2}}, "tags/a", {"works": []}, "not_enough_values"),
        ({"works": {"maxSelect": 2}}, "tags/a", {"works": [rid("w")]}, ""),
        ({}, "works/w", {"tags+": rid("none")}, "missing_rel_records"),
    ],
)
def test_how_many(
    tmp_path: Path, options: dict[str, Any], path: str, body: dict[str, Any], code: str
) -> None:
    async def scenario(client: Client) -> None:
        lenient = {side: {**o, "required": False} for side, o in options.items()}
        await prepare(client, **lenient)
        answer = await patch(client, "works/w", {"tags": [rid("a"), rid("b")]})
        assert answer.status == 200, answer.body
        await client("DELETE", f"{PATH}/works/records/{rid('x')}")
        strict = {"collections": collections(**options)}
        assert (await client("PUT", f"{PATH}/import", strict)).status == 204
        before = await lists(client)
        answer = await patch(client, path, body)
        if code:
            (problem,) = answer.json()["data"].values()
            assert problem["code"] == f"validation_{code}"
            assert await lists(client) == before
        else:
            assert answer.status == 200, answer.body

    served(tmp_path, scenario)


def test_limits_hold_for_links_that_are_written_themselves(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client, works={"maxSelect": 2, "minSelect": 2})
        assert (await patch(client, "works/w", {"tags": [rid("a"), rid("b")]})).status == 200
        body = {"work": rid("w"), "tag": rid("c")}
        answer = await client("POST", f"{PATH}/links/records", body)
        assert answer.json()["data"]["work"]["code"] == "validation_too_many_values"
        (one, _) = (await client("GET", f"{PATH}/links/records")).json()["items"]
        answer = await client("DELETE", f"{PATH}/links/records/{one['id']}")
        assert answer.status == 400
        assert await lists(client) == {"w": "a b", "a": "w", "b": "w"}
        # A record that goes takes its links along, as with any relation.
        assert (await client("DELETE", f"{PATH}/tags/records/{rid('a')}")).status == 204
        assert await lists(client) == {"w": "b", "b": "w"}

    served(tmp_path, scenario)


def test_the_last_of_a_required_list_stays(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        assert (await patch(client, "works/w", {"tags": [rid("a"), rid("b")]})).status == 200
        await client("DELETE", f"{PATH}/works/records/{rid('x')}")
        strict = {"collections": collections(works={"required": True})}
        assert (await client("PUT", f"{PATH}/import", strict)).status == 204
        assert (await client("DELETE", f"{PATH}/tags/records/{rid('a')}")).status == 204
        assert (await client("DELETE", f"{PATH}/tags/records/{rid('b')}")).status == 400
        assert await lists(client) == {"w": "b", "b": "w"}
        assert (await client("DELETE", f"{PATH}/works/records/{rid('w')}")).status == 204
        assert (await client("DELETE", f"{PATH}/tags/records/{rid('b')}")).status == 204

    served(tmp_path, scenario)


def test_links_that_come_at_once_all_count(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client, works={"maxSelect": 3})
        bodies = [{"tags+": rid(name)} for name in "abcd"]
        answers = await asyncio.gather(*(patch(client, "works/w", body) for body in bodies))
        assert sorted(answer.status for answer in answers) == [200, 200, 200, 400]
        assert len((await lists(client))["w"].split()) == 3

    served(tmp_path, scenario)


@pytest.mark.parametrize(
    ("collection", "filter_", "expected"),
    [
        ("works", "tags.title ?= 'a'", ["w"]),
        ("works", "tags:length = 2", ["w"]),
        ("works", "tags:each ?= 'b00000000000000'", ["w"]),
        ("works", "links_via_work.role ?= 'main'", ["w"]),
        ("works", "links_via_work.tag.title ?= 'b'", ["w"]),
        ("tags", "works.title ?= 'w'", ["a", "b"]),
        ("tags", "works_via_tags.title ?= 'w'", ["a", "b"]),
        ("tags", "links_via_tag.role ?= 'main'", ["a"]),
    ],
)
def test_filters(tmp_path: Path, collection: str, filter_: str, expected: list[str]) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        body = {"tags": [{"id": rid("a"), "role": "main"}, rid("b")]}
        assert (await patch(client, "works/w", body)).status == 200
        query = filter_.replace(" ", "%20").replace("'", "%27")
        path = f"{PATH}/{collection}/records?sort=id&filter={query}"
        items = (await client("GET", path, token="")).json()["items"]
        assert [item["id"].rstrip("0") for item in items] == expected
        # Links that one may not list are not filtered by.
        await client("PATCH", f"{PATH}/links", {"listRule": None})
        answer = await client("GET", path, token="")
        assert answer.status == (400 if "links_via" in filter_ else 200)

    served(tmp_path, scenario)


def test_hooks_and_events_of_links(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        assert (await patch(client, "works/w", {"tags": [rid("a")]})).status == 200
        heard: list[str] = []

        def listen(event: object) -> None:
            if isinstance(event, RecordChanged):
                heard.append(f"{event.action} {event.record.collection.name}")

        def hooked(name: str) -> Any:
            async def handler(event: RecordEvent) -> None:
                heard.append(f"{name} {event.record.collection.name}")
                await event.next()

            return handler

        client.app.store.listeners.append(listen)
        names = ("record_create", "record_delete", "record_after_create_success",
                 "record_after_delete_success")  # fmt: skip
        for name in names:
            getattr(client.app.hooks, name).add(hooked(name))
        assert (await patch(client, "works/w", {"tags": [rid("b")]})).status == 200
        assert heard == [
            "record_create links",
            "record_delete links",
            "create links",
            "delete links",
            "update works",
            "record_after_create_success links",
            "record_after_delete_success links",
        ]

    served(tmp_path, scenario)


# -- the schema -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"indexes": []}, "junctionId"),
        ({"indexes": ["CREATE UNIQUE INDEX i ON links (work, tag) WHERE role = ''"]}, "junctionId"),
        ({"fields": [_end("tag", "tags")], "indexes": []}, "sourceId"),
        ({"fields": [_end("work", "works")], "indexes": []}, "targetId"),
        ({"fields": [_end("work", "works", maxSelect=2), _end("tag", "tags")]}, "sourceId"),
        ({"fields": [_end("work", "works", cascadeDelete=False), _end("tag", "tags")]},
         "junctionId"),
    ],
)  # fmt: skip
def test_a_junction_must_carry_the_field(tmp_path: Path, change: dict[str, Any], key: str) -> None:
    async def scenario(client: Client) -> None:
        answer = await client(
            "PUT", f"{PATH}/import", {"collections": collections(junction=change)}
        )
        assert answer.status == 400
        assert f'"{key}"' in answer.json()["data"]["collections"]["message"]
        await prepare(client)
        answer = await client("PATCH", f"{PATH}/links", change)
        assert answer.json()["data"]["fields"]["code"] == "validation_invalid_junction"

    served(tmp_path, scenario)


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"junctionId": ""}, "junctionId"),
        ({"junctionId": "nothing"}, "junctionId"),
        ({"maxSelect": 1}, "maxSelect"),
        ({"onDelete": "cascade"}, "onDelete"),
        ({"cascadeDelete": True}, "cascadeDelete"),
        ({"sourceId": "tag"}, "sourceId"),
        ({"targetId": "work"}, "targetId"),
    ],
)
def test_options(tmp_path: Path, options: dict[str, Any], key: str) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        fields = collections(works=options)[0]["fields"]
        answer = await client("PATCH", f"{PATH}/works", {"fields": fields})
        assert answer.status == 400
        (problems,) = answer.json()["data"]["fields"].values()
        assert list(problems) == [key]

    served(tmp_path, scenario)


def test_lists_follow_changes_of_the_schema(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        assert (await patch(client, "works/w", {"tags": [rid("a"), rid("b")]})).status == 200
        # Everything under another name.
        fields = [f for f in collections()[2]["fields"] if f["name"] != "secret"]
        fields[0] = {**fields[0], "name": "piece"}
        index = "CREATE UNIQUE INDEX idx_links ON bonds (piece, tag)"
        body: dict[str, Any] = {"name": "bonds", "fields": fields, "indexes": [index]}
        answer = await client("PATCH", f"{PATH}/links", body)
        assert answer.status == 200, answer.body
        side = {**_side("tags", "tags"), "name": "topics"}
        more = {"type": "select", "name": "kind", "values": ["x", "y"], "maxSelect": 2}
        answer = await client("PATCH", f"{PATH}/works", {"name": "pieces", "fields": [side, more]})
        assert answer.status == 200, answer.body
        answer = await patch(client, "pieces/w", {"topics+": rid("c")})
        assert [id_[0] for id_ in answer.json()["topics"]] == ["a", "b", "c"]
        items = (await client("GET", f"{PATH}/tags/records?sort=id")).json()["items"]
        assert [len(item["works"]) for item in items] == [1, 1, 1, 0]
        # A list that comes later shows what is linked already; one that goes takes no link along.
        for fields_, shown in (([], None), ([side], ["a", "b", "c"])):
            answer = await client("PATCH", f"{PATH}/pieces", {"fields": [TITLE, *fields_]})
            assert answer.status == 200, answer.body
            record = (await client("GET", f"{PATH}/pieces/records/{rid('w')}")).json()
            assert (shown is None) is ("topics" not in record)
            assert [id_[0] for id_ in record.get("topics", [])] == (shown or [])
        assert (await client("DELETE", f"{PATH}/bonds")).status == 400
        for name in ("pieces", "tags"):
            await client("PATCH", f"{PATH}/{name}", {"fields": [TITLE]})
        for name in ("bonds", "tags", "pieces"):
            assert (await client("DELETE", f"{PATH}/{name}")).status == 204
        triggers = "SELECT name FROM sqlite_master WHERE name GLOB '_fc_link*'"
        assert client.app.store.read_now(triggers) == []

    served(tmp_path, scenario)


def test_friends_of_friends(tmp_path: Path) -> None:
    """Both ends of a link may be in one collection; the ids of the ends tell them apart."""

    async def scenario(client: Client) -> None:
        ends = {"follows": ("one", "other"), "followers": ("other", "one")}
        sides = [
            _side(name, "people", junctionId="pbc_follows", sourceId=source, targetId=target)
            for name, (source, target) in ends.items()
        ]
        fields = [_end("one", "people"), _end("other", "people")]
        index = "CREATE UNIQUE INDEX idx_follows ON follows (one, other)"
        bodies = [
            {"id": "pbc_people", "name": "people", "fields": sides},
            {"id": "pbc_follows", "name": "follows", "fields": fields, "indexes": [index]},
        ]
        answer = await client("PUT", f"{PATH}/import", {"collections": bodies})
        assert answer.status == 204, answer.body
        for name in "abc":
            await client("POST", f"{PATH}/people/records", {"id": rid(name)})
        await patch(client, "people/a", {"follows": [rid("b"), rid("c")]})
        answer = await patch(client, "people/a", {"followers+": [rid("a"), rid("c")]})
        assert answer.status == 200, answer.body
        shown = [[id_[0] for id_ in answer.json()[key]] for key in ("follows", "followers")]
        assert shown == [["b", "c", "a"], ["a", "c"]]
        items = (await client("GET", f"{PATH}/people/records?sort=id")).json()["items"]
        assert [[len(item[key]) for key in ends] for item in items] == [[3, 2], [0, 1], [1, 1]]

    served(tmp_path, scenario)


MIGRATION = """
def up(app):
    work = app.create_record("works", {"title": "z", "tags": ["a00000000000000"]})
    app.update_record(work, {"tags+": [{"id": "b00000000000000", "role": "main"}]})
    app.execute("DELETE FROM links WHERE tag = 'a00000000000000'")
    assert app.record("works", work.id)["tags"] == ["b00000000000000"]


def down(app):
    pass
"""


def test_migrations_write_links(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        folder = tmp_path / "pb_migrations"
        path = files.new_path(folder, "links", [])
        files.write(path, MIGRATION)
        await run.up(client.app, folder)
        (link,) = (await client("GET", f"{PATH}/links/records")).json()["items"]
        assert (link["tag"], link["role"]) == (rid("b"), "main")

    served(tmp_path / "pb_data", scenario)


def test_files_of_links_fill_the_lists(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client, works={"maxSelect": 2})
        path = tmp_path / "links.csv"
        rows = [f"{rid('w')},{rid('a')},main", f"{rid('x')},{rid('a')},", f"{rid('w')},{rid('b')},"]
        path.write_text("\n".join(["work,tag,role", *rows]), encoding="utf-8")
        csv = formats.by_name("csv")
        report = await load(client.app, LoadOrder(collection="links"), csv, path)
        assert report.created == 3
        assert await lists(client) == {"w": "a b", "x": "a", "a": "w x", "b": "w"}
        path.write_text(f"work,tag\n{rid('w')},{rid('c')}", encoding="utf-8")
        with pytest.raises(FileError, match='"tags" of "works": Select no more than 2'):
            await load(client.app, LoadOrder(collection="links"), csv, path)
        assert (await lists(client))["w"] == "a b"
        # A list in a file of its own side is told of and left out.
        export = await client("GET", f"{PATH}/works/export?format=csv")
        path.write_bytes(export.body)
        order = LoadOrder(collection="works", upsert_by="id")
        report = await load(client.app, order, csv, path)
        assert report.ignored == ["tags"]

    served(tmp_path / "pb_data", scenario)


def test_a_hook_writes_no_list_past_its_links(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        await patch(client, "works/w", {"tags": [rid("a")]})

        async def claim(event: RecordEvent) -> None:
            if event.record.collection.name == "works":
                event.record.values["tags"] = [rid("b")]
            await event.next()

        client.app.hooks.record_create.add(claim)
        client.app.hooks.record_update.add(claim)
        path = tmp_path / "works.csv"
        path.write_text(f"id,title\n{rid('w')},again\n{rid('z')},new\n", encoding="utf-8")
        order = LoadOrder(collection="works", upsert_by="id")
        report = await load(client.app, order, formats.by_name("csv"), path)
        assert (report.created, report.updated) == (1, 1)
        assert await lists(client) == {"w": "a", "a": "w"}
        # Of a write that makes links, a hook may say which.
        assert (await patch(client, "works/z", {"title": "old"})).status == 200
        assert await lists(client) == {"w": "a", "z": "b", "a": "w", "b": "z"}

    served(tmp_path / "pb_data", scenario)


def test_views_show_lists(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        await patch(client, "works/w", {"tags": [rid("a")]})
        body = {"name": "seen", "type": "view", "viewQuery": "SELECT id, tags FROM works"}
        assert (await client("POST", PATH, {**body, "listRule": ""})).status == 200
        path = f"{PATH}/seen/records?sort=id&expand=tags"
        items = (await client("GET", path, token="")).json()["items"]
        assert [tag["title"] for tag in items[0]["expand"]["tags"]] == ["a"]

    served(tmp_path, scenario)
