"""What an expression says of a row that did not join: all its columns are NULL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import repeat
from typing import Any, cast

from fastcms.sql.expr import (
    FALSE,
    NULL,
    TRUE,
    And,
    Binary,
    Call,
    Column,
    Constant,
    Contains,
    Expr,
    Glob,
    JsonExtract,
    JsonItems,
    JsonLength,
    Like,
    Not,
    Or,
    Param,
    Slot,
    Table,
)


def aliases_in(node: Expr | JsonItems | Table) -> frozenset[str]:
    """The aliases of all columns of an expression."""
    found: set[str] = set()
    todo: list[Any] = [node]
    while todo:
        current = todo.pop()
        if isinstance(current, Column):
            found.add(current.table)
        else:
            todo += _parts(current)
    return frozenset(found)


def _parts(node: Any) -> Iterator[Any]:
    for each in fields(node):
        value = getattr(node, each.name)
        if isinstance(value, tuple):
            yield from (item for item in value if is_dataclass(item))
        elif is_dataclass(value):
            yield value


def is_never_true(node: Expr) -> bool:
    """The expression is FALSE or NULL for certain."""
    if isinstance(node, And):
        return any(map(is_never_true, node.items))
    if isinstance(node, Or):
        return all(map(is_never_true, node.items))
    return node in (NULL, FALSE)


def with_nulls(node: Expr, aliases: frozenset[str]) -> Expr:
    """The expression with NULL for every column of the aliases, decided as far as that goes."""
    return cast("Expr", _replaced(node, aliases))


def _replaced(node: Any, aliases: frozenset[str]) -> Any:
    match node:
        case Column(table):
            return NULL if table in aliases else node
        case JsonExtract(column):
            return NULL if column.table in aliases else node
        case And(items) | Or(items):
            return _joined(node, list(map(_replaced, items, repeat(aliases))))
        case tuple():
            return tuple(map(_replaced, node, repeat(aliases)))
    if not is_dataclass(node):
        return node
    changed = {}
    for each in fields(node):
        changed[each.name] = _replaced(getattr(node, each.name), aliases)
    return _decided(replace(node, **changed))  # type: ignore[type-var]


def _joined(node: And | Or, items: list[Expr]) -> Expr:
    decisive, neutral = (FALSE, TRUE) if isinstance(node, And) else (TRUE, FALSE)
    if decisive in items:
        return decisive
    left = [item for item in items if item != neutral]
    if not left:
        return neutral
    if len(left) == 1 or all(item == NULL for item in left):
        return left[0]
    return type(node)(tuple(left))


def _decided(node: Any) -> Any:
    match node:
        case Binary("IS" | "IS NOT" as operator, left, right):
            if (left == NULL and _is_value(right)) or (right == NULL and _is_value(left)):
                return Constant(operator == "IS NOT")
            if left == NULL and right == NULL:
                return Constant(operator == "IS")
            if isinstance(left, Constant) and isinstance(right, Constant):
                return Constant((left == right) == (operator == "IS"))
        case Binary(_, left, right) if NULL in (left, right):
            return NULL
        case Like(value, pattern) | Contains(value, pattern) | Glob(value, pattern):
            return NULL if NULL in (value, pattern) else node
        case Not(Constant(value)):
            return NULL if value is None else Constant(not value)
        case Call("coalesce", (first, *rest)) if first == NULL:
            return rest[0] if len(rest) == 1 else Call("coalesce", tuple(rest))
        case Call(function, args) if function not in ("coalesce", "concat", "iif"):
            return NULL if NULL in args else node
        case JsonLength(value) if value == NULL:
            return Param(0)
    return node


def _is_value(node: Expr) -> bool:
    """It is not NULL for certain."""
    match node:
        case Constant(value) | Param(value):
            return value is not None and not isinstance(value, Slot)
    return False
