"""Regular expressions of users: RE2, whose time is linear in the text whatever the pattern says."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]

from fastcms.errors import Problem

# RE2's words for what is wrong, and the reference's.
_REASONS = (
    ("missing ): ", "missing closing )"),
    ("missing ]: ", "missing closing ]"),
    ("unexpected ): ", "unexpected )"),
    ("trailing \\", "trailing backslash at end of expression"),
    ("no argument for repetition operator: ", "missing argument to repetition operator"),
    ("bad repetition operator: ", "invalid nested repetition operator"),
    ("invalid repetition size: ", "invalid repeat count"),
    ("invalid character class range: ", "invalid character class range"),
    ("invalid escape sequence: ", "invalid escape sequence"),
    ("invalid perl operator: (?<", "invalid named capture"),
    ("invalid perl operator: ", "invalid or unsupported Perl syntax"),
    ("invalid named capture group: ", "invalid named capture"),
    ("pattern too large", "expression too large"),
)

_options = re2.Options()
_options.log_errors = False


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern occurs in the text. A pattern that is none matches nothing."""
    compiled = _compiled(pattern)
    # Bytes spare the wrapper its bookkeeping of character offsets.
    return not isinstance(compiled, str) and compiled.search(text.encode()) is not None


def characters(pattern: str, universe: str) -> str:
    """The characters of `universe` that a pattern for one character matches."""
    # Runs of characters: one match each would take a thousand times as many steps.
    compiled = _compiled(f"(?:{pattern})+")
    return "" if isinstance(compiled, str) else "".join(compiled.findall(universe))


def pattern_problem(pattern: str) -> Problem | None:
    """Why the pattern cannot be compiled, in the reference's words."""
    compiled = _compiled(pattern) if pattern else None
    if isinstance(compiled, str):
        return Problem("validation_invalid_regex", f"Error parsing regexp: {compiled}.")
    return None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    """The compiled pattern, or the text of its error."""
    try:
        return re2.compile(pattern, _options)
    except re2.error as error:
        return _reason(error.args[0].decode(), pattern)


def _reason(text: str, pattern: str) -> str:
    for ours, theirs in _REASONS:
        if text.startswith(ours):
            whole = ours.startswith(("missing )", "invalid perl operator: (?<"))
            culprit = pattern if whole else text[len(ours) :]
            return f"{theirs}: `{culprit}`"
    return text
