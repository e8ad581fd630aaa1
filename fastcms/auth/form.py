"""What the bodies of sign-in requests have in common."""

from __future__ import annotations

from fastcms.errors import bad_request
from fastcms.http.request import Request

UNREADABLE = "An error occurred while loading the submitted data."
INVALID = "An error occurred while validating the submitted data."


def text(request: Request, key: str) -> str:
    """A text of the body, "" if absent; its key counts in any letter case, an exact one first.

    Raises 400 for a value that is no text.
    """
    body = request.body
    value = body.get(key)
    if value is None:
        value = next((v for k, v in body.items() if k.lower() == key.lower()), None)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)) and not request.is_json:
        # A form's text that looked like a number or a boolean.
        return str(value).lower() if isinstance(value, bool) else str(value)
    raise bad_request(UNREADABLE)
