"""One SQLite connection with the reference's pragmas. The only module that names apsw's classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import apsw

from fastcms.store import functions
from fastcms.store.errors import StoreError, UniqueViolation
from fastcms.values import SqlValue

Row: TypeAlias = tuple[Any, ...]

BUSY_MS = 10_000
NOT_UTF_8 = "the result holds text that is not UTF-8"
STATEMENTS = 512  # prepared statements kept for each connection

# In this order: the first one makes the others wait for a lock instead of failing.
PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA journal_size_limit=200000000",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32000",
)

# How a statement that asks begins, behind white space and comments.
_QUESTION = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*+(?:select|with|values|explain)\b", re.IGNORECASE | re.DOTALL
)
_UNIQUE = re.compile(r"UNIQUE constraint failed: (?!index )(.+)")


class Connection:
    """A connection that belongs to one thread at a time.

    Raises :class:`StoreError` for anything the engine refuses.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_NOMUTEX
        if not read_only:
            flags |= apsw.SQLITE_OPEN_CREATE
        try:
            self.raw = apsw.Connection(str(path), flags=flags, statementcachesize=STATEMENTS)
            self.raw.set_busy_timeout(BUSY_MS)
            for pragma in PRAGMAS:
                self.raw.execute(pragma).fetchall()
            functions.register(self.raw)
            if read_only:
                self.raw.execute("PRAGMA query_only=ON").fetchall()
        except apsw.Error as error:
            raise translate(error) from error

    def execute(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row]:
        """Runs one statement and returns all its rows."""
        try:
            return self.raw.execute(sql, params).fetchall()
        except apsw.Error as error:
            raise translate(error) from error
        except UnicodeDecodeError as error:
            raise StoreError(NOT_UTF_8) from error

    def named(self, sql: str, params: Sequence[SqlValue] = ()) -> tuple[list[str], list[Row]]:
        """The names of the columns of one statement's rows, and the rows; no names without rows.

        Raises StoreError, and runs nothing, for what does more than to read.
        """
        cursor = self.raw.cursor()
        cursor.exec_trace = _only_asks
        try:
            cursor.execute(sql, params)
            first = next(cursor, None)
            if first is None:
                return [], []
            return [name for name, _ in cursor.get_description()], [first, *cursor]
        except apsw.ExecTraceAbort as error:
            raise StoreError("the statement does more than to read") from error
        except apsw.Error as error:
            raise translate(error) from error
        except UnicodeDecodeError as error:
            raise StoreError(NOT_UTF_8) from error

    def execute_within(self, sql: str, params: Sequence[SqlValue] = ()) -> list[Row] | None:
        """What :meth:`execute` gives; None if the progress handler has stopped it."""
        try:
            return self.raw.execute(sql, params).fetchall()
        except apsw.InterruptError:
            return None
        except apsw.Error as error:
            raise translate(error) from error
        except UnicodeDecodeError as error:
            raise StoreError(NOT_UTF_8) from error

    def execute_many(self, sql: str, rows: Iterable[Sequence[SqlValue]]) -> None:
        """Runs one statement for each of the rows of parameters."""
        try:
            self.raw.executemany(sql, rows)
        except apsw.Error as error:
            raise translate(error) from error

    def chunks(self, sql: str, params: Sequence[SqlValue], size: int) -> Iterator[list[Row]]:
        """The rows of one statement, `size` at a time."""
        try:
            cursor = self.raw.execute(sql, params)
            while rows := list(islice(cursor, size)):
                yield rows
        except apsw.Error as error:
            raise translate(error) from error

    def changes(self) -> int:
        """Rows touched by the last statement."""
        return self.raw.changes()

    def close(self) -> None:
        """Frees the file; safe to call twice."""
        self.raw.close()


def _only_asks(cursor: apsw.Cursor, statement: str, _: object) -> bool:
    # BEGIN, COMMIT and pragmas are read-only to SQLite, too.
    return cursor.is_readonly and _QUESTION.match(statement) is not None


def translate(error: apsw.Error) -> StoreError:
    """The engine's error as the store's own."""
    text = str(error)
    if isinstance(error, apsw.ConstraintError) and (match := _UNIQUE.search(text)):
        # "posts.title, posts.slug": the index's columns with their table.
        columns = (part.strip().partition(".")[2] for part in match[1].split(", "))
        return UniqueViolation(text, tuple(columns))
    if isinstance(error, apsw.ConstraintError) and "UNIQUE" in text:
        return UniqueViolation(text, ())
    if isinstance(error, apsw.SQLError):
        # As the reference's driver words it; clients see it in errors of schema changes.
        text = f"SQL logic error: {text} (1)"
    return StoreError(text)
