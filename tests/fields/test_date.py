"""Moments."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fields.made import code, field

LIMITED = field("date", min="2024-01-01", max="2024-12-31 10:00:00.5Z")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", ""),
        ("garbage", ""),
        ("2024-01-01", ""),
        ("2023-12-31 23:59:59.999Z", "min_greater_equal_than_required"),
        ("2024-12-31 10:00:00.500Z", ""),
        ("2024-12-31 10:00:00.501Z", "max_less_equal_than_required"),
    ],
)
def test_limits(raw: str, expected: str) -> None:
    assert code(LIMITED, raw) == expected


def test_what_is_no_date_counts_as_none() -> None:
    assert code(field("date", required=True), "garbage") == "required"


def test_a_limit_is_told_without_needless_zeros() -> None:
    low = next(LIMITED.validate("2000-01-01 00:00:00.000Z"))
    assert low.message == "Must be no less than 2024-01-01 00:00:00 +0000 UTC."
    assert low.params == {"threshold": "2024-01-01T00:00:00Z"}
    high = next(LIMITED.validate("2030-01-01 00:00:00.000Z"))
    assert high.message == "Must be no greater than 2024-12-31 10:00:00.5 +0000 UTC."
    assert high.params == {"threshold": "2024-12-31T10:00:00.5Z"}


@pytest.mark.parametrize("type_", ["date", "autodate"])
@pytest.mark.parametrize(
    ("stored", "value"),
    [
        (None, ""),
        ("", ""),
        ("2024-01-02 03:04:05.678Z", "2024-01-02 03:04:05.678Z"),
        ("2024-01-02", "2024-01-02 00:00:00.000Z"),
        ("garbage", ""),
        (1704164645, "2024-01-02 03:04:05.000Z"),
        (10**30, ""),
        (1.5, ""),
    ],
)
def test_reading_is_tolerant(type_: str, stored: Any, value: str) -> None:
    assert field(type_).from_db(stored) == value
