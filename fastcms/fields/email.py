"""An e-mail address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastcms.errors import REQUIRED, Problem
from fastcms.fields.domains import DomainField
from fastcms.values import SqlValue, Value, to_text

# Letters beyond ASCII that the reference lets into addresses.
_WIDE = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
_ATOM = rf"[a-zA-Z0-9!#$%&'*+\-/=?^_`{{|}}~{_WIDE}]+"
_EDGE = rf"[a-zA-Z0-9{_WIDE}]"
_LAST_EDGE = rf"[a-zA-Z{_WIDE}]"
_INSIDE = rf"[a-zA-Z0-9\-_~{_WIDE}]"
_ADDRESS = re.compile(
    rf"{_ATOM}(?:\.{_ATOM})*@"
    rf"(?:{_EDGE}(?:{_INSIDE}*{_EDGE})?\.)+"
    rf"{_LAST_EDGE}(?:{_INSIDE}*{_LAST_EDGE})?\.?"
)

_INVALID = Problem("validation_is_email", "Must be a valid email address.")
_DOMAIN_NOT_ALLOWED = Problem("validation_email_domain_not_allowed", "Email domain is not allowed.")


class EmailField(DomainField, frozen=True, kw_only=True, rename="camel", tag="email"):
    """An address, of certain domains only if wanted."""

    def prepare(self, raw: object) -> str:
        return to_text(raw)

    def validate(self, value: Value) -> Iterator[Problem]:
        text = value if isinstance(value, str) else ""
        if not text:
            if self.required:
                yield REQUIRED
        elif not is_email(text):
            yield _INVALID
        elif not self.allows_domain(text[text.rindex("@") + 1 :]):
            yield _DOMAIN_NOT_ALLOWED

    def from_db(self, raw: SqlValue) -> str:
        return raw if isinstance(raw, str) else to_text(raw)


def is_email(text: str) -> bool:
    """Whether the text has the form of an address."""
    return _ADDRESS.fullmatch(text) is not None
