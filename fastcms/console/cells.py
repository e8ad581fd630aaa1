"""Values of the database as texts, in the reference's notation."""

from __future__ import annotations

import math
from decimal import Decimal

MOST_DIGITS = 6  # before the point; beyond that there is an exponent


def cell(value: object) -> str | None:
    """A value as the console shows it; None for NULL."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float):
        return _number(value)
    return str(value)


def _number(value: float) -> str:
    """The shortest text that reads as this number."""
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits))
    power = len(text) + exponent - 1
    minus = "-" if sign else ""
    if not value:
        return f"{minus}0"
    if -4 <= power < MOST_DIGITS:
        return minus + format(Decimal(text).scaleb(exponent), "f")
    fraction = f".{text[1:]}" if len(text) > 1 else ""
    return f"{minus}{text[0]}{fraction}e{'-' if power < 0 else '+'}{abs(power):02d}"
