"""What a caller may not see changes no answer: two directories that differ in that alone.

The same request goes to both, whatever it names in filter, sort, expand, fields and cursor: the
answers must be equal to the byte, texts of errors and totals among them. `tests/filters` asks the
same of the language alone, with more of its signs and functions.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fastcms.directory import open_directory
from tests.filters.test_secrecy import CALLS, COMPARISONS, LITERALS, filled
from tests.inprocess import Client

POSTS = "/api/collections/posts/records"
_TEXT, _NUMBER = {"type": "text"}, {"type": "number"}


def _id(text: str) -> str:
    return text.ljust(15, "0")


def _relation(name: str, target: str, most: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "type": "relation",
        "name": name,
        "collectionId": f"pbc_{target}",
        "maxSelect": most,
        **more,
    }


COLLECTIONS: dict[str, dict[str, Any]] = {
    "people": {
        "type": "auth",
        "listRule": "",
        "viewRule": "",
        "fields": [{**_TEXT, "name": "name"}, {**_TEXT, "name": "pin", "hidden": True}],
    },
    "rooms": {"fields": [{**_TEXT, "name": "title"}]},
    "teams": {
        "listRule": "open = true",
        "viewRule": "open = true",
        "fields": [{**_TEXT, "name": "title"}, {"type": "bool", "name": "open"}],
    },
    "posts": {
        "listRule": "",
        "viewRule": "",
        "fields": [
            {**_TEXT, "name": "title"},
            {**_NUMBER, "name": "num"},
            {**_TEXT, "name": "hush", "hidden": True},
            _relation("owner", "people"),
            _relation("team", "teams"),
            _relation("teams", "teams", 5),
            _relation("room", "rooms"),
            _relation("lead", "teams", hidden=True),
        ],
    },
}


class Site:
    """A directory with `secret` wherever a guest may not look."""

    def __init__(self, directory: Path, secret: str) -> None:
        self._runner = asyncio.Runner()
        self._runner.run(self._open(directory, secret))

    async def _open(self, directory: Path, secret: str) -> None:
        self.app = open_directory(directory)
        self.client = Client(self.app)
        await self.client.sign_in()
        for name, collection in COLLECTIONS.items():
            body = {"id": f"pbc_{name}", "name": name, **collection}
            made = await self.client("POST", "/api/collections", body)
            assert made.status == 200, made.body
        parent = [*COLLECTIONS["posts"]["fields"], _relation("parent", "posts")]
        made = await self.client("PATCH", "/api/collections/posts", {"fields": parent})
        assert made.status == 200, made.body
        for statement, *params in _rows(secret):
            await self.app.store.write(lambda tx, s=statement, p=params: tx.execute(s, p))

    def get(self, path: str, query: Mapping[str, str], token: str = "") -> tuple[int, bytes]:
        answer = self._runner.run(self.client("GET", f"{path}?{urlencode(query)}", token=token))
        return answer.status, answer.body

    def close(self) -> None:
        self.app.close()
        self._runner.close()


def _rows(secret: str) -> Iterator[tuple[Any, ...]]:
    for name, is_visible in (("ann", 1), ("bob", 0)):
        email = "p@x.co" if is_visible else f"{secret}@x.co"
        yield (
            (
                "INSERT INTO people (id, name, pin, email, emailVisibility, verified, password, "
                "tokenKey) VALUES (?, ?, ?, ?, ?, 1, ?, ?)"
            ),
            *(_id(name), name, secret, email, is_visible, f"hash {secret}", f"{secret}{name}"),
        )
    yield "INSERT INTO rooms (id, title) VALUES (?, ?)", _id("room"), secret
    for team, title, is_open in (("light", "m", 1), ("dark", secret, 0)):
        yield "INSERT INTO teams (id, title, open) VALUES (?, ?, ?)", _id(team), title, is_open
    lead = _id("light" if secret == "m" else "dark")
    for number, (title, owner, team, teams, parent) in enumerate(
        (
            ("m", "ann", "light", ["light"], ""),
            ("z", "bob", "dark", ["light", "dark"], "post0"),
            ("", "bob", "", [], "post1"),
        )
    ):
        many = "[" + ",".join(f'"{_id(each)}"' for each in teams) + "]"
        yield (
            (
                "INSERT INTO posts (id, title, num, hush, owner, team, teams, room, lead, parent) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            ),
            *(_id(f"post{number}"), title, number, f"<p>{secret}</p>", _id(owner)),
            *(_id(team) if team else "", many, _id("room"), lead),
            _id(parent) if parent else "",
        )


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Site]]:
    pair = tuple(Site(tmp_path_factory.mktemp("site") / "pb_data", text) for text in ("m", "zz"))
    yield pair[0], pair[1]
    for site in pair:
        site.close()


LEAVES = (
    "id", "title", "num", "name", "email", "email:lower", "verified", "hush", "hush:lower", "pin",
    "lead", "lead.title", "lead.id", "lead:each", "room.title", "team.title", "team.open",
    "teams.title", "teams:length", "owner.name", "owner.email", "owner.pin", "owner.tokenKey",
    "owner.password", "posts_via_lead.title", "teams_via_lead.id", "posts_via_room.room.title",
    "t1.hush", "posts.hush", "_.hush", "collectionId", "@rowid", "expand.owner.email",
)  # fmt: skip
STEPS = (
    "parent", "owner", "team", "teams", "room", "lead", "posts_via_parent", "posts_via_owner",
    "posts_via_team", "posts_via_lead", "posts_via_room", "pbc_posts_via_lead",
)  # fmt: skip
_WALKS = st.lists(st.sampled_from(STEPS), max_size=7)
NAMES = st.tuples(_WALKS, st.sampled_from(LEAVES)).map(lambda path: ".".join([*path[0], path[1]]))
OPERANDS = st.recursive(
    st.one_of(NAMES, NAMES, st.sampled_from(LITERALS)),
    lambda inner: st.builds(filled, st.sampled_from(CALLS), inner, inner),
    max_leaves=2,
)
FILTERS = st.lists(
    st.builds(filled, st.sampled_from(COMPARISONS), OPERANDS, OPERANDS, OPERANDS),
    min_size=1,
    max_size=2,
).map(" || ".join)
SORTS = st.lists(NAMES, min_size=1, max_size=2).map(",".join)
EXPANDS = st.lists(
    st.lists(st.sampled_from(STEPS), min_size=1, max_size=7).map(".".join), min_size=1, max_size=3
).map(",".join)
FIELDS = st.lists(
    st.builds(
        str.__add__,
        st.one_of(NAMES, st.sampled_from(("*", "expand.*", "expand.lead.*", "expand.owner.*"))),
        st.sampled_from(("", "", ":excerpt(9)", ":excerpt(1,true)", ":as(x)", ":excerpt(2):as(y)")),
    ),
    min_size=1,
    max_size=3,
).map(",".join)
QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "filter": FILTERS,
        "sort": SORTS,
        "expand": EXPANDS,
        "fields": FIELDS,
        "cursor": st.just(""),
        "perPage": st.just("2"),
        "skipTotal": st.sampled_from(("true", "false")),
    },
)
_CURSOR = re.compile(rb'"(next|prev)Cursor":"([^"]*)"')


@given(st.sampled_from([POSTS, "/api/collections/people/records"]), QUERIES)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(POSTS, {"sort": "owner.email", "cursor": "", "perPage": "2"})
@example(POSTS, {"sort": "-owner.email"})
@example(POSTS, {"expand": "lead,posts_via_lead,team,teams,room,owner", "fields": "*,expand.*"})
@example(POSTS, {"expand": "team.posts_via_lead"})
@example(POSTS, {"fields": "hush:as(x),hush:excerpt(9),owner", "filter": "parent.hush ~ 'm'"})
@example(POSTS, {"filter": "teams.title ?= 'zz' || team.title > 'n'"})
@example(POSTS, {"filter": "room.title = 'm'"})
@example(POSTS, {"filter": "teams.title != 'zz'"})
@example(POSTS, {"filter": "concat(owner.email, '') like 'm%'"})
def test_secrets_change_no_answer(
    sites: tuple[Site, Site], path: str, query: dict[str, str]
) -> None:
    answers = [site.get(path, query) for site in sites]
    following = [_CURSOR.findall(body) for _, body in answers]
    assert _without_cursors(answers[0]) == _without_cursors(answers[1])
    if following[0]:
        pages = [
            site.get(path, {**query, "cursor": found[0][1].decode()})
            for site, found in zip(sites, following, strict=True)
        ]
        assert _without_cursors(pages[0]) == _without_cursors(pages[1])


def _without_cursors(answer: tuple[int, bytes]) -> tuple[int, bytes]:
    """Cursors are encrypted with another key in each directory."""
    return answer[0], _CURSOR.sub(rb'"\1Cursor":""', answer[1])


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"fields": "hush:as(x)"},
        {"filter": "hush ~ 'm'"},
        {"filter": "room.title = 'm'"},
        {"sort": "owner.email"},
        {"expand": "lead"},
    ],
)
def test_the_sites_differ_for_who_sees_everything(
    sites: tuple[Site, Site], query: dict[str, str]
) -> None:
    one, other = (site.get(POSTS, query, site.client.token) for site in sites)
    assert one != other
    assert (one[0], other[0]) == (200, 200)
