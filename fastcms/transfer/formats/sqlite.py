"""An SQLite file: one of its tables in, a file with one table out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from fastcms.fields.base import Field, Kind
from fastcms.store.errors import StoreError
from fastcms.store.foreign import ForeignFile, NewFile
from fastcms.transfer.table import FileError, Line, ReadOptions, WriteOptions
from fastcms.values import JSON_NULL, SqlValue

# A column of type JSON would read a number in it as one, and lose what a float64 cannot tell.
_TYPES = {Kind.NUMBER: "NUMERIC", Kind.BOOL: "BOOLEAN"}


class SqliteSource:
    """The rows of a table. Views and virtual tables are not read, no code of the file is run."""

    def __init__(self, path: Path, options: ReadOptions) -> None:
        try:
            self._file = ForeignFile(path)
        except StoreError as error:
            raise FileError(f"the file is no SQLite database that can be read: {error}") from error
        self._table = self._chosen(options)
        self.columns = self._file.columns(self._table)
        try:
            self._count = max(self._file.count(self._table), 1)
        except StoreError as error:
            self._file.close()
            raise FileError(f"the file is damaged: {error}") from error
        self._done = 0

    def _chosen(self, options: ReadOptions) -> str:
        tables = self._file.tables
        wanted = options.table or (options.collection if options.collection in tables else "")
        if not wanted and len(tables) == 1:
            wanted = tables[0]
        if wanted in tables:
            return wanted
        self._file.close()
        known = ", ".join(tables) or "none"
        if wanted:
            raise FileError(f'the file has no table "{wanted}"; it has: {known}')
        raise FileError(f"say which table to read; the file has: {known}")

    def lines(self) -> Iterator[Line]:
        self._done = 0
        try:
            for rows in self._file.rows(self._table):
                for row in rows:
                    self._done += 1
                    yield Line(self._done, row)
        except (StoreError, UnicodeDecodeError) as error:
            raise FileError(f"row {self._done + 1} cannot be read: {error}") from error

    def read_share(self) -> float:
        return min(self._done / self._count, 1.0)

    def close(self) -> None:
        self._file.close()


class SqliteSink:
    """Writes a table with the collection's name; lists, places and JSON as JSON text."""

    def __init__(self, path: Path, fields: Sequence[Field], options: WriteOptions) -> None:
        columns = [(field.name, _TYPES.get(field.storage, "TEXT")) for field in fields]
        self._fields = fields
        self._file = NewFile(path, options.table, columns)

    def write(self, rows: Sequence[Sequence[object]]) -> None:
        self._file.insert([[_stored(value) for value in row] for row in rows])

    def finish(self) -> None:
        self._file.finish()


def _stored(value: object) -> SqlValue:
    if isinstance(value, bool):
        return int(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, msgspec.Raw):
        return None if value == JSON_NULL else bytes(value).decode()
    return msgspec.json.encode(value).decode()
