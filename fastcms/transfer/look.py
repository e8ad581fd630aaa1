"""What a file holds, before anybody decides how it is imported."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from itertools import islice
from pathlib import Path

import msgspec

from fastcms.schema.collection import Collection
from fastcms.transfer.columns import by_name
from fastcms.transfer.formats import Format
from fastcms.transfer.load import opened
from fastcms.transfer.table import ABSENT, Cell, ReadOptions

SHORT = 200  # characters of a cell; it is for a glance


async def look(
    collection: Collection, read: ReadOptions, format_: Format, path: Path, count: int
) -> Mapping[str, object]:
    """The columns, each with the field that its name means, and the first `count` rows as texts.

    Raises FileError for a file that cannot be read.
    """
    return await asyncio.to_thread(_look, collection, read, format_, path, count)


def _look(
    collection: Collection, read: ReadOptions, format_: Format, path: Path, count: int
) -> Mapping[str, object]:
    source = opened(format_, path, read)
    try:
        meant = by_name(source.columns, collection)
        return {
            "format": format_.name,
            "columns": [
                {"name": column, "field": field.name if field else ""}
                for column, field in zip(source.columns, meant, strict=True)
            ],
            "rows": [
                {"row": line.number, "cells": [_text(cell) for cell in line.cells]}
                for line in islice(source.lines(), count)
            ],
        }
    finally:
        source.close()


def _text(cell: Cell) -> str:
    if cell is None or cell is ABSENT:
        return ""
    if isinstance(cell, str):
        text = cell
    elif isinstance(cell, msgspec.Raw):
        text = bytes(cell).decode()
        if text.startswith('"'):
            text = msgspec.json.decode(text, type=str)
        elif text == "null":
            text = ""
    elif isinstance(cell, bytes):
        text = cell.hex()
    elif isinstance(cell, date):
        text = cell.isoformat()
    else:
        text = str(cell)
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"
