"""Passwords."""

from __future__ import annotations

from typing import Any

import pytest

from fastcms.values import NewPassword
from tests.fields.made import code, field, option_codes

STRICT = field("password", min=2, max=5, pattern="^[a-zé]+$", required=True)


@pytest.mark.parametrize(
    ("made", "raw", "expected"),
    [
        (STRICT, "", "required"),
        (STRICT, None, "required"),
        (STRICT, ["x"], "required"),
        (STRICT, "a", "min_text_constraint"),
        (STRICT, "éé", ""),
        (STRICT, "abcdef", "max_text_constraint"),
        (STRICT, "AB", "invalid_format"),
        (field("password"), "", ""),
        (field("password"), "a" * 71, ""),
        (field("password"), "a" * 72, "max_text_constraint"),
        (field("password"), "é" * 36, ""),
        # More bytes than can be hashed.
        (field("password"), "a" * 73, "invalid_value"),
        (field("password"), "é" * 37, "invalid_value"),
    ],
)
def test_values(made: Any, raw: object, expected: str) -> None:
    assert code(made, raw) == expected


@pytest.mark.parametrize(
    ("raw", "value"), [("abc", NewPassword("abc")), (5, NewPassword("5")), ("", ""), ([], "")]
)
def test_what_comes_in_is_not_hashed_yet(raw: object, value: object) -> None:
    assert field("password").prepare(raw) == value


def test_a_hash_is_not_judged_again() -> None:
    assert list(STRICT.validate("$2a$10$hash")) == []


def test_the_limit_is_told_without_parameters() -> None:
    problem = next(STRICT.validate(NewPassword("abcdef")))
    assert (problem.message, problem.params) == ("Must be less than 5 character(s).", None)


LOW, HIGH = "min_greater_equal_than_required", "max_less_equal_than_required"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"min": 1, "max": 71, "cost": 4}, {}),
        ({"min": -1}, {"min": LOW}),
        ({"min": 72}, {"min": HIGH}),
        ({"max": -1}, {"max": LOW}),
        ({"max": 72}, {"max": HIGH}),
        ({"min": 8, "max": 5}, {"max": LOW}),
        ({"cost": -1}, {"cost": LOW}),
        ({"cost": 3}, {"cost": LOW}),
        ({"cost": 32}, {"cost": HIGH}),
        ({"pattern": "("}, {"pattern": "invalid_regex"}),
    ],
)
def test_options(options: dict[str, Any], expected: dict[str, str]) -> None:
    assert option_codes(field("password", **options)) == expected
