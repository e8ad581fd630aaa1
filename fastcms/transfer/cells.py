"""From cells to values of records and back.

A request's cast never fails: what makes no sense becomes zero. In a file of thousands of rows such
a loss would go unseen, so here it is a problem of the row.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import TypeAlias

import msgspec

from fastcms import clock
from fastcms.errors import Problem
from fastcms.fields.base import Field, Kind
from fastcms.fields.multiple import MultipleField
from fastcms.fields.polymorphic import PolymorphicField
from fastcms.fields.select import SelectField
from fastcms.transfer.table import Cell
from fastcms.values import (
    JSON_NULL,
    GeoPoint,
    Value,
    number_json,
    parse_json,
    to_date_text,
    to_number,
    to_text,
)

Take: TypeAlias = Callable[[Cell], Value]

WORDS = {
    **dict.fromkeys(("true", "t", "yes", "y", "on", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "off", "0", ""), False),
}
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_SEPARATORS = re.compile(r"[,;|]")


class CellError(ValueError):
    """The cell holds nothing that the field can take."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.problem = Problem("import_invalid_value", message)


def taker(field: Field) -> Take:
    """The way from a cell to a value of this field; it raises CellError."""
    if field.type == "autodate":
        return to_moment
    if isinstance(field, PolymorphicField):
        return lambda cell: field.prepare(_plain(cell))
    if isinstance(field, MultipleField):
        return lambda cell: _listed(field, cell)
    match field.storage, field.type:
        case Kind.NUMBER, _:
            return _number
        case Kind.BOOL, _:
            return _bool
        case Kind.DATE, _:
            return to_moment
        case Kind.JSON, _:
            return lambda cell: _json(field, cell)
        case Kind.GEO, _:
            return lambda cell: _geo_point(field, cell)
        case Kind.TEXT, "text" | "editor" | "email" | "url":
            return _text
        case Kind.TEXT, _:
            return lambda cell: field.prepare(_text(cell))
    return lambda cell: field.prepare(_plain(cell))


def to_text_cell(value: object) -> str:
    """A record's value as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_json(value)
    if value is None or value == JSON_NULL:
        return ""
    if isinstance(value, msgspec.Raw):
        return bytes(value).decode()
    return msgspec.json.encode(value).decode()


# -- one function for each kind of value ---------------------------------------------------------


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    plain = _plain(cell)
    if plain is None:
        return ""
    if isinstance(plain, (str, int, float)):
        return to_text(plain)
    raise CellError("Is a list or an object, not a text.")


def _number(cell: Cell) -> int | float:
    if not isinstance(cell, str):
        plain = _plain(cell)
        if plain is None:
            return 0
        if isinstance(plain, (int, float)):
            return to_number(plain)
        if not isinstance(plain, str):
            raise CellError("Is no number.")
        cell = plain
    text = cell.strip()
    if not text:
        return 0
    value = to_number(text)
    if value == 0 and not _is_zero(text):
        raise CellError(f"{_shown(text)} is no number; write it like 1234.5.")
    return value


def _is_zero(text: str) -> bool:
    try:
        return float(text) == 0
    except ValueError:
        return False


def _bool(cell: Cell) -> bool:
    plain = cell if isinstance(cell, str) else _plain(cell)
    if isinstance(plain, str):
        known = WORDS.get(plain.strip().lower())
        if known is not None:
            return known
    elif plain is None or (isinstance(plain, (bool, int, float)) and plain in (0, 1)):
        return bool(plain)
    raise CellError(f"{_shown(plain)} is neither true nor false.")


def to_moment(cell: Cell) -> str:
    """A date as it is stored, "" for an empty cell. Raises CellError."""
    plain = cell if isinstance(cell, str) else _plain(cell)
    if plain is None:
        return ""
    if not isinstance(plain, str):
        raise CellError(f"{_shown(plain)} is no date.")
    text = plain.strip()
    moment = to_date_text(text)
    if moment or not text:
        return moment
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise CellError(
            f"{_shown(text)} is no date; write it like 2024-12-31 23:59:59.000Z."
        ) from None
    return _moment(parsed)


def _moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return to_date_text(clock.to_text(moment))
    except OverflowError:
        raise CellError("The date is out of range.") from None


def _json(field: Field, cell: Cell) -> Value:
    plain = _plain(cell)
    if isinstance(cell, msgspec.Raw):
        return field.prepare(bytes(cell).decode())
    if not isinstance(plain, str):
        return field.prepare(plain)
    if not plain.strip():
        return JSON_NULL
    if plain.lstrip()[0] in "{[" and parse_json(plain) is None:
        raise CellError("Begins like JSON but is none.")
    return field.prepare(plain)


def _geo_point(field: Field, cell: Cell) -> Value:
    plain = _plain(cell)
    if plain is None or (isinstance(plain, str) and not plain.strip()):
        return GeoPoint()
    place = field.prepare(plain)
    if place == GeoPoint():
        given = _decoded(plain) if isinstance(plain, str) else plain
        if not isinstance(given, dict) or [given.get("lon"), given.get("lat")] != [0, 0]:
            raise CellError('Is no place; write it like {"lon": 13.4, "lat": 52.5}.')
    return place


def _listed(field: MultipleField, cell: Cell) -> Value:
    plain = cell if isinstance(cell, str) else _plain(cell)
    if isinstance(plain, str):
        plain = _texts(field, plain)
    elif plain is None:
        plain = []
    elif not isinstance(plain, list):
        plain = [plain]
    if any(not isinstance(item, (str, int, float)) for item in plain):
        raise CellError("Is no list of texts.")
    if field.max_select <= 1 and len(plain) > 1:
        raise CellError("Is a list, but the field takes a single value.")
    return field.prepare(plain)


def _texts(field: MultipleField, text: str) -> list[object]:
    """The items of a JSON list, of a list with separators, or the one text that it is."""
    known = field.values if isinstance(field, SelectField) else ()
    if text in known:
        return [text]
    text = text.strip()
    if text.startswith("[") and isinstance(items := _decoded(text), list):
        return items
    if field.max_select > 1:
        parts = [part.strip() for part in _SEPARATORS.split(text)]
        # Choices may hold commas themselves.
        if not known or all(part in known for part in parts):
            return [part for part in parts if part]
    return [text] if text else []


def _plain(cell: Cell) -> object:
    """The cell as JSON would hold it."""
    if isinstance(cell, msgspec.Raw):
        try:
            return msgspec.json.decode(cell)
        except _BROKEN:
            raise CellError("Is no JSON: not UTF-8, or nested too deeply.") from None
    if isinstance(cell, datetime):
        return _moment(cell)
    if isinstance(cell, date):
        return _moment(datetime.combine(cell, time(0)))
    if isinstance(cell, bytes):
        raise CellError("Is binary data, which no field takes.")
    return cell


def _decoded(text: str) -> object:
    """What JSON text says; other text says itself."""
    try:
        return msgspec.json.decode(text)
    except _BROKEN:
        return text


def _shown(value: object) -> str:
    text = str(value)
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'
