"""Writes bound rows inside a transaction, on the writer's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from fastcms.errors import NOT_UNIQUE, Problem
from fastcms.files.removals import Removals
from fastcms.records.belongings import CONCERNED_BY, end_outdated
from fastcms.records.changes import Action
from fastcms.records.compiled import Compiled, among
from fastcms.records.lists import list_problem
from fastcms.records.record import Record
from fastcms.records.uploads import note_replaced
from fastcms.records.validate import MISSING_RECORDS, unique_problems
from fastcms.store.errors import UniqueViolation
from fastcms.store.store import Tx
from fastcms.transfer.report import ROW
from fastcms.transfer.stage import Bound
from fastcms.transfer.table import FileError

Tell: TypeAlias = Callable[[Tx, Action, Record], None]

_GONE = Problem("import_gone", "The record was deleted meanwhile.")


class Written(NamedTuple):
    """What became of the rows."""

    created: list[str]
    updated: list[str]
    bad: list[tuple[int, dict[str, Problem]]]


class UndoError(Exception):
    """Rolls the transaction back; carries what it would have done."""

    def __init__(self, written: Written) -> None:
        super().__init__("rolled back")
        self.written = written


def write_rows(
    tx: Tx,
    compiled: Compiled,
    rows: Iterable[Bound],
    removals: Removals,
    *,
    together: bool,
    dry_run: bool = False,
    tell: Tell | None = None,
) -> Written:
    """Inserts and updates. A row that the database refuses is noted, the others are written.

    `together`: all of them or, by raising UndoError, none; then they may refer to each other in any
    order. Otherwise a relation to the collection itself leads to a row before. `tell` is called
    with each record that was written; `removals` gets the files that no record names any more.
    """
    written = Written([], [], [])
    waiting: list[Bound] = []
    update_sql: dict[tuple[str, ...], str] = {}
    for row in rows:
        if row.own and not together and (problems := _missing(tx, compiled, row)):
            written.bad.append((row.number, problems))
            continue
        sql = compiled.insert_sql
        if row.changed is not None:
            key = tuple(row.changed)
            sql = update_sql.get(key) or update_sql.setdefault(key, compiled.update_sql(key))
        before = _account(tx, compiled, row)
        _note_files(tx, compiled, row, removals)
        try:
            tx.execute(sql, row.params)
        except UniqueViolation as violation:
            problems = unique_problems(compiled.collection, violation.columns)
            written.bad.append((row.number, problems or {ROW: NOT_UNIQUE}))
            continue
        if row.changed is not None and not tx.changes():
            written.bad.append((row.number, {ROW: _GONE}))
            continue
        if before is not None:
            _end_outdated(tx, compiled, before)
        if row.own and together:
            waiting.append(row)
        (written.created if row.changed is None else written.updated).append(row.id)
        if tell is not None:
            _tell(tx, compiled, row, tell)
    for row in waiting:
        if problems := _missing(tx, compiled, row):
            written.bad.append((row.number, problems))
            (written.created if row.changed is None else written.updated).remove(row.id)
    _demand_right_lists(tx, compiled, [*written.created, *written.updated])
    if dry_run or (together and written.bad):
        raise UndoError(written)
    return written


def _note_files(tx: Tx, compiled: Compiled, row: Bound, removals: Removals) -> None:
    changed = dict(zip(row.changed or (), row.params, strict=False))
    fields = [field for field in compiled.file_fields if field.name in changed]
    if not fields or (record := _stored(tx, compiled, row.id)) is None:
        return
    for field in fields:
        record.values[field.name] = field.from_db(changed[field.name])
    note_replaced(removals, tx, compiled, record)


def _account(tx: Tx, compiled: Compiled, row: Bound) -> Record | None:
    """The account whose belongings the row may end, as it is stored; None for any other row."""
    if not compiled.collection.is_auth or CONCERNED_BY.isdisjoint(row.changed or ()):
        return None
    return _stored(tx, compiled, row.id)


def _end_outdated(tx: Tx, compiled: Compiled, account: Record) -> None:
    """Ends what the change of an account makes void, as a single update does."""
    written = _stored(tx, compiled, account.id)
    if written is None:
        return
    account.values = dict(written.values)
    end_outdated(tx, account)
    if account.values != written.values:
        tx.execute(compiled.update_sql(["tokenKey"]), [str(account["tokenKey"]), account.id])


def _stored(tx: Tx, compiled: Compiled, id_: str) -> Record | None:
    found = tx.execute(compiled.by_id_sql, (id_,))
    if not found:
        return None
    return Record.of_stored(compiled.collection, compiled.stored.decode(found[0]))


def _missing(tx: Tx, compiled: Compiled, row: Bound) -> dict[str, Problem]:
    """Relations to records of the collection itself that are not there."""
    problems = {}
    for name, ids in row.own:
        one_of, param = among(ids)
        sql = f'SELECT COUNT(*) FROM {compiled.table} WHERE "id" {one_of}'
        if tx.execute(sql, (param,))[0][0] != len(ids):
            problems[name] = MISSING_RECORDS
    return problems


def _demand_right_lists(tx: Tx, compiled: Compiled, ids: list[str]) -> None:
    """Raises FileError if links that were written make a many-to-many list too long or short."""
    if not compiled.carried:
        return
    one_of, param = among(ids)
    sql = f'SELECT {compiled.stored.sql} FROM {compiled.table} WHERE "id" {one_of}'
    rows = map(compiled.stored.decode, tx.execute(sql, (param,)))
    records = [Record.of_stored(compiled.collection, values) for values in rows]
    if found := list_problem(tx, compiled.schema, records):
        link, problem = found
        raise FileError(f'"{link.field.name}" of "{link.owner.name}": {problem.message}')


def _tell(tx: Tx, compiled: Compiled, row: Bound, tell: Tell) -> None:
    record = _stored(tx, compiled, row.id)
    assert record is not None
    tell(tx, "create" if row.changed is None else "update", record)
