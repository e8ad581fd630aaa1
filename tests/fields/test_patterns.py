"""Regular expressions of users."""

from __future__ import annotations

import pytest

from fastcms.fields import patterns


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("", "x", True),
        ("b", "abc", True),
        ("^b", "abc", False),
        ("^.$", "é", True),
        ("(?i)B", "abc", True),
        ("a$", "a\n", False),
        ("(", "(", False),
    ],
)
def test_matches(pattern: str, text: str, expected: bool) -> None:
    assert patterns.matches(pattern, text) is expected


def test_a_pattern_made_to_stall_does_not() -> None:
    # Python's own engine would need some 2^50000 steps for this.
    assert not patterns.matches("^(a+)+$", "a" * 50_000 + "b")


@pytest.mark.parametrize("pattern", ["", "^[a-z]+$", r"\z", "a{2", "[]a]", r"\Qa.b\E", "(?P<n>x)"])
def test_what_compiles(pattern: str) -> None:
    assert patterns.pattern_problem(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(", "missing closing ): `(`"),
        ("(a|b", "missing closing ): `(a|b`"),
        ("a)", "unexpected ): `a)`"),
        ("[a", "missing closing ]: `[a`"),
        ("a\\", "trailing backslash at end of expression: ``"),
        ("+a", "missing argument to repetition operator: `+`"),
        ("a**", "invalid nested repetition operator: `**`"),
        ("a{1001}", "invalid repeat count: `{1001}`"),
        ("[z-a]", "invalid character class range: `z-a`"),
        (r"\1", r"invalid escape sequence: `\1`"),
        ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
        ("(?<=a)", "invalid named capture: `(?<=a)`"),
        ("(?P<n", "invalid named capture: `(?P<n`"),
    ],
)
def test_errors_are_told_in_the_references_words(pattern: str, reason: str) -> None:
    problem = patterns.pattern_problem(pattern)
    assert problem is not None
    assert problem.code == "validation_invalid_regex"
    assert problem.message == f"Error parsing regexp: {reason}."
