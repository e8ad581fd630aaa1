"""Records of several collections."""

from __future__ import annotations

from typing import Any

import pytest

from fastcms.fields.base import Reference
from tests.fields.made import code, field, option_codes

ONE = field("polymorphic", collectionIds=["posts", "users"])
MANY = field("polymorphic", collectionIds=["posts", "users"], minSelect=2, maxSelect=3)
POST = {"collectionId": "posts", "id": "a"}
USER = {"collectionId": "users", "id": "b"}


@pytest.mark.parametrize(
    ("made", "raw", "value", "shown"),
    [
        (ONE, POST, "posts/a", POST),
        (ONE, {**POST, "title": "more"}, "posts/a", POST),
        (ONE, "posts/a", "posts/a", POST),
        (ONE, '{"collectionId": "users", "id": "b"}', "users/b", USER),
        (ONE, [POST, USER], "users/b", USER),
        (ONE, "", "", None),
        (ONE, None, "", None),
        (ONE, [], "", None),
        (MANY, [POST, USER, POST], ["posts/a", "users/b"], [POST, USER]),
        (MANY, POST, ["posts/a"], [POST]),
        (MANY, '["posts/a", {"collectionId": "users", "id": "b"}]', ["posts/a", "users/b"],
         [POST, USER]),
        (MANY, None, [], []),
    ],
)  # fmt: skip
def test_casts(made: Any, raw: object, value: object, shown: object) -> None:
    assert made.prepare(raw) == value
    assert made.to_wire(value) == shown
    assert made.from_db(made.to_db(value)) == value


@pytest.mark.parametrize(
    ("made", "raw", "expected"),
    [
        (ONE, "", ""),
        (field("polymorphic", collectionIds=["posts"], required=True), None, "required"),
        (ONE, {"id": "a"}, "invalid_value"),
        (ONE, {}, "invalid_value"),
        (ONE, [[POST]], "invalid_value"),
        (ONE, {"collectionId": "posts"}, "invalid_value"),
        (ONE, {"collectionId": "stats", "id": "a"}, "invalid_value"),
        (ONE, "a", "invalid_value"),
        (ONE, "{", "invalid_value"),
        (ONE, 5, "invalid_value"),
        (MANY, [POST], "not_enough_values"),
        (MANY, ["posts/a", "posts/b", "posts/c", "posts/d"], "too_many_values"),
    ],
)
def test_values(made: Any, raw: object, expected: str) -> None:
    assert code(made, raw) == expected


@pytest.mark.parametrize(
    ("modifier", "raw", "expected"),
    [
        ("+", USER, ["posts/a", "users/b"]),
        ("prefix", [USER, POST], ["users/b", "posts/a"]),
        ("-", [POST], []),
        ("-", "posts/x", ["posts/a"]),
    ],
)
def test_modifiers(modifier: str, raw: object, expected: list[str]) -> None:
    assert MANY.modify(modifier, ["posts/a"], raw) == expected


def test_what_must_exist() -> None:
    assert ONE.references("") == ()
    assert MANY.references(["posts/a", "users/b", "posts/c"]) == (
        Reference("posts", ("a", "c")),
        Reference("users", ("b",)),
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"collectionIds": ["posts", "users"], "onDelete": "cascade"}, {}),
        ({}, {"collectionIds": "required"}),
        ({"collectionIds": ["nope"]}, {"collectionIds.0": "field_relation_missing_collection"}),
        (
            {"collectionIds": ["posts", "stats"]},
            {"collectionIds.1": "relation_field_non_view_base_collection"},
        ),
        ({"collectionIds": ["posts"], "onDelete": "x"}, {"onDelete": "in_invalid"}),
        ({"collectionIds": ["posts"], "minSelect": 1}, {"maxSelect": "required"}),
    ],
)
def test_options(options: dict[str, Any], expected: dict[str, str]) -> None:
    assert option_codes(field("polymorphic", **options)) == expected


def test_targets_come_but_never_go() -> None:
    before = field("polymorphic", collectionIds=["posts"])
    assert option_codes(ONE, before=before) == {}
    assert option_codes(before, before=ONE) == {"collectionIds": "field_relation_change"}
