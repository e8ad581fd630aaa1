"""One text or several: what select, relation and file do alike."""

from __future__ import annotations

from typing import Any

import pytest

from fastcms.fields.base import Field, Kind
from tests.fields.made import field

ONE = [field("select"), field("relation"), field("file"), field("select", maxSelect=1)]
MANY = [field(type_, maxSelect=3) for type_ in ("select", "relation", "file")]


@pytest.mark.parametrize("made", ONE)
@pytest.mark.parametrize(
    ("raw", "value"),
    [(None, ""), ("a", "a"), (["a", "b"], "b"), ('["a","b"]', "b"), ([], ""), (5, "5")],
)
def test_of_several_the_last_wins_where_one_is_kept(made: Field, raw: object, value: str) -> None:
    assert made.storage is Kind.TEXT
    assert made.prepare(raw) == value


@pytest.mark.parametrize("made", MANY)
@pytest.mark.parametrize(
    ("raw", "value"), [(None, []), ("a", ["a"]), (["b", "a", "b", ""], ["b", "a"]), ({}, [])]
)
def test_several_are_kept_in_order(made: Field, raw: object, value: list[str]) -> None:
    assert made.storage is Kind.LIST
    assert made.prepare(raw) == value


@pytest.mark.parametrize(
    ("modifier", "current", "raw", "many", "one"),
    [
        ("+", ["a", "b"], "c", ["a", "b", "c"], "c"),
        ("+", ["a", "b"], ["b", "c"], ["a", "b", "c"], "c"),
        ("prefix", ["a", "b"], "c", ["c", "a", "b"], "b"),
        ("prefix", [], "c", ["c"], "c"),
        ("-", ["a", "b"], "b", ["a"], "a"),
        ("-", ["a", "b"], '["a","b"]', [], ""),
        ("-", ["a"], None, ["a"], "a"),
        ("", ["a"], "b", ["b"], "b"),
    ],
)
def test_modifiers(modifier: str, current: Any, raw: object, many: list[str], one: str) -> None:
    assert MANY[0].modify(modifier, current, raw) == many
    assert ONE[0].modify(modifier, current, raw) == one


@pytest.mark.parametrize(
    ("stored", "many", "one"),
    [
        (None, [], ""),
        ("", [], ""),
        ("[]", [], ""),
        ("a", ["a"], "a"),
        ('["a"]', ["a"], "a"),
        ('["a","b","a"]', ["a", "b"], "b"),
        ('["a', ['["a'], '["a'),
        # The column's affinity made a number of it.
        (5, ["5"], "5"),
    ],
)
def test_reading_is_tolerant(stored: Any, many: list[str], one: str) -> None:
    for made in MANY:
        assert made.from_db(stored) == many
    for made in ONE:
        assert made.from_db(stored) == one


def test_a_list_is_stored_as_json() -> None:
    assert MANY[0].to_db(["a", 'b"é']) == '["a","b\\"é"]'
    assert ONE[0].to_db("a") == "a"
