"""The sort expression: `-created,+title,@random`."""

from __future__ import annotations

from fastcms.filters.ast import FilterError
from fastcms.filters.compile import Expression
from fastcms.sql.expr import EMPTY, Call, Constant, Order, Param

MAX_KEYS = 8
MAX_NAME_LENGTH = 255


def split(text: str) -> list[tuple[str, bool]]:
    """The keys as (name, descending).

    :raises FilterError: for too many keys or a name that is too long.
    """
    keys = [_key(part.strip(" \t\n\r\v\f")) for part in text.split(",")]
    if len(keys) > MAX_KEYS:
        raise FilterError("max sort fields limit reached")
    if any(len(name.encode()) > MAX_NAME_LENGTH for name, _ in keys):
        raise FilterError("max sort field length reached")
    return keys


def _key(part: str) -> tuple[str, bool]:
    is_descending = part.startswith("-")
    return part[1:] if is_descending else part.removeprefix("+"), is_descending


def compile_sort(keys: list[tuple[str, bool]], expression: Expression) -> tuple[Order, ...]:
    """The keys as order expressions.

    :raises FilterError: for a name that is unknown, forbidden or no column.
    """
    return tuple(_order(name, expression, is_descending) for name, is_descending in keys)


def _order(name: str, expression: Expression, is_descending: bool) -> Order:
    if name == "@random":
        return Order("random")
    if name == "@rowid":
        if expression.resolver.collection.is_view:
            raise FilterError("a view has no row ids to sort by")
        return Order("rowid", is_descending)
    try:
        operand = expression.name(name)
    except FilterError as error:
        raise FilterError(f'invalid sort field "{name}"') from error
    value = operand.value
    if isinstance(value, Constant | Param):
        raise FilterError(f'invalid sort field "{name}"')
    if operand.guard is not None:
        # Where a caller stands in the order of values that it may not see would tell them.
        value = Call("iif", (operand.guard, value, EMPTY))
    return Order(value, is_descending)
