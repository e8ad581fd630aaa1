"""What every type does alike."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastcms.fields import FIELD_TYPES
from fastcms.fields.base import Field, Kind, id_problems, name_problems
from fastcms.values import NewPassword
from tests.fields.made import field, option_problems
from tests.test_values import ANY_JSON

SAMPLES = [field(str(type_.__struct_config__.tag)) for type_ in FIELD_TYPES] + [
    field("select", values=["a", "b"], maxSelect=2),
    field("relation", collectionId="posts", maxSelect=2),
    field("file", maxSelect=2),
    field("text", required=True, min=2, max=3, pattern="^[a-z]+$"),
    field("number", required=True, min=1, max=2, onlyInt=True),
]


@pytest.mark.parametrize("made", SAMPLES, ids=lambda made: f"{made.type}-{made.storage.name}")
class TestEveryType:
    """Holds for all of them."""

    @settings(max_examples=30)
    @given(raw=ANY_JSON)
    def test_no_input_breaks_it(self, made: Field, raw: object) -> None:
        value = made.prepare(raw)
        list(made.validate(value))
        list(made.validate_change(None, value))
        made.references(value)
        made.is_zero(value)
        for modifier in made.modifiers:
            list(made.validate(made.modify(modifier, value, raw)))

    @settings(max_examples=30)
    @given(raw=ANY_JSON)
    def test_a_valid_value_survives_the_database(self, made: Field, raw: object) -> None:
        value = made.prepare(raw)
        if any(made.validate(value)) or isinstance(value, NewPassword):
            return
        assert made.from_db(made.to_db(value)) == value

    @settings(max_examples=30)
    @given(raw=st.none() | st.text() | st.integers() | st.floats(allow_nan=False))
    def test_any_stored_value_can_be_read_and_sent(self, made: Field, raw: Any) -> None:
        msgspec.json.encode(made.from_db(raw))

    def test_its_zero_value_is_refused_only_where_it_is_required(self, made: Field) -> None:
        problems = list(made.validate(made.zero()))
        required = getattr(made, "required", False)
        assert [problem.code for problem in problems] == ["validation_required"] * required
        assert made.is_zero(made.zero())
        assert made.is_multiple is (made.storage is Kind.LIST) is isinstance(made.zero(), list)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("title", ""),
        ("_x1", ""),
        ("", "required"),
        ("a" * 101, "length_out_of_range"),
        ("a b", "match_invalid"),
        ("é", "match_invalid"),
        ("collectionId", "not_in_invalid"),
        ("a_via_b", "found_via"),
    ],
)
def test_names(name: str, code: str) -> None:
    codes = [problem.code.removeprefix("validation_") for problem in name_problems(name)]
    assert codes == ([code] if code else [])


@pytest.mark.parametrize(
    ("id_", "codes"),
    [
        ("text1", []),
        ("x" * 100, []),
        ("", ["validation_required"]),
        ("x" * 101, ["validation_length_out_of_range"]),
    ],
)
def test_ids(id_: str, codes: list[str]) -> None:
    assert [problem.code for problem in id_problems(id_)] == codes


@pytest.mark.parametrize("type_", ["text", "bool", "geoPoint", "password", "relation"])
def test_a_help_text_has_a_limit(type_: str) -> None:
    assert "help" not in option_problems(field(type_, help="é" * 300))
    problem = option_problems(field(type_, help="é" * 301))["help"]
    assert problem.code == "validation_length_out_of_range"
    assert problem.params == {"max": 300, "min": 1}


@pytest.mark.parametrize(
    ("made", "limit"),
    [
        (field("text", max=10**6), 0),
        (field("editor"), 5 << 20),
        (field("editor", maxSize=7), 7),
        (field("json"), 1 << 20),
        (field("file"), 5 << 20),
        (field("file", maxSize=10, maxSelect=3), 30),
    ],
)
def test_body_limits(made: Field, limit: int) -> None:
    assert made.body_limit == limit
