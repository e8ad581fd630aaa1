"""Imports over HTTP: all or nothing, hooks, refused losses, and exports that come back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.collections.site import COLLECTIONS, Answer, Site, names, text, together

IMPORT = f"{COLLECTIONS}/import"
EXPORT = f"{COLLECTIONS}/export"


def put(site: Site, *collections: Any, query: str = "", **options: Any) -> Answer:
    return site.ask("PUT", IMPORT, {"collections": list(collections), **options}, query=query)


def all_names(site: Site) -> list[str]:
    items = site.ask("GET", COLLECTIONS).body["items"]
    return [item["name"] for item in items if not item["system"]]


POSTS = {"name": "posts", "fields": [text("title"), {"type": "number", "name": "n"}]}


@pytest.fixture
def filled(site: Site) -> Site:
    """`posts` with two records, one of them without a number."""
    site.create(**POSTS)
    site.sql("INSERT INTO posts (id, title, n) VALUES ('a', 'one', 1), ('b', 'two', 0)")
    return site


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", IMPORT), ("GET", EXPORT), ("GET", f"{COLLECTIONS}/meta/scaffolds")],
)
def test_superusers_only(site: Site, method: str, path: str) -> None:
    assert site.ask(method, path, {}, token="").status == 401
    assert site.ask(method, path, {}, token="users").status == 403


def test_an_import_that_fails_leaves_nothing_behind(filled: Site) -> None:
    before = filled.sql("SELECT * FROM _collections ORDER BY id")
    tables = filled.sql("SELECT sql FROM sqlite_master ORDER BY name")
    answer = put(
        filled,
        {"name": "first", "fields": [text("a")]},
        {"name": "posts", "fields": []},
        {"name": "last", "listRule": "nothing = 1"},
        deleteMissing=True,
    )
    assert answer.status == 400
    assert filled.sql("SELECT * FROM _collections ORDER BY id") == before
    assert filled.sql("SELECT sql FROM sqlite_master ORDER BY name") == tables
    assert filled.sql("SELECT title FROM posts ORDER BY id") == [("one",), ("two",)]


@pytest.mark.parametrize(
    ("drop", "status"),
    [
        (None, 204),
        ([], 400),
        (["posts"], 400),
        (["posts.title"], 400),
        (["posts.title", "posts.n"], 204),
        (["posts.title", "posts.n", "nothing"], 204),
    ],
)
def test_data_is_lost_only_by_name_if_names_are_given(
    filled: Site, drop: list[str] | None, status: int
) -> None:
    options = {} if drop is None else {"drop": drop}
    answer = put(filled, {"name": "posts", "fields": []}, deleteMissing=True, **options)
    assert answer.status == status
    if status == 400:
        assert answer.codes == {"drop": "validation_data_loss"}
        unnamed = [name for name in ("posts.title", "posts.n") if name not in (drop or ())]
        assert answer.body["data"]["drop"]["params"] == {"names": unnamed}
        assert filled.sql("SELECT title FROM posts ORDER BY id") == [("one",), ("two",)]


def test_what_holds_nothing_is_no_loss(site: Site) -> None:
    site.create(**POSTS)
    assert put(site, {"name": "posts"}, deleteMissing=True, drop=[]).status == 204
    assert names(site.view("posts")["fields"]) == ["id"]


@pytest.mark.parametrize(
    ("options", "values", "records"),
    [
        ({"type": "text"}, ["'x'", "''"], 1),
        ({"type": "bool"}, ["TRUE", "FALSE"], 1),
        ({"type": "json"}, ["'{\"a\":1}'", "'{}'", "'[]'", "NULL", "'null'", "'\"\"'"], 1),
        ({"type": "geoPoint"}, ['\'{"lon":1,"lat":0}\'', '\'{"lon":0,"lat":0}\''], 1),
        ({"type": "select", "values": ["a", "b"], "maxSelect": 2}, ["'[\"a\"]'", "'[]'", "''"], 1),
        ({"type": "date"}, ["'2024-01-01 00:00:00.000Z'", "''"], 1),
    ],
)
def test_records_with_a_value_are_counted(
    site: Site, options: dict[str, Any], values: list[str], records: int
) -> None:
    site.create(name="posts", fields=[{"name": "f", **options}])
    for value in values:
        site.sql(f"INSERT INTO posts (f) VALUES ({value})")
    plan = put(site, {"name": "posts"}, deleteMissing=True, query="dryRun=1").body
    assert [(loss["name"], loss["records"]) for loss in plan["losses"]] == [("posts.f", records)]


def test_a_dry_run_answers_the_plan_and_changes_nothing(filled: Site) -> None:
    before = filled.view("posts")
    changes = ({"name": "posts", "fields": [text("more")]}, {"name": "users", "fields": []})
    first = put(filled, *changes, deleteMissing=True, query="dryRun=1")
    assert first.status == 200
    assert [change["action"] for change in first.body["collections"]] == ["update", "update"]
    assert [loss["name"] for loss in first.body["losses"]] == ["posts.title", "posts.n"]
    assert filled.view("posts") == before
    assert put(filled, *changes, deleteMissing=True, query="dryRun=1") == first


def test_a_dry_run_fails_where_the_import_would(filled: Site) -> None:
    wrong = {"name": "more", "listRule": "nothing = 1"}
    assert put(filled, wrong, query="dryRun=1") == put(filled, wrong)


@pytest.mark.parametrize("drop", ["posts", {"posts": True}, [1], 5])
def test_drop_is_a_list_of_names(filled: Site, drop: Any) -> None:
    answer = put(filled, POSTS, drop=drop)
    assert (answer.status, answer.body["data"]) == (400, {})


def test_values_stay_through_an_import_of_what_is_there(filled: Site) -> None:
    exported = filled.ask("GET", EXPORT).body
    assert put(filled, *exported["collections"], deleteMissing=True, drop=[]).status == 204
    assert filled.sql("SELECT title, n FROM posts ORDER BY id") == [("one", 1), ("two", 0)]


# -- export -------------------------------------------------------------------------------------


def test_an_export_makes_the_same_collections_elsewhere(site: Site, elsewhere: Site) -> None:
    site.create(
        name="tags",
        fields=[
            text("name"),
            {"type": "relation", "name": "up", "collectionId": "_pb_users_auth_"},
        ],
        indexes=["CREATE UNIQUE INDEX idx_name ON tags (name)"],
        listRule="up.name != ''",
    )
    site.create(name="people", type="auth", otp={"enabled": True}, authToken={"duration": 99})
    exported = site.ask("GET", EXPORT).body
    assert put(elsewhere, *exported["collections"], deleteMissing=True).status == 204
    assert elsewhere.ask("GET", EXPORT).body == exported


def test_an_export_has_no_secrets_and_no_times(site: Site) -> None:
    google = {"name": "google", "clientId": "id", "clientSecret": "hush"}
    site.create(name="people", type="auth", oauth2={"enabled": True, "providers": [google]})
    answer = site.ask("GET", EXPORT, query="collections=people")
    (entry,) = answer.body["collections"]
    secret = site.collection("people").auth.auth_token.secret  # type: ignore[union-attr]
    assert not {"hush", secret} & set(_texts(entry))
    assert not {"created", "updated"} & set(entry)
    # What is there keeps what an export leaves out.
    assert put(site, entry).status == 204
    kept = site.collection("people").auth
    assert kept is not None
    assert kept.oauth2.providers[0].clientSecret == "hush"
    assert kept.auth_token.secret == secret


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for item in value.values() for found in _texts(item)]
    if isinstance(value, list):
        return [found for item in value for found in _texts(item)]
    return [str(value)]


def test_an_export_of_some(site: Site) -> None:
    site.create(name="b")
    site.create(name="a")
    chosen = site.ask("GET", EXPORT, query="collections=a, B,_pb_users_auth_,a").body
    assert [entry["name"] for entry in chosen["collections"]] == ["users", "b", "a"]
    missing = site.ask("GET", EXPORT, query="collections=a,zz,nope")
    assert missing.codes == {"collections": "validation_missing_collection"}
    assert "nope, zz" in missing.body["data"]["collections"]["message"]


@pytest.mark.parametrize("name", ["export", "import"])
def test_collections_with_the_name_of_a_route_can_be_managed(site: Site, name: str) -> None:
    site.create(name=name)
    assert site.view(name)["name"] == name
    assert site.patch(name, listRule="").body["listRule"] == ""
    assert site.delete(name).status == 204


# -- hooks and others ---------------------------------------------------------------------------


def test_hooks_stand_around_an_import(filled: Site) -> None:
    seen: list[str] = []

    async def request(event: Any) -> None:
        seen.append(f"import {len(event.collections)} {event.delete_missing}")
        event.collections.append({"name": "added"})
        await event.next()
        seen.append("imported")

    def told(action: str) -> Any:
        async def handler(event: Any) -> None:
            seen.append(f"{action} {event.collection.name}")
            await event.next()
            seen.append(f"{event.collection.name}: {bool(event.collection.updated)}")

        return handler

    hooks = filled.app.hooks
    hooks.collections_import_request.add(request)
    hooks.collection_create.add(told("create"))
    hooks.collection_update.add(told("update"))
    hooks.collection_delete.add(told("delete"))
    assert put(filled, {"name": "new"}, {"name": "users"}, deleteMissing=True).status == 204
    assert seen == [
        "import 2 True",
        "delete posts",
        "create new",
        "create added",
        "update users",
        "users: True",
        "added: True",
        "new: True",
        "posts: True",
        "imported",
    ]
    assert all_names(filled) == ["users", "new", "added"]


def test_a_handler_that_goes_no_further_stops_the_import(filled: Site) -> None:
    async def stop(_: object) -> None:
        return None

    filled.app.hooks.collection_create.add(stop, "two")
    assert put(filled, {"name": "one"}, {"name": "two"}).status == 204
    assert all_names(filled) == ["users", "posts"]


def test_imports_at_once_follow_each_other(site: Site) -> None:
    def one(number: int) -> Any:
        fields = [text(f"f{number}")]
        body = {"collections": [{"name": "shared", "fields": fields}, {"name": f"own{number}"}]}
        return lambda: site.asking("PUT", IMPORT, body)

    answers = together(site, [one(number) for number in range(5)])
    assert [answer.status for answer in answers] == [204] * 5
    assert set(names(site.view("shared")["fields"])) == {"id", *(f"f{n}" for n in range(5))}


def test_the_files_of_a_deleted_collection_go(filled: Site) -> None:
    folder = filled.app.data_dir / "storage" / filled.collection("posts").id / "a"
    folder.mkdir(parents=True)
    assert put(filled, {"name": "users"}, deleteMissing=True).status == 204
    filled.run(filled.app.removals.remove_due())
    assert not folder.parent.exists()


def test_rate_limits_follow_a_new_name(site: Site) -> None:
    made = site.create(name="posts")
    assert put(site, {"id": made["id"], "name": "articles"}).status == 204
    assert site.view("articles")["id"] == made["id"]


def test_any_number_of_collections(site: Site) -> None:
    """More than Python would go deep: nobody stands around them."""
    many = [{"name": f"c{number}", "fields": [text("title")]} for number in range(1_100)]
    assert put(site, *many).status == 204
    assert len(site.app.refresh().collections) > 1_100
