"""Rich text."""

from __future__ import annotations

import pytest

from fastcms.fields.base import Field
from tests.fields.made import code, field, option_codes


@pytest.mark.parametrize(
    ("made", "raw", "expected"),
    [
        (field("editor"), "<p>x</p>", ""),
        (field("editor", required=True), "", "required"),
        (field("editor", required=True), " ", ""),
        (field("editor", maxSize=10), "é" * 5, ""),
        (field("editor", maxSize=10), "é" * 6, "content_size_limit"),
    ],
)
def test_values(made: Field, raw: object, expected: str) -> None:
    assert code(made, raw) == expected


def test_options() -> None:
    assert option_codes(field("editor", maxSize=5)) == {}
    assert option_codes(field("editor", maxSize=-1)) == {
        "maxSize": "min_greater_equal_than_required"
    }
