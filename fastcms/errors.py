"""Errors that reach a client, in the wire's shape: ``{"data": …, "message": …, "status": N}``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any, Union

import msgspec

DEFAULT_MESSAGES = {
    400: "Something went wrong while processing your request.",
    401: "Missing or invalid authentication.",
    403: "You are not allowed to perform this request.",
    404: "The requested resource wasn't found.",
    413: "Request entity too large.",
    429: "Too Many Requests.",
    500: "Something went wrong while processing your request.",
}


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One leaf of an error's ``data``: what is wrong with one value."""

    code: str
    message: str
    params: dict[str, Any] | None = None


# What `data` holds: problems by key, nested as deep as the body they complain about.
Problems = Mapping[str, Union[Problem, "Problems"]]

REQUIRED = Problem("validation_required", "Cannot be blank.")
NOT_UNIQUE = Problem("validation_not_unique", "Value must be unique.")


class ApiError(Exception):
    """Answers the request with `status` and an error body.

    `data` maps body keys to problems. The message is normalised as the reference does: a capital
    first, a full stop last.
    """

    # Headers of the answer.
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def __init__(self, status: int, message: str = "", data: Problems | None = None) -> None:
        self.status = status
        self.message = sentence(message) or DEFAULT_MESSAGES.get(status, DEFAULT_MESSAGES[500])
        self.data: Problems = data or {}
        super().__init__(self.message)

    def body(self) -> dict[str, Any]:
        """The error as the wire shows it, keys in the reference's order."""
        return {"data": self.data, "message": self.message, "status": self.status}


def bad_request(message: str = "", data: Problems | None = None) -> ApiError:
    """400: the request itself is wrong."""
    return ApiError(400, message, data)


def forbidden(message: str = "") -> ApiError:
    """403: known, but not allowed."""
    return ApiError(403, message)


def not_found(message: str = "") -> ApiError:
    """404: missing, or not to be seen by this caller."""
    return ApiError(404, message)


def too_many(seconds: float, message: str = "") -> ApiError:
    """429: again in so many seconds."""
    error = ApiError(429, message)
    error.headers = ((b"retry-after", str(max(1, ceil(seconds))).encode()),)
    return error


def unauthorized(message: str = "") -> ApiError:
    """401: the route demands a valid auth record token."""
    return ApiError(401, message)


def sentence(text: str) -> str:
    """`text` with an upper-case first letter and closing punctuation, as every wire message has."""
    text = text.strip()
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".?!" else text + "."


def leaves(problems: Problems, prefix: str = "") -> Iterator[tuple[str, Problem]]:
    """Every problem with its dotted path, for answers that are lines of text (the CLI's)."""
    for key, problem in problems.items():
        path = f"{prefix}.{key}" if prefix else key
        if isinstance(problem, Problem):
            yield path, problem
        else:
            yield from leaves(problem, path)


class StartError(Exception):
    """The data directory or the address cannot be used; the text says why and how to mend it."""


class RefusedStartError(StartError):
    """A function of a user does not let the server start: trying again is in vain."""
