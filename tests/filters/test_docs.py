"""Every example of docs/filters.md."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from fastcms.fields import decode_field
from fastcms.filters import build
from fastcms.filters.context import AuthRecord
from fastcms.schema.collection import Collection, CollectionType
from fastcms.schema.snapshot import Schema
from fastcms.store import functions
from tests.filters.sample import Caller

PAGE = Path(__file__).parents[2] / "docs/filters.md"
EXAMPLES = [
    tuple(line.rsplit(" // ", 1))
    for block in re.findall(r"```filter\n(.*?)```", PAGE.read_text(), re.DOTALL)
    for line in block.splitlines()
]


def _collection(name: str, type_: CollectionType, *fields: dict[str, Any]) -> Collection:
    all_fields = [{"name": "id", "type": "text"}, *fields]
    return Collection(
        id=name,
        name=name,
        type=type_,
        fields=tuple(decode_field({"id": field["name"], **field}) for field in all_fields),
        list_rule="",
    )


def _relation(name: str, target: str, most: int = 1) -> dict[str, Any]:
    return {"name": name, "type": "relation", "collectionId": target, "maxSelect": most}


TAGS = _collection(
    "tags", "base", {"name": "title", "type": "text"},
    {"name": "secret", "type": "text", "hidden": True},
)  # fmt: skip
AUTHORS = _collection(
    "authors", "auth", {"name": "name", "type": "text"}, {"name": "email", "type": "email"},
    {"name": "emailVisibility", "type": "bool"}, _relation("mentor", "authors"),
)  # fmt: skip
ARTICLES = _collection(
    "articles", "base", {"name": "title", "type": "text"}, {"name": "views", "type": "number"},
    {"name": "labels", "type": "select", "values": ["new", "hot", "old"], "maxSelect": 3},
    _relation("tags", "tags", 9), _relation("author", "authors"),
    {"name": "meta", "type": "json"}, {"name": "place", "type": "geoPoint"},
    {"name": "published", "type": "date"}, {"name": "draft", "type": "bool"},
)  # fmt: skip
SCHEMA = Schema([TAGS, AUTHORS, ARTICLES], version=1)
RECORDS: list[tuple[Collection, list[Any]]] = [
    (TAGS, ["red", "Red", "s"]),
    (TAGS, ["blue", "Blue", "s"]),
    (AUTHORS, ["ann", "Ann", "ann@example.com", 1, ""]),
    (AUTHORS, ["bob", "Bob", "bob@example.com", 0, "ann"]),
    (ARTICLES, ["a", "Hello World", 10, '["new","hot"]', '["red","blue"]', "ann",
                '{"lang":"en","links":[1,2]}', '{"lon":13.4,"lat":52.5}',
                "2024-05-05 10:00:00.000Z", 0]),
    (ARTICLES, ["b", "hello again", 3, "[]", '["red"]', "bob", '{"lang":"de"}',
                '{"lon":2.35,"lat":48.86}', "2023-01-01 00:00:00.000Z", 1]),
    (ARTICLES, ["c", "", 0, '["old"]', "[]", "", None, '{"lon":0,"lat":0}', "", 0]),
]  # fmt: skip
ANN = Caller(
    AuthRecord(AUTHORS, "ann", {"id": "ann", "name": "Ann"}),
    query={"q": "hello"},
    body={"title": "New", "labels": ["new"]},
    method="PATCH",
)


@pytest.fixture(scope="module")
def database() -> Iterator[apsw.Connection]:
    connection = apsw.Connection(":memory:")
    functions.register(connection)
    for collection in SCHEMA:
        names = ", ".join(f'"{field.name}"' for field in collection.fields)
        connection.execute(f'CREATE TABLE "{collection.name}" ({names})')
    for collection, values in RECORDS:
        marks = ", ".join("?" * len(values))
        connection.execute(f'INSERT INTO "{collection.name}" VALUES ({marks})', values)
    yield connection
    connection.close()


@pytest.mark.parametrize(("text", "ids"), EXAMPLES)
def test_example(database: apsw.Connection, text: str, ids: str) -> None:
    condition = build(SCHEMA, ARTICLES, rule=text).bind(ANN)
    sql = f"SELECT DISTINCT articles.id FROM articles {condition.joins}"
    sql += f" WHERE {condition.where or 1} ORDER BY 1"
    rows = database.execute(sql, condition.join_params + condition.where_params)
    assert (" ".join(str(row[0]) for row in rows) or "–") == ids.strip()


def test_all_words_functions_and_macros_are_told() -> None:
    from fastcms.filters.functions import FUNCTIONS
    from fastcms.filters.macros import MACROS
    from fastcms.filters.operators import OPERATORS

    page = PAGE.read_text()
    names = [f"`{name}`" for name in MACROS] + [f"`{name}(" for name in FUNCTIONS]
    names += [f"`{name}" for name in OPERATORS]
    assert [name for name in names if name not in page] == []
