"""The body of a batch: its items, each with the files that came for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastcms.errors import REQUIRED, Problem, Problems, bad_request
from fastcms.fields.upload import Upload

UNREADABLE = "Failed to read the submitted batch data."
INVALID = "Invalid batch request data."
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
MAX_URL = 2_000  # bytes

_WRONG_METHOD = Problem("validation_in_invalid", "Must be a valid value.")
_FILE = re.compile(r"requests(?:\.(0|[1-9][0-9]{0,8})\.|\[(0|[1-9][0-9]{0,8})\]\.)(.+)", re.DOTALL)


@dataclass
class Item:
    """One request of a batch. Hooks may change it before it runs."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, list[Upload]] = field(default_factory=dict)


def items_of(
    sent: Mapping[str, Any], uploads: Mapping[str, Sequence[Upload]], most: int
) -> list[Item]:
    """The items of a body. Raises 400 for what is none, and for more than `most` of them."""
    listed = _folded(sent).get("requests")
    if listed is not None and not isinstance(listed, list):
        raise bad_request(UNREADABLE)
    items = [_item(one) for one in listed or ()]
    if problems := dict(_problems(items, most)):
        raise bad_request(INVALID, problems)
    for key, files in uploads.items():
        if (match := _FILE.fullmatch(key)) and (place := int(match[1] or match[2])) < len(items):
            items[place].uploads.setdefault(match[3], []).extend(files)
            # Unlike in a form of its own: names to keep stand under another key, or not at all.
            items[place].body.pop(match[3], None)
    return items


def _item(sent: object) -> Item:
    if not isinstance(sent, dict):
        raise bad_request(UNREADABLE)
    found = _folded(sent)
    headers = {name: _text(value) for name, value in _object(found.get("headers")).items()}
    body = _object(found.get("body"))
    return Item(_text(found.get("method")), _text(found.get("url")), headers, body)


def _folded(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The values by lower case key: for this body the case counts as little as in the reference."""
    return {key.lower(): value for key, value in sent.items()}


def _object(value: object) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_request(UNREADABLE)
    return value


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise bad_request(UNREADABLE)
    return value


def _problems(items: list[Item], most: int) -> Iterator[tuple[str, Problem | Problems]]:
    if not items:
        yield "requests", REQUIRED
    elif len(items) > most:
        yield "requests", _too_long(most)
    elif wrong := {str(i): p for i, item in enumerate(items) if (p := dict(_wrong(item)))}:
        yield "requests", wrong


def _wrong(item: Item) -> Iterator[tuple[str, Problem]]:
    if not item.method:
        yield "method", REQUIRED
    elif item.method not in METHODS:
        yield "method", _WRONG_METHOD
    if not item.url:
        yield "url", REQUIRED
    elif len(item.url.encode()) > MAX_URL:
        yield "url", _too_long(MAX_URL)


def _too_long(most: int) -> Problem:
    message = f"The length must be no more than {most}."
    return Problem("validation_length_too_long", message, {"max": most, "min": 0})
