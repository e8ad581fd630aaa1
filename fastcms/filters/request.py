"""The `@request.*` values and macros of a statement: which ones, and how each is read.

A value's *shape* is the part that decides the text of the statement: whether it is NULL, empty or
neither; which collection the caller belongs to. The value itself is only bound.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import msgspec

from fastcms import clock
from fastcms.fields.upload import Upload
from fastcms.filters.context import RequestContext
from fastcms.filters.macros import MACROS
from fastcms.values import SqlValue

Shape: TypeAlias = str | bool | None
Read: TypeAlias = Callable[[RequestContext], tuple[Shape, SqlValue]]

# The three shapes of a plain value.
ABSENT: Shape = None
EMPTY: Shape = ""
PRESENT: Shape = True

_ABSENT: tuple[Shape, SqlValue] = (ABSENT, None)
_EMPTY: tuple[Shape, SqlValue] = (EMPTY, "")
_NUMERIC_TEXT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class Inputs:
    """The inputs of one statement in the order in which they were met, each once.

    While the statement is built, nothing is known of the request: every shape is ``None``. All
    inputs must be met then, so that later, for given shapes, each has its number already.
    """

    def __init__(self) -> None:
        self.reads: list[Read] = []
        self._index: dict[str, int] = {}

    def index(self, key: str, read: Read) -> int:
        """The number of the input with that key."""
        if key not in self._index:
            self._index[key] = len(self.reads)
            self.reads.append(read)
        return self._index[key]


def macro(name: str) -> Read:
    """Reads a macro."""
    compute = MACROS[name]
    return lambda request: (PRESENT, compute(clock.now()))


def auth_id(request: RequestContext) -> tuple[Shape, SqlValue]:
    """The caller's id."""
    auth = request.auth
    return _ABSENT if auth is None else (PRESENT, auth.id)


def auth_row(request: RequestContext) -> tuple[Shape, SqlValue]:
    """The caller's id; the shape is its collection's id."""
    auth = request.auth
    return _ABSENT if auth is None else (auth.collection.id, auth.id)


def plain(path: Sequence[str], *, is_number: bool = False) -> Read:
    """Reads one value; of a body or query also a nested one. Missing is NULL.

    With `is_number` a text that looks like a number is bound as one: multipart bodies hold text.
    """
    if path == ["auth", "id"]:
        return auth_id

    def read(request: RequestContext) -> tuple[Shape, SqlValue]:
        value = to_sql(_find(request, path)[1])
        if value is None:
            return _ABSENT
        if value == "":
            return _EMPTY
        if is_number and isinstance(value, str) and _NUMERIC_TEXT.fullmatch(value):
            value = float(value)
        return PRESENT, value

    return read


def is_set(path: Sequence[str]) -> Read:
    """Reads whether a key is there; the answer is the shape."""
    return lambda request: (_find(request, path)[0], None)


def body_text(name: str) -> Read:
    """Reads a body value as text; missing and non-scalar ones are empty."""

    def read(request: RequestContext) -> tuple[Shape, SqlValue]:
        text = to_text(request.body.get(name))
        return (PRESENT, text) if text else _EMPTY

    return read


def body_json(name: str) -> Read:
    """Reads a body value as JSON text, whatever its type; only a missing one is NULL."""

    def read(request: RequestContext) -> tuple[Shape, SqlValue]:
        if name not in request.body:
            return _ABSENT
        return PRESENT, _to_json(request.body[name])

    return read


def body_count(name: str) -> Read:
    """Reads the number of items of a body value."""
    return lambda request: (PRESENT, len(_items(request.body.get(name))))


def body_items(name: str) -> Read:
    """Reads a body value as a JSON array."""
    return lambda request: (PRESENT, _to_json(_items(request.body.get(name))))


def body_ids(name: str) -> Read:
    """Reads the record ids in a body value as a JSON array; no id is NULL."""

    def read(request: RequestContext) -> tuple[Shape, SqlValue]:
        items = [to_text(item) for item in _items(request.body.get(name))]
        ids = list(dict.fromkeys(item for item in items if item))
        return (PRESENT, _to_json(ids)) if ids else _ABSENT

    return read


def to_sql(value: object) -> SqlValue:
    """A value as it is bound: scalars by their JSON type, the rest as JSON text."""
    if value is None or isinstance(value, str | bool | float):
        return value
    if isinstance(value, int):
        # As JSON has it: a number has no integer type, nor one that could be too large for SQL.
        return float(value) if value.bit_length() < 1024 else math.inf
    return _to_json(value)


def to_text(value: object) -> str:
    """A scalar as text; everything else is empty."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return number_text(value)
    return ""


def number_text(value: float) -> str:
    """A number without exponent and without a fraction that is zero. Minus zero has its sign."""
    if math.isfinite(value) and value == int(value):
        return str(int(value)) if value or math.copysign(1, value) > 0 else "-0"
    text = repr(value)
    return f"{value:.20f}".rstrip("0") if "e" in text else text


def _find(request: RequestContext, path: Sequence[str]) -> tuple[bool, object]:
    """Whether the path leads somewhere, and where to."""
    match path[0]:
        case "context":
            return True, request.context
        case "method":
            return True, request.method
        case "auth":
            return _auth_value(request, path[1])
        case "query":
            return _find_inside(request.query, path[1:])
        case "headers":
            return _find_inside(request.headers, path[1:])
    return _find_inside(request.body, path[1:])


def _find_inside(value: object, path: Sequence[str]) -> tuple[bool, object]:
    for key in path:
        if isinstance(value, msgspec.Raw):
            value = msgspec.json.decode(value)
        elif isinstance(value, msgspec.Struct):
            value = msgspec.to_builtins(_without_content(value))
        if isinstance(value, Mapping) and key in value:
            value = value[key]
        elif isinstance(value, list | tuple) and key.isdecimal() and len(key) < 10:
            if int(key) >= len(value):
                return False, None
            value = value[int(key)]
        else:
            return False, None
    return True, value


def _auth_value(request: RequestContext, name: str) -> tuple[bool, object]:
    auth = request.auth
    if auth is None:
        return False, None
    if name == "collectionId":
        return True, auth.collection.id
    if name == "collectionName":
        return True, auth.collection.name
    if name == "id":
        return True, auth.id
    return name in auth.values, auth.values.get(name)


def _items(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _to_json(value: object) -> str:
    if isinstance(value, list | tuple):
        value = [_without_content(item) for item in value]
    return msgspec.json.encode(_without_content(value)).decode()


def _without_content(value: object) -> object:
    """A file as expressions see it; any other value as it is."""
    if isinstance(value, Upload):
        return {"name": value.name, "originalName": value.original_name, "size": value.size}
    return value
