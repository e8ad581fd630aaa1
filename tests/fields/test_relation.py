"""Relations."""

from __future__ import annotations

from typing import Any

import pytest

from fastcms.fields.base import Reference
from tests.fields.made import code, field, option_codes

ONE = field("relation", collectionId="posts")
MANY = field("relation", collectionId="posts", minSelect=2, maxSelect=3)


@pytest.mark.parametrize(
    ("made", "raw", "expected"),
    [
        (ONE, "", ""),
        (ONE, "x", ""),
        (field("relation", required=True), [], "required"),
        (MANY, [], ""),
        (MANY, ["a"], "not_enough_values"),
        (MANY, ["a", "b"], ""),
        (MANY, ["a", "b", "c", "d"], "too_many_values"),
    ],
)
def test_values(made: Any, raw: object, expected: str) -> None:
    assert code(made, raw) == expected


def test_what_must_exist() -> None:
    assert ONE.references("") == ()
    assert ONE.references("a") == (Reference("posts", ("a",)),)
    assert MANY.references([]) == ()
    assert MANY.references(["a", "b"]) == (Reference("posts", ("a", "b")),)


MISSING = {"collectionId": "field_relation_missing_collection"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"collectionId": "posts"}, {}),
        ({"collectionId": "users", "minSelect": 2, "maxSelect": 2}, {}),
        ({}, {"collectionId": "required"}),
        ({"collectionId": "nope"}, MISSING),
        (
            {"collectionId": "stats"},
            {"collectionId": "relation_field_non_view_base_collection"},
        ),
        (
            {"collectionId": "nope", "minSelect": -3},
            MISSING | {"minSelect": "min_greater_equal_than_required"},
        ),
        ({"collectionId": "posts", "minSelect": 1}, {"maxSelect": "required"}),
        (
            {"collectionId": "posts", "minSelect": 3, "maxSelect": 2},
            {"maxSelect": "min_greater_equal_than_required"},
        ),
        (
            {"collectionId": "posts", "maxSelect": -1},
            {"maxSelect": "min_greater_equal_than_required"},
        ),
        ({"collectionId": "posts", "onDelete": "cascade", "required": True}, {}),
        ({"collectionId": "posts", "onDelete": "setNull", "onUpdate": "restrict"}, {}),
        ({"collectionId": "posts", "onDelete": "setnull"}, {"onDelete": "in_invalid"}),
        ({"collectionId": "posts", "onUpdate": "setNull"}, {"onUpdate": "in_invalid"}),
        (
            {"collectionId": "posts", "onDelete": "setNull", "required": True},
            {"onDelete": "values_mismatch"},
        ),
        (
            {"collectionId": "posts", "onDelete": "restrict", "cascadeDelete": True},
            {"onDelete": "values_mismatch"},
        ),
    ],
)
def test_options(options: dict[str, Any], expected: dict[str, str]) -> None:
    assert option_codes(field("relation", **options)) == expected


def test_a_view_may_point_at_a_view() -> None:
    made = field("relation", collectionId="stats")
    assert option_codes(made, collection_type="view") == {}


def test_constraints_are_shown_where_they_are_set() -> None:
    assert field("relation", onDelete=None, onUpdate="").to_json() == field("relation").to_json()
    assert field("relation", onDelete="cascade").to_json()["onDelete"] == "cascade"


def test_the_target_stays() -> None:
    moved = field("relation", collectionId="users")
    assert option_codes(moved, before=ONE) == {"collectionId": "field_relation_change"}
