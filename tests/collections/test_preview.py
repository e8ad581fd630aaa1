"""What a change would do, asked before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.collections.site import COLLECTIONS, Answer, Site, text

POSTS = f"{COLLECTIONS}/posts"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("preview") / "pb_data")
    kinds = {"type": "select", "name": "kinds", "values": ["a", "b"], "maxSelect": 2}
    site.create(name="posts", fields=[text("title"), kinds])
    site.create(name="titles", type="view", viewQuery="SELECT id, title FROM posts")
    site.sql("INSERT INTO posts (title, kinds) VALUES ('x', '[\"a\",\"b\"]'), ('y', '[]')")
    yield site
    site.close()


def fields(site: Site, **kinds: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = site.view("posts")["fields"]
    return [{**field, **(kinds if field["name"] == "kinds" else {})} for field in found]


def looked(site: Site, **body: Any) -> Answer:
    """The answer of a dry run, which has to leave everything as it is."""
    before = site.view("posts")
    answer = site.ask("PATCH", POSTS, body, query="dryRun=1")
    assert site.view("posts") == before
    return answer


def test_the_plan_tells_what_changes_and_what_is_lost(filled: Site) -> None:
    changes = {"fields": fields(filled, maxSelect=1), "name": "notes", "listRule": ""}
    (change,) = (plan := looked(filled, **changes).body)["collections"]
    assert (change["action"], change["was"], change["name"]) == ("update", "posts", "notes")
    assert [(rule["key"], rule["after"]) for rule in change["rules"]] == [("listRule", "")]
    assert [(loss["name"], loss["records"]) for loss in plan["losses"]] == [("posts.kinds", 1)]


def test_nothing_changes(filled: Site) -> None:
    assert looked(filled).body == {"collections": [], "unchanged": ["posts"], "losses": []}


@pytest.mark.parametrize(
    "body",
    [
        {"listRule": "nothing = 1"},
        {"name": "titles"},
        {"indexes": ["CREATE INDEX i ON posts (nothing)"]},
        {"id": "other"},
        {"fields": 5},
        # A view reads the title.
        {"fields": [{"type": "text", "name": "id", "system": True, "primaryKey": True}]},
    ],
)
def test_what_a_change_would_be_refused_for(filled: Site, body: dict[str, Any]) -> None:
    answer = looked(filled, **body)
    assert answer.status == 400
    assert answer == filled.patch("posts", **body)


@pytest.mark.parametrize(("token", "status"), [("", 401), ("users", 403)])
def test_it_is_for_superusers(filled: Site, token: str, status: int) -> None:
    assert filled.ask("PATCH", POSTS, {}, query="dryRun=1", token=token).status == status
