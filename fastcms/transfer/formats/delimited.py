"""CSV and TSV: text with a delimiter, quotes as in RFC 4180."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from fastcms.fields.base import Field
from fastcms.transfer.cells import to_text_cell
from fastcms.transfer.table import (
    MAX_CELL,
    FileError,
    Line,
    ReadOptions,
    WriteOptions,
    unreadable,
)

DELIMITERS = ",;\t|"
# The longer marks first: UTF-32's begins like UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FORMULA = frozenset("=+-@\t\r")


class DelimitedSource:
    """Rows of text. Bytes that are not in the encoding spoil the cell that they are in."""

    def __init__(self, path: Path, options: ReadOptions, delimiter: str = "") -> None:
        csv.field_size_limit(MAX_CELL)
        self._path = path
        self._size = max(path.stat().st_size, 1)
        self._pass: TextIO | None = None
        self._encoding = options.encoding or _encoding(path)
        _demand_encoding(self._encoding)
        self._delimiter = options.delimiter or delimiter or self._sniffed()
        if len(self._delimiter) != 1 or self._delimiter in '"\r\n':
            self.close()
            raise FileError("the delimiter has to be one character, such as , or ;")
        try:
            header = next(self._rows(), None)
        except FileError:
            self.close()
            raise
        if header is None or header.problem is not None:
            self.close()
            reason = header.problem.message if header and header.problem else "The file is empty."
            raise FileError(f"the header cannot be read: {reason}")
        self.columns = tuple(str(name).strip() for name in header.cells)

    def lines(self) -> Iterator[Line]:
        width = len(self.columns)
        rows = self._rows()
        next(rows, None)
        for line in rows:
            if line.problem is None and len(line.cells) != width:
                problem = unreadable(
                    f"The row has {len(line.cells)} cells, the header has {width}."
                )
                yield Line(line.number, (), problem)
            else:
                yield line

    def read_share(self) -> float:
        return min(self._pass.buffer.tell() / self._size, 1.0) if self._pass else 0.0

    def close(self) -> None:
        if self._pass is not None:
            self._pass.close()

    def _rows(self) -> Iterator[Line]:
        """Header and rows; blank lines are no rows, but count."""
        reader = csv.reader(self._text(), delimiter=self._delimiter, strict=True)
        number = 0
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Line(number, (), unreadable(_reason(error)))
                continue
            except UnicodeError as error:
                raise FileError(
                    f"row {number} is not {self._encoding} text; say which encoding it is, "
                    "for instance windows-1252"
                ) from error
            if not cells:
                continue
            text = "".join(cells)
            if not text.isascii() and (bad := _surrogate(text)):
                message = f"The byte {bad} is not {self._encoding}; say which encoding it is."
                yield Line(number, (), unreadable(message))
            elif "\0" in text:
                yield Line(number, (), unreadable("A cell holds the character NUL."))
            else:
                yield Line(number, cells)

    def _text(self) -> TextIO:
        """The file from its begin."""
        self.close()
        # What is not in the encoding is kept apart, so that its row can be named.
        wide = self._encoding.lower().startswith(("utf-16", "utf-32"))
        errors = "strict" if wide else "surrogateescape"
        self._pass = self._path.open(encoding=self._encoding, errors=errors, newline="")
        return self._pass

    def _sniffed(self) -> str:
        """The delimiter that occurs most often in the first line, outside quotes."""
        try:
            first = self._text().readline(MAX_CELL)
        except UnicodeError as error:
            raise FileError(f"the file is not {self._encoding} text") from error
        outside = "".join(first.split('"')[::2])
        return max(DELIMITERS, key=outside.count)


class DelimitedSink:
    """Writes rows of text in UTF-8."""

    def __init__(
        self, path: Path, fields: Sequence[Field], options: WriteOptions, delimiter: str = ","
    ) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, delimiter=delimiter)
        self._writer.writerow([field.name for field in fields])
        self._escapes = options.escape_formulas

    def write(self, rows: Sequence[Sequence[object]]) -> None:
        made = [[to_text_cell(value) for value in row] for row in rows]
        if self._escapes:
            for cells, row in zip(made, rows, strict=True):
                for index, value in enumerate(row):
                    if isinstance(value, str) and value[:1] in _FORMULA and value:
                        cells[index] = "'" + cells[index]
        self._writer.writerows(made)

    def finish(self) -> None:
        self._file.close()


def _encoding(path: Path) -> str:
    """The encoding that the file's first bytes tell."""
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    return "utf-8"


def _demand_encoding(name: str) -> None:
    try:
        # Python's own text encodings only: no "rot13", no "zip".
        if codecs.lookup(name)._is_text_encoding:
            return
    except (LookupError, ValueError):
        pass
    raise FileError(f'there is no text encoding "{name}"; try utf-8 or windows-1252')


def _surrogate(text: str) -> str:
    """The first byte that did not decode, as hexadecimal."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"0x{ord(text[error.start]) & 0xFF:02x}"
    return ""


def _reason(error: csv.Error) -> str:
    text = str(error)
    if "field larger" in text:
        return f"A cell is longer than {MAX_CELL >> 20} MB."
    if "unexpected end" in text:
        return "A quote is opened and never closed."
    if "expected after" in text:
        return 'After a closing quote the cell goes on; write " in a cell as "".'
    return f"{text[:1].upper()}{text[1:]}."
