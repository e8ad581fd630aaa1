"""What of a request an expression reads, and which part of it shapes the statement."""

import math

import msgspec
import pytest

from fastcms.fields.upload import Upload
from fastcms.filters import request
from fastcms.filters.request import Read
from fastcms.values import GeoPoint, SqlValue
from tests.filters.sample import ALICE, GUEST, USER, Caller

BODY = {
    "text": "x",
    "empty": "",
    "null": None,
    "zero": 0,
    "big": 10**400,
    "yes": True,
    "list": ["a", 2, {"k": "v"}],
    "map": {"a": {"b": 5}},
    "raw": msgspec.Raw(b'{"a":[1]}'),
    "geo": GeoPoint(lon=1, lat=2),
    "file": Upload("a_1.txt", "a.txt", b"123", 3, "text/plain"),
    "files": [Upload("b_1.txt", "b.txt", b"", 0, "text/plain")],
    "ids": ["r1", "", "r1", "r2"],
}
SENDER = Caller(USER.auth, query={"q": "7"}, headers={"x_token": "t"}, body=BODY, method="POST")

READS: list[tuple[Read, request.Shape, SqlValue]] = [
    (request.plain(["auth", "id"]), True, ALICE),
    (request.plain(["auth", "collectionId"]), True, "id_users"),
    (request.plain(["auth", "verified"]), True, True),
    (request.plain(["auth", "emailVisibility"]), None, None),
    (request.auth_row, "id_users", ALICE),
    (request.plain(["method"]), True, "POST"),
    (request.plain(["context"]), True, "default"),
    (request.plain(["headers", "x_token"]), True, "t"),
    (request.plain(["query", "q"]), True, "7"),
    (request.plain(["query", "q"], is_number=True), True, 7.0),
    (request.plain(["headers", "x_token"], is_number=True), True, "t"),
    (request.plain(["query", "q", "deeper"]), None, None),
    (request.plain(["body", "text"]), True, "x"),
    (request.plain(["body", "empty"]), "", ""),
    (request.plain(["body", "null"]), None, None),
    (request.plain(["body", "missing"]), None, None),
    (request.plain(["body", "zero"]), True, 0.0),
    (request.plain(["body", "big"]), True, math.inf),
    (request.plain(["body", "list"]), True, '["a",2,{"k":"v"}]'),
    (request.plain(["body", "list", "2", "k"]), True, "v"),
    (request.plain(["body", "list", "3"]), None, None),
    (request.plain(["body", "list", "-1"]), None, None),
    (request.plain(["body", "list", "9" * 30]), None, None),
    (request.plain(["body", "map", "a", "b"]), True, 5.0),
    (request.plain(["body", "raw"]), True, '{"a":[1]}'),
    (request.plain(["body", "raw", "a", "0"]), True, 1.0),
    (request.plain(["body", "geo", "lat"]), True, 2.0),
    (request.plain(["body", "file", "originalName"]), True, "a.txt"),
    (request.plain(["body", "files", "0", "size"]), True, 0.0),
    (request.is_set(["body", "null"]), True, None),
    (request.is_set(["body", "missing"]), False, None),
    (request.body_text("yes"), True, "true"),
    (request.body_text("zero"), True, "0"),
    (request.body_text("list"), "", ""),
    (request.body_text("missing"), "", ""),
    (request.body_json("text"), True, '"x"'),
    (request.body_json("null"), True, "null"),
    (request.body_json("missing"), None, None),
    (request.body_count("list"), True, 3),
    (request.body_count("text"), True, 1),
    (request.body_count("missing"), True, 0),
    (request.body_items("text"), True, '["x"]'),
    (request.body_items("files"), True, '[{"name":"b_1.txt","originalName":"b.txt","size":0}]'),
    (request.plain(["body", "file"]), True, '{"name":"a_1.txt","originalName":"a.txt","size":3}'),
    (request.body_ids("ids"), True, '["r1","r2"]'),
    (request.body_ids("empty"), None, None),
]


@pytest.mark.parametrize(("read", "shape", "value"), READS)
def test_read(read: Read, shape: request.Shape, value: SqlValue) -> None:
    assert read(SENDER) == (shape, value)


def test_a_guest_has_no_record() -> None:
    for read in (request.plain(["auth", "id"]), request.plain(["auth", "email"]), request.auth_row):
        assert read(GUEST) == (None, None)


def test_an_input_is_met_once() -> None:
    inputs = request.Inputs()
    first = inputs.index("a", request.auth_id)
    assert (inputs.index("b", request.auth_row), inputs.index("a", request.auth_row)) == (1, first)
    assert inputs.reads == [request.auth_id, request.auth_row]
