"""A number: a float64, shown without decimals where it has none."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from fastcms.errors import REQUIRED, Problem
from fastcms.fields.base import DescribedField, JsonSchema, Kind, OptionContext
from fastcms.values import SqlValue, Value, number, to_number

_NOT_A_NUMBER = Problem(
    "validation_not_a_number", "The submitted number is not properly formatted."
)
_NOT_AN_INTEGER = Problem("validation_only_int_constraint", "Decimal numbers are not allowed.")
_EXACT = 2**53


class NumberField(DescribedField, frozen=True, kw_only=True, rename="camel", tag="number"):
    """A number between two limits. Zero counts as no value: it skips every limit."""

    kind = Kind.NUMBER
    modifiers = frozenset({"+", "-"})

    max: int | float | None = None
    min: int | float | None = None
    only_int: bool = False

    def __post_init__(self) -> None:
        for name, limit in (("max", self.max), ("min", self.min)):
            if limit is not None:
                msgspec.structs.force_setattr(self, name, to_number(limit))

    def zero(self) -> int:
        return 0

    def prepare(self, raw: object) -> int | float:
        return to_number(raw)

    def modify(self, modifier: str, current: Value, raw: object) -> Value:
        change = to_number(raw)
        return to_number(to_number(current) + (change if modifier == "+" else -change))

    def validate(self, value: Value) -> Iterator[Problem]:
        amount = to_number(value)
        if not math.isfinite(amount):
            yield _NOT_A_NUMBER
        elif amount == 0:
            if self.required:
                yield REQUIRED
        elif self.only_int and not _is_integer(amount):
            yield _NOT_AN_INTEGER
        elif self.min is not None and amount < self.min:
            yield _too_small(self.min)
        elif self.max is not None and amount > self.max:
            yield Problem(
                "validation_max_number_constraint",
                f"Must be less or equal than {_shown(self.max)}.",
                {"max": self.max},
            )

    def shown_schema(self) -> JsonSchema:
        return {"type": "number"}

    def body_schema(self) -> JsonSchema:
        schema: dict[str, Any] = {"type": "integer" if self.only_int else "number"}
        # Where zero is refused, no value gets past the limits.
        if self.required and self.min is not None:
            schema["minimum"] = self.min
        if self.required and self.max is not None:
            schema["maximum"] = self.max
        return schema

    def change_schema(self, modifier: str) -> JsonSchema:
        return {"type": "number"}

    def to_db(self, value: Value) -> SqlValue:
        amount = value if isinstance(value, (int, float)) else 0
        # SQLite keeps large integers exactly, which a float64 cannot promise.
        return amount if -_EXACT <= amount <= _EXACT else float(amount)

    def from_db(self, raw: SqlValue) -> int | float:
        if isinstance(raw, int) and -_EXACT <= raw <= _EXACT:
            return raw
        if isinstance(raw, float):
            return number(raw)
        return to_number(raw)

    def validate_options(self, context: OptionContext) -> Iterator[tuple[str, Problem]]:
        yield from super().validate_options(context)
        if self.only_int and self.min is not None and not _is_integer(self.min):
            yield "min", _NOT_AN_INTEGER
        if self.max is None:
            return
        if self.only_int and not _is_integer(self.max):
            yield "max", _NOT_AN_INTEGER
        elif self.min is not None and self.max < self.min:
            yield "max", _too_small(self.min)


def _is_integer(amount: int | float) -> bool:
    """Whether the number is an integer of 64 bits, the only ones that count as such."""
    return isinstance(amount, int)


def _too_small(limit: int | float) -> Problem:
    return Problem(
        "validation_min_number_constraint",
        f"Must be greater or equal than {_shown(limit)}.",
        {"min": limit},
    )


def _shown(limit: int | float) -> str:
    """The number as messages have it: with an exponent from a million on."""
    if not limit or 1e-4 <= abs(limit) < 1e6:
        return str(limit)
    mantissa, _, exponent = f"{Decimal(repr(limit)).normalize():e}".partition("e")
    return f"{mantissa}e{exponent[0]}{exponent[1:].zfill(2)}"
