"""The signs: what `=`, `~`, `>` … mean in SQL, with the empty text and NULL taken as one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from fastcms.filters.request import to_text
from fastcms.sql.expr import (
    EMPTY,
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
    Like,
    Operator,
    Or,
    Param,
    Select,
    Slot,
)
from fastcms.values import SqlValue


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison with all that the signs must know of it."""

    value: Expr
    # NULL or the empty text in every row.
    is_empty: bool = False
    # Neither of both in every row.
    is_known: bool = False
    # Compared as it is: NULL and the empty text are two things (JSON, geoDistance).
    is_strict: bool = False
    # All values of a path that leads to many, for the rows of the base table.
    many: Select | None = None
    # What must hold besides, whatever the comparison says.
    guard: Expr | None = None


NULL_OPERAND = Operand(NULL, is_empty=True)


def constant(value: bool) -> Operand:
    """TRUE or FALSE."""
    return Operand(Constant(value), is_known=True)


def bound(value: SqlValue | Slot, *, is_empty: bool = False) -> Operand:
    """A bound value; of a slot the caller says whether it is empty."""
    is_empty = is_empty or value is None or value == ""
    return Operand(Param(value), is_empty=is_empty, is_known=not is_empty)


def _equal(left: Operand, right: Operand) -> Expr:
    if left.is_strict or right.is_strict:
        return Binary("IS", left.value, right.value)
    if left.is_empty or right.is_empty:
        if left.is_empty and right.is_empty:
            return TRUE
        if left.is_known or right.is_known:
            return _known_is_empty(left, right, "=")
        other = right.value if left.is_empty else left.value
        return Or((Binary("=", other, EMPTY), Binary("IS", other, NULL)))
    if isinstance(left.value, Constant) and isinstance(right.value, Constant):
        return Constant(left.value == right.value)
    if left.is_known or right.is_known:
        return Binary("=", left.value, right.value)
    return Binary("=", _or_empty(left), _or_empty(right))


def _differs(left: Operand, right: Operand) -> Expr:
    # Always IS NOT: with != a NULL would be neither equal nor different.
    if left.is_strict or right.is_strict:
        return Binary("IS NOT", left.value, right.value)
    if left.is_empty or right.is_empty:
        if left.is_empty and right.is_empty:
            return FALSE
        if left.is_known or right.is_known:
            return _known_is_empty(left, right, "IS NOT")
        other = right.value if left.is_empty else left.value
        return And((Binary("IS NOT", other, EMPTY), Binary("IS NOT", other, NULL)))
    if isinstance(left.value, Constant) and isinstance(right.value, Constant):
        return Constant(left.value != right.value)
    if left.is_known or right.is_known:
        return Binary("IS NOT", left.value, right.value)
    return Binary("IS NOT", _or_empty(left), _or_empty(right))


def _known_is_empty(left: Operand, right: Operand, operator: Operator) -> Expr:
    known = left.value if left.is_known else right.value
    if isinstance(known, Column):
        # Known is a figure of speech here: an item of a submitted list may be empty all the same.
        return Binary(operator, known, EMPTY)
    return FALSE if operator == "=" else TRUE


def _or_empty(operand: Operand) -> Expr:
    return Call("coalesce", (operand.value, EMPTY))


def _like(left: Operand, right: Operand) -> Expr:
    pattern = _pattern(right.value)
    if pattern is None:
        return Contains(left.value, right.value)
    return Like(left.value, pattern)


def _not_like(left: Operand, right: Operand) -> Expr:
    return replace(cast("Like | Contains", _like(left, right)), negated=True)


def _pattern(value: Expr) -> Expr | None:
    match value:
        case Param(Slot(index)):
            return Param(Slot(index, convert=like_pattern))
        case Param(known):
            return Param(like_pattern(known))
        case Call("lower", (Param() as param,)):
            return Call("lower", (cast("Param", _pattern(param)),))
        case Call("strftime"):
            # Not "contains" in the reference, because its format is a bound value.
            return value
    return None


def like_pattern(value: object) -> str:
    """The LIKE pattern of a value: as it is if it has a wildcard, else "contains" that text.

    A wildcard is a percent sign without a backslash before it.
    """
    text = to_text(value)
    return text if _has_wildcard(text) else f"%{_escaped(text)}%"


def _has_wildcard(text: str) -> bool:
    is_escaped = False
    for character in text:
        if character == "%" and not is_escaped:
            return True
        is_escaped = character == "\\" and not is_escaped
    return False


def _escaped(text: str) -> str:
    # The reference goes from the end, and of two special characters in a row it escapes the
    # second only: `a__b` also finds `axb`. Rules of old directories may lean on it.
    out: list[str] = []
    escape_next = False
    for character in reversed(text):
        if escape_next:
            if character != "\\":
                out.append("\\")
            escape_next = False
        else:
            escape_next = character in "\\%_"
        out.append(character)
    if escape_next:
        out.append("\\")
    return "".join(reversed(out))


def _plain(operator: Operator) -> Callable[[Operand, Operand], Expr]:
    return lambda left, right: Binary(operator, left.value, right.value)


OPERATORS: dict[str, Callable[[Operand, Operand], Expr]] = {
    "=": _equal,
    "!=": _differs,
    "~": _like,
    "!~": _not_like,
    ">": _plain(">"),
    ">=": _plain(">="),
    "<": _plain("<"),
    "<=": _plain("<="),
}
