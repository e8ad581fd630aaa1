"""A look into a database file that leaves no trace: no lock, no log file, no changed mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import apsw

from fastcms.store.connection import BUSY_MS, Row, translate


@contextmanager
def peek(path: Path) -> Iterator[Callable[[str], list[Row]]]:
    """A function that reads from the file while the block runs.

    Raises StoreError for a file that is missing or no database, there or in the function.
    """
    log = path.with_name(path.name + "-wal")
    # Without a log the file is all there is and may be read as if nobody could change it. With one
    # somebody has it open, or had until a crash: then the usual locks keep the reading true.
    mode = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    try:
        connection = apsw.Connection(f"file:{quote(str(path))}?{mode}", flags=flags)
    except apsw.Error as error:
        raise translate(error) from error

    def read(sql: str) -> list[Row]:
        try:
            return connection.execute(sql).fetchall()
        except apsw.Error as error:
            raise translate(error) from error

    try:
        connection.set_busy_timeout(BUSY_MS)
        yield read
    finally:
        connection.close()
