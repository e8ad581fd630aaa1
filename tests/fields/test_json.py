"""Any JSON."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fields.made import code, field, option_codes

SMALL = field("json", maxSize=10, required=True)


@pytest.mark.parametrize(
    ("made", "raw", "expected"),
    [
        (field("json"), None, ""),
        (field("json"), "1e400", "invalid_json"),
        (SMALL, None, "required"),
        (SMALL, "", "required"),
        (SMALL, [], "required"),
        (SMALL, {}, "required"),
        (SMALL, "null", "required"),
        (SMALL, "{}\n", "required"),
        (SMALL, "[ ]", ""),
        (SMALL, 0, ""),
        (SMALL, False, ""),
        (SMALL, "x" * 8, ""),
        (SMALL, "x" * 9, "json_size_limit"),
        (SMALL, [1, 2, 3, 4, 5], "json_size_limit"),
        (SMALL, "é" * 4, ""),
        (SMALL, "é" * 5, "json_size_limit"),
    ],
)
def test_values(made: Any, raw: object, expected: str) -> None:
    assert code(made, raw) == expected


@pytest.mark.parametrize(
    ("raw", "stored"),
    [(None, None), ({"b": 1, "a": 2.0}, '{"a":2,"b":1}'), ("abc", '"abc"'), (5, "5")],
)
def test_null_is_stored_as_null(raw: object, stored: str | None) -> None:
    made = field("json")
    assert made.to_db(made.prepare(raw)) == stored


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        (None, b"null"),
        ('{"b":[1, 2]}', b'{"b":[1, 2]}'),
        (b"[1]", b"[1]"),
        (5, b"5"),
        (1.5, b"1.5"),
        (1e21, b"1e+21"),
        ("broken", b'"broken"'),
        ('{"a":', b'"{\\"a\\":"'),
        ("", b'""'),
    ],
)
def test_reading_is_tolerant(stored: Any, text: bytes) -> None:
    assert bytes(field("json").from_db(stored)) == text  # type: ignore[arg-type]


def test_options() -> None:
    assert option_codes(field("json", maxSize=2**53 - 1)) == {}
    assert option_codes(field("json", maxSize=-1)) == {"maxSize": "min_greater_equal_than_required"}
    assert option_codes(field("json", maxSize=2**53)) == {"maxSize": "max_less_equal_than_required"}
