"""Polymorphic relations over HTTP: rules, secrecy, filters, expansion, deletions, files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fastcms.transfer import formats
from fastcms.transfer.load import LoadOrder, load
from tests.inprocess import Client, served

PATH = "/api/collections"
OPEN = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")
TITLE = {"type": "text", "name": "title"}


def rid(name: str) -> str:
    return name.ljust(15, "0")


def ref(collection: str, name: str) -> dict[str, str]:
    return {"collectionId": f"pbc_{collection}", "id": rid(name)}


async def prepare(client: Client, **options: Any) -> None:
    """Remarks about posts, which all may see, and notes, which only those of theirs may."""
    secret = {"type": "text", "name": "secret", "hidden": True}
    subject = {
        "type": "polymorphic",
        "name": "subject",
        "collectionIds": ["pbc_posts", "pbc_notes"],
        **options,
    }
    many = {**subject, "name": "more", "maxSelect": 5}
    mine = {"listRule": "title != 'private'", "viewRule": "title != 'private'"}
    writer = {"type": "relation", "name": "writer", "collectionId": "pbc_writers"}
    bodies: list[dict[str, Any]] = [
        {"name": "writers", "fields": [TITLE], **OPEN},
        {"name": "posts", "fields": [TITLE, secret, writer], **OPEN},
        {"name": "notes", "fields": [TITLE], **OPEN, **mine},
        {"name": "vaults", "fields": [TITLE]},
        {"name": "remarks", "fields": [TITLE, subject, many], **OPEN},
    ]
    collections = [{"id": f"pbc_{body['name']}", **body} for body in bodies]
    answer = await client("PUT", f"{PATH}/import", {"collections": collections})
    assert answer.status == 204, answer.body
    records: list[tuple[str, str, dict[str, Any]]] = [
        ("writers", "w", {"title": "Jo"}),
        ("posts", "p1", {"title": "first", "secret": "s3", "writer": rid("w")}),
        ("posts", "p2", {"title": "second"}),
        ("notes", "n1", {"title": "open"}),
        ("notes", "n2", {"title": "private"}),
        ("remarks", "r1", {"subject": ref("posts", "p1"), "more": [ref("notes", "n1")]}),
        ("remarks", "r2", {"subject": ref("notes", "n1"), "more": [ref("posts", "p2"),
                                                                   ref("posts", "p1")]}),
        ("remarks", "r3", {"subject": ref("notes", "n2"), "more": [ref("notes", "n2"),
                                                                   ref("posts", "p1")]}),
        ("remarks", "r4", {}),
    ]  # fmt: skip
    for collection, id_, values in records:
        answer = await client("POST", f"{PATH}/{collection}/records", {"id": rid(id_), **values})
        assert answer.status == 200, answer.body


async def found(client: Client, query: str, **rest: Any) -> str:
    """The short ids of the remarks that a query gives."""
    query = query.replace(" ", "%20").replace("'", "%27")
    answer = await client("GET", f"{PATH}/remarks/records?sort=id&{query}", **rest)
    if answer.status != 200:
        return str(answer.status)
    return " ".join(item["id"].rstrip("0") for item in answer.json()["items"])


# Filter → what a guest and what a superuser finds.
FILTERS = [
    ("subject.posts.title = 'first'", "r1", "r1"),
    ("subject.pbc_posts.title = 'first'", "r1", "r1"),
    ("subject.notes.title = 'open'", "r2", "r2"),
    # Who may not list a note learns nothing about it.
    ("subject.notes.title = 'private'", "", "r3"),
    ("subject.notes.title ~ 'p'", "r2", "r2 r3"),
    ("subject.posts.secret = 's3'", "400", "r1"),
    ("subject.posts.writer.title = 'Jo'", "r1", "r1"),
    ("subject.vaults.title = 'x'", "400", "400"),
    ("subject.nothing.title = 'x'", "400", "400"),
    ("subject.posts = 'x'", "400", "400"),
    ("subject.title = 'x'", "400", "400"),
    ("subject.id = 'p10000000000000'", "r1", "r1"),
    ("subject.collectionId = 'pbc_notes'", "r2 r3", "r2 r3"),
    ("subject.collectionName = 'notes'", "r2 r3", "r2 r3"),
    ("subject.collectionName = ''", "r4", "r4"),
    ("subject = 'pbc_posts/p10000000000000'", "r1", "r1"),
    ("subject = ''", "r4", "r4"),
    ("more.posts.title ?= 'first'", "r2 r3", "r2 r3"),
    ("more.collectionName ?= 'notes'", "r1 r3", "r1 r3"),
    ("more.collectionName = 'notes'", "r1", "r1"),
    ("more:length = 2", "r2 r3", "r2 r3"),
    ("more:each ?= 'pbc_notes/n20000000000000'", "r3", "r3"),
    ("more.notes.title ?= 'private'", "", "r3"),
]


def test_filters(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        answers = [
            (
                filter_,
                *[await found(client, f"filter={filter_}", token=t) for t in ("", client.token)],
            )
            for filter_, _, _ in FILTERS
        ]
        assert answers == FILTERS

    served(tmp_path, scenario)


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ("remarks_via_subject.id != ''", ["p1"]),
        ("remarks_via_more.id ?= 'r20000000000000'", ["p1", "p2"]),
        ("notes_via_subject.id != ''", None),
    ],
)
def test_filters_through_back_relations(
    tmp_path: Path, filter_: str, expected: list[str] | None
) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        query = filter_.replace(" ", "%20").replace("'", "%27")
        answer = await client("GET", f"{PATH}/posts/records?sort=id&filter={query}", token="")
        if expected is None:
            assert answer.status == 400
        else:
            assert [r["id"].rstrip("0") for r in answer.json()["items"]] == expected

    served(tmp_path, scenario)


def _expanded(item: dict[str, Any], key: str) -> Any:
    value = item.get("expand", {}).get(key)
    records = value if isinstance(value, list) else [value] if value else []
    return [record["id"].rstrip("0") for record in records]


def test_expand_asks_the_rule_of_each_collection(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        path = f"{PATH}/remarks/records?sort=id&expand=subject.writer,more"
        for token, r3 in (("", ([], ["p1"])), (client.token, (["n2"], ["n2", "p1"]))):
            items = (await client("GET", path, token=token)).json()["items"]
            shown = [(_expanded(item, "subject"), _expanded(item, "more")) for item in items]
            assert shown == [(["p1"], ["n1"]), (["n1"], ["p2", "p1"]), r3, ([], [])]
            post = items[0]["expand"]["subject"]
            assert ("secret" in post) is bool(token)
            assert post["expand"]["writer"]["title"] == "Jo"
        back = f"{PATH}/posts/records?sort=id&expand=remarks_via_more,remarks_via_subject"
        items = (await client("GET", back, token="")).json()["items"]
        assert [_expanded(item, "remarks_via_more") for item in items] == [["r2", "r3"], ["r2"]]
        assert [_expanded(item, "remarks_via_subject") for item in items] == [["r1"], []]

    served(tmp_path, scenario)


def test_a_hidden_field_stays_hidden(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client, hidden=True)
        item = (await client("GET", f"{PATH}/remarks/records?expand=subject", token="")).json()
        assert all("subject" not in r and "expand" not in r for r in item["items"])
        for filter_ in ("subject.id != ''", "subject.posts.title != ''", "subject != ''"):
            assert await found(client, f"filter={filter_}", token="") == "400"
        path = f"{PATH}/posts/records?expand=remarks_via_subject"
        items = (await client("GET", path, token="")).json()["items"]
        assert all("expand" not in item for item in items)

    served(tmp_path, scenario)


def test_rules_see_what_a_record_names(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        rule = "subject.posts.title = 'first' && @request.body.subject:isset = true"
        await client("PATCH", f"{PATH}/remarks", {"createRule": rule, "updateRule": rule})
        for subject, status in (
            (ref("posts", "p1"), 200),
            (ref("posts", "p2"), 400),
            (ref("notes", "n1"), 400),
        ):
            answer = await client("POST", f"{PATH}/remarks/records", {"subject": subject}, token="")
            assert answer.status == status, answer.body
        bad = {"listRule": "@request.body.subject.posts.title = 'x'"}
        answer = await client("PATCH", f"{PATH}/remarks", bad)
        assert answer.json()["data"]["listRule"]["code"] == "validation_invalid_rule"
        keep = {"updateRule": "@request.body.subject:changed = false"}
        assert (await client("PATCH", f"{PATH}/remarks", keep)).status == 200
        record = f"{PATH}/remarks/records/{rid('r1')}"
        for subject, status in ((ref("posts", "p1"), 200), (ref("posts", "p2"), 404)):
            answer = await client("PATCH", record, {"subject": subject}, token="")
            assert answer.status == status

    served(tmp_path, scenario)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"subject": ref("posts", "none")}, "validation_missing_rel_records"),
        ({"subject": ref("vaults", "v")}, "validation_invalid_value"),
        ({"more": [ref("notes", "n1"), ref("posts", "none")]}, "validation_missing_rel_records"),
        ({"more+": "x"}, "validation_invalid_value"),
    ],
)
def test_refusals(tmp_path: Path, body: dict[str, Any], code: str) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        answer = await client("PATCH", f"{PATH}/remarks/records/{rid('r1')}", body)
        (problem,) = answer.json()["data"].values()
        assert problem["code"] == code

    served(tmp_path, scenario)


@pytest.mark.parametrize(
    ("options", "status", "left"),
    [
        ({}, 204, {"r1": None, "r2": "n1"}),
        ({"onDelete": "setNull"}, 204, {"r1": None, "r2": "n1"}),
        ({"onDelete": "cascade"}, 204, {"r2": "n1"}),
        ({"onDelete": "restrict"}, 400, {"r1": "p1", "r2": "n1"}),
    ],
)
def test_deletions(tmp_path: Path, options: dict[str, Any], status: int, left: Any) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client, **options)
        for id_ in ("r3", "r4"):
            await client("DELETE", f"{PATH}/remarks/records/{rid(id_)}")
        await client("PATCH", f"{PATH}/remarks/records/{rid('r1')}", {"more": []})
        # A note of the same id is no post.
        await client("POST", f"{PATH}/notes/records", {"id": rid("p1"), "title": "twin"})
        body = {"more": [ref("notes", "p1"), ref("posts", "p2")]}
        await client("PATCH", f"{PATH}/remarks/records/{rid('r2')}", body)
        answer = await client("DELETE", f"{PATH}/posts/records/{rid('p1')}", token="")
        assert answer.status == status
        items = (await client("GET", f"{PATH}/remarks/records?sort=id")).json()["items"]
        shown = {
            r["id"].rstrip("0"): r["subject"] and r["subject"]["id"].rstrip("0") for r in items
        }
        assert shown == left
        assert items[-1]["more"] == body["more"]

    served(tmp_path, scenario)


def test_ids_are_followed_in_every_collection(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client, onUpdate="cascade")
        answer = await client("PATCH", f"{PATH}/posts/records/{rid('p1')}", {"id": rid("p9")})
        assert answer.status == 200, answer.body
        items = (await client("GET", f"{PATH}/remarks/records?sort=id")).json()["items"]
        assert items[0]["subject"] == ref("posts", "p9")
        assert items[1]["more"] == [ref("posts", "p2"), ref("posts", "p9")]

    served(tmp_path, scenario)


def test_files_hold_values_as_texts(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        export = await client("GET", f"{PATH}/remarks/export?format=csv&fields=id,subject,more")
        await client("DELETE", f"{PATH}/remarks/truncate")
        app = client.app
        path = tmp_path / "remarks.csv"
        path.write_bytes(export.body + b"new000000000001,pbc_posts/none,\n")
        order = LoadOrder(collection="remarks", skip_bad=True)
        report = await load(app, order, formats.by_name("csv"), path)
        assert (report.created, report.bad) == (4, 1)
        again = await client("GET", f"{PATH}/remarks/export?format=csv&fields=id,subject,more")
        assert sorted(again.body.splitlines()) == sorted(export.body.splitlines())

    served(tmp_path / "pb_data", scenario)


def test_a_collection_that_is_named_cannot_go(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        answer = await client("DELETE", f"{PATH}/notes")
        assert answer.status == 400
        assert b"remarks" in answer.body

    served(tmp_path, scenario)


def test_views_show_values(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await prepare(client)
        body = {"name": "seen", "type": "view", "viewQuery": "SELECT id, subject FROM remarks"}
        assert (await client("POST", PATH, {**body, "listRule": ""})).status == 200
        path = f"{PATH}/seen/records?sort=id&expand=subject"
        items = (await client("GET", path, token="")).json()["items"]
        assert items[0]["subject"] == ref("posts", "p1")
        assert items[0]["expand"]["subject"]["title"] == "first"

    served(tmp_path, scenario)
