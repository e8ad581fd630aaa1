"""Text made after a pattern."""

from __future__ import annotations

import pytest
import re2

from fastcms.fields.autogenerate import UnsupportedPatternError, generate


@pytest.mark.parametrize(
    "pattern",
    [
        "[a-z0-9]{15}",
        "abc",
        "a|bc|d{2}",
        "(a|b){3}(?:cd)?",
        "(?P<year>20\\d\\d)-(?:0[1-9]|1[0-2])",
        "(?i)ab(?-i)c",
        "(?i:a[b-d])e",
        "\\d\\w\\s\\D\\W\\S",
        "\\.\\-\\[\\x41\\x{42}\\t\\n\\101",
        "[^\\d]{5}",
        "[]a][^]a]",
        "[a\\]b][\\w.-]{5}[a-c-]",
        "[[:alpha:]]{3}[[:^digit:]]",
        "[а-я]{3}\\pL\\p{Greek}\\PL",
        "\\x{1F600}",
        "[^\\x00-~]",
        "a*b+c?d{2,}e{0,2}f*?g+?h{2}?",
        "a{2",
        "a{,5}",
        "\\Qa.b|c\\E",
        "((((a+)+)+)+)+",
        "x{0}",
        ".(?s).",
    ],
)
def test_what_is_made_matches(pattern: str) -> None:
    for _ in range(20):
        made = generate(pattern)
        assert re2.fullmatch(pattern, made), made


@pytest.mark.parametrize(
    ("pattern", "made"), [("", ""), ("x{3}", "xxx"), ("\\Qa.b\\E", "a.b"), ("[y]{2}z", "yyz")]
)
def test_what_can_be_foretold(pattern: str, made: str) -> None:
    assert generate(pattern) == made


def test_texts_differ() -> None:
    assert len({generate("[a-z0-9]{15}") for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("^a", "operator 9"),
        ("a$", "operator 10"),
        ("\\Aa", "operator 9"),
        ("a\\z", "operator 10"),
        ("\\bfoo", "operator 11"),
        ("\\Bfoo", "operator 12"),
        ("()", "operator 2"),
        ("a||b", "operator 2"),
        ("[^\\x00-\\x{10FFFF}]", "No runes"),
        ("(" * 500 + "a" + ")" * 500, "nests too deeply"),
        ("(" * 20 + "a" + "+)" * 20 + "+", "too long"),
    ],
)
def test_what_no_text_can_be_made_from(pattern: str, reason: str) -> None:
    with pytest.raises(UnsupportedPatternError, match=reason):
        generate(pattern)


@pytest.mark.parametrize(
    ("pattern", "made"),
    [
        ("{random}", "[a-z0-9]{15}"),
        ("{timestamp}", "1[0-9]{12}"),
        ("{uuid}", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("a-{random}-[0-9]{3}", "a-[a-z0-9]{15}-[0-9]{3}"),
        ("({random}|{random})x", "[a-z0-9]{15}x"),
        (r"\{uuid\}", r"\{uuid\}"),
        ("{date}", r"\{date\}"),
        ("{2}", r"\{2\}"),
    ],
)
def test_placeholders(pattern: str, made: str) -> None:
    texts = {generate(pattern) for _ in range(3)}
    assert all(re2.fullmatch(made, text) for text in texts)


def test_later_timestamps_sort_behind_earlier_ones() -> None:
    assert generate("{timestamp}") <= generate("{timestamp}")
