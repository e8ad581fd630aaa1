"""SQL of people inside a transaction of ours: what it may not do, said by SQLite's own parser."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import apsw

from fastcms.store.connection import Row, translate
from fastcms.store.errors import StoreError
from fastcms.values import SqlValue

# Kept by the app itself; a change past it would leave tables and caches behind.
SYSTEM_TABLES = frozenset({"_collections", "_params", "_migrations"})
OWN_PREFIX = "_fc_"
_LOOKS = frozenset({"table_info", "table_xinfo", "table_list", "index_list", "index_info"})
_TRANSACTIONS = frozenset({apsw.SQLITE_TRANSACTION, apsw.SQLITE_SAVEPOINT})
_FILES = frozenset({apsw.SQLITE_ATTACH, apsw.SQLITE_DETACH})
_WRITES = frozenset({apsw.SQLITE_INSERT, apsw.SQLITE_UPDATE, apsw.SQLITE_DELETE})


def guarded(
    connection: apsw.Connection, sql: str, params: Sequence[SqlValue], collections: AbstractSet[str]
) -> list[Row]:
    """Runs SQL that leaves the transaction, other files, and the shape of tables alone.

    `collections` are the tables, in lower case, that only the app may alter or drop. Raises
    StoreError with the reason.
    """
    reason = ""

    def authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
        nonlocal reason
        refused = _reason(action, first or "", second or "", collections)
        reason = reason or refused
        return apsw.SQLITE_DENY if refused else apsw.SQLITE_OK

    # Setting it also makes SQLite look again at statements that it has prepared already.
    connection.authorizer = authorize
    try:
        return connection.execute(sql, params).fetchall()
    except apsw.Error as error:
        raise StoreError(reason) if reason else translate(error) from error
    finally:
        connection.authorizer = None


def _reason(action: int, first: str, second: str, collections: AbstractSet[str]) -> str:
    if action in _TRANSACTIONS:
        return "the transaction is not the SQL's to end; raise an error to undo everything"
    if action in _FILES:
        return "other database files cannot be attached"
    if action == apsw.SQLITE_PRAGMA and first.lower() not in _LOOKS:
        return f"PRAGMA {first} is not for migrations"
    if action in _WRITES and _is_system(first):
        return f"{first} is changed by the app's methods only"
    table = second if action in (apsw.SQLITE_ALTER_TABLE, apsw.SQLITE_CREATE_TRIGGER) else first
    if action == apsw.SQLITE_CREATE_TRIGGER and _is_system(table):
        return f"{table} is changed by the app's methods only"
    if action in (apsw.SQLITE_ALTER_TABLE, apsw.SQLITE_DROP_TABLE, apsw.SQLITE_DROP_VIEW) and (
        table.lower() in collections or _is_system(table)
    ):
        return f"{table} belongs to a collection; edit or delete the collection instead"
    return ""


def _is_system(table: str) -> bool:
    name = table.lower()
    return name in SYSTEM_TABLES or name.startswith(OWN_PREFIX)
