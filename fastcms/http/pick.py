"""The query parameter `fields`: which parts of a JSON answer are sent.

Every answer can be picked from, whoever made it, so this works on finished bodies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec

from fastcms.errors import bad_request
from fastcms.http.excerpt import excerpt
from fastcms.http.params import is_true
from fastcms.http.reply import Picked, Reply, encode_json

Modify: TypeAlias = Callable[[Any], Any]

# Levels of a path; what lies deeper is sent whole.
MAX_DEPTH = 100

_QUOTES = "'\"`"
_decode = msgspec.json.Decoder().decode
_INTEGER = re.compile(r"([+-]?[0-9]+)\.[0-9]*")
_OCTAL = re.compile(r"([+-]?)0([0-7_]+)")
# FastCMS's own: the name under which a part is sent. The reference refuses it.
_ALIAS = re.compile(r"(?:(.*):)?\s*as\(\s*(\w+)\s*\)\s*", re.ASCII | re.DOTALL)


class Parts:
    """What is wanted of one level of a JSON value."""

    __slots__ = ("below", "whole")

    def __init__(self) -> None:
        # The parts of what is under a key.
        self.below: dict[str, Parts] = {}
        # The names under which all of it is sent, "" for its own; None sends it unchanged.
        self.whole: dict[str, Modify | None] = {}

    def at(self, key: str) -> Parts | None:
        """What is wanted of the value under a key; a key with dots takes several steps."""
        found: Parts | None = self
        for step in key.split("."):
            found = found.below.get(step) if found is not None else None
        return found


def picked(reply: Reply, fields: str) -> Reply:
    """A successful JSON reply with only the fields that are named. Raises 400 for bad modifiers."""
    if reply.picked is Picked.NOT or not 200 <= reply.status < 300:
        return reply
    parts = parse(fields)
    if not parts.below:
        return reply
    try:
        body = _decode(reply.body)
        if reply.picked is Picked.ITEMS:
            body["items"] = _pick(body["items"], parts)
        else:
            body = _pick(body, parts)
    except RecursionError as error:
        raise bad_request() from error
    return reply._replace(body=encode_json(body))


def pick_json(body: bytes, fields: str) -> bytes:
    """A JSON value with only the fields that are named. Raises 400 for bad modifiers."""
    parts = parse(fields)
    if not parts.below:
        return body
    try:
        return encode_json(_pick(_decode(body), parts))
    except RecursionError as error:
        raise bad_request() from error


def _pick(value: Any, parts: Parts) -> Any:
    if isinstance(value, dict):
        return _pick_keys(value, parts)
    # A list of scalars is sent as it is, and so are scalars among objects.
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_pick_keys(item, parts) if isinstance(item, dict) else item for item in value]
    return value


def _pick_keys(value: dict[str, Any], parts: Parts) -> dict[str, Any]:
    star = parts.below.get("*")
    others = star if star is not None and star.whole else None
    found: dict[str, Any] = {}
    for key, item in value.items():
        wanted = parts.below.get(key) if "." not in key else parts.at(key)
        if wanted is None:
            wanted = others
        if wanted is None:
            continue
        for name, modify in wanted.whole.items():
            found[name or key] = item if modify is None else modify(item)
        if wanted.below and wanted is not others and "" not in wanted.whole:
            found[key] = _pick(item, wanted)
    return found


@lru_cache(maxsize=500)
def parse(text: str) -> Parts:
    """The parts that a parameter names. Raises 400 for a bad modifier or an open bracket or quote.

    Of two texts for the same part and name the later one counts.
    """
    parts = Parts()
    for field in _split(text, ","):
        path, colon, modifiers = field.partition(":")
        steps = path.split(".")[:MAX_DEPTH]
        if len(steps) > 1 and not steps[-1]:
            steps.pop()
        node = parts
        for step in steps:
            node = node.below.setdefault(step, Parts())
        if not colon:
            node.whole[""] = None
        elif alias := _ALIAS.fullmatch(modifiers):
            if steps[-1] == "*":
                raise bad_request()
            node.whole[alias[2]] = None if alias[1] is None else _modifier(alias[1])
        else:
            node.whole[""] = _modifier(modifiers)
    return parts


def _modifier(text: str) -> Modify:
    """`excerpt(max, withEllipsis)`, the only one there is."""
    words = list(_split(text, "(), ", keeps_brackets=False))
    if not 2 <= len(words) <= 3 or words[0] != "excerpt":
        raise bad_request()
    limit = _integer(words[1])
    if limit <= 0:
        raise bad_request()
    ellipsis = len(words) > 2 and is_true(words[2])

    def modify(value: Any) -> Any:
        return excerpt(value, limit, ellipsis=ellipsis) if isinstance(value, str) else value

    return modify


def _split(text: str, separators: str, *, keeps_brackets: bool = True) -> Iterator[str]:
    """The parts between separators that stand outside quotes and brackets; empty ones are left out.

    Raises 400 for a quote or bracket that is not closed. A backslash takes a quote its meaning.
    """
    start = depth = 0
    quote = before = ""
    for place, char in enumerate(text):
        if before != "\\":
            if char in _QUOTES:
                quote = "" if quote == char else quote or char
            elif keeps_brackets and not quote and char == "(":
                depth += 1
            elif keeps_brackets and not quote and char == ")" and depth:
                depth -= 1
        # NUL is an end as well, as it is in the reference's reader.
        if (char in separators or char == "\0") and not quote and not depth:
            if part := text[start:place].strip():
                yield part
            start = place + 1
        before = char
    if quote or depth:
        raise bad_request()
    if part := text[start:].strip():
        yield part


def _integer(text: str) -> int:
    """A number as Go writes one: also hexadecimal, octal and binary; 0 if it is none."""
    if match := _INTEGER.fullmatch(text):
        text = match[1]
    if match := _OCTAL.fullmatch(text):
        text = f"{match[1]}0o{match[2]}"
    try:
        number = int(text, 0) if len(text) <= 70 else 0
    except ValueError:
        return 0
    return number if number < 2**63 else 0
