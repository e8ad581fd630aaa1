"""Patterns of the `~` sign; the other signs show in the statements of test_query."""

import pytest

from fastcms.filters.operators import like_pattern

PATTERNS = [
    ("abc", "%abc%"),
    ("", "%%"),
    ("abc%", "abc%"),
    ("%abc", "%abc"),
    ("a_%", "a_%"),
    ("a_b", r"%a\_b%"),
    (r"a\%b", r"%a\%b%"),
    (r"a\\%b", r"a\\%b"),
    ("a\\", r"%a\\%"),
    (r"a\_b", r"%a\_b%"),
    # Of two special characters in a row the reference escapes the second only.
    ("a__b", r"%a_\_b%"),
    ("___", r"%\__\_%"),
    (5, "%5%"),
    (5.0, "%5%"),
    (-1.5, "%-1.5%"),
    (1e21, "%1000000000000000000000%"),
    (1e-7, "%0.0000001%"),
    (True, "%true%"),
    (None, "%%"),
]


@pytest.mark.parametrize(("value", "pattern"), PATTERNS)
def test_like_pattern(value: object, pattern: str) -> None:
    assert like_pattern(value) == pattern
