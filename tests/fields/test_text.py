"""Text and record ids."""

from __future__ import annotations

from typing import Any

import pytest

from fastcms.fields.base import Field
from fastcms.fields.text import DEFAULT_ID_PATTERN
from tests.fields.made import code, field, option_codes, option_problems


@pytest.mark.parametrize(
    ("made", "raw", "expected"),
    [
        (field("text"), "", ""),
        (field("text"), "é" * 5000, ""),
        (field("text"), "é" * 5001, "max_text_constraint"),
        (field("text", required=True), "", "required"),
        (field("text", required=True), None, "required"),
        (field("text", required=True), " ", ""),
        (field("text", min=2, max=3), "é", "min_text_constraint"),
        (field("text", min=2, max=3), "éé", ""),
        (field("text", min=2, max=3), "abcd", "max_text_constraint"),
        (field("text", min=2, max=3), "", ""),
        (field("text", pattern="b"), "abc", ""),
        (field("text", pattern="^b"), "abc", "invalid_format"),
        (field("text", pattern="^b$"), "b\n", "invalid_format"),
        # A pattern that crept into the database broken matches nothing.
        (field("text", pattern="("), "(", "invalid_format"),
        (field("text"), 1e21, ""),
    ],
)
def test_values(made: Field, raw: object, expected: str) -> None:
    assert code(made, raw) == expected


def test_limits_stand_in_the_message() -> None:
    problem = next(field("text", min=2).validate("a"))
    assert problem.message == "Must be at least 2 character(s)."
    assert problem.params == {"min": 2}


ID = {"name": "id", "primaryKey": True, "required": True, "system": True}


@pytest.mark.parametrize(
    ("pattern", "raw", "expected"),
    [
        (DEFAULT_ID_PATTERN, "abc123", ""),
        (DEFAULT_ID_PATTERN, "Abc", "invalid_format"),
        (DEFAULT_ID_PATTERN, "con", ""),
        (DEFAULT_ID_PATTERN, "", "required"),
        (".", "abc", ""),
        (".", "é", ""),
        (".", "lpt0", ""),
        (".", "con", "reserved_pk"),
        (".", "Lpt9", "reserved_pk"),
        *((".", f"a{char}b", "forbidden_pk_character") for char in "./\\|\"'`<>:?*%$\0\t\r "),
        ("^a$", "a.b", "invalid_format"),
    ],
)
def test_ids(pattern: str, raw: str, expected: str) -> None:
    assert code(field("text", **ID, pattern=pattern), raw) == expected


def test_an_id_never_changes() -> None:
    made = field("text", **ID, pattern=DEFAULT_ID_PATTERN)
    assert list(made.validate_change(None, "a")) == []
    assert list(made.validate_change("a", "a")) == []
    for value in ("b", ""):
        [problem] = made.validate_change("a", value)
        assert problem.code == "validation_pk_change"


def test_empty_text_fills_itself_when_the_record_is_made() -> None:
    made = field("text", autogeneratePattern="[a-c]{4}")
    generated = str(made.on_save("", "", is_new=True))
    assert len(generated) == 4
    assert set(generated) <= set("abc")
    assert made.on_save("x", "", is_new=True) == "x"
    assert made.on_save("", "", is_new=False) == ""


def test_the_modifier_appends_generated_text() -> None:
    assert field("text", autogeneratePattern="x{3}").modify(":autogenerate", "old", "a-") == "a-xxx"
    assert field("text").modify(":autogenerate", "old", 5) == "5"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {}),
        ({"min": 5}, {}),
        ({"min": 5, "max": 5}, {}),
        ({"min": -1}, {"min": "min_greater_equal_than_required"}),
        ({"max": -1}, {"max": "min_greater_equal_than_required"}),
        ({"min": 5, "max": 2}, {"max": "min_greater_equal_than_required"}),
        ({"max": 2**53}, {"max": "max_less_equal_than_required"}),
        ({"pattern": "("}, {"pattern": "invalid_regex"}),
        ({"autogeneratePattern": "("}, {"autogeneratePattern": "invalid_regex"}),
        ({"autogeneratePattern": "^a"}, {"autogeneratePattern": "invalid_autogenerate_pattern"}),
        (
            {"autogeneratePattern": "[a-z]{3}", "min": 5},
            {"autogeneratePattern": "invalid_autogenerate_pattern_value"},
        ),
        (
            {"autogeneratePattern": "[a-z]{3}", "pattern": "^[0-9]+$"},
            {"autogeneratePattern": "invalid_autogenerate_pattern_value"},
        ),
        (
            {"primaryKey": True, "hidden": True},
            {
                "name": "in_invalid",
                "pattern": "required",
                "required": "required",
                "hidden": "empty",
            },
        ),
        ({**ID, "pattern": DEFAULT_ID_PATTERN, "autogeneratePattern": "[a-z0-9]{15}"}, {}),
    ],
)
def test_options(options: dict[str, Any], expected: dict[str, str]) -> None:
    assert option_codes(field("text", **options)) == expected


def test_a_bad_sample_is_shown() -> None:
    problem = option_problems(field("text", autogeneratePattern="x", min=2))["autogeneratePattern"]
    assert problem.message == (
        'The provided autogenerate pattern could produce invalid field values, ex.: "x".'
    )
