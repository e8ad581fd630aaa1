"""XLSX: the first sheet of a workbook, or one that is named."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from fastcms.fields.base import Field
from fastcms.transfer.cells import to_text_cell
from fastcms.transfer.table import Cell, FileError, Line, ReadOptions, WriteOptions

MAX_CELLS = 5_000_000  # of the rectangle around all cells, which the reader allocates
MAX_UNPACKED = 512 << 20
MAX_TEXT = 32_767  # characters of a cell, the format's own limit
MAX_ROWS = 1_048_575  # beside the header

_NO_WORKBOOK = "the file is no XLSX workbook"
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]{0,3})([0-9]{1,9})[\"']")
_OVERLAP = 64  # bytes that a reference may begin before the end of a piece
_PIECE = 1 << 20
_HEAD = 30  # bytes of a local file header in a ZIP archive


class XlsxSource:
    """Cells as the workbook has them: texts, numbers, truths and moments."""

    def __init__(self, path: Path, options: ReadOptions) -> None:
        _demand_harmless(path)
        self._done = 0
        book = _calamine(lambda library: library.CalamineWorkbook.from_path(str(path)))
        names: list[str] = book.sheet_names
        name = options.table or next(iter(names), "")
        if name not in names:
            known = ", ".join(names)
            raise FileError(f'the workbook has no sheet "{name}"; it has: {known}')
        self._sheet = _calamine(lambda _: book.get_sheet_by_name(name))
        header = next(self._rows(), (0, []))[1]
        self.columns = tuple(str(cell).strip() for cell in header)
        if not self.columns:
            raise FileError(f'the sheet "{name}" is empty')

    def lines(self) -> Iterator[Line]:
        rows = self._rows()
        next(rows, None)
        for number, cells in rows:
            self._done += 1
            if any(cell != "" for cell in cells):
                # An empty cell cannot be told from an empty text.
                yield Line(number, cells)

    def read_share(self) -> float:
        return min(self._done / max(self._sheet.height or 1, 1), 1.0)

    def close(self) -> None:
        self._sheet = None

    def _rows(self) -> Iterator[tuple[int, list[Cell]]]:
        self._done = 0
        start = self._sheet.start
        first = start[0] + 1 if start else 1
        return enumerate(self._sheet.iter_rows(), first)


class XlsxSink:
    """Writes one sheet, row by row; texts are texts, never formulas."""

    def __init__(self, path: Path, fields: Sequence[Field], options: WriteOptions) -> None:
        import xlsxwriter

        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        name = re.sub(r"[\[\]:*?/\\']", "_", options.table)[:31]
        self._sheet = self._book.add_worksheet(name or "records")
        for column, field in enumerate(fields):
            self._sheet.write_string(0, column, field.name)
        self._row = 0

    def write(self, rows: Sequence[Sequence[object]]) -> None:
        sheet = self._sheet
        for row in rows:
            self._row += 1
            if self._row > MAX_ROWS:
                raise FileError(
                    f"an XLSX sheet holds {MAX_ROWS:,} rows; filter, or write another format"
                )
            for column, value in enumerate(row):
                if isinstance(value, bool):
                    sheet.write_boolean(self._row, column, value)
                elif isinstance(value, (int, float)) and float(f"{value:.16G}") == value:
                    # The others, which the format would round, stay exact as texts.
                    sheet.write_number(self._row, column, value)
                else:
                    self._write_text(column, to_text_cell(value))

    def finish(self) -> None:
        self._book.close()

    def _write_text(self, column: int, text: str) -> None:
        if len(text) > MAX_TEXT:
            raise FileError(
                f"row {self._row + 1} has a text of {len(text):,} characters, but an XLSX cell "
                f"holds {MAX_TEXT:,}; write another format"
            )
        if text:
            self._sheet.write_string(self._row, column, text)


def _calamine(run: Any) -> Any:
    """What the reader gives; whatever it raises is a FileError."""
    import python_calamine

    try:
        return run(python_calamine)
    except BaseException as error:
        # Its panics are no Exceptions.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise FileError(f"{_NO_WORKBOOK}: {error}") from error
        raise


def _demand_harmless(path: Path) -> None:
    """Raises FileError for what is no workbook or would take too much memory to read.

    The reader unpacks whatever an archive holds, and makes room for the rectangle around the
    cells: a few bytes can ask for terabytes.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            entries = archive.infolist()
            if not any(entry.filename == "xl/workbook.xml" for entry in entries):
                raise FileError(_NO_WORKBOOK)
            left = MAX_UNPACKED
            rows = columns = 0
            for entry in entries:
                size = 0
                tail = b""
                for piece in _unpacked(file, entry):
                    size += len(piece)
                    if size > left:
                        raise FileError(
                            f"the workbook unpacks to more than {MAX_UNPACKED >> 20} MB; "
                            "save it as CSV"
                        )
                    if not tail and piece[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
                        raise FileError(f"{_NO_WORKBOOK}: its parts are not UTF-8")
                    for letters, digits in _REFERENCE.findall(tail + piece):
                        rows = max(rows, int(digits))
                        columns = max(columns, _column(letters))
                    tail = piece[-_OVERLAP:]
                left -= size
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError) as error:
        raise FileError(f"{_NO_WORKBOOK}: {error}") from error
    if rows * columns > MAX_CELLS:
        raise FileError(
            f"the sheet spans {rows:,} rows and {columns:,} columns, more than {MAX_CELLS:,} cells;"
            " save it as CSV"
        )


def _unpacked(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of an entry in pieces, as long as it truly is: the directory may lie."""
    file.seek(entry.header_offset)
    head = file.read(_HEAD)
    if len(head) < _HEAD:
        raise EOFError("an entry is cut off")
    file.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
    left = entry.compress_size
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and (packed := file.read(min(left, _PIECE))):
        left -= len(packed)
        if entry.compress_type == zipfile.ZIP_STORED:
            yield packed
            continue
        if entry.compress_type != zipfile.ZIP_DEFLATED:
            raise ValueError("an entry is packed in a way that XLSX does not know")
        while packed and not unpack.eof:
            yield unpack.decompress(packed, _PIECE)
            packed = unpack.unconsumed_tail


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
