"""Any JSON value."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec

from fastcms.errors import REQUIRED, Problem
from fastcms.fields.base import (
    DescribedField,
    Integer,
    JsonSchema,
    Kind,
    OptionContext,
    range_problems,
)
from fastcms.values import (
    JSON_INVALID,
    JSON_NULL,
    SqlValue,
    Value,
    number_json,
    parse_json,
    to_json_raw,
)

DEFAULT_MAX_SIZE = 1 << 20
_EMPTY = frozenset({b"null", b'""', b"[]", b"{}"})


class JsonField(DescribedField, frozen=True, kw_only=True, rename="camel", tag="json"):
    """JSON text of at most `max_size` bytes."""

    kind = Kind.JSON

    max_size: Integer = 0

    @property
    def body_limit(self) -> int:
        return self.max_size or DEFAULT_MAX_SIZE

    def zero(self) -> msgspec.Raw:
        return JSON_NULL

    def is_zero(self, value: Value) -> bool:
        return not isinstance(value, msgspec.Raw) or bytes(value).strip() in _EMPTY

    def prepare(self, raw: object) -> msgspec.Raw:
        return to_json_raw(raw)

    def validate(self, value: Value) -> Iterator[Problem]:
        if self.required and self.is_zero(value):
            yield REQUIRED
        elif value == JSON_INVALID:
            yield Problem("validation_invalid_json", "Must be a valid json value.")
        # The null of no value has no size; the text "null" in a body has, for the reference.
        elif (
            value is not JSON_NULL
            and isinstance(value, msgspec.Raw)
            and len(bytes(value)) > self.body_limit
        ):
            yield Problem(
                "validation_json_size_limit",
                f"The maximum allowed JSON size is {self.body_limit} bytes.",
                {"maxSize": self.body_limit},
            )

    def shown_schema(self) -> JsonSchema:
        return {}

    def to_db(self, value: Value) -> SqlValue:
        text = bytes(value).decode() if isinstance(value, msgspec.Raw) else "null"
        return None if text == "null" else text

    def from_db(self, raw: SqlValue) -> msgspec.Raw:
        if isinstance(raw, bytes):
            return parse_json(raw) or JSON_NULL
        if isinstance(raw, str):
            # A view may give text that is no JSON.
            return parse_json(raw) or to_json_raw(raw)
        # A bare number: the column's affinity made it one.
        if isinstance(raw, int):
            return msgspec.Raw(str(raw).encode())
        if isinstance(raw, float) and math.isfinite(raw):
            return msgspec.Raw(number_json(raw).encode())
        return JSON_NULL

    def validate_options(self, context: OptionContext) -> Iterator[tuple[str, Problem]]:
        yield from super().validate_options(context)
        for problem in range_problems(self.max_size, 0):
            yield "maxSize", problem
