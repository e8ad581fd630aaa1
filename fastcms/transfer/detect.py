"""The collection that a file asks for: a field for each column, typed by all of its cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from fastcms.fields.base import RESERVED_NAMES
from fastcms.fields.email import is_email
from fastcms.fields.url import is_url
from fastcms.transfer.cells import CellError, to_moment
from fastcms.transfer.columns import NOT_FIELDS, demand_names
from fastcms.transfer.table import Absent, Cell, Source
from fastcms.values import to_number

# The first that takes all cells of a column is its type.
_TYPES = ("bool", "number", "date", "email", "url", "json", "text")
_AUTODATES = {"created": {"onCreate": True}, "updated": {"onCreate": True, "onUpdate": True}}
# Digits that have no value as a number: leading zeros, or more than a float64 holds.
_CODE = re.compile(r"[+-]?0\d.*|\+.*|[+-]?\d{16,}")
_MAX_TEXT = 5000  # of a text field that has no limit of its own


def detect(
    source: Source, name: str, mapping: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The body of a request that creates the collection, and the mapping of columns to it."""
    demand_names(source.columns, mapping)
    columns = [
        index
        for index, column in enumerate(source.columns)
        if mapping.get(column) != "" and column not in NOT_FIELDS
    ]
    left = {index: list(_TYPES) for index in columns}
    filled: set[int] = set()
    longest = dict.fromkeys(columns, 0)
    for line in source.lines():
        if line.problem is not None:
            continue
        for index in columns:
            cell = line.cells[index]
            if cell is None or cell == "" or isinstance(cell, Absent):
                continue
            filled.add(index)
            if isinstance(cell, str) and len(cell) > longest[index]:
                longest[index] = len(cell)
            types = left[index]
            if len(types) > 1:
                # What remains is short: most columns are texts, or numbers and texts.
                left[index] = [type_ for type_ in types if _fits(type_, cell)] or ["json"]
    fields: list[dict[str, Any]] = []
    names: dict[str, str] = dict(mapping)
    taken = {"id"}
    for index in columns:
        column = source.columns[index]
        field = mapping.get(column) or _field_name(column, taken)
        names[column] = field
        if field == "id":
            continue
        taken.add(field)
        type_ = left[index][0] if index in filled else "text"
        if field in _AUTODATES and type_ == "date":
            fields.append({"name": field, "type": "autodate", **_AUTODATES[field]})
        else:
            fields.append({"name": field, "type": type_} | _room(type_, longest[index]))
    return {"name": name, "type": "base", "fields": fields}, names


def _room(type_: str, longest: int) -> dict[str, Any]:
    return {"max": 2 * longest} if type_ == "text" and longest > _MAX_TEXT else {}


def _fits(type_: str, cell: Cell) -> bool:
    """Whether a cell that is not empty is a value of the type, and of no simpler one."""
    if isinstance(cell, msgspec.Raw):
        try:
            cell = msgspec.json.decode(cell)
        except (msgspec.DecodeError, RecursionError):
            return type_ == "json"
    if cell is None:
        return True
    if type_ == "text":
        return not isinstance(cell, (dict, list))
    if isinstance(cell, str):
        return _text_fits(type_, cell.strip())
    match type_:
        case "bool":
            return isinstance(cell, bool)
        case "number":
            return isinstance(cell, (int, float)) and not isinstance(cell, bool)
        case "date":
            return isinstance(cell, (date, datetime))
    return type_ == "json" and isinstance(cell, (dict, list))


def _text_fits(type_: str, text: str) -> bool:
    match type_:
        case "bool":
            return text.lower() in ("true", "false")
        case "number":
            try:
                float(text)
            except ValueError:
                return False
            number = to_number(text)
            return not _CODE.fullmatch(text) and abs(number) < float("inf")
        case "date":
            return text[:4].isdigit() and text[4:5] == "-" and _is_moment(text)
        case "email":
            return is_email(text)
        case "url":
            return text.startswith(("http://", "https://")) and is_url(text)
    return text[:1] in ("{", "[") and text[-1:] in ("}", "]")


def _is_moment(text: str) -> bool:
    try:
        return bool(to_moment(text))
    except CellError:
        return False


def _field_name(column: str, taken: set[str]) -> str:
    name = re.sub(r"[^0-9A-Za-z_]+", "_", column.strip()).strip("_")[:90] or "field"
    if name.lower() == "id":
        return "id"
    if name in RESERVED_NAMES or "_via_" in name or name[0].isdigit():
        name = "field_" + name.replace("_via_", "_")
    known = {other.lower() for other in taken}
    number = 2
    free = name
    while free.lower() in known:
        free, number = f"{name}_{number}", number + 1
    return free
