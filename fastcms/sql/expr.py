"""The expression tree: what a statement says, in no dialect's words. Only nodes that are needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal as OneOf
from typing import TypeAlias

from fastcms.values import SqlValue

Operator = OneOf["=", ">", ">=", "<", "<=", "IS", "IS NOT", "*", "+", "-"]
Function = OneOf[
    "abs",
    "acos",
    "ceil",
    "coalesce",
    "concat",
    "cos",
    "floor",
    "iif",
    "instr",
    "length",
    "lower",
    "max",
    "min",
    "radians",
    "round",
    "sin",
    "strftime",
    "substr",
    "trim",
    "upper",
    # Of `fastcms.sql.functions`.
    "fc_fold",
    "fc_matches",
    "fc_within",
]


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that is known only when a finished statement is run: number `index` of its inputs."""

    index: int
    # Applied to the value before it is bound.
    convert: Callable[[SqlValue], SqlValue] | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table in scope, by the table's alias."""

    table: str
    name: str


@dataclass(frozen=True, slots=True)
class Param:
    """A value that is bound, never part of the text."""

    value: SqlValue | Slot


@dataclass(frozen=True, slots=True)
class Constant:
    """NULL, TRUE, FALSE or the empty string: the values whose text decides the statement's plan."""

    value: bool | OneOf[""] | None


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and an operator. `IS` and `IS NOT` compare NULL as a value of its own."""

    operator: Operator
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Like:
    """Pattern match, ASCII case-insensitive, with backslash as the escape character."""

    value: Expr
    pattern: Expr
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Contains:
    """The left text holds the right one, which is an expression and not a known pattern."""

    value: Expr
    part: Expr
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Glob:
    """Case-sensitive match of a pattern with the wildcards `*` and `?`."""

    value: Expr
    pattern: Expr


@dataclass(frozen=True, slots=True)
class Not:
    """Logical negation; of NULL it is NULL."""

    item: Expr


@dataclass(frozen=True, slots=True)
class And:
    """All of at least one item."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of at least one item."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function call."""

    function: Function
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class JsonExtract:
    """The value at a path inside a JSON column; text that is no JSON counts as a JSON string.

    A path step is a key or an array index; no step at all means the whole value.
    """

    column: Column
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class JsonLength:
    """The number of items of a list; a text that is no array is one item, empty is none."""

    value: ListValue


@dataclass(frozen=True, slots=True)
class InItems:
    """The value is one of the items of a list."""

    value: Expr
    items: JsonItems


@dataclass(frozen=True, slots=True)
class InSelect:
    """The values are those of one of the rows of a sub-select; NULL where NULLs leave it open."""

    values: tuple[Expr, ...]
    select: Select


@dataclass(frozen=True, slots=True)
class Exists:
    """The sub-select has a row, or none."""

    select: Select
    negated: bool = False


Expr: TypeAlias = (
    Column
    | Param
    | Constant
    | Binary
    | Like
    | Contains
    | Glob
    | Not
    | And
    | Or
    | Call
    | JsonExtract
    | JsonLength
    | InItems
    | InSelect
    | Exists
)
# A bound list is a JSON array; any other value may be text that is no array.
ListValue: TypeAlias = Column | JsonExtract | Param | Constant


@dataclass(frozen=True, slots=True)
class Table:
    """A table, a view or a common table expression as a source of rows."""

    name: str


@dataclass(frozen=True, slots=True)
class JsonItems:
    """The items of a list as rows with the column `value`; a text that is no array is one item."""

    value: ListValue


@dataclass(frozen=True, slots=True)
class Join:
    """A LEFT JOIN, or an inner one; without a condition every row joins."""

    source: Table | JsonItems
    alias: str
    on: Expr | None = None
    # At most one row joins, so that no row comes twice for it.
    is_single: bool = False
    is_inner: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A sub-select; without values it only tells whether there are rows.

    Without a source it has one empty row to join to.
    """

    source: Table | JsonItems | None
    alias: str
    joins: tuple[Join, ...]
    where: Expr
    values: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """One sort key: an expression or the dialect's random number or row id."""

    by: Expr | OneOf["random", "rowid"]
    descending: bool = False


TRUE = Constant(True)
FALSE = Constant(False)
NULL = Constant(None)
EMPTY = Constant("")


def all_of(items: list[Expr]) -> Expr:
    """The items joined with AND, nested ANDs laid flat, constants decided."""
    flat: list[Expr] = []
    for item in items:
        if item == FALSE:
            return FALSE
        if isinstance(item, And):
            flat += item.items
        elif item != TRUE:
            flat.append(item)
    return TRUE if not flat else flat[0] if len(flat) == 1 else And(tuple(flat))


def any_of(items: list[Expr]) -> Expr:
    """The items joined with OR, nested ORs laid flat, constants decided."""
    flat: list[Expr] = []
    for item in items:
        if item == TRUE:
            return TRUE
        if isinstance(item, Or):
            flat += item.items
        elif item != FALSE:
            flat.append(item)
    return FALSE if not flat else flat[0] if len(flat) == 1 else Or(tuple(flat))
