"""Values for the parameters of a view: bound, checked, and for one request."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.inprocess import Client, served

QUERY = (
    "select id, title, n, {:label} as label from posts "
    "where n >= {:least} and ({:title} is null or title = {:title}) and ({:odd} = 0 or n % 2 = 1)"
)
DEFAULTS = {"label": "it's", "least": 2, "title": None, "odd": False}
EVIL = "x' or 1=1; drop table posts; --"

# Query → the numbers that come back, and the label.
ASKED: list[tuple[dict[str, str], list[int], str]] = [
    ({}, [2, 3, 4], "it's"),
    ({"param.least": "4"}, [4], "it's"),
    ({"param.least": "0"}, [0, 1, 2, 3, 4], "it's"),
    ({"param.least": "2.5", "param.label": "new"}, [3, 4], "new"),
    ({"param.odd": "true", "param.least": "-1"}, [1, 3], "it's"),
    ({"param.title": "t3"}, [3], "it's"),
    ({"param.title": EVIL}, [], ""),
    ({"param.label": EVIL, "param.least": "4"}, [4], EVIL),
    ({"param.label": "{:least}", "param.least": "4"}, [4], "{:least}"),
    ({"param.least": "1", "filter": "n < 3"}, [1, 2], "it's"),
    ({"param.least": "1", "filter": "same.n = 3"}, [3], "it's"),
    ({"param.least": "1", "sort": "-n", "perPage": "2"}, [4, 3], "it's"),
    ({"param.least": "1", "sort": "-n", "perPage": "2", "cursor": ""}, [4, 3], "it's"),
    ({"least": "4"}, [2, 3, 4], "it's"),
]
REFUSED = [
    ("param.least", "abc", "Must be a number."),
    ("param.least", "", "Must be a number."),
    ("param.least", "nan", "Must be a number."),
    ("param.least", "1e999", "Must be a number."),
    ("param.odd", "maybe", "Must be true or false."),
    ("param.other", "1", "The view has no parameter other."),
    ("param.", "1", "The view has no parameter ."),
]


async def make(client: Client) -> str:
    fields = [{"type": "text", "name": "title"}, {"type": "number", "name": "n"}]
    await client("POST", "/api/collections", {"name": "posts", "fields": fields})
    for n in range(5):
        body = {"id": f"post{n:011}", "title": f"t{n}", "n": n}
        await client("POST", "/api/collections/posts/records", body)
    view = {"name": "v", "type": "view", "viewRule": "n > 1", "listRule": ""}
    query = QUERY.replace("select id,", "select id, id as same,")
    body = {**view, "viewQuery": query, "viewParams": DEFAULTS}
    assert (await client("POST", "/api/collections", body)).status == 200
    return "/api/collections/v/records"


def test_lists(tmp_path):
    async def body(client: Client) -> None:
        path = await make(client)
        for asked, numbers, label in ASKED:
            answer = (await client("GET", f"{path}?{urlencode({'sort': 'n', **asked})}")).json()
            assert [item["n"] for item in answer["items"]] == numbers, asked
            assert {item["label"] for item in answer["items"]} <= {label}
            if "perPage" not in asked:
                assert answer["totalItems"] == len(numbers)

    served(tmp_path, body)


def test_one_record(tmp_path):
    async def body(client: Client) -> None:
        path = await make(client)
        for number, query, token, status in (
            (1, "", None, 404),
            (1, "param.least=1", None, 200),
            # The rule holds for what the parameters give.
            (1, "param.least=1", "", 404),
            (2, "param.least=1", "", 200),
            (2, "param.least=3", "", 404),
        ):
            answer = await client("GET", f"{path}/post{number:011}?{query}", token=token)
            assert answer.status == status, (number, query)

    served(tmp_path, body)


@pytest.mark.parametrize(("key", "value", "message"), REFUSED)
def test_refused_values(tmp_path, key: str, value: str, message: str):
    async def body(client: Client) -> None:
        path = await make(client)
        answer = await client("GET", f"{path}?{urlencode({key: value})}")
        assert answer.status == 400
        assert answer.json()["data"][key]["message"] == message

    served(tmp_path, body)


def test_with_a_hook(tmp_path):
    async def body(client: Client) -> None:
        path = await make(client)

        async def shout(event: Any) -> None:
            event.record.values["title"] = "loud"
            await event.next()

        client.app.hooks.record_enrich.add(shout)
        answer = (await client("GET", f"{path}?param.least=4&param.label=x")).json()
        assert [(r["n"], r["label"], r["title"]) for r in answer["items"]] == [(4, "x", "loud")]

    served(tmp_path, body)


def test_names_mean_nothing_to_other_collections(tmp_path):
    async def body(client: Client) -> None:
        await make(client)
        answer = await client("GET", "/api/collections/posts/records?param.least=4")
        assert answer.json()["totalItems"] == 5

    served(tmp_path, body)
