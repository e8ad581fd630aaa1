"""A database without rows, to try a query on: whatever the query does, it does to nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import apsw

from fastcms.sql import ddl
from fastcms.store.connection import Row, translate
from fastcms.store.errors import StoreError
from fastcms.values import SqlValue

# Tables and views of a database; what makes the shadow.
DEFINITIONS = (
    "SELECT sql FROM sqlite_master WHERE type IN ('table', 'view') AND sql IS NOT NULL "
    "AND name NOT LIKE 'sqlite^_%' ESCAPE '^' AND sql NOT LIKE 'CREATE VIRTUAL %'"
)

_VIEW = "the view"
_EXPLAIN = "EXPLAIN "
_PREFIX = _EXPLAIN + ddl.all_of("")[:-1]
# What a query may do; "read" is then looked at column by column.
_HARMLESS = {
    apsw.SQLITE_SELECT,
    apsw.SQLITE_READ,
    apsw.SQLITE_FUNCTION,
    apsw.SQLITE_RECURSIVE,
}


class QueryRefusedError(StoreError):
    """The database cannot run the query. `offset` is the place in it in characters, or -1."""

    def __init__(self, text: str, offset: int) -> None:
        super().__init__(text)
        self.offset = offset


class Column(NamedTuple):
    """A column of a query's result with its declared type, "" for an expression."""

    name: str
    type: str


class Read(NamedTuple):
    """A column that a query reads; "" for no column in particular, as `count(*)` does."""

    table: str
    column: str


class Shadow:
    """The tables and views of a database in memory. Raises StoreError for broken definitions."""

    def __init__(self, definitions: Iterable[str]) -> None:
        self._raw = apsw.Connection(":memory:")
        self._raw.execute("BEGIN").fetchall()
        try:
            for sql in definitions:
                self._raw.execute(sql).fetchall()
        except apsw.Error as error:
            raise translate(error) from error

    def add_view(self, name: str, query: str) -> None:
        """Puts a view in, in the place of the one of that name."""
        self._run(ddl.drop_view(name))
        self._run(ddl.create_view(name, ddl.all_of(query)))

    def columns(self, query: str) -> list[Column]:
        """The columns of the query as a view. Raises QueryRefusedError."""
        self._run("SAVEPOINT attempt")
        try:
            self.add_view(_VIEW, query)
            rows = self._run(f"PRAGMA table_info(`{_VIEW}`)")
        except apsw.Error as error:
            raise QueryRefusedError(str(translate(error)), self._offset(query)) from error
        finally:
            self._run("ROLLBACK TO attempt")
            self._run("RELEASE attempt")
        return [Column(row[1], row[2]) for row in rows]

    def reads(self, query: str) -> set[Read]:
        """All that the query reads, also by way of views.

        Raises QueryRefusedError for one that does anything else. Only what :meth:`columns` took is
        asked.
        """
        found: set[Read] = set()
        names = {row[0].lower() for row in self._run("SELECT name FROM sqlite_master")}

        def judge(action: int, first: str | None, second: str | None, *_: str | None) -> int:
            # Without a column it may also be a name that the query itself gave to a sub-query.
            if action == apsw.SQLITE_READ and first and (second or first.lower() in names):
                found.add(Read(first, second or ""))
            return apsw.SQLITE_OK if action in _HARMLESS else apsw.SQLITE_DENY

        # The query by itself, too: no bracket of its own may close the one around it.
        for sql in (f"{_EXPLAIN}{query}", f"{_PREFIX}{query})"):
            self._raw.authorizer = judge
            try:
                self._run(sql)
            except apsw.Error as error:
                raise QueryRefusedError(str(translate(error)), self._offset(query)) from error
            finally:
                self._raw.authorizer = None
        return found

    def takes(self, query: str, values: int) -> bool:
        """Whether a query that is fine without them has places for so many bound values."""
        try:
            self._run(f"{_PREFIX}{query})", (None,) * values)
        except apsw.Error:
            return False
        return True

    def close(self) -> None:
        """Forgets everything."""
        self._raw.close()

    def _run(self, sql: str, values: Sequence[SqlValue] = ()) -> list[Row]:
        """Runs one statement; a second one behind it is never begun.

        What EXPLAIN tells of a query is nothing that anybody wants to know.
        """
        statements = 0

        def count(*_: object) -> bool:
            nonlocal statements
            statements += 1
            return statements == 1

        cursor = self._raw.cursor()
        cursor.exec_trace = count
        try:
            rows = cursor.execute(sql, values)
            return [] if sql.startswith(_EXPLAIN) else rows.fetchall()
        except apsw.ExecTraceAbort as error:
            raise apsw.SQLError("multiple statements are not supported") from error

    def _offset(self, query: str) -> int:
        """Where the database stumbles when it reads the query by itself."""
        try:
            self._run(f"{_PREFIX}{query})")
        except apsw.Error as error:
            offset = getattr(error, "error_offset", -1) - len(_PREFIX)
            # Counted in bytes of UTF-8.
            return len(query.encode()[:offset].decode(errors="ignore")) if offset >= 0 else -1
        return -1
