"""`fields` on finished answers; that both servers read it alike is for the parity tables."""

import json
from typing import Any

import pytest

from fastcms.errors import ApiError
from fastcms.http.pick import MAX_DEPTH, parse, picked
from fastcms.http.reply import NO_CONTENT, Reply, json_reply, page_reply
from tests.inprocess import Client, served

VALUE = {
    "id": "1",
    "title": "A long title",
    "text": "<p>Some <b>rich</b> text</p>",
    "n": 7,
    "data": {"a": {"b": 1, "c": 2}, "a.b": 3, "list": [{"x": 1, "y": 2}, 5, {"y": 3}]},
    "expand": {"author": {"id": "2", "name": "Ann"}, "tags": [{"id": "3"}, {"id": "4"}]},
}


def pick(fields: str, value: Any = None) -> Any:
    return json.loads(picked(json_reply(VALUE if value is None else value), fields).body)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("id", {"id": "1"}),
        ("id,n", {"id": "1", "n": 7}),
        (" id ,, n ", {"id": "1", "n": 7}),
        ("nothing", {}),
        ("ID", {}),
        ("n.x", {"n": 7}),
        ("n.", {"n": 7}),
        ("data.a.c", {"data": {"a": {"c": 2}}}),
        ("data.a.b", {"data": {"a": {"b": 1}, "a.b": 3}}),
        ("data.list.x", {"data": {"list": [{"x": 1}, 5, {}]}}),
        ("expand.*", {"expand": VALUE["expand"]}),
        ("expand.author.name,expand.author", {"expand": {"author": VALUE["expand"]["author"]}}),
        (
            "expand.*,expand.author.name",
            {"expand": {"author": {"name": "Ann"}, "tags": [{"id": "3"}, {"id": "4"}]}},
        ),
        ("title:excerpt(6)", {"title": "A long"}),
        ("title:excerpt(7,true)", {"title": "A long..."}),
        ("text:excerpt(99)", {"text": "Some rich text"}),
        ("n:excerpt(1)", {"n": 7}),
        ("title:excerpt(1),title", {"title": "A long title"}),
    ],
)
def test_what_is_sent(fields, expected):
    assert pick(fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("title:as(name)", {"name": "A long title"}),
        ("id,title:as(name)", {"id": "1", "name": "A long title"}),
        ("title: as( name )", {"name": "A long title"}),
        ("title,title:as(name)", {"title": "A long title", "name": "A long title"}),
        ("title,title:excerpt(1):as(s)", {"title": "A long title", "s": "A"}),
        ("title:excerpt(8, true):as(s)", {"s": "A long t..."}),
        ("title:as(s),title:excerpt(1):as(t)", {"s": "A long title", "t": "A"}),
        ("title:as(s),title:excerpt(1):as(s)", {"s": "A"}),
        ("data.a.b:as(z)", {"data": {"a": {"z": 1}, "z": 3}}),
        ("expand.author.name:as(who)", {"expand": {"author": {"who": "Ann"}}}),
        ("expand.tags.id:as(key)", {"expand": {"tags": [{"key": "3"}, {"key": "4"}]}}),
        (
            "expand.author:as(by),expand.author.id",
            {"expand": {"by": {"id": "2", "name": "Ann"}, "author": {"id": "2"}}},
        ),
        ("data.a:as(inner),data.a.c", {"data": {"inner": {"b": 1, "c": 2}, "a": {"c": 2}}}),
        ("n:as(as)", {"as": 7}),
        ("nothing:as(x)", {}),
    ],
)
def test_aliases(fields, expected):
    assert pick(fields) == expected


def test_a_star_leaves_renamed_fields_to_their_new_names():
    found = pick("*,title:as(name)")
    assert found == {key: VALUE[key] for key in VALUE if key != "title"} | {"name": "A long title"}


@pytest.mark.parametrize(
    "fields",
    [
        "title:",
        "title:as",
        "title:as()",
        "title:as(a b)",
        "title:as(a.b)",
        "title:as(ä)",
        "title:as(a):as(b)",
        "title:as(a):excerpt(1)",
        "*:as(all)",
        "expand.*:as(all)",
        "title:excerpt(0):as(x)",
        "title:foo(1)",
        "title:excerpt(1,true,x)",
        "(",
        "'",
    ],
)
def test_refused(fields):
    with pytest.raises(ApiError) as caught:
        parse(fields)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "reply",
    [
        NO_CONTENT,
        Reply(b'{"id":1}'),
        json_reply({"message": "no"}, 404),
        json_reply([1, 2]),
        json_reply("text"),
        json_reply([]),
        page_reply({"items": [], "page": 1}),
    ],
)
def test_left_as_it_is(reply):
    assert picked(reply, "id") == reply


def test_of_a_page_only_the_rows_are_picked_from():
    page = {"items": [{"id": 1, "n": 2}], "page": 1, "totalItems": 1}
    body = json.loads(picked(page_reply(page), "n,page").body)
    assert body == {"items": [{"n": 2}], "page": 1, "totalItems": 1}


def test_deeper_than_anybody_asks():
    value: Any = 1
    for _ in range(400):
        value = {"a": value}
    assert pick(".".join(["a"] * 5_000), value) == value
    assert parse(".".join(["a"] * (MAX_DEPTH + 9))) is parse(".".join(["a"] * (MAX_DEPTH + 9)))


def test_a_bad_text_answers_400_after_the_work_is_done(tmp_path):
    """As the reference: the answer is picked from when everything else has happened."""

    async def body(client: Client) -> None:
        path = "/api/collections"
        answer = await client("POST", f"{path}?fields=x:y", {"name": "made", "type": "base"})
        assert (answer.status, answer.json()["status"]) == (400, 400)
        answer = await client("GET", f"{path}/made?fields=name:as(title)")
        assert answer.json() == {"title": "made"}
        answer = await client("GET", "/api/health?fields=code", token="")
        assert answer.json() == {"code": 200}
        answer = await client("HEAD", "/api/health?fields=code", token="")
        assert (answer.headers["content-length"], answer.body) == ("12", b"")

    served(tmp_path, body)
