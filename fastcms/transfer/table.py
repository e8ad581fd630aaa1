"""What a file is once it is open: named columns and rows of cells, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple, Protocol, TypeAlias

import msgspec

from fastcms.errors import Problem

MAX_CELL = 16 << 20  # bytes or characters of one cell, or of one line of NDJSON


class Absent(Enum):
    """The cell of a row that says nothing about a column, as JSON objects may."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT

# A Raw is the JSON text of any value; formats without JSON give plain values.
Cell: TypeAlias = str | int | float | bool | datetime | date | bytes | msgspec.Raw | Absent | None


class Line(NamedTuple):
    """One row of a file.

    `number` is what the user knows it by: as a spreadsheet counts rows (the header is 1), the line
    of NDJSON, the place in a JSON list or a table.
    """

    number: int
    cells: Sequence[Cell]
    # The row cannot be read; it has no cells then.
    problem: Problem | None = None


class FileError(Exception):
    """The file as a whole cannot be read or written; the text says why and how to mend it."""


class Source(Protocol):
    """A file that is read. Use it as a context manager."""

    columns: tuple[str, ...]

    def lines(self) -> Iterator[Line]:
        """The rows from the first on; may be asked for again. Raises FileError."""

    def read_share(self) -> float:
        """How much of the file has been read, 0 to 1."""

    def close(self) -> None:
        """Lets go of the file."""


class Sink(Protocol):
    """A file that is written."""

    def write(self, rows: Sequence[Sequence[object]]) -> None:
        """Appends rows of record values, in the order of the columns. Raises FileError."""

    def finish(self) -> None:
        """Completes the file."""


class ReadOptions(msgspec.Struct, frozen=True):
    """How to read a file. "" is: find out."""

    encoding: str = ""
    delimiter: str = ""
    # A sheet of a workbook, a table of a database.
    table: str = ""
    # The table to prefer when none is named.
    collection: str = ""


class WriteOptions(msgspec.Struct, frozen=True):
    """How to write a file."""

    # An apostrophe before texts that a spreadsheet program would take for formulas.
    escape_formulas: bool = False
    # The table's or sheet's name.
    table: str = "records"


def unreadable(message: str) -> Problem:
    """A row, or a cell of it, that cannot be read."""
    return Problem("import_unreadable", message)
