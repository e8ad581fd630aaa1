"""A copy of a database as it is at one moment, while others go on writing to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import apsw

from fastcms.store.connection import Connection, Row, translate
from fastcms.store.peek import peek
from fastcms.values import SqlValue

PAGES = 2_000  # copied between two looks at what else there is to do

_TABLES = (
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0"
    " AND name NOT LIKE 'sqlite^_%' ESCAPE '^' ORDER BY name"
)


def copy(source: Path, target: Path, told: Callable[[int], None]) -> None:
    """Copies a database into a new file. For threads: calls `told` with the bytes of each piece.

    Nobody waits for it, but the write-ahead log cannot shrink until it is done. Raises StoreError,
    and whatever `told` does.
    """
    reading = Connection(source, read_only=True)
    try:
        writing = apsw.Connection(str(target))
        try:
            # Of a copy that is not finished nobody makes use.
            for pragma in ("journal_mode=OFF", "synchronous=OFF"):
                writing.execute(f"PRAGMA {pragma}").fetchall()
            # In one transaction: else a write of somebody else makes it begin anew.
            reading.execute("BEGIN")
            reading.execute("SELECT 1 FROM sqlite_schema")
            ((size,),) = reading.execute("PRAGMA page_size")
            with writing.backup("main", reading.raw, "main") as copying:
                while not copying.done:
                    left = copying.remaining
                    copying.step(PAGES)
                    # Known after the first step alone.
                    told(((left or copying.page_count) - copying.remaining) * int(size))
        except apsw.Error as error:
            raise translate(error) from error
        finally:
            writing.close()
    finally:
        reading.close()


def row_counts(path: Path) -> dict[str, int]:
    """How many rows each table of a database file has that nobody writes to."""
    with peek(path) as read:
        return {name: _count(read, name) for (name,) in read(_TABLES)}


def damages(path: Path) -> list[str]:
    """What SQLite finds wrong in such a file; for threads."""
    with peek(path) as read:
        found = [str(text) for (text,) in read("PRAGMA integrity_check(10)")]
        return [] if found == ["ok"] else found


def scan(path: Path, sql: str, params: Sequence[SqlValue], size: int) -> Iterator[list[Row]]:
    """What :meth:`Store.scan` gives, of such a file."""
    connection = Connection(path, read_only=True)
    try:
        yield from connection.chunks(sql, params, size)
    finally:
        connection.close()


def _count(read: Callable[[str], list[Row]], table: str) -> int:
    name = table.replace('"', '""')
    ((count,),) = read(f'SELECT count(*) FROM "{name}"')
    return int(count)
