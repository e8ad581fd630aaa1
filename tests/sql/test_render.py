"""The same trees in two dialects: SQLite's, and one whose every spelling is odd on purpose."""

import pytest

from fastcms.sql.expr import (
    EMPTY,
    FALSE,
    NULL,
    TRUE,
    And,
    Binary,
    Call,
    Column,
    Contains,
    Exists,
    Expr,
    Glob,
    InItems,
    InSelect,
    Join,
    JsonExtract,
    JsonItems,
    JsonLength,
    Like,
    Not,
    Or,
    Order,
    Param,
    Select,
    Slot,
    Table,
    all_of,
    any_of,
)
from fastcms.sql.render import Renderer
from fastcms.sql.sqlite import SQLITE


class OddDialect:
    """No database speaks it; what it renders shows that no spelling is taken for granted."""

    def identifier(self, name: str) -> str:
        return f"<{name}>"

    def placeholder(self, position: int) -> str:
        return f"#{position}"

    def constant(self, value: bool | str | None) -> str:
        return {None: "nil", "": "blank", True: "yes", False: "no"}[value]

    def same(self, left: str, right: str, *, negated: bool) -> str:
        return f"{left} {'unlike' if negated else 'alike'} {right}"

    def like(self, value: str, pattern: str, *, negated: bool) -> str:
        return f"{'un' if negated else ''}matched({value}; {pattern})"

    def glob(self, value: str, pattern: str) -> str:
        return f"globbed({value}; {pattern})"

    def call(self, function: str, args: list[str]) -> str:
        return f"{function}[{'; '.join(args)}]"

    def json_extract(self, column: str, path: tuple[str | int, ...]) -> str:
        return f"{column} at {path}"

    def json_length(self, value: str, *, is_array: bool) -> str:
        return f"size of {'array ' if is_array else ''}{value}"

    def json_items(self, value: str, *, is_array: bool) -> str:
        return f"items of {'array ' if is_array else ''}{value}"

    def join(self, source: str, alias: str, on: str, *, is_inner: bool) -> str:
        kind = "SURELY" if is_inner else "MAYBE"
        return f"{kind} {source} AS {alias}" + (f" WHERE {on}" if on else "")

    def one_row(self) -> str:
        return "one"

    def random(self) -> str:
        return "dice"

    def row_id(self, table: str) -> str:
        return f"place of {table}"


ODD = OddDialect()
A, B = Column("t", "a"), Column("t", "b")
ONE, TWO = Param(1), Param("two")
ITEMS_OF_A = JsonItems(A)
IS_ARRAY = (
    """"t"."a" >= '[' AND "t"."a" < '\\' AND json_valid("t"."a")"""
    """ OR iif(json_valid("t"."a"), json_type("t"."a") = 'array', 0)"""
)

TREES: list[tuple[Expr, str, str, tuple[object, ...]]] = [
    (A, '"t"."a"', "<t>.<a>", ()),
    (Column('x"y', "z"), '"x""y"."z"', '<x"y>.<z>', ()),
    (Binary("=", A, ONE), '"t"."a" = ?', "<t>.<a> = #1", (1,)),
    (Binary(">=", ONE, TWO), "? >= ?", "#1 >= #2", (1, "two")),
    (Binary("IS", A, NULL), '"t"."a" IS NULL', "<t>.<a> alike nil", ()),
    (Binary("IS NOT", A, EMPTY), '"t"."a" IS NOT \'\'', "<t>.<a> unlike blank", ()),
    (
        Binary("IS", Binary("=", A, B), TRUE),
        '("t"."a" = "t"."b") IS 1',
        "(<t>.<a> = <t>.<b>) alike yes",
        (),
    ),
    (Like(A, TWO), '"t"."a" LIKE ? ESCAPE \'\\\'', "matched(<t>.<a>; #1)", ("two",)),
    (
        Like(A, TWO, negated=True),
        '"t"."a" NOT LIKE ? ESCAPE \'\\\'',
        "unmatched(<t>.<a>; #1)",
        ("two",),
    ),
    (
        Contains(A, B),
        '"t"."a" LIKE (\'%\' || "t"."b" || \'%\') ESCAPE \'\\\'',
        "matched(<t>.<a>; ('%' || <t>.<b> || '%'))",
        (),
    ),
    (Not(Or((A, B))), 'NOT ("t"."a" OR "t"."b")', "NOT (<t>.<a> OR <t>.<b>)", ()),
    (
        And((A, Or((A, B)))),
        '"t"."a" AND ("t"."a" OR "t"."b")',
        "<t>.<a> AND (<t>.<a> OR <t>.<b>)",
        (),
    ),
    (Or((A, And((A, B)))), '"t"."a" OR "t"."a" AND "t"."b"', "<t>.<a> OR <t>.<a> AND <t>.<b>", ()),
    (Call("coalesce", (A, EMPTY)), 'COALESCE("t"."a", \'\')', "coalesce[<t>.<a>; blank]", ()),
    (
        JsonExtract(A, ("b", 0)),
        (
            '(CASE WHEN json_valid("t"."a") THEN json_extract("t"."a", \'$.b[0]\')'
            " ELSE json_extract(json_object('pb', \"t\".\"a\"), '$.pb.b[0]') END)"
        ),
        "<t>.<a> at ('b', 0)",
        (),
    ),
    (
        JsonLength(A),
        (
            f'json_array_length(CASE WHEN {IS_ARRAY} THEN "t"."a" WHEN "t"."a" = \'\''
            ' OR "t"."a" IS NULL THEN json_array() ELSE json_array("t"."a") END)'
        ),
        "size of <t>.<a>",
        (),
    ),
    (
        InItems(B, ITEMS_OF_A),
        (
            f'"t"."b" IN (SELECT "value" FROM json_each(CASE WHEN {IS_ARRAY} THEN "t"."a"'
            ' ELSE json_array("t"."a") END))'
        ),
        "<t>.<b> IN (SELECT <value> FROM items of <t>.<a>)",
        (),
    ),
    (
        InItems(B, JsonItems(TWO)),
        '"t"."b" IN (SELECT "value" FROM json_each(?))',
        "<t>.<b> IN (SELECT <value> FROM items of array #1)",
        ("two",),
    ),
    (JsonLength(TWO), "json_array_length(?)", "size of array #1", ("two",)),
    (Glob(A, TWO), '"t"."a" GLOB ?', "globbed(<t>.<a>; #1)", ("two",)),
    (
        Exists(
            Select(
                source=Table("u"),
                alias="s",
                joins=(
                    Join(JsonItems(A), "u", Binary("=", A, Param("on"))),
                    Join(Table("w"), "w", is_inner=True),
                ),
                where=Param("where"),
            )
        ),
        (
            f'EXISTS (SELECT 1 FROM "u" "s" LEFT JOIN json_each(CASE WHEN {IS_ARRAY}'
            ' THEN "t"."a" ELSE json_array("t"."a") END) "u" ON "t"."a" = ?'
            ' JOIN "w" "w" WHERE ?)'
        ),
        (
            "EXISTS (SELECT yes FROM <u> <s> MAYBE items of <t>.<a> AS <u>"
            " WHERE <t>.<a> = #1 SURELY <w> AS <w> WHERE #2)"
        ),
        ("on", "where"),
    ),
    (
        Exists(Select(None, "", (Join(Table("u"), "u"),), TRUE), negated=True),
        'NOT EXISTS (SELECT 1 FROM (SELECT 1) LEFT JOIN "u" "u")',
        "NOT EXISTS (SELECT yes FROM one MAYBE <u> AS <u>)",
        (),
    ),
    (
        InSelect((A,), Select(Table("t"), "s", (), TRUE, (B,))),
        '"t"."a" IN (SELECT "t"."b" FROM "t" "s")',
        "<t>.<a> IN (SELECT <t>.<b> FROM <t> <s>)",
        (),
    ),
    (
        InSelect((A, Param(1)), Select(Table("t"), "s", (), Param(3), (B, Param(2)))),
        '("t"."a", ?) IN (SELECT "t"."b", ? FROM "t" "s" WHERE ?)',
        "(<t>.<a>, #1) IN (SELECT <t>.<b>, #2 FROM <t> <s> WHERE #3)",
        (1, 2, 3),
    ),
]


@pytest.mark.parametrize(("tree", "sqlite", "odd", "params"), TREES)
def test_expression(tree: Expr, sqlite: str, odd: str, params: tuple[object, ...]) -> None:
    for dialect, text in ((SQLITE, sqlite), (ODD, odd)):
        renderer = Renderer(dialect)
        assert renderer.expr(tree) == text
        assert renderer.take_params() == params


def test_parameters_are_counted_over_all_parts() -> None:
    renderer = Renderer(ODD)
    slot = Slot(3)
    assert renderer.joins((Join(Table("u"), "u", Binary("=", A, Param(slot))),)).endswith("= #1")
    assert renderer.take_params() == (slot,)
    assert renderer.condition(Or((A, TWO))) == "(<t>.<a> OR #2)"
    assert renderer.take_params() == ("two",)


def test_order() -> None:
    keys = (Order("random"), Order("rowid", descending=True), Order(A))
    assert Renderer(SQLITE).order(keys, "t") == 'RANDOM(), "t"._rowid_ DESC, "t"."a" ASC'
    assert Renderer(ODD).order(keys, "t") == "dice, place of <t> DESC, <t>.<a> ASC"


def test_names_in_json_paths_cannot_leave_their_quotes() -> None:
    assert "'$.a''b'" in Renderer(SQLITE).expr(JsonExtract(A, ("a'b",)))


COMBINED = [
    (all_of([]), TRUE),
    (any_of([]), FALSE),
    (all_of([A]), A),
    (all_of([A, TRUE]), A),
    (all_of([A, FALSE, B]), FALSE),
    (any_of([A, TRUE, B]), TRUE),
    (any_of([A, FALSE]), A),
    (all_of([And((A, B)), A]), And((A, B, A))),
    (any_of([Or((A, B)), A]), Or((A, B, A))),
    (all_of([Or((A, B)), A]), And((Or((A, B)), A))),
]


@pytest.mark.parametrize(("made", "expected"), COMBINED)
def test_constants_are_decided_and_levels_laid_flat(made: Expr, expected: Expr) -> None:
    assert made == expected
