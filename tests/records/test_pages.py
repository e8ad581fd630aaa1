"""Lists by cursor: every row once, whatever comes and goes, and cursors that tell nothing."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fastcms.auth.accounts import create
from fastcms.auth.tokens import auth_token
from fastcms.directory import open_directory
from tests.inprocess import Answer, Client

ITEMS = "/api/collections/items/records"
SORTS = [
    "",
    "n",
    "-n",
    "title,-n",
    "-title,n,flag",
    "data",
    "-data",
    "data.k",
    "-data.k,title",
    "owner.name",
    "-owner.name,-n",
    "owner.data.k",
    "tags.name",
    "-tags.name,title",
    "notes_via_item.text",
    "-notes_via_item.text",
    "@rowid",
    "-@rowid",
    "id",
    "flag,-id",
    "title:lower,n",
]
FILTERS = ["", "n > 1 || title != 'b'", "tags.name ?!= 'x'", "owner.name != 'x'"]
DATA = [None, 1, 2.5, "1", "text", True, {"k": None}, {"k": 1}, {"k": "1"}, {"k": [1]}, []]
PEOPLE = {"p" * 15: ("a", {"k": 1}), "q" * 15: ("b", {"k": "1"}), "r" * 15: ("", None)}


class Site:
    """A directory with lists worth walking, and the loop it lives on."""

    def __init__(self, directory: Any) -> None:
        self._runner = asyncio.Runner()
        self.app = self._runner.run(self._open(directory))
        self.client = self._runner.run(self._fill())
        self.made = 0

    async def _open(self, directory: Any) -> Any:
        return open_directory(directory)

    async def _fill(self) -> Client:
        client = Client(self.app)
        await client.sign_in()
        name = {"type": "text", "name": "name"}
        data = {"type": "json", "name": "data"}
        people = await self._collection(client, "people", name, data)
        items = await self._collection(
            client,
            "items",
            {"type": "text", "name": "title"},
            {"type": "number", "name": "n"},
            {"type": "bool", "name": "flag"},
            data,
            {"type": "text", "name": "secret", "hidden": True},
            {"type": "relation", "name": "owner", "collectionId": people},
            {"type": "relation", "name": "tags", "collectionId": people, "maxSelect": 5},
        )
        await self._collection(
            client,
            "notes",
            {"type": "text", "name": "text"},
            {"type": "relation", "name": "item", "collectionId": items},
        )
        for key, (text, value) in PEOPLE.items():
            body = {"id": key, "name": text, "data": value}
            await client("POST", "/api/collections/people/records", body)
        return client

    async def _collection(self, client: Client, name: str, *fields: Any) -> str:
        body = {"name": name, "fields": list(fields), "listRule": "", "viewRule": ""}
        made = await client("POST", "/api/collections", body)
        assert made.status == 200, made.body
        return made.json()["id"]

    def list(self, token: str = "", **query: Any) -> Answer:
        return self.ask(f"{ITEMS}?{urlencode(query)}", token)

    def ask(self, path: str, token: str = "") -> Answer:
        return self._runner.run(self.client("GET", path, token=token))

    def sql(self, statement: str, *params: Any) -> None:
        async def write() -> None:
            await self.app.store.write(lambda tx: tx.execute(statement, params))

        self._runner.run(write())

    def add(self, row: tuple[Any, ...]) -> str:
        """A row as `ROW` draws it; its id is the answer. Ids come in no order."""
        self.made += 1
        key = f"{hash((self.made, 1)) & 0xFFFFFFFFFFFFFFF:015x}"
        title, n, flag, data, owner, tags, notes = row
        self.sql(
            "INSERT INTO items (id, title, n, flag, data, owner, tags) VALUES (?,?,?,?,?,?,?)",
            *(key, title, n, flag, json.dumps(data), owner, json.dumps(tags)),
        )
        for number, note in enumerate(notes):
            self.sql(
                "INSERT INTO notes (id, item, text) VALUES (?, ?, ?)", f"{key}{number}", key, note
            )
        return key

    def empty(self, rows: list[tuple[Any, ...]]) -> list[str]:
        """Nothing but these rows."""
        self.sql("DELETE FROM items")
        self.sql("DELETE FROM notes")
        self.made = 0
        return [self.add(row) for row in rows]

    def make_view(self, query: str) -> None:
        """The view `shown` with `title` and `k`, written as the reference would store it."""
        columns = [
            {"id": "text1", "name": "id", "type": "text"},
            {"id": "text2", "name": "title", "type": "text"},
            {"id": "json1", "name": "k", "type": "json"},
        ]
        self.sql("DROP VIEW IF EXISTS shown")
        self.sql(f"CREATE VIEW shown AS {query}")
        self.sql(
            "INSERT OR REPLACE INTO _collections (id, type, name, fields, listRule, options) "
            "VALUES ('pbc_shown', 'view', 'shown', ?, '', ?)",
            *(json.dumps(columns), json.dumps({"viewQuery": query})),
        )
        self.app.shared.touch()

    def user(self, name: str) -> str:
        async def make() -> str:
            users = self.app.schema.find("users")
            record = await create(self.app, users, f"{name}@example.com", "password123")
            return auth_token(record.values, users.id, users.auth)

        return self._runner.run(make())

    def close(self) -> None:
        self.app.close()
        self._runner.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = Site(tmp_path_factory.mktemp("pages") / "pb_data")
    yield opened
    opened.close()


ROW = st.tuples(
    st.sampled_from(["", "a", "b", "B", "10", "9"]),
    st.sampled_from([-1, 0, 1, 1.5, 2]),
    st.booleans(),
    st.sampled_from(DATA),
    st.sampled_from(["", "gone", *PEOPLE]),
    st.lists(st.sampled_from(list(PEOPLE)), max_size=3, unique=True),
    st.lists(st.sampled_from(["", "a", "b"]), max_size=2),
)
# What happens between two pages: rows that go, by their place, and rows that come.
TURN = st.tuples(st.lists(st.integers(0, 30), max_size=2), st.lists(ROW, max_size=2))
PLAIN = ("a", 1, True, None, "", [], [])
OTHER = ("b", 2, False, {"k": 1}, "p" * 15, ["p" * 15, "q" * 15], ["a", "b"])


EXAMPLE = {"filter_": "", "per_page": 2, "backward": False}


@given(
    rows=st.lists(ROW, max_size=12),
    turns=st.lists(TURN, max_size=12),
    sort=st.sampled_from(SORTS),
    filter_=st.sampled_from(FILTERS),
    per_page=st.integers(1, 4),
    backward=st.booleans(),
)
@example(rows=[PLAIN] * 5, turns=[([1], [PLAIN])] * 5, sort="", **EXAMPLE)
@example(rows=[PLAIN, OTHER] * 3, turns=[([1, 2], [OTHER])] * 5, sort="-tags.name", **EXAMPLE)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_walk_meets_every_row_that_stayed_once_and_in_order(
    site: Site, *, rows, turns, sort, filter_, per_page, backward
):
    present = site.empty(rows)
    stayed = set(present)
    query = {"sort": sort, "filter": filter_, "perPage": per_page}
    whole = site.list(**query | {"perPage": 1000}, cursor="").json()["items"]
    expected = [item["id"] for item in whole]
    key, cursor = "nextCursor", ""
    if backward and len(expected) > 1:
        key, cursor = "prevCursor", before_the_last(site, query)
        expected.pop()
    met: list[str] = []
    for gone, come in [*turns, *[([], [])] * 60]:
        page = site.list(**query, cursor=cursor)
        assert page.status == 200, page.body
        found = [item["id"] for item in page.json()["items"]]
        met = met + found if key == "nextCursor" else found + met
        cursor = page.json()[key]
        if cursor is None:
            break
        for place in gone[: len(present)]:
            lost = present.pop(place % len(present))
            stayed.discard(lost)
            site.sql("DELETE FROM items WHERE id = ?", lost)
        present += [site.add(row) for row in come]
    assert cursor is None
    assert len(set(met)) == len(met)
    assert [key for key in met if key in stayed] == [key for key in expected if key in stayed]


def before_the_last(site: Site, query: dict[str, Any]) -> str:
    """The cursor of the page that ends before the last row."""
    cursor, page = "", None
    while cursor is not None:
        page = site.list(**query | {"perPage": 1}, cursor=cursor).json()
        cursor = page["nextCursor"]
    return page["prevCursor"]


@pytest.mark.parametrize("sort", SORTS)
def test_the_order_is_that_of_the_plain_list(site: Site, sort):
    """Where no two rows are equal; a path to many has a place of its own, see docs/paging.md."""
    rows = [
        ("a", 1, True, {"k": 1}, "p" * 15, ["p" * 15], ["c"]),
        ("b", 2, False, {"k": "1"}, "q" * 15, ["q" * 15], ["b"]),
        ("9", 3, True, None, "", [], []),
    ]
    site.empty(rows)
    plain = site.list(sort=sort).json()["items"]
    if sort.startswith("flag"):
        assert plain[0]["title"] == "b"
        return
    assert site.list(sort=sort, cursor="").json()["items"] == plain


def test_what_an_answer_says_beside_the_items(site: Site):
    site.empty([PLAIN] * 5)
    first = site.list(cursor="", perPage=2, page=7).json()
    assert (first["page"], first["perPage"], len(first["items"])) == (-1, 2, 2)
    assert (first["totalItems"], first["totalPages"], first["prevCursor"]) == (-1, -1, None)
    second = site.list(cursor=first["nextCursor"], perPage=2, skipTotal="false").json()
    assert (second["totalItems"], second["totalPages"]) == (5, 3)
    back = site.list(cursor=second["prevCursor"], perPage=2).json()
    assert back["items"] == first["items"]
    assert back["prevCursor"] is None
    third = site.list(cursor=second["nextCursor"], perPage=2).json()
    assert (len(third["items"]), third["nextCursor"]) == (1, None)


def test_the_ways_back_from_where_nothing_is_left(site: Site):
    keys = site.empty([(title, *PLAIN[1:]) for title in "abcd"])
    first = site.list(cursor="", perPage=2, sort="title").json()
    second = site.list(cursor=first["nextCursor"], perPage=2, sort="title").json()
    for key in keys[2:]:
        site.sql("DELETE FROM items WHERE id = ?", key)
    behind = site.list(cursor=first["nextCursor"], perPage=2, sort="title").json()
    assert (behind["items"], behind["nextCursor"]) == ([], None)
    assert site.list(cursor=behind["prevCursor"], sort="title").json()["items"] == first["items"]
    for key in keys[:2]:
        site.sql("DELETE FROM items WHERE id = ?", key)
    before = site.list(cursor=second["prevCursor"], sort="title").json()
    assert (before["items"], before["prevCursor"]) == ([], None)
    added = site.add(("z", *PLAIN[1:]))
    again = site.list(cursor=before["nextCursor"], sort="title").json()
    assert [item["id"] for item in again["items"]] == [added]


@pytest.mark.parametrize("sort", ["", "-k", "k,-id", "title"])
def test_a_view(site: Site, sort):
    """Its columns have no type of their own: `k` holds numbers and texts."""
    keys = site.empty([(title, *PLAIN[1:]) for title in ("a", "", "10", "9", "b")])
    site.make_view("SELECT id, title, iif(title > '1', title, n) AS k FROM items")
    path = f"/api/collections/shown/records?sort={sort}&perPage=2"
    whole = site.ask(f"{path}&perPage=9&cursor=".replace("perPage=2&", "")).json()["items"]
    met: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page = site.ask(f"{path}&cursor={cursor}").json()
        met += page["items"]
        cursor = page["nextCursor"]
    assert met == whole
    assert {item["id"] for item in met} == set(keys)


def test_without_the_parameter_nothing_is_new(site: Site):
    site.empty([PLAIN])
    assert list(site.list().json()) == ["items", "page", "perPage", "totalItems", "totalPages"]
    assert site.list(Cursor="x", cursors="y").body == site.list().body


REFUSED = {"code": "validation_invalid_cursor"}


@pytest.mark.parametrize(
    "cursor", ["x", "1", "=", "\u00e9", "AAAA", "A" * 300, "%00", " ", "A" * 20_000]
)
def test_what_is_no_cursor_is_refused(site: Site, cursor):
    answer = site.list(cursor=cursor)
    assert answer.status == 400
    assert answer.json()["data"]["cursor"].items() >= REFUSED.items()


@pytest.mark.parametrize("at", [0, 5, 40, 150, -1])
def test_a_changed_cursor_is_refused(site: Site, at):
    raw = bytearray(base64.urlsafe_b64decode(a_cursor(site) + "=="))
    raw[at] ^= 1
    changed = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    assert site.list(cursor=changed, sort="title").status == 400


def test_a_cursor_is_good_for_its_list_and_caller_alone(site: Site):
    cursor = a_cursor(site)
    assert site.list(cursor=cursor, sort="title", perPage=3).status == 200
    for query in ({"sort": "n"}, {"sort": "title", "filter": "n = 1"}, {}):
        assert site.list(cursor=cursor, **query).status == 400, query
    for token in (site.client.token, site.user("reader")):
        assert site.list(token, cursor=cursor, sort="title").status == 400
    path = f"/api/collections/people/records?sort=title&cursor={cursor}"
    assert site.ask(path).status == 400


def a_cursor(site: Site) -> str:
    """That of the first page of two rows, sorted by title."""
    site.empty([PLAIN, PLAIN])
    return site.list(cursor="", sort="title", perPage=1).json()["nextCursor"]


def test_a_cursor_tells_nothing_of_the_values_in_it(site: Site):
    """Not their text, not their length, and not whether they have changed."""
    seen = set()
    for secret in ("", "short", "a much longer secret, of fifty-two characters in all"):
        site.empty([PLAIN, PLAIN])
        site.sql("UPDATE items SET secret = ?", secret)
        for _ in range(2):
            page = site.list(site.client.token, cursor="", sort="secret", perPage=1).json()
            raw = base64.urlsafe_b64decode(page["nextCursor"] + "==")
            assert secret.encode() not in raw or not secret
            seen.add((len(raw), raw))
    assert len(seen) == 6
    assert len({length for length, _ in seen}) == 1


@pytest.mark.parametrize(
    ("sort", "status"),
    [
        ("@random", 400),
        ("n,@random", 400),
        ("+@random", 400),
        ("nothing", 400),
        ("secret", 400),
        ("@request.auth.id", 403),
        (",".join(["n"] * 9), 400),
        (",".join(["n"] * 8), 200),
    ],
)
def test_sorts(site: Site, sort, status):
    site.empty([PLAIN] * 3)
    page = site.list(cursor="", sort=sort, perPage=1)
    assert page.status == status
    if status == 200:
        assert site.list(cursor=page.json()["nextCursor"], sort=sort).status == 200
    if "@random" in sort:
        assert "@random" in page.json()["message"]


def test_a_value_too_long_for_a_cursor_is_refused(site: Site):
    site.empty([("x" * 3000, *PLAIN[1:])] * 2)
    assert site.list(cursor="", sort="title").status == 200
    answer = site.list(cursor="", sort="title", perPage=1)
    assert (answer.status, "too long" in answer.json()["message"]) == (400, True)


def test_an_index_leads_to_the_page(site: Site):
    site.sql("CREATE INDEX IF NOT EXISTS idx_items_n ON items (n)")
    site.empty([PLAIN])
    statements = []
    read = site.app.store.read

    async def spy(sql: str, params: Any = ()) -> Any:
        statements.append((sql, params))
        return await read(sql, params)

    site.add(PLAIN)
    for sort in ("-n", ""):
        cursor = site.list(cursor="", sort=sort, perPage=1).json()["nextCursor"]
        site.app.store.read = spy
        try:
            site.list(cursor=cursor, sort=sort, perPage=1)
        finally:
            site.app.store.read = read
        sql, params = next(pair for pair in statements if "ORDER BY" in pair[0])
        statements.clear()
        plan = site.app.store.read_now(f"EXPLAIN QUERY PLAN {sql}", params)
        assert plan[0][3].startswith("SEARCH items USING"), plan
