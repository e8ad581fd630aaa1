"""Saving view collections: places of errors, slow queries, and what happens at the same time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fastcms.collections import views
from tests.collections.site import COLLECTIONS, Site, text, together

DRY_RUN = f"{COLLECTIONS}/meta/dry-run-view"


@pytest.fixture
def posts(site: Site) -> Site:
    """`posts` with one row."""
    site.create(name="posts", fields=[text("title"), text("body")])
    site.sql("INSERT INTO posts (id, title) VALUES ('p1', 'T')")
    return site


def create(site: Site, query: str, **options: Any) -> Any:
    body = {"name": "v", "type": "view", "viewQuery": query, **options}
    return site.ask("POST", COLLECTIONS, body)


PLACES = [
    ("select id, nope from posts", {"line": 1, "column": 12}),
    ("select id,\n  nope\nfrom posts", {"line": 2, "column": 3}),
    ("\n ; select id, nope from posts", {"line": 2, "column": 15}),
    ("select id, 'äöü' as u, nope from posts", {"line": 1, "column": 24}),
    ("select id,\n password from users", {"line": 2, "column": 2}),
    ("select id from posts where title = (select value\n from _params)", {"line": 2, "column": 7}),
    ("select id from nowhere", None),
]


@pytest.mark.parametrize(("query", "place"), PLACES)
def test_the_place_of_an_error(posts: Site, query: str, place: dict[str, int] | None) -> None:
    problem = create(posts, query).body["data"]["viewQuery"]
    assert problem.get("params") == place


def test_a_dry_run_with_parameters(posts: Site) -> None:
    query = "select id, title from posts where title = {:title}"

    def run(**params: Any) -> Any:
        return posts.ask("POST", DRY_RUN, {"query": query, **params})

    found = run(viewParams={"title": "T"})
    assert [row["title"] for row in found.body["sample"]] == ["T"]
    assert run(viewParams={"title": "other"}).body["sample"] == []
    assert run().status == 400
    assert run(viewParams={"title": []}).status == 400


ENDLESS = "with recursive c(x) as (select 1 union all select x + 1 from c) select {} from c{}"


def test_a_query_without_end_is_stopped(posts: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "SAMPLE_SECONDS", 0.05)
    query = ENDLESS.format("count(*) as id", "")

    async def run() -> list[Any]:
        slow = [posts.asking("POST", DRY_RUN, {"query": query}) for _ in range(2)]
        quick = posts.asking("GET", f"{COLLECTIONS}/posts")
        return list(await asyncio.gather(*slow, quick))

    *slow, quick = posts.run(run())
    assert quick.status == 200
    for answer in slow:
        assert answer.status == 400
        assert "gives no 10 records" in answer.body["message"]
    assert "gives no 10 records" in create(posts, query).body["data"]["viewQuery"]["message"]


def test_of_an_endless_list_the_first_records_are_enough(posts: Site) -> None:
    answer = posts.ask("POST", DRY_RUN, {"query": ENDLESS.format("x as id", "")})
    assert [record["id"] for record in answer.body["sample"]] == [str(n) for n in range(1, 11)]


def test_text_that_is_none(posts: Site) -> None:
    answer = create(posts, "select cast(x'ff' as text) as id")
    assert "not UTF-8" in answer.body["data"]["viewQuery"]["message"], answer.body


def test_view_and_source_change_at_once(posts: Site) -> None:
    body = {"name": "v", "type": "view", "viewQuery": "select id, title, body from posts"}
    without_body = [f for f in posts.view("posts")["fields"] if f["name"] != "body"]
    made, changed = together(
        posts,
        [
            lambda: posts.asking("POST", COLLECTIONS, body),
            lambda: posts.asking("PATCH", f"{COLLECTIONS}/posts", {"fields": without_body}),
        ],
    )
    assert {made.status, changed.status} == {200, 400}
    if made.status == 200:
        assert "error in view v" in changed.body["message"]
    else:
        assert "no such column: body" in made.body["data"]["viewQuery"]["message"]


CIRCLES = [
    "select id from {0}",
    "select id from other",
    "select id, (select id from {0}) as x from posts",
]


@pytest.mark.parametrize("query", CIRCLES)
def test_no_view_reads_itself(posts: Site, query: str) -> None:
    create(posts, "select id, title from posts")
    posts.create(name="other", type="view", viewQuery="select id from v")
    for name in ("v", "renamed"):
        answer = posts.patch("v", name=name, viewQuery=query.format("v"))
        assert answer.body["data"]["viewQuery"]["message"] == (
            "Invalid query - the view would read itself."
        )
    assert posts.sql("SELECT id FROM other") == [("p1",)]


def test_a_view_takes_no_part_in_a_change_that_fails(posts: Site) -> None:
    create(posts, "select id, title from posts")
    before, view = posts.view("v"), posts.table("v")
    bad_index = ["create unique index i on posts (nothing)"]
    fields = [{**f, "hidden": f["name"] == "title"} for f in posts.view("posts")["fields"]]
    assert posts.patch("posts", fields=fields, indexes=bad_index).status == 400
    assert (posts.view("v"), posts.table("v")) == (before, view)


PARAMETERS = [
    ({"least": 1}, "select id from posts", {"viewParams.least": "validation_unused_parameter"}),
    ({"a-b": 1}, "select id from posts", {"viewParams.a-b": "validation_match_invalid"}),
    (
        {},
        "select id, {:x} as x from posts",
        {"fields": "validation_required", "viewQuery": "validation_invalid_view_query"},
    ),
    (
        {"x": 1},
        "select id, ('{:x}') as x from posts",
        {"viewQuery": "validation_invalid_view_query"},
    ),
    (
        {f"p{n}": 1 for n in range(51)},
        "select id from posts",
        {"viewParams": "validation_too_many_values"},
    ),
]


@pytest.mark.parametrize(("parameters", "query", "codes"), PARAMETERS)
def test_refused_parameters(
    posts: Site, parameters: dict[str, Any], query: str, codes: dict[str, str]
) -> None:
    assert create(posts, query, viewParams=parameters).codes == codes


CACHES = [
    ({"mode": "sometimes"}, {"viewCache.mode": "validation_in_invalid"}),
    ({}, {"viewCache.mode": "validation_in_invalid"}),
    ({"mode": "schedule"}, {"viewCache.every": "validation_min_greater_equal_than_required"}),
    (
        {"mode": "schedule", "every": 9},
        {"viewCache.every": "validation_min_greater_equal_than_required"},
    ),
    ({"mode": "schedule", "cron": "* * *"}, {"viewCache.cron": "validation_invalid_cron"}),
    ({"mode": "schedule", "cron": "0 0 31 2 *"}, {"viewCache.cron": "validation_invalid_cron"}),
    (
        {"mode": "schedule", "cron": "@daily", "every": 60},
        {"viewCache.cron": "validation_values_mismatch"},
    ),
    ({"mode": "onChange", "cron": "@daily"}, {"viewCache.cron": "validation_values_mismatch"}),
]


@pytest.mark.parametrize(("cache", "codes"), CACHES)
def test_refused_caches(posts: Site, cache: dict[str, Any], codes: dict[str, str]) -> None:
    answer = create(posts, "select id from posts", viewCache={"mode": "", **cache})
    assert answer.codes == codes


def test_options_are_shown_only_where_they_are_set(posts: Site) -> None:
    plain = posts.create(name="a", type="view", viewQuery="select id from posts")
    assert not {"viewParams", "viewCache"} & plain.keys()
    query = "select id, {:x} as x from posts"
    assert posts.create(name="b", type="view", viewQuery=query, viewParams={"x": None})[
        "viewParams"
    ] == {"x": None}
    assert posts.view("b")["viewParams"] == {"x": None}
    kept = posts.create(
        name="c", type="view", viewQuery="select id from posts", viewCache={"mode": "onDemand"}
    )
    assert kept["viewCache"] == {"mode": "onDemand"}
    assert "viewCache" not in posts.patch("c", viewCache=None).body
    assert create(posts, query, viewParams={"x": 1}, viewCache={"mode": "onDemand"}).codes == {
        "viewCache": "validation_cache_with_parameters"
    }


def test_no_view_options_elsewhere(posts: Site) -> None:
    changed = posts.patch("posts", viewCache={"mode": "onDemand"}, viewParams={"x": 1}).body
    assert not {"viewParams", "viewCache", "viewQuery"} & changed.keys()
