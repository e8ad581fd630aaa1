"""SQL that superusers write: what it may not do is said by SQLite's own parser.

It reads on a connection of its own, which is thrown away, and writes on the writer's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import apsw

from fastcms.store.connection import NOT_UTF_8, Connection, Row, translate
from fastcms.store.errors import StoreError
from fastcms.store.guard import OWN_PREFIX, SYSTEM_TABLES
from fastcms.store.shared import Shared

STEPS = 20_000  # virtual machine steps between two looks at the clock

_TRANSACTIONS = frozenset({apsw.SQLITE_TRANSACTION, apsw.SQLITE_SAVEPOINT})
_FILES = frozenset({apsw.SQLITE_ATTACH, apsw.SQLITE_DETACH})
_WRITES = frozenset({apsw.SQLITE_INSERT, apsw.SQLITE_UPDATE, apsw.SQLITE_DELETE})
_TEMPORARY = frozenset(
    {
        apsw.SQLITE_CREATE_TEMP_INDEX,
        apsw.SQLITE_CREATE_TEMP_TABLE,
        apsw.SQLITE_CREATE_TEMP_TRIGGER,
        apsw.SQLITE_CREATE_TEMP_VIEW,
    }
)
# With the place of the table among what the parser tells of them.
_SHAPES = {
    apsw.SQLITE_CREATE_INDEX: 1,
    apsw.SQLITE_CREATE_TABLE: 0,
    apsw.SQLITE_CREATE_TRIGGER: 1,
    apsw.SQLITE_CREATE_VIEW: 0,
    apsw.SQLITE_CREATE_VTABLE: 0,
    apsw.SQLITE_DROP_INDEX: 1,
    apsw.SQLITE_DROP_TABLE: 0,
    apsw.SQLITE_DROP_TRIGGER: 1,
    apsw.SQLITE_DROP_VIEW: 0,
    apsw.SQLITE_DROP_VTABLE: 0,
    apsw.SQLITE_ALTER_TABLE: 1,
}
# Pragmas with a value that only look at something.
_LOOKS = frozenset(
    {
        *("table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo"),
        *("foreign_key_list", "foreign_key_check", "integrity_check", "quick_check"),
    }
)
# These act without one.
_ACTS = frozenset(
    {"wal_checkpoint", "incremental_vacuum", "optimize", "shrink_memory", "data_store_directory"}
)
# What the API never shows of our own tables reads as NULL.
_SECRETS = frozenset({("_fc_totps", "secret"), ("_fc_params", "value")})
# Statements of them run later, unwatched.
_STAY = frozenset({apsw.SQLITE_CREATE_TRIGGER, apsw.SQLITE_CREATE_VIEW, apsw.SQLITE_CREATE_VTABLE})


class ReadOnly(StoreError):
    """The SQL writes, so that it cannot run as a question."""


class Changed(NamedTuple):
    """What SQL did: rows that its last writing statement touched, and whether schema or settings
    may be others now.
    """

    rows: int
    schema: bool


def look(
    connect: Callable[[], Connection], sql: str, rows: int, seconds: float
) -> tuple[list[tuple[str, str]], list[Row]]:
    """Names and types of the columns of the last statement, and its rows, so many at most.

    For threads. Raises ReadOnly for what writes, StoreError for anything else that fails.
    """
    connection = connect()
    columns: list[tuple[str, str]] = []
    found: list[Row] = []

    def begins(cursor: apsw.Cursor, _: str, __: object) -> bool:
        columns[:] = [(name, type_ or "") for name, type_ in cursor.get_description()]
        found.clear()
        return True

    connection.raw.exec_trace = begins
    try:
        with _guarded(connection.raw, seconds, Watch(sql)):
            for row in connection.raw.execute(sql):
                found.append(row)
                if len(found) == rows:
                    break
    finally:
        connection.close()
    return columns, found


def change(connection: apsw.Connection, sql: str, seconds: float) -> Changed:
    """Runs SQL that may write inside the open transaction. Raises StoreError with the reason."""
    watch = Watch(sql)
    before = connection.total_changes()
    with _guarded(connection, seconds, watch):
        for _ in connection.execute(sql):
            pass
    # Left alone by a statement that touches no rows.
    rows = connection.changes() if connection.total_changes() != before else 0
    return Changed(rows, watch.schema)


def vacuum(connect: Callable[[], Connection], data_dir: Path, seconds: float) -> None:
    """Writes the database anew without gaps. For threads. Raises StoreError.

    Writers of all processes wait for the lock meanwhile, and not for SQLite's, at which they give
    up after a while.
    """
    shared = Shared(data_dir)
    connection = connect()
    deadline = perf_counter() + seconds
    connection.raw.set_progress_handler(lambda: perf_counter() > deadline, STEPS)
    shared.lock()
    try:
        connection.execute("VACUUM")
    finally:
        shared.unlock()
        connection.close()
        shared.close()


class Watch:
    """Sees what statements are about to do and refuses some of it."""

    def __init__(self, sql: str) -> None:
        self._sql = sql.lower()
        self.reason = ""
        self.schema = False

    def __call__(self, action: int, first: str | None, second: str | None, *_: str | None) -> int:
        one, two = (first or "").lower(), (second or "").lower()
        if action == apsw.SQLITE_READ and (one, two) in _SECRETS:
            return apsw.SQLITE_IGNORE
        refused = self._refused(action, one, two)
        self.reason = self.reason or refused
        return apsw.SQLITE_DENY if refused else apsw.SQLITE_OK

    def _refused(self, action: int, first: str, second: str) -> str:
        if action in _TRANSACTIONS:
            return "a query is a transaction by itself"
        if action in _FILES:
            return "other database files cannot be used"
        if action == apsw.SQLITE_PRAGMA and (first in _ACTS or (second and first not in _LOOKS)):
            return f"PRAGMA {first} changes the connection and is not for queries"
        if action in _TEMPORARY:
            return "nothing temporary can be created"
        if action in _STAY and OWN_PREFIX in self._sql:
            return "views, triggers and virtual tables cannot use FastCMS's own tables"
        if action in _SHAPES:
            table = (first, second)[_SHAPES[action]]
            self.schema = True
        elif action in _WRITES:
            table = first
            self.schema = self.schema or table in SYSTEM_TABLES
        else:
            return ""
        return f"{table} is FastCMS's own" if table.startswith(OWN_PREFIX) else ""


@contextmanager
def _guarded(connection: apsw.Connection, seconds: float, watch: Watch) -> Iterator[None]:
    deadline = perf_counter() + seconds
    connection.authorizer = watch
    connection.set_progress_handler(lambda: perf_counter() > deadline, STEPS)
    try:
        yield
    except apsw.ReadOnlyError as error:
        raise ReadOnly(str(error)) from error
    except apsw.BindingsError as error:
        raise StoreError("missing argument with index 1") from error
    except apsw.ConstraintError as error:
        code = error.extendedresult  # type: ignore[attr-defined]  # not in apsw's stubs
        raise StoreError(f"constraint failed: {error} ({code})") from error
    except apsw.Error as error:
        raise StoreError(watch.reason) if watch.reason else translate(error) from error
    except UnicodeDecodeError as error:
        raise StoreError(NOT_UTF_8) from error
    finally:
        connection.authorizer = None
        connection.set_progress_handler(None)
