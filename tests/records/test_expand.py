"""What parity rows cannot show of `expand`: queries, limits, hooks, attempts to get too much."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from fastcms.auth.accounts import create
from fastcms.auth.tokens import auth_token
from fastcms.records import expand
from fastcms.records.expand import parse
from tests.inprocess import Client, served

OPEN = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")
TITLE = {"type": "text", "name": "title"}
PARENT, CHILD = "p" * 15, "c" * 15


def relation(name: str, target: str, many: int = 1, **options: Any) -> dict[str, Any]:
    more = {"maxSelect": many, **options}
    return {"type": "relation", "name": name, "collectionId": target, **more}


async def make_family(client: Client) -> None:
    """A parent with a child that names it in four ways."""
    parents = {"id": "pbc_parents", "name": "parents", "fields": [TITLE], **OPEN}
    await client("POST", "/api/collections", parents)
    fields = [
        TITLE,
        relation("up", "pbc_parents"),
        relation("ups", "pbc_parents", 9),
        relation("secret", "pbc_parents", hidden=True),
        relation("secrets", "pbc_parents", 9, hidden=True),
    ]
    children = {"id": "pbc_children", "name": "children", "fields": fields, **OPEN}
    await client("POST", "/api/collections", children)
    await client("POST", "/api/collections/parents/records", {"id": PARENT, "title": "old"})
    child = {"up": PARENT, "ups": [PARENT], "secret": PARENT, "secrets": [PARENT], "title": "kid"}
    await client("POST", "/api/collections/children/records", {"id": CHILD, **child})


def family(body: Callable[[Client], Awaitable[None]]) -> Callable[[Client], Awaitable[None]]:
    async def run(client: Client) -> None:
        await make_family(client)
        await body(client)

    return run


async def expanded(client: Client, path: str, *, token: str | None = None) -> Any:
    answer = await client("GET", f"/api/collections/{path}", token=token)
    assert answer.status == 200, answer.body
    shown = answer.json()
    return [r.get("expand") for r in shown["items"]] if "items" in shown else shown.get("expand")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("b,a", {"a": {}, "b": {}}),
        ("a,a.b", {"a": {"b": {}}}),
        ("a.b,a,a.c", {"a": {"b": {}, "c": {}}}),
        (" a . b ,, .c.", {"a": {"b": {}}, "c": {}}),
        ("a..b", {"a": {"": {"b": {}}}}),
        ("a.b.c.d", {"a": {"b": {"c": {}}}}),
        (".,", {}),
    ],
)
def test_paths_as_a_tree(text, tree):
    assert parse(text, 3) == tree
    assert list(parse(text, 3)) == sorted(tree)


def test_a_path_of_any_length_is_read(tmp_path):
    @family
    async def body(client: Client) -> None:
        path = "children/records?expand=" + "up." * 20_000
        assert await expanded(client, path) == [None]

    served(tmp_path, body)


HIDDEN = ("secret", "secrets", "secret.children_via_up", "up.children_via_secret", "up,secret")
HIDDEN_BACK = ("children_via_secret", "children_via_secrets", "children(secret)")


@pytest.mark.parametrize(
    "path",
    [f"children/records/{CHILD}?expand={path}" for path in HIDDEN]
    + [f"parents/records/{PARENT}?expand={path}" for path in HIDDEN_BACK],
)
def test_hidden_relations_lead_superusers_only(tmp_path, path):
    @family
    async def body(client: Client) -> None:
        assert "secret" in str(await expanded(client, path))
        assert "secret" not in str(await expanded(client, path, token=""))

    served(tmp_path, body)


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("children/records?expand=up", 1),
        ("children/records?expand=ups,up", 2),
        ("children/records?expand=up.children_via_up", 3),
        ("children/records?expand=up.children_via_up.up,up.children_via_ups", 6),
    ],
)
def test_queries_do_not_grow_with_records(tmp_path, monkeypatch, path, queries):
    """One for each relation of a level; a back relation takes one more for its ids."""

    @family
    async def body(client: Client) -> None:
        for number in range(20):
            values = {"up": PARENT, "ups": [PARENT], "title": str(number)}
            await client("POST", "/api/collections/children/records", values)
        store = client.app.store
        seen: list[str] = []
        read = store.read

        async def counted(sql, params=()):
            seen.append(sql)
            return await read(sql, params)

        monkeypatch.setattr(store, "read", counted)
        await expanded(client, path.partition("?")[0])
        without = len(seen)
        seen.clear()
        assert len(await expanded(client, path)) == 21
        assert len(seen) - without == queries

    served(tmp_path, body)


@pytest.mark.parametrize("field", ["up", "ups"])
def test_a_back_relation_shows_a_thousand_records_in_the_order_of_their_making(tmp_path, field):
    @family
    async def body(client: Client) -> None:
        value = PARENT if field == "up" else f'["{PARENT}"]'
        await client.app.store.write(
            lambda tx: [
                tx.execute(
                    f"INSERT INTO children (id, title, {field}) VALUES (?, ?, ?)",
                    (f"{9999 - number:015d}", "many", value),
                )
                for number in range(1200)
            ]
        )
        key = f"children_via_{field}"
        (found,) = await expanded(client, f"parents/records?expand={key}")
        ids = [record["id"] for record in found[key]]
        assert ids == [CHILD, *(f"{9999 - number:015d}" for number in range(999))]

    served(tmp_path, body)


def test_more_ids_than_sqlite_takes_parameters(tmp_path):
    @family
    async def body(client: Client) -> None:
        def fill(tx) -> None:
            for number in range(40):
                tx.execute("INSERT INTO parents (id) VALUES (?)", (f"q{number:014d}",))
                for child in range(900):
                    values = (f"{number:05d}{child:010d}", f"q{number:014d}")
                    tx.execute("INSERT INTO children (id, up) VALUES (?, ?)", values)

        await client.app.store.write(fill)
        path = "parents/records?expand=children_via_up&perPage=1000&fields=expand"
        found = [e for e in await expanded(client, path) if e.get("children_via_up")]
        assert sum(len(e["children_via_up"]) for e in found) == 40 * 900 + 1

    served(tmp_path, body)


def test_circles_cannot_make_an_answer_endless(tmp_path, monkeypatch):
    @family
    async def body(client: Client) -> None:
        for _ in range(9):
            await client("POST", "/api/collections/children/records", {"up": PARENT})
        path = "/api/collections/parents/records?expand=" + ".".join(["children_via_up", "up"] * 3)
        # 1 parent, and 10 children of it three times: 1 + 10 (1 + 1 + 10 (1 + 1 + 10 (1 + 1))).
        monkeypatch.setattr(expand, "MAX_EXPANDED", 2221)
        assert (await client("GET", path)).status == 200
        monkeypatch.setattr(expand, "MAX_EXPANDED", 2220)
        answer = await client("GET", path)
        assert (answer.status, answer.json()["message"]) == (400, "Too many expanded records.")

    served(tmp_path, body)


@pytest.mark.parametrize("depth", [0, 1, 3, 8])
def test_the_depth_is_the_apps(tmp_path, depth):
    @family
    async def body(client: Client) -> None:
        client.app.expand_depth = depth
        path = f"children/records/{CHILD}?expand=" + ".".join(["up", "children_via_up"] * 5)
        found = await expanded(client, path)
        assert str(found).count("'expand'") == max(depth - 1, 0)
        assert (found is None) == (depth == 0)

    served(tmp_path, body)


def test_expanded_records_pass_the_enrich_hook(tmp_path):
    @family
    async def body(client: Client) -> None:
        async def mark(event):
            event.record.values["title"] += "!"
            await event.next()

        client.app.hooks.record_enrich.add(mark)
        (found,) = await expanded(client, "children/records?expand=up.children_via_up")
        assert found["up"]["title"] == "old!"
        assert found["up"]["expand"]["children_via_up"][0]["title"] == "kid!"

    served(tmp_path, body)


def test_each_level_asks_the_view_rule_of_its_own_collection(tmp_path):
    @family
    async def body(client: Client) -> None:
        users = client.app.schema.find("users")
        ann = await create(client.app, users, "ann@example.com", "password123")
        token = auth_token(ann.values, users.id, users.auth)
        rule = {"viewRule": "@request.context = 'expand' && @request.auth.id != ''"}
        await client("PATCH", "/api/collections/parents", rule)
        assert (await expanded(client, "children/records?expand=up", token="")) == [{}]
        (found,) = await expanded(client, "children/records?expand=up", token=token)
        assert found["up"]["title"] == "old"
        await client("PATCH", "/api/collections/parents", {"viewRule": None})
        assert (await expanded(client, "children/records?expand=up", token=token)) == [None]

    served(tmp_path, body)
