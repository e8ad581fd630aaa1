"""What the bodies of sign-in requests have in common."""

from __future__ import annotations

from fastcms.errors import REQUIRED, Problem, bad_request
from fastcms.fields.email import is_email
from fastcms.http.params import MAX_INT
from fastcms.http.request import Request

UNREADABLE = "An error occurred while loading the submitted data."
INVALID = "An error occurred while validating the submitted data."
MAX_LENGTH = 255
NO_EMAIL = Problem("validation_is_email", "Must be a valid email address.")
INVALID_TOKEN = Problem("validation_invalid_token", "Invalid or expired token.")
OTHER_COLLECTION = Problem(
    "validation_token_collection_mismatch",
    "The provided token is for different auth collection.",
)


async def read_form(request: Request, *keys: str) -> tuple[str, ...]:
    """The texts of the body under these keys, "" for one that is absent.

    Raises 400 for a body that cannot be read, or holds something else than text.
    """
    request.body = await request.read_body(error=UNREADABLE)
    return tuple(text(request, key) for key in keys)


def text(request: Request, key: str) -> str:
    """A text of the body, "" if absent; its key counts in any letter case, an exact one first.

    Raises 400 for a value that is no text.
    """
    value = _value(request, key)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)) and not request.is_json:
        # A form's text that looked like a number or a boolean.
        return str(value).lower() if isinstance(value, bool) else str(value)
    raise bad_request(UNREADABLE)


def check(**fields: Problem | None) -> None:
    """Raises 400 with those of the fields, by their keys, that have a problem."""
    problems = {name: problem for name, problem in fields.items() if problem is not None}
    if problems:
        raise bad_request(INVALID, problems)


def length_problem(value: str, least: int = 1, most: int = MAX_LENGTH) -> Problem | None:
    """What is wrong with the length of a text that has to be there."""
    if not value:
        return REQUIRED
    # In bytes, as the reference counts here.
    if least <= len(value.encode()) <= most:
        return None
    return Problem(
        "validation_length_out_of_range",
        f"The length must be between {least} and {most}.",
        {"max": most, "min": least},
    )


def email_problem(value: str) -> Problem | None:
    """What is wrong with an address that has to be there."""
    return length_problem(value) or (None if is_email(value) else NO_EMAIL)


def whole_number(request: Request, key: str) -> int:
    """A whole number of the body, 0 if absent. Raises 400 for a value that is none."""
    value = _value(request, key)
    if value is None or (value == "" and not request.is_json):
        return 0
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < MAX_INT:
        return value
    raise bad_request(UNREADABLE)


def _value(request: Request, key: str) -> object:
    body = request.body
    value = body.get(key)
    if value is None:
        value = next((v for k, v in body.items() if k.lower() == key.lower()), None)
    return value
