"""The steps from one collection to the next."""

from __future__ import annotations

from fastcms.fields.base import Field
from fastcms.fields.select import SelectField
from fastcms.fields.text import TextField
from fastcms.schema.collection import Collection
from fastcms.schema.diff import TableChange, table_change

A = TextField(id="1", name="a")
B = TextField(id="2", name="b")
ONE = SelectField(id="3", name="s", values=("x", "y"))
MANY = SelectField(id="3", name="s", values=("x", "y"), max_select=2)


def posts(*fields: Field, name: str = "posts", indexes: tuple[str, ...] = ()) -> Collection:
    return Collection(id="p", name=name, type="base", fields=fields, indexes=indexes)


def change(before: Collection, after: Collection) -> TableChange:
    return table_change(before, after)


NOTHING = TableChange(None, (), (), (), (), reindex=False)


def test_nothing() -> None:
    assert change(posts(A, ONE), posts(A, ONE)) == NOTHING


def test_letter_case_is_no_new_name() -> None:
    assert change(posts(), posts(name="Posts")) == NOTHING
    assert change(posts(), posts(name="other")) == NOTHING._replace(new_name="other", reindex=True)


def test_fields_are_told_apart_by_id() -> None:
    swapped = (TextField(id="1", name="b"), TextField(id="2", name="a"))
    assert change(posts(A, B), posts(*swapped)) == NOTHING._replace(
        renamed=(("a", "b"), ("b", "a")), reindex=True
    )
    again = TextField(id="9", name="a")
    assert change(posts(A), posts(again)) == NOTHING._replace(
        dropped=("a",), added=(again,), reindex=True
    )


def test_only_a_change_of_shape_touches_values() -> None:
    assert change(posts(ONE), posts(MANY)).reshaped == (MANY,)
    assert change(posts(MANY), posts(ONE)).reshaped == (ONE,)
    assert change(posts(A), posts(TextField(id="1", name="a", max=3))) == NOTHING._replace(
        reindex=True
    )
    # A new list column is empty already.
    assert change(posts(), posts(MANY)).reshaped == ()


def test_indexes_are_made_anew_when_they_change() -> None:
    indexes = ("create index i on posts (a)",)
    assert change(posts(A), posts(A, indexes=indexes)) == NOTHING._replace(reindex=True)
