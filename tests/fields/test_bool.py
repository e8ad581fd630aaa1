"""Truths."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fields.made import code, field


def test_required_means_true() -> None:
    assert code(field("bool", required=True), True) == ""
    assert code(field("bool", required=True), "yes") == "required"
    assert code(field("bool"), False) == ""


@pytest.mark.parametrize(
    ("stored", "value"),
    [(0, False), (1, True), (None, False), ("true", True), ("x", False), (2, False), (1.0, True)],
)
def test_reading_is_tolerant(stored: Any, value: bool) -> None:
    assert field("bool").from_db(stored) is value
