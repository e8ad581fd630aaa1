"""How a query is read for the types of a view's fields; parity has the whole way."""

from __future__ import annotations

import pytest

from fastcms.collections.view_query import (
    ViewQueryError,
    read,
    require_one_statement,
    trimmed,
    unquoted,
)

READ = [
    ("select id from items", [("id", "id")], [("items", "items")]),
    (
        "SELECT i.id, i.title AS t FROM items AS i",
        [("i.id", "id"), ("i.title", "t")],
        [("items", "i")],
    ),
    (
        'select `a`.[id], "b" x from `t` a, u b where a.x = 1 group by y',
        [("a.id", "id"), ("b", "x")],
        [("t", "a"), ("u", "b")],
    ),
    (
        "select a.id from a left outer join b x on x.id = a.b join c on 1 order by a.id",
        [("a.id", "id")],
        [("a", "a"), ("b", "x"), ("c", "c")],
    ),
    (
        "select distinct count( * ) n, (select 1, 2 from x) as s -- no, more\n from a /* , b */",
        [("count( * )", "n"), ("(select 1, 2 from x)", "s")],
        [("a", "a")],
    ),
    ("select 'a, b' x, \"it's\" y", [("'a, b'", "x"), ("it's", "y")], []),
    ("", [], []),
]


@pytest.mark.parametrize(("query", "columns", "tables"), READ)
def test_reading(query: str, columns: list[tuple[str, str]], tables: list[tuple[str, str]]) -> None:
    found = read(query)
    assert [tuple(column) for column in found.columns] == columns
    assert [tuple(table) for table in found.tables] == tables


REFUSED = [
    ("select a + b as c from t", "invalid identifier parts [a + b as c]"),
    ("select a or b from t", 'invalid identifier part - expected "as", got or'),
    ("select (a from t", 'unbalanced parenthesis or quoted expression: "(a from t"'),
    ("select 'a\n\"b", 'unbalanced parenthesis or quoted expression: "\'a\\n\\"b"'),
]


@pytest.mark.parametrize(("query", "message"), REFUSED)
def test_refusals(query: str, message: str) -> None:
    with pytest.raises(ViewQueryError) as caught:
        read(query)
    assert str(caught.value) == message


@pytest.mark.parametrize("query", ["a; b", "a /* ; */", "a;;b", "select 1; -- x"])
def test_several_statements(query: str) -> None:
    with pytest.raises(ViewQueryError, match="multiple statements"):
        require_one_statement(query)


@pytest.mark.parametrize("query", ["a;", ";a;;", "select ';'", "f(;)", "'open; quote"])
def test_one_statement(query: str) -> None:
    require_one_statement(query)


def test_quotes_of_the_reference() -> None:
    assert trimmed(" ;select 1; ") == "select 1; "[:8]
    assert unquoted("{{a b}}.[[c]] [[x.y]] [d] {:p}") == "`a b`.`c` `x`.`y` [d] {:p}"
