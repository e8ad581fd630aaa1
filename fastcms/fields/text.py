"""Plain text, among them the record id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastcms.errors import REQUIRED, Problem
from fastcms.fields import patterns
from fastcms.fields.autogenerate import UnsupportedPatternError, generate
from fastcms.fields.base import DescribedField, Integer, JsonSchema, OptionContext, range_problems
from fastcms.values import SqlValue, Value, to_text

DEFAULT_ID_PATTERN = "^[a-z0-9]+$"
DEFAULT_MAX = 5000

PK_CHANGE = Problem("validation_pk_change", "The record primary key cannot be changed.")
PK_INVALID = Problem(
    "validation_pk_invalid", "The record primary key is invalid or already exists."
)
INVALID_FORMAT = Problem("validation_invalid_format", "Invalid value format.")

# Ids are names of folders and parts of addresses too.
_FORBIDDEN_IN_IDS = "./\\|\"'`<>:?*%$\0\t\n\r "
_RESERVED_IDS = frozenset(
    {"CON", "PRN", "AUX", "NUL"} | {f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10)}
)


class TextField(DescribedField, frozen=True, kw_only=True, rename="camel", tag="text"):
    """Text with limits in characters, a pattern, and text made by the server when it is empty."""

    modifiers = frozenset({":autogenerate"})

    autogenerate_pattern: str = ""
    max: Integer = 0
    min: Integer = 0
    pattern: str = ""
    primary_key: bool = False

    @property
    def has_custom_ids(self) -> bool:
        """Whether ids may differ in case only, so that a new one must be compared without case."""
        return self.primary_key and self.pattern != DEFAULT_ID_PATTERN

    def prepare(self, raw: object) -> str:
        return raw if isinstance(raw, str) else to_text(raw)

    def modify(self, modifier: str, current: Value, raw: object) -> Value:
        return to_text(raw) + self._generated()

    def on_save(self, value: Value, now: str, *, is_new: bool) -> Value:
        return value if value or not is_new else self._generated()

    def validate(self, value: Value) -> Iterator[Problem]:
        text = value if isinstance(value, str) else ""
        if not text:
            if self.required or self.primary_key:
                yield REQUIRED
            return
        length = len(text)
        if length < self.min:
            yield Problem(
                "validation_min_text_constraint",
                f"Must be at least {self.min} character(s).",
                {"min": self.min},
            )
        elif length > (self.max or DEFAULT_MAX):
            limit = self.max or DEFAULT_MAX
            yield Problem(
                "validation_max_text_constraint",
                f"Must be no more than {limit} character(s).",
                {"max": limit},
            )
        elif self.pattern and not patterns.matches(self.pattern, text):
            yield INVALID_FORMAT
        elif self.has_custom_ids:
            yield from _id_problems(text)

    def validate_change(self, before: Value | None, value: Value) -> Iterator[Problem]:
        if self.primary_key and before is not None and before != value:
            yield PK_CHANGE

    def body_schema(self) -> JsonSchema:
        schema: dict[str, Any] = {"type": "string", "maxLength": self.max or DEFAULT_MAX}
        # An empty one that is allowed, or filled in, has no least length.
        if self.min and self.required and not self.autogenerate_pattern:
            schema["minLength"] = self.min
        return schema

    def change_schema(self, modifier: str) -> JsonSchema:
        return {"type": "string"}

    def from_db(self, raw: SqlValue) -> str:
        return raw if isinstance(raw, str) else to_text(raw)

    def validate_options(self, context: OptionContext) -> Iterator[tuple[str, Problem]]:
        yield from super().validate_options(context)
        for problem in range_problems(self.min, 0):
            yield "min", problem
        for problem in range_problems(self.max, max(self.min, 0)):
            yield "max", problem
        if self.primary_key:
            yield from self._id_option_problems()
        if reason := patterns.pattern_problem(self.pattern):
            yield "pattern", reason
        if reason := self._autogenerate_problem():
            yield "autogeneratePattern", reason

    def _generated(self) -> str:
        return generate(self.autogenerate_pattern) if self.autogenerate_pattern else ""

    def _id_option_problems(self) -> Iterator[tuple[str, Problem]]:
        if self.name != "id":
            yield "name", Problem("validation_in_invalid", 'The primary key must be named "id".')
        if not self.pattern:
            yield "pattern", REQUIRED
        if not self.required:
            yield "required", REQUIRED
        if self.hidden:
            yield "hidden", Problem("validation_empty", "Must be blank.")

    def _autogenerate_problem(self) -> Problem | None:
        if not self.autogenerate_pattern:
            return None
        if reason := patterns.pattern_problem(self.autogenerate_pattern):
            return reason
        try:
            samples = [self._generated() for _ in range(10)]
        except UnsupportedPatternError as error:
            return Problem("validation_invalid_autogenerate_pattern", f"{error}.")
        for sample in samples:
            if any(self.validate(sample)):
                return Problem(
                    "validation_invalid_autogenerate_pattern_value",
                    "The provided autogenerate pattern could produce invalid field values, "
                    f'ex.: "{sample}".',
                )
        return None


def _id_problems(text: str) -> Iterator[Problem]:
    for char in _FORBIDDEN_IN_IDS:
        if char in text:
            yield Problem(
                "validation_forbidden_pk_character",
                f"'{char}' is not a valid primary key character.",
                {"ch": char},
            )
    name = text.upper()
    if name in _RESERVED_IDS:
        yield Problem(
            "validation_reserved_pk",
            f"The primary key '{name}' is reserved and cannot be used.",
            {"reserved": name},
        )
