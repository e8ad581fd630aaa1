"""What the language has beyond the reference, against a database: which records each text finds."""

from collections.abc import Iterator

import apsw
import pytest

from fastcms.filters import FilterError, build
from fastcms.store import functions
from tests.filters.sample import GUEST, POSTS, SCHEMA, Caller, collection

OPEN = SCHEMA.with_collection(collection("tags")).with_collection(collection("users", "auth"))
TRIANGLE = '{"type":"Polygon","coordinates":[[[0,0],[10,0],[0,10],[0,0]]]}'
HOLED = (
    '{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":'
    "[[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[1,1],[3,1],[3,3],[1,3],[1,1]]]]}}"
)


@pytest.fixture(scope="module")
def database() -> Iterator[apsw.Connection]:
    connection = apsw.Connection(":memory:")
    functions.register(connection)
    for table in SCHEMA:
        columns = ", ".join(f'"{field.name}"' for field in table.fields) or '"id"'
        connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
    connection.execute(
        "INSERT INTO tags (id, title, n, up) VALUES ('t1', 'red', 1, ''), ('t2', 'Green', 2, 't1')"
    )
    connection.execute(
        "INSERT INTO posts (id, title, num, kinds, js, geo, tag, tags, parent) VALUES"
        """ ('a', 'Straße', 1.5, '["a","b"]', '{"l":[1,"x",null]}', '{"lon":2,"lat":2}', 't1',"""
        """  '["t1"]', ''),"""
        """ ('b', '100%', -2, '[]', '["x","y"]', '{"lon":5,"lat":5}', 't2', '["t1","t2"]', 'a'),"""
        """ ('c', '', 0, '["c"]', NULL, '{"lon":179,"lat":0}', '', '[]', 'a'),"""
        """ ('d', 'a_b*', 10, 'b', '5', '{"lon":0,"lat":0}', 'gone', '["t2"]', '')"""
    )
    yield connection
    connection.close()


def found(database: apsw.Connection, text: str, **caller: object) -> str:
    condition = build(OPEN, POSTS, filter=text, trusted=True).bind(Caller(**caller))  # type: ignore[arg-type]
    sql = f'SELECT "posts"."id" FROM "posts" {condition.joins} WHERE {condition.where or 1}'
    params = condition.join_params + condition.where_params
    rows = [row[0] for row in database.execute(sql, params)]
    assert condition.distinct or len(set(rows)) == len(rows)
    return "".join(sorted(set(rows)))


ADDED = [
    # Lists and ranges.
    ("title in ('100%', 'a_b*')", "bd"),
    ("title in ('')", "c"),
    ("title in (null, '100%')", "bc"),
    ("title not in ('100%', '')", "ad"),
    ("num in (0, 10, num)", "abcd"),
    ("num between 0 and 2", "ac"),
    ("num between num and 1", "bc"),
    ("js.l.0 in (1, 'x')", "a"),
    ("js.l.0 not in ('1')", "abcd"),
    # Only what is not there at all is null.
    ("title is null", ""),
    ("title is not null", "abcd"),
    ("js is null", "c"),
    ("js.l.9 is null", "abcd"),
    ("tag.title is null", "cd"),
    ("tag.title is not null", "ab"),
    # Many values: all of them, or with ? any of them.
    ("tags.title in ('red', 'x')", "a"),
    ("tags.title ?in ('red', 'x')", "ab"),
    ("tags.title not in ('red', 'x')", "cd"),
    ("tags.title ?not in ('red', 'x')", "bcd"),
    ("tags.n between 1 and 1", "a"),
    ("tags.n ?between 1 and 1", "ab"),
    ("tags.title is null", "c"),
    ("tags.title is not null", "abd"),
    ("tags.title matches '^r'", "a"),
    ("tags.title ?matches '^r'", "ab"),
    ("tags.title not matches '^r'", "d"),
    ("tags.title ?not matches '^r'", "bd"),
    ("tags.title like 'green'", ""),
    ("tags.title ?ilike 'green'", "bd"),
    ("kinds:each in ('a', 'b')", "ad"),
    ("posts_via_parent.num between -2 and 0", "a"),
    ("posts_via_parent.num ?in (0)", "a"),
    ("posts_via_parent.title is null", "bcd"),
    # Regular expressions: RE2, anywhere in the text.
    ("title matches 'ß'", "a"),
    ("title matches '^[^a-z]*$'", "bc"),
    ("title matches '(?i)STRA'", "a"),
    ("title not matches '.'", "c"),
    ("num matches '^1'", "ad"),
    ("tag.title not matches 'x'", "ab"),
    # Texts with and without regard to case; both know all letters.
    ("title like 'stra'", ""),
    ("title like 'Stra'", "a"),
    ("title like 'S%e'", "a"),
    ("title like '%E'", ""),
    ("title ilike 'STRASSE'", "a"),
    ("title ilike '%E'", "a"),
    ("title not like '%e'", "bcd"),
    ("title not ilike 'S'", "bcd"),
    ("title like '_b'", "d"),
    (r"title like '\\%'", "b"),
    ("title like '*'", "d"),
    ("title like '[*]'", ""),
    ("title like ''", "abcd"),
    ("title like title", "abcd"),
    ("title ilike tag.title", ""),
    ("title ilike @request.query.q", "a"),
    ("title like @request.query.q:lower", ""),
    # Texts.
    ("length(title) = 6", "a"),
    ("lower(tag.title) = 'green'", "b"),
    ("upper(tags.title) = 'RED'", "a"),
    ("upper(tags.title) ?= 'RED'", "ab"),
    ("trim(title, '1%') = '00'", "b"),
    ("trim(concat(' ', title, ' ')) = title", "abcd"),
    ("substr(title, 1, 3) = 'Str'", "a"),
    ("substr(title, -2) = '0%'", "b"),
    ("concat(title, 5, '-', tag.title) = '100%5-Green'", "b"),
    ("concat(tags.title, posts_via_parent.title) ?= 'red100%'", "a"),
    ("length(concat(title, upper(tag.title))) = 9", "ab"),
    ("length(tag.title) = ''", "cd"),
    # Numbers.
    ("abs(num) = 2", "b"),
    ("abs(title) = 100", "b"),
    ("ceil(num) = 2", "a"),
    ("floor(num) = 1", "a"),
    ("round(num) = 2", "a"),
    ("round(num, 1) = 1.5", "a"),
    ("floor(abs(num)) in (1, 2)", "ab"),
    # Lists.
    ("size(kinds) = 0", "b"),
    ("size(kinds) = 1", "cd"),
    ("size(js) = 2", "b"),
    ("size(js.l) = 3", "a"),
    ("size(js) = 1", "ad"),
    ("contains(kinds, 'b') = true", "ad"),
    ("contains(kinds, 'b') != true", "bc"),
    ("contains(js.l, 1) = true", "a"),
    ("contains(js.l, '1') = true", ""),
    ("contains(js.l, null) = false", "abcd"),
    ("contains(tags, tag) = true", "ab"),
    ("contains(@request.body.kinds, 'a') = true", "abcd"),
    ("intersects(kinds, 'x', 'c') = true", "c"),
    ("intersects(kinds, @request.body.kinds) = true", "a"),
    ("intersects(js, js) = true", "abd"),
    ("contains(posts_via_parent.kinds, 'c') ?= true", "a"),
    ("contains(posts_via_parent.kinds, 'c') = true", ""),
    # Places.
    ("geoWithinBox(geo, 1, 1, 5, 5) = true", "ab"),
    ("geoWithinBox(geo, 170, -1, 1, 1) = true", "cd"),
    ("geoWithinBox(geo, 170, -1, 1, 1) = false", "ab"),
    (f"geoWithin(geo, '{TRIANGLE}') = true", "abd"),
    (f"geoWithin(geo, '{HOLED}') = true", "bd"),
    (f"geoWithin(geo, '{HOLED}') != true", "ac"),
    ("geoWithin(parent.geo, '" + TRIANGLE + "') = true", "bc"),
    ("'2020-01-01' < @today && @today <= @todayStart", "abcd"),
]


@pytest.mark.parametrize(("text", "ids"), ADDED)
def test_found(database: apsw.Connection, text: str, ids: str) -> None:
    assert found(database, text, query={"q": "STRASS"}, body={"kinds": ["a", "x"]}) == ids


REFUSED = [
    ("title matches num", "matches expects a quoted regular expression"),
    ("title matches @now", "matches expects a quoted regular expression"),
    ("title matches 1", "matches expects a quoted regular expression"),
    ("title matches '('", "invalid regular expression: missing ): ("),
    ("title not matches 'a{1001}'", "invalid regular expression"),
    ("title ?matches '" + "a" * 1001 + "'", "invalid regular expression: the pattern has more"),
    ("title matches '((a{100}){100}){100}'", "invalid regular expression"),
    ("nope in (1)", 'invalid left operand "nope" - unknown field "nope"'),
    ("title in ('a', nope)", 'invalid right operand "nope" - unknown field "nope"'),
    ("title between nope and 1", 'invalid right operand "nope" - unknown field "nope"'),
    ("length() = 1", 'invalid left operand "length" - [length] expected 1 arguments, got 0'),
    ("substr(title) = 1", 'invalid left operand "substr" - [substr] expected 2 to 3 arguments'),
    ("length(nope) = 1", 'invalid left operand "length" - unknown field "nope"'),
    ("Length(title) = 1", 'invalid left operand "Length" - unknown function "Length"'),
    ("size(title) = 1", 'invalid left operand "size" - [size] the first argument must be a list'),
    ("contains(title, 'a') = true", 'invalid left operand "contains" - [contains] the first'),
    ("intersects(kinds:each, 'a') = true", 'invalid left operand "intersects" - [intersects] the'),
    ("geoWithinBox(js, 1, 2, 3, 4) = true", 'invalid left operand "geoWithinBox" - [geoWithinBox]'),
    ("geoWithinBox(geo, num, 2, 3, 4) = true", 'invalid left operand "geoWithinBox" - [geoWithin'),
    ("geoWithin(geo, title) = true", 'invalid left operand "geoWithin" - [geoWithin] the second'),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(FilterError) as caught:
        build(OPEN, POSTS, filter=text, trusted=True)
    assert str(caught.value).startswith(message)
    assert caught.value.position is not None


GEOJSON = [
    "", "{}", "[]", "1", "null", '{"type":"Point","coordinates":[0,0]}', '{"type":"Polygon"}',
    '{"type":"Polygon","coordinates":[]}', '{"type":"Polygon","coordinates":[[]]}',
    '{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,1]]]}',
    '{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,1],[2,2]]]}',
    '{"type":"Polygon","coordinates":[[[0],[1,0],[0,1],[0]]]}',
    '{"type":"Polygon","coordinates":[[["a",0],[1,0],[0,1],["a",0]]]}',
    '{"type":"Polygon","coordinates":[[[1e999,0],[1,0],[0,1],[1e999,0]]]}',
    '{"type":"Feature","geometry":null}', "[" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("text", GEOJSON)
def test_bad_geojson_is_refused(text: str) -> None:
    with pytest.raises(FilterError, match="GeoJSON"):
        build(OPEN, POSTS, filter=f"geoWithin(geo, '{text}') = true", trusted=True)


def test_equal_shapes_are_one_text() -> None:
    pairs = [
        ("title in ('a','b')", "title in ('c', 'd')"),
        ("title matches 'a'", "title  MATCHES  '^b$'"),
        ("tags.title ?between 1 and 2", "tags.title ?between 3 and 4"),
        ("concat(title, 1) ilike 'a'", "concat(title, 2) ilike 'b%'"),
        ("geoWithinBox(geo,1,2,3,4)=true", "geoWithinBox(geo,5,6,7,8)=true"),
    ]
    for left, right in pairs:
        texts = {build(OPEN, POSTS, filter=text).bind(GUEST).where for text in (left, right)}
        assert len(texts) == 1
