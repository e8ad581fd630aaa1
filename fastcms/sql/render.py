"""Tree and dialect to text and parameters."""

from __future__ import annotations

from typing import TypeAlias

from fastcms.sql.dialect import Dialect
from fastcms.sql.expr import (
    TRUE,
    And,
    Binary,
    Call,
    Column,
    Constant,
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
)
from fastcms.values import SqlValue

# What needs brackets as an operand.
_LOOSE = (Binary, And, Or, Not, Like, Contains, Glob, InItems, InSelect)

Params: TypeAlias = tuple[SqlValue | Slot, ...]


class Renderer:
    """Renders the parts of one statement in the order in which they stand in its text.

    The parameters collect in :attr:`params`, in that order, one for each placeholder. The same
    tree always becomes the same text, so that the database finds its prepared statement again.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.params: list[SqlValue | Slot] = []
        self._count = 0

    def take_params(self) -> Params:
        """The parameters since the last call: those of one part of the statement."""
        taken = tuple(self.params)
        self.params.clear()
        return taken

    def expr(self, node: Expr) -> str:  # noqa: C901 (a flat table of cases)
        """An expression's text."""
        dialect = self.dialect
        match node:
            case Column(table, name):
                return f"{dialect.identifier(table)}.{dialect.identifier(name)}"
            case Param(value):
                self.params.append(value)
                self._count += 1
                return dialect.placeholder(self._count)
            case Constant(value):
                return dialect.constant(value)
            case Binary("IS" | "IS NOT" as operator, left, right):
                text = self._operand(left)
                return dialect.same(text, self._operand(right), negated=operator == "IS NOT")
            case Binary(operator, left, right):
                text = self._operand(left)
                return f"{text} {operator} {self._operand(right)}"
            case Like(value, pattern, negated):
                text = self._operand(value)
                return dialect.like(text, self._operand(pattern), negated=negated)
            case Contains(value, part, negated):
                text = self._operand(value)
                part_text = self._operand(part)
                return dialect.like(text, f"('%' || {part_text} || '%')", negated=negated)
            case Glob(value, pattern):
                text = self._operand(value)
                return dialect.glob(text, self._operand(pattern))
            case Not(item):
                return f"NOT ({self.expr(item)})"
            case And(items):
                return " AND ".join(map(self.condition, items))
            case Or(items):
                return " OR ".join(map(self.expr, items))
            case Call(function, args):
                return dialect.call(function, [self.expr(arg) for arg in args])
            case JsonExtract(column, path):
                return dialect.json_extract(self.expr(column), path)
            case JsonLength(value):
                return dialect.json_length(self.expr(value), is_array=isinstance(value, Param))
            case InItems(value, items):
                text = self._operand(value)
                each = dialect.identifier("value")
                return f"{text} IN (SELECT {each} FROM {self._source(items)})"
            case InSelect(values, select):
                text = ", ".join(map(self._operand, values))
                text = text if len(values) == 1 else f"({text})"
                return f"{text} IN ({self.select(select)})"
            case Exists(select, negated):
                return f"{'NOT ' if negated else ''}EXISTS ({self.select(select)})"

    def condition(self, node: Expr) -> str:
        """An expression that more conditions may be joined to with AND."""
        text = self.expr(node)
        return f"({text})" if isinstance(node, Or) else text

    def joins(self, joins: tuple[Join, ...]) -> str:
        """The text after a FROM clause's first table."""
        parts = []
        for join in joins:
            source = self._source(join.source)
            on = "" if join.on is None else self.expr(join.on)
            alias = self.dialect.identifier(join.alias)
            parts.append(self.dialect.join(source, alias, on, is_inner=join.is_inner))
        return " ".join(parts)

    def select(self, node: Select) -> str:
        """A sub-select's text, without brackets."""
        values = ", ".join(map(self.expr, node.values)) or self.dialect.constant(True)
        source = self.dialect.one_row()
        if node.source is not None:
            source = f"{self._source(node.source)} {self.dialect.identifier(node.alias)}"
        joins = self.joins(node.joins)
        source = f"{source} {joins}" if joins else source
        where = f" WHERE {self.expr(node.where)}" if node.where != TRUE else ""
        return f"SELECT {values} FROM {source}{where}"

    def order(self, keys: tuple[Order, ...], table: str) -> str:
        """The text after ORDER BY; `table` is the alias whose row id is meant by `rowid`."""
        parts = []
        for key in keys:
            if key.by == "random":
                parts.append(self.dialect.random())
                continue
            by = self.dialect.row_id(self.dialect.identifier(table)) if key.by == "rowid" else None
            direction = "DESC" if key.descending else "ASC"
            parts.append(f"{by or self.expr(key.by)} {direction}")  # type: ignore[arg-type]
        return ", ".join(parts)

    def _operand(self, node: Expr) -> str:
        text = self.expr(node)
        return f"({text})" if isinstance(node, _LOOSE) else text

    def _source(self, source: Table | JsonItems) -> str:
        match source:
            case Table(name):
                return self.dialect.identifier(name)
            case JsonItems(value):
                return self.dialect.json_items(self.expr(value), is_array=isinstance(value, Param))
