"""Fields for the tables of these tests."""

from __future__ import annotations

from typing import Any

from fastcms.errors import Problem
from fastcms.fields import decode_field
from fastcms.fields.base import Field, OptionContext

TYPES = {"users": "auth", "posts": "base", "stats": "view"}


def field(type_: str, **options: Any) -> Field:
    """A field called "f"; options by their wire names."""
    return decode_field({"type": type_, "name": "f", **options})


def code(made: Field, raw: object) -> str:
    """The code of the first problem of the input, or "" if it has none."""
    problem = next(made.validate(made.prepare(raw)), None)
    return problem.code.removeprefix("validation_") if problem else ""


def option_problems(
    made: Field, *, before: Field | None = None, collection_type: str = "base"
) -> dict[str, Problem]:
    """Problems of the field's options; one for each option at most."""
    found = list(made.validate_options(OptionContext(TYPES, collection_type, before)))
    assert len(dict(found)) == len(found)
    return dict(found)


def option_codes(made: Field, **context: Any) -> dict[str, str]:
    """The codes of those problems."""
    problems = option_problems(made, **context)
    return {key: problem.code.removeprefix("validation_") for key, problem in problems.items()}
