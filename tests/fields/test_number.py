"""Numbers."""

from __future__ import annotations

from typing import Any

import pytest

from fastcms.fields.base import Field
from tests.fields.made import code, field, option_codes


@pytest.mark.parametrize(
    ("made", "raw", "expected"),
    [
        (field("number"), "abc", ""),
        (field("number"), "NaN", "not_a_number"),
        (field("number"), "-Infinity", "not_a_number"),
        (field("number", required=True), 0, "required"),
        (field("number", required=True), "abc", "required"),
        (field("number", min=1, max=10), 0.5, "min_number_constraint"),
        (field("number", min=1, max=10), 11, "max_number_constraint"),
        (field("number", min=1, max=10), 10, ""),
        (field("number", min=0), -1, "min_number_constraint"),
        # Zero is no value, so that no limit applies.
        (field("number", min=1, onlyInt=True), 0, ""),
        (field("number", onlyInt=True), 1.5, "only_int_constraint"),
        (field("number", onlyInt=True), 2.0, ""),
        (field("number", onlyInt=True), 1e19, "only_int_constraint"),
    ],
)
def test_values(made: Field, raw: object, expected: str) -> None:
    assert code(made, raw) == expected


@pytest.mark.parametrize(
    ("limit", "shown"),
    [
        (0, "0"),
        (1.5, "1.5"),
        (999999, "999999"),
        (1000000, "1e+06"),
        (123456789, "1.23456789e+08"),
        (2e21, "2e+21"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
    ],
)
def test_limits_are_told_as_the_reference_prints_numbers(limit: float, shown: str) -> None:
    problem = next(field("number", min=limit).validate(-1))
    assert problem.message == f"Must be greater or equal than {shown}."
    assert problem.params == {"min": limit}


@pytest.mark.parametrize(
    ("modifier", "current", "raw", "expected"),
    [
        ("+", 5, 1, 6),
        ("-", 5, "2", 3),
        ("+", 0, 1.5, 1.5),
        ("-", 1.5, 0.5, 1),
        ("+", 5, "abc", 5),
        ("-", 5, None, 5),
    ],
)
def test_modifiers(modifier: str, current: float, raw: object, expected: float) -> None:
    assert field("number").modify(modifier, current, raw) == expected


@pytest.mark.parametrize(
    ("value", "stored"),
    [(5, 5), (1.5, 1.5), (2**53, 2**53), (2**60 + 1, float(2**60)), (1e21, 1e21)],
)
def test_large_integers_are_stored_as_floats(value: float, stored: float) -> None:
    bound = field("number").to_db(value)
    assert (bound, type(bound)) == (stored, type(stored))


@pytest.mark.parametrize(
    ("stored", "value"), [(None, 0), (5, 5), (5.0, 5), (1.5, 1.5), ("7", 7), ("x", 0), (b"x", 0)]
)
def test_reading_is_tolerant(stored: Any, value: float) -> None:
    assert field("number").from_db(stored) == value


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"min": 1, "max": 1}, {}),
        ({"max": 1}, {}),
        ({"min": 2, "max": 1}, {"max": "min_number_constraint"}),
        ({"min": 1.5, "onlyInt": True}, {"min": "only_int_constraint"}),
        ({"min": 3, "max": 2.5, "onlyInt": True}, {"max": "only_int_constraint"}),
        (
            {"min": 2.5, "max": 1, "onlyInt": True},
            {"max": "min_number_constraint", "min": "only_int_constraint"},
        ),
    ],
)
def test_options(options: dict[str, Any], expected: dict[str, str]) -> None:
    assert option_codes(field("number", **options)) == expected
