"""A secret that is stored as a hash and never shown."""

from __future__ import annotations

from collections.abc import Iterator

from fastcms.errors import REQUIRED, Problem
from fastcms.fields import patterns
from fastcms.fields.base import DescribedField, Integer, OptionContext, range_problems
from fastcms.fields.text import INVALID_FORMAT
from fastcms.values import NewPassword, SqlValue, Value, to_text

MAX_LENGTH = 71
# bcrypt reads no more.
MAX_BYTES = 72
# What signing in takes; for hashes that read everything.
LONGEST = 255


class PasswordField(DescribedField, frozen=True, kw_only=True, rename="camel", tag="password"):
    """A password: :class:`NewPassword` as it comes in, a hash once it is stored."""

    # Of bcrypt; 0 is the default of 10.
    cost: Integer = 0
    max: Integer = 0
    min: Integer = 0
    pattern: str = ""

    def prepare(self, raw: object) -> Value:
        plain = to_text(raw)
        return NewPassword(plain) if plain else ""

    def validate(self, value: Value) -> Iterator[Problem]:
        return self._validate(value, MAX_LENGTH, MAX_BYTES)

    def validate_long(self, value: Value) -> Iterator[Problem]:
        """As `validate`, for a hash that reads more than bcrypt does."""
        return self._validate(value, LONGEST, LONGEST)

    def _validate(self, value: Value, characters: int, octets: int) -> Iterator[Problem]:
        if not value:
            if self.required:
                yield REQUIRED
            return
        if not isinstance(value, NewPassword):
            return
        length, limit = len(value.plain), self.max or characters
        if len(value.plain.encode()) > octets:
            yield Problem("validation_invalid_value", "Invalid value.")
        elif length < self.min:
            yield Problem(
                "validation_min_text_constraint", f"Must be at least {self.min} character(s)."
            )
        elif length > limit:
            yield Problem(
                "validation_max_text_constraint", f"Must be less than {limit} character(s)."
            )
        elif self.pattern and not patterns.matches(self.pattern, value.plain):
            yield INVALID_FORMAT

    def to_wire(self, value: Value) -> object:
        return ""

    def from_db(self, raw: SqlValue) -> str:
        return raw if isinstance(raw, str) else to_text(raw)

    def validate_options(self, context: OptionContext) -> Iterator[tuple[str, Problem]]:
        yield from super().validate_options(context)
        for problem in range_problems(self.min, 1, MAX_LENGTH):
            yield "min", problem
        for problem in range_problems(self.max, self.min, MAX_LENGTH):
            yield "max", problem
        for problem in range_problems(self.cost, 4, 31):
            yield "cost", problem
        if reason := patterns.pattern_problem(self.pattern):
            yield "pattern", reason
