"""Choices."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fields.made import code, field, option_codes

ONE = field("select", values=["a", "b", "5", "true"])
TWO = field("select", values=["a", "b", "c"], maxSelect=2, required=True)


@pytest.mark.parametrize(
    ("made", "raw", "expected"),
    [
        (ONE, "", ""),
        (ONE, "a", ""),
        (ONE, 5, ""),
        (ONE, True, ""),
        (ONE, "A", "invalid_value"),
        (ONE, ["x", "a"], ""),
        # The reference splits its own value again.
        (ONE, '["a",1]', "too_many_values"),
        (TWO, [], "required"),
        (TWO, ["a", "b"], ""),
        (TWO, ["a", "b", "c"], "too_many_values"),
        (TWO, ["a", "x"], "invalid_value"),
    ],
)
def test_values(made: Any, raw: object, expected: str) -> None:
    assert code(made, raw) == expected


@pytest.mark.parametrize(
    ("raw", "message"),
    [("x", "Invalid value x."), ("5.", "Invalid value 5."), (" ", "Invalid value.")],
)
def test_the_wrong_value_is_told(raw: str, message: str) -> None:
    problem = next(ONE.validate(raw))
    assert problem.message == message
    assert problem.params == {"value": raw}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"values": ["a"], "maxSelect": 1}, {}),
        ({"values": ["a", "a", ""], "maxSelect": 3}, {}),
        ({}, {"values": "required"}),
        ({"values": ["a"], "maxSelect": 2}, {"maxSelect": "max_less_equal_than_required"}),
        ({"values": ["a"], "maxSelect": -1}, {"maxSelect": "min_greater_equal_than_required"}),
    ],
)
def test_options(options: dict[str, Any], expected: dict[str, str]) -> None:
    assert option_codes(field("select", **options)) == expected
