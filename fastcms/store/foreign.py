"""SQLite files that are none of ours: read without trust, or written anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from urllib.parse import quote

import apsw

from fastcms.store.connection import Row, translate
from fastcms.values import SqlValue

MAX_VALUE = 16 << 20  # bytes of one value
CHUNK = 500  # rows

_ALLOWED = frozenset({apsw.SQLITE_SELECT, apsw.SQLITE_READ, apsw.SQLITE_FUNCTION})


class ForeignFile:
    """The tables of a stranger's file. Raises StoreError for a file that is no database.

    Nothing in it is run: no trigger, no view, no virtual table and no function that touches the
    world; nothing is written, not even a log beside it.
    """

    def __init__(self, path: Path) -> None:
        log = path.with_name(path.name + "-wal")
        mode = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        try:
            self._raw = apsw.Connection(f"file:{quote(str(path.absolute()))}?{mode}", flags=flags)
            self._raw.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
            self._raw.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
            self._raw.config(apsw.SQLITE_DBCONFIG_ENABLE_VIEW, 0)
            self._raw.config(apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0)
            self._raw.limit(apsw.SQLITE_LIMIT_LENGTH, MAX_VALUE)
            self._raw.execute("PRAGMA cell_size_check=ON").fetchall()
            self._raw.execute("PRAGMA mmap_size=0").fetchall()
            self.tables = self._tables()
            self._raw.authorizer = _authorize
        except apsw.Error as error:
            raise translate(error) from error

    def columns(self, table: str) -> tuple[str, ...]:
        """The names of a table's columns."""
        return tuple(self._columns[table])

    def rows(self, table: str) -> Iterator[list[Row]]:
        """All rows of a table, in chunks."""
        names = ", ".join(map(_quote, self._columns[table]))
        try:
            cursor = self._raw.execute(f"SELECT {names} FROM {_quote(table)}")
            while rows := list(islice(cursor, CHUNK)):
                yield rows
        except apsw.Error as error:
            raise translate(error) from error

    def count(self, table: str) -> int:
        """How many rows a table has."""
        try:
            found = self._raw.execute(f"SELECT COUNT(*) FROM {_quote(table)}").fetchall()
        except apsw.Error as error:
            raise translate(error) from error
        return int(found[0][0])  # type: ignore[arg-type]

    def close(self) -> None:
        """Lets go of the file."""
        self._raw.close()

    def _tables(self) -> tuple[str, ...]:
        self._columns: dict[str, list[str]] = {}
        for table, column in self._raw.execute(
            "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c"
            " WHERE t.type = 'table' AND t.rootpage > 0"
            " AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name, c.cid"
        ):
            self._columns.setdefault(str(table), []).append(str(column))
        return tuple(self._columns)


class NewFile:
    """A database file with one table, written from nothing."""

    def __init__(self, path: Path, table: str, columns: Iterable[tuple[str, str]]) -> None:
        named = list(columns)
        body = ", ".join(f"{_quote(name)} {type_}".rstrip() for name, type_ in named)
        marks = ", ".join("?" * len(named))
        self._insert = f"INSERT INTO {_quote(table)} VALUES ({marks})"
        try:
            self._raw = apsw.Connection(str(path))
            for pragma in ("journal_mode=OFF", "synchronous=OFF"):
                self._raw.execute(f"PRAGMA {pragma}").fetchall()
            self._raw.execute(f"CREATE TABLE {_quote(table)} ({body})")
            self._raw.execute("BEGIN")
        except apsw.Error as error:
            raise translate(error) from error

    def insert(self, rows: Sequence[Sequence[SqlValue]]) -> None:
        """Appends rows."""
        try:
            self._raw.executemany(self._insert, rows)
        except apsw.Error as error:
            raise translate(error) from error

    def finish(self) -> None:
        """Completes the file."""
        self._raw.execute("COMMIT")
        self._raw.close()


def _authorize(action: int, *_: str | None) -> int:
    return apsw.SQLITE_OK if action in _ALLOWED else apsw.SQLITE_DENY


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
