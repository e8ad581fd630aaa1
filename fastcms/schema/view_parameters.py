"""Parameters of a view's query: `{:name}` in the text, a value for each from the query string."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TypeAlias

from fastcms.values import SqlValue

# The default, which also says what kind of value a request may give.
Default: TypeAlias = str | int | float | bool | None

PREFIX = "param."  # of a parameter's name in the query string
_PLACE = re.compile(r"\{:(\w+)\}")
_TRUTH = {"true": 1, "1": 1, "false": 0, "0": 0}


def names(query: str) -> list[str]:
    """The names in the query, as often and in the order in which they stand there."""
    return _PLACE.findall(query)


def with_defaults(query: str, defaults: Mapping[str, Default]) -> str:
    """The query with each default in the place of its name, as a definition needs it.

    A name without a default stays: the database refuses it. Definitions cannot have bound values;
    those of requests always are.
    """
    return _PLACE.sub(lambda m: _literal(defaults[m[1]]) if m[1] in defaults else m[0], query)


def with_marks(query: str) -> str:
    """The query with a mark for a bound value in the place of each name."""
    return _PLACE.sub("?", query)


def value_of(text: str, default: Default) -> SqlValue:
    """The text of a request as a value of the default's kind. Raises ValueError."""
    if isinstance(default, bool):
        if text.lower() not in _TRUTH:
            raise ValueError("Must be true or false.")
        return _TRUTH[text.lower()]
    if isinstance(default, int | float):
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValueError("Must be a number.")
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    return text


def _literal(value: Default) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, str):
        return "'" + value.replace("\0", "").replace("'", "''") + "'"
    return repr(value)
