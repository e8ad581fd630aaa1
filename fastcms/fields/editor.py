"""Rich text (HTML). The dashboard edits it; the server only limits its size."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fastcms.errors import REQUIRED, Problem
from fastcms.fields.base import DescribedField, Integer, OptionContext, range_problems
from fastcms.values import SqlValue, Value, to_text

DEFAULT_MAX_SIZE = 5 << 20


class EditorField(DescribedField, frozen=True, kw_only=True, rename="camel", tag="editor"):
    """HTML of at most `max_size` bytes."""

    # For the dashboard's editor only: relative addresses are made absolute.
    convert_urls: bool = msgspec.field(default=False, name="convertURLs")
    max_size: Integer = 0

    @property
    def body_limit(self) -> int:
        return self.max_size or DEFAULT_MAX_SIZE

    def prepare(self, raw: object) -> str:
        return to_text(raw)

    def validate(self, value: Value) -> Iterator[Problem]:
        text = value if isinstance(value, str) else ""
        limit = self.body_limit
        if not text:
            if self.required:
                yield REQUIRED
        # No character has more than four bytes.
        elif len(text) * 4 > limit and len(text.encode()) > limit:
            yield Problem(
                "validation_content_size_limit",
                f"The maximum allowed content size is {limit} bytes.",
                {"maxSize": limit},
            )

    def from_db(self, raw: SqlValue) -> str:
        return raw if isinstance(raw, str) else to_text(raw)

    def validate_options(self, context: OptionContext) -> Iterator[tuple[str, Problem]]:
        yield from super().validate_options(context)
        for problem in range_problems(self.max_size, 0):
            yield "maxSize", problem
