"""Files, as far as names go."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fields.made import code, field, option_codes


@pytest.mark.parametrize(
    ("options", "raw", "expected"),
    [
        ({}, "", ""),
        ({}, "a.png", ""),
        ({"required": True}, [], "required"),
        ({"maxSelect": 2}, ["a", "b", "c"], "too_many_files"),
    ],
)
def test_values(options: dict[str, Any], raw: object, expected: str) -> None:
    assert code(field("file", **options), raw) == expected


@pytest.mark.parametrize(
    ("before", "value", "unknown"),
    [
        (None, [], []),
        (None, ["a"], ["a"]),
        (["a", "b"], ["b"], []),
        (["a"], ["a", "b", "c"], ["b", "c"]),
        ("a", "a", []),
        ("a", "b", ["b"]),
    ],
)
def test_a_name_must_be_one_the_record_has(before: Any, value: Any, unknown: list[str]) -> None:
    problems = list(field("file", maxSelect=3).validate_change(before, value))
    assert [problem.params for problem in problems] == [{"invalidFiles": unknown}] * bool(unknown)
    for problem in problems:
        assert problem.code == "validation_invalid_file"
        assert problem.message == f"Invalid new files: [{' '.join(unknown)}]."


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"thumbs": ["100x100", "10x0t", "0x10f", ""], "mimeTypes": ["any", ""]}, {}),
        ({"maxSelect": -1}, {"maxSelect": "min_greater_equal_than_required"}),
        ({"maxSize": -1}, {"maxSize": "min_greater_equal_than_required"}),
        (
            {"thumbs": ["1x1", "0x0", "0x0t", "1", "10x10ff", "a0x0t"]},
            {
                "thumbs.1": "not_in_invalid",
                "thumbs.2": "not_in_invalid",
                "thumbs.3": "match_invalid",
                "thumbs.4": "match_invalid",
                "thumbs.5": "match_invalid",
            },
        ),
    ],
)
def test_options(options: dict[str, Any], expected: dict[str, str]) -> None:
    assert option_codes(field("file", **options)) == expected
