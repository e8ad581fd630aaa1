"""The signs: what `=`, `~`, `>` … mean in SQL, with the empty text and NULL taken as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, cast

from fastcms.fields.base import Kind
from fastcms.filters.ast import FilterError
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
    Glob,
    Join,
    Like,
    Not,
    Operator,
    Or,
    Param,
    Slot,
    all_of,
    any_of,
)
from fastcms.sql.functions import pattern_error
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
    # Of a field or of what is inside a JSON field: how it is stored.
    kind: Kind | None = None
    # One of many values, in the sub-select that looks at them all.
    is_item: bool = False
    # TRUE or FALSE of `:isset`, which on the right of IS asks whether the left counts as that.
    is_truth: bool = False
    # What it is for `~` on its left, if not a text to be contained.
    pattern: Expr | None = None
    # Beside all values of a path it counts as known: a call with a literal that is not empty.
    has_literal: bool = False
    # All values of a path that leads to many, for the rows of the base table.
    many: Many | None = None
    # What must hold besides, whatever the comparison says.
    guard: Expr | None = None


@dataclass(frozen=True, slots=True)
class Many:
    """Every value that a path leads to from a row: joins, what holds of them, and the value."""

    joins: tuple[Join, ...]
    where: tuple[Expr, ...]
    operand: Operand


NULL_OPERAND = Operand(NULL, is_empty=True)


def constant(value: bool) -> Operand:
    """TRUE or FALSE."""
    return Operand(Constant(value), is_known=True)


def bound(value: SqlValue | Slot, *, is_empty: bool = False) -> Operand:
    """A bound value; of a slot the caller says whether it is empty."""
    is_empty = is_empty or value is None or value == ""
    return Operand(Param(value), is_empty=is_empty, is_known=not is_empty)


def combine(make: Callable[..., Operand], args: Sequence[Operand]) -> Operand:
    """The operand that a function makes of others, with the guards and all values of those."""
    guards = [arg.guard for arg in args if arg.guard is not None]
    many = [arg.many for arg in args if arg.many is not None]
    return replace(
        make(*args),
        guard=all_of(guards) if guards else None,
        many=Many(
            joins=tuple(join for each in many for join in each.joins),
            where=tuple(term for each in many for term in each.where),
            operand=make(*[arg.many.operand if arg.many else arg for arg in args]),
        )
        if many
        else None,
    )


def combine_patterns(make: Callable[..., Operand], args: Sequence[Operand]) -> Operand:
    """The same for the functions of the reference, with what it makes of their literals.

    Behind `~` it puts the wildcards around each bound value, wherever that stands in the operand;
    and an operand with such values is never empty.
    """
    found = combine(make, args)
    patterns = [_pattern(arg, like_pattern) for arg in args]
    if not any(patterns):
        return found
    texts = [
        arg if pattern is None else replace(arg, value=pattern)
        for arg, pattern in zip(args, patterns, strict=True)
    ]
    is_empty = any(arg.is_empty for arg, pattern in zip(args, patterns, strict=True) if pattern)
    return replace(found, pattern=make(*texts).value, has_literal=not is_empty)


def _equal(left: Operand, right: Operand) -> Expr:
    if left.is_strict or right.is_strict:
        return _same("IS", left.value, right)
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
        return _same("IS NOT", left.value, right)
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
        return _same("IS NOT", left.value, right)
    return Binary("IS NOT", _or_empty(left), _or_empty(right))


def _same(operator: Operator, left: Expr, right: Operand) -> Expr:
    if right.is_truth:
        return Binary(operator, Not(left), Constant(right.value == FALSE))
    return Binary(operator, left, right.value)


def _known_is_empty(left: Operand, right: Operand, operator: Operator) -> Expr:
    known = left.value if left.is_known else right.value
    if isinstance(known, Column):
        # Known is a figure of speech here: an item of a submitted list may be empty all the same.
        return Binary(operator, known, EMPTY)
    # The empty text counts as false.
    is_false = right.is_truth and right.value == FALSE
    return FALSE if operator == "=" or is_false else TRUE


def _or_empty(operand: Operand) -> Expr:
    return Call("coalesce", (operand.value, EMPTY))


def _like(left: Operand, right: Operand) -> Expr:
    pattern = right.pattern or _pattern(right, like_pattern)
    if pattern is None:
        return Contains(left.value, right.value)
    return Like(left.value, pattern)


def _not_like(left: Operand, right: Operand) -> Expr:
    return replace(cast("Like | Contains", _like(left, right)), negated=True)


def _pattern(operand: Operand, convert: Callable[[SqlValue], str]) -> Expr | None:
    """The pattern in a bound value; a value of a row is none, but a text to be contained."""
    if operand.is_item:
        return None
    match operand.value:
        case Param(Slot(index)):
            return Param(Slot(index, convert=convert))
        case Param(known):
            return Param(convert(cast("SqlValue", known)))
        case Call("lower", (Param() as param,)):
            return Call("lower", (cast("Param", _pattern(Operand(param), convert)),))
    return None


def _glob(left: Operand, right: Operand) -> Expr:
    pattern = _pattern(right, glob_pattern)
    if pattern is None or isinstance(right.value, Call):
        return Binary(">", Call("instr", (left.value, right.value)), Param(0))
    return Glob(left.value, pattern)


def _folded_glob(left: Operand, right: Operand) -> Expr:
    value = Call("fc_fold", (left.value,))
    pattern = _pattern(right, folded_glob_pattern)
    if pattern is None or isinstance(right.value, Call):
        return Binary(">", Call("instr", (value, Call("fc_fold", (right.value,)))), Param(0))
    return Glob(value, pattern)


def _matches(left: Operand, right: Operand) -> Expr:
    pattern = right.value.value if isinstance(right.value, Param) else None
    if not isinstance(pattern, str):
        raise FilterError("matches expects a quoted regular expression")
    problem = pattern_error(pattern)
    if problem:
        raise FilterError(f"invalid regular expression: {problem}")
    return Call("fc_matches", (Param(pattern), left.value))


def like_pattern(value: object) -> str:
    """The LIKE pattern of a value: as it is if it has a wildcard, else "contains" that text.

    A wildcard is a percent sign without a backslash before it.
    """
    text = to_text(value)
    return text if _has_wildcard(text) else f"%{_escaped(text)}%"


def glob_pattern(value: object) -> str:
    """The GLOB pattern of a value, with the wildcards of :func:`like_pattern`."""
    text = to_text(value)
    is_pattern = _has_wildcard(text)
    out: list[str] = []
    is_escaped = False
    for i, character in enumerate(text):
        if not is_escaped and character == "\\" and text[i + 1 : i + 2] in ("\\", "%", "_"):
            is_escaped = True
        elif is_pattern and not is_escaped and character in "%_":
            out.append("*" if character == "%" else "?")
        else:
            out.append(f"[{character}]" if character in "*?[" else character)
            is_escaped = False
    return "".join(out) if is_pattern else f"*{''.join(out)}*"


def folded_glob_pattern(value: object) -> str:
    """The same for a text without the difference between large and small letters."""
    return glob_pattern(to_text(value).casefold())


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


def _plain(operator: Operator) -> Sign:
    return lambda left, right: Binary(operator, left.value, right.value)


def _not(sign: Sign) -> Sign:
    return lambda left, right: Not(sign(left, right))


def _in(left: Operand, *items: Operand) -> Expr:
    return any_of([_equal(left, item) for item in items])


def _not_in(left: Operand, *items: Operand) -> Expr:
    return all_of([_differs(left, item) for item in items])


def _between(left: Operand, low: Operand, high: Operand) -> Expr:
    return And((Binary(">=", left.value, low.value), Binary("<=", left.value, high.value)))


# What is left of the sign, and what is right of it: several operands for `in` and `between`.
Sign: TypeAlias = Callable[..., Expr]

OPERATORS: dict[str, Sign] = {
    "=": _equal,
    "!=": _differs,
    "~": _like,
    "!~": _not_like,
    ">": _plain(">"),
    ">=": _plain(">="),
    "<": _plain("<"),
    "<=": _plain("<="),
    "in": _in,
    "not in": _not_in,
    "between": _between,
    # Unlike with `= null`, the empty text is none.
    "is null": _plain("IS"),
    "is not null": _plain("IS NOT"),
    "like": _glob,
    "not like": _not(_glob),
    "ilike": _folded_glob,
    "not ilike": _not(_folded_glob),
    "matches": _matches,
    "not matches": _not(_matches),
}
