"""Finds where two answers to the same request differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.servers import Answer

# Everything else is the web server's own: Date, Content-Length, Connection, Server.
HEADERS = (
    "accept-ranges",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "allow",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-range",
    "content-security-policy",
    "content-type",
    "cross-origin-opener-policy",
    "etag",
    "last-modified",
    "location",
    "retry-after",
    "set-cookie",
    "vary",
    "www-authenticate",
    "x-content-type-options",
    "x-frame-options",
    "x-xss-protection",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer whose body is normalised; `body` is text when it was no JSON."""

    answer: Answer
    body: Any


@dataclass(frozen=True, slots=True)
class Mismatch:
    """`part` is `status`, `header NAME`, `body.PATH` or `order body.PATH`."""

    row: str
    part: str
    expected: Any
    actual: Any

    def __str__(self) -> str:
        return f"{self.row}\n    {self.part}\n    - {self.expected!r}\n    + {self.actual!r}"


def mismatches(row: str, expected: Seen, actual: Seen) -> Iterator[Mismatch]:
    if expected.answer.status != actual.answer.status:
        yield Mismatch(row, "status", expected.answer.status, actual.answer.status)
    for name in HEADERS:
        wanted, got = expected.answer.headers.get(name), actual.answer.headers.get(name)
        if wanted != got:
            yield Mismatch(row, f"header {name}", wanted, got)
    if expected.answer.status == actual.answer.status:
        yield from _values(row, "body", expected.body, actual.body)
    elif expected.body != actual.body:
        # Two different kinds of answer: a comparison key by key would only be noise.
        yield Mismatch(row, "body", expected.body, actual.body)


def _values(row: str, part: str, expected: Any, actual: Any) -> Iterator[Mismatch]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in expected.keys() | actual.keys():
            inner = f"{part}.{key}"
            if key not in actual:
                yield Mismatch(row, inner, expected[key], "<absent>")
            elif key not in expected:
                yield Mismatch(row, inner, "<absent>", actual[key])
            else:
                yield from _values(row, inner, expected[key], actual[key])
        # The reference writes these maps in random order.
        ordered = not f"{part}.".startswith(("body.data.", "body.meta."))
        if ordered and expected.keys() == actual.keys() and list(expected) != list(actual):
            yield Mismatch(row, f"order {part}", list(expected), list(actual))
    elif _ids(expected) != _ids(actual):
        yield Mismatch(row, f"{part}.*.id", _ids(expected), _ids(actual))
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, (wanted, got) in enumerate(zip(expected, actual, strict=True)):
            yield from _values(row, f"{part}.{index}", wanted, got)
    elif type(expected) is not type(actual) or expected != actual:
        yield Mismatch(row, part, expected, actual)


def _ids(value: Any) -> list[Any] | None:
    """The ids of a list of records or collections: where these differ, nothing else matters."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return None
    return [item.get("id") for item in value]
