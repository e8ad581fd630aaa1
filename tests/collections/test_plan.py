"""What a plan says, and what it calls a loss."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from fastcms.collections.body import new_collection
from fastcms.collections.importer import order_of
from fastcms.collections.plan import Plan, plan_of, risks
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from tests.collections.site import text


def made(name: str, *fields: dict[str, Any], **options: Any) -> Collection:
    return new_collection({"name": name, "fields": list(fields), **options}, ())


TAGS = made("tags", text("name"))
POSTS = made(
    "posts",
    text("title"),
    {"type": "select", "name": "kinds", "values": ["a", "b"], "maxSelect": 2},
    {"type": "relation", "name": "tag", "collectionId": TAGS.id},
    listRule="title != ''",
    indexes=["CREATE INDEX idx_title ON posts (title)"],
)
SITE = Schema([TAGS, POSTS])
FIELDS = [field.to_json() for field in POSTS.fields]


def plan(*entries: dict[str, Any], delete_missing: bool = False) -> Plan:
    return plan_of(order_of(SITE, entries, delete_missing=delete_missing))


def lost(*entries: dict[str, Any], delete_missing: bool = False) -> dict[str, str]:
    """The data at risk with the reasons."""
    order = order_of(SITE, entries, delete_missing=delete_missing)
    return {risk.name: risk.reason for risk in risks(order)}


def posts(**options: Any) -> dict[str, Any]:
    return {"name": "posts", **options}


def test_nothing_changes() -> None:
    same = {**POSTS.to_json(), "unknown": 1}
    assert plan(same) == Plan((), ("posts",))


def test_a_new_collection_is_told_with_what_is_not_usual_about_it() -> None:
    (change,) = plan({"name": "new", "fields": [text("a", max=5)], "viewRule": ""}).collections
    assert (change.action, change.name, change.type) == ("create", "new", "base")
    (field,) = change.fields
    assert (field.action, field.name, field.type) == ("add", "a", "text")
    assert [(o.key, o.before, o.after) for o in field.options] == [("max", 0, 5)]
    assert [(rule.key, rule.after) for rule in change.rules] == [("viewRule", "")]


def test_a_changed_collection() -> None:
    fields = [{**FIELDS[1], "name": "headline"}, FIELDS[0], {**FIELDS[2], "required": True}]
    entry = posts(fields=[*fields, FIELDS[3]], listRule=None, indexes=[], id=POSTS.id)
    (change,) = plan(entry).collections
    renamed, selected = change.fields
    assert (renamed.name, renamed.was, renamed.options) == ("headline", "title", ())
    assert [(o.key, o.before, o.after) for o in selected.options] == [("required", False, True)]
    assert change.order == ("headline", "id", "kinds", "tag")
    assert [(index.action, index.name) for index in change.indexes] == [("remove", "idx_title")]
    assert [(r.key, r.before, r.after) for r in change.rules] == [("listRule", "title != ''", None)]


def test_a_new_name_is_not_a_change_of_indexes() -> None:
    (change,) = plan({"id": POSTS.id, "name": "articles"}).collections
    assert (change.name, change.was, change.indexes) == ("articles", "posts", ())


def test_secrets_are_told_of_but_not_told() -> None:
    users = made("users", type="auth")
    entry = {"name": "users", "authToken": {"secret": "s" * 40, "duration": 60}}
    told = plan_of(order_of(Schema([users]), [entry], delete_missing=False))
    assert [change.key for change in told.collections[0].options] == [
        "authToken.duration",
        "authToken.secret",
    ]
    assert b"ssss" not in msgspec.json.encode(told)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (posts(), {}),
        (posts(fields=[text("more")]), {}),
        (posts(fields=[{**FIELDS[1], "max": 1, "name": "other"}]), {}),
        (
            posts(fields=[{**FIELDS[2], "maxSelect": 1}]),
            {"posts.kinds": "of several values only the last one stays"},
        ),
        (
            posts(fields=[{**FIELDS[3], "collectionId": POSTS.id}]),
            {"posts.tag": "its ids are of a collection that it no longer points to"},
        ),
        (posts(fields=[{**FIELDS[3], "maxSelect": 5}]), {}),
    ],
)
def test_what_an_import_may_lose(entry: dict[str, Any], expected: dict[str, str]) -> None:
    assert lost(entry) == expected


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([posts(fields=FIELDS), {"name": "tags", "fields": [text("name")]}], {}),
        ([posts(fields=FIELDS)], {"tags": "the collection is deleted"}),
        (
            [posts(fields=FIELDS[:2]), {"name": "tags"}],
            {
                "posts.kinds": "the field is removed",
                "posts.tag": "the field is removed",
                "tags.name": "the field is removed",
            },
        ),
        (
            # A type that does not fit takes another column.
            [
                posts(fields=[*FIELDS[2:], {"type": "number", "name": "title"}]),
                {"name": "tags", "fields": [text("name")]},
            ],
            {"posts.title": "another field takes its name"},
        ),
        (
            [{"id": "other", "name": "posts"}, {"name": "tags", "fields": [text("name")]}],
            {"posts": "the collection is deleted"},
        ),
    ],
)
def test_what_an_import_that_deletes_may_lose(
    entries: list[dict[str, Any]], expected: dict[str, str]
) -> None:
    if entries[0].get("id") == "other":
        # A name alone finds the collection, an id that is new does not.
        entries[0]["name"] = "letters"
    assert lost(*entries, delete_missing=True) == expected


def test_views_come_last_each_after_what_it_reads() -> None:
    entries: list[dict[str, Any]] = [
        {"name": "v2", "type": "view", "viewQuery": "SELECT id FROM v1"},
        {"name": "v1", "type": "view", "viewQuery": "SELECT id FROM new"},
        {"name": "new"},
    ]
    told = plan(*entries)
    assert [change.name for change in told.collections] == ["new", "v1", "v2"]


def test_the_same_input_gives_the_same_bytes() -> None:
    entries = [posts(fields=[]), {"name": "members", "type": "auth", "otp": {"enabled": True}}]
    first, second = (plan(*entries, delete_missing=True) for _ in range(2))
    assert msgspec.json.encode(first) == msgspec.json.encode(second)
