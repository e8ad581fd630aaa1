"""Changes that build on what is stored: `views+`, `tags-`.

A request applies them to the record that it read, so that rules, hooks and validators see the
result. Another request may have written in between; so the writer, which alone may write, looks
again and applies them to what it finds. Two requests that add one then add two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from fastcms.errors import bad_request, not_found
from fastcms.http.request import Request
from fastcms.records.body import for_rules
from fastcms.records.compiled import Compiled, quote
from fastcms.records.record import Record
from fastcms.records.rules import lets_within
from fastcms.store.store import Tx
from fastcms.values import Value

# Raises what the request is answered with if a record with these values must not be written.
Recheck: TypeAlias = Callable[[Tx, Mapping[str, Value]], None]


def rechecked(request: Request, compiled: Compiled, record: Record) -> Recheck:
    """Asks the update rule once more, of a body with the values as they are after all."""

    def recheck(tx: Tx, changed: Mapping[str, Value]) -> None:
        by_name = compiled.collection.by_name
        seen = {
            name: for_rules(by_name[name], value, record.uploads) for name, value in changed.items()
        }
        request.body = {**request.body, **seen}
        rule = compiled.collection.update_rule
        if not lets_within(tx, rule, request, compiled, record.stored_id):
            raise not_found()

    return recheck


def catcher(
    compiled: Compiled, record: Record, recheck: Recheck | None, failed: str
) -> Callable[[Tx], None]:
    """A step of a write job that brings the record's relative changes up to date.

    It raises 404 when the record is gone or the rule no longer holds, and 400 with the message
    `failed` for values that are not valid any more.
    """
    stored = record.stored or {}
    by_name = compiled.collection.by_name
    names = [
        name
        for name in record.relative
        # A hook may have put another value in its place.
        if _applied(compiled, record, name, stored[name]) == record.values[name]
    ]
    columns = ", ".join(quote(name) for name in names)
    sql = f'SELECT {columns} FROM {compiled.table} WHERE "id" = ?'

    def catch_up(tx: Tx) -> None:
        rows = tx.execute(sql, (record.stored_id,))
        if not rows:
            raise not_found()
        found = {n: by_name[n].from_db(raw) for n, raw in zip(names, rows[0], strict=True)}
        moved = [name for name in names if found[name] != stored[name]]
        if not moved:
            return
        changed = {name: _applied(compiled, record, name, found[name]) for name in moved}
        problems = {
            name: problem
            for name, value in changed.items()
            if (problem := next(by_name[name].validate(value), None)) is not None
        }
        if problems:
            raise bad_request(failed, problems)
        if recheck is not None:
            recheck(tx, changed)
        record.values |= changed

    return catch_up if names else _nothing


def _applied(compiled: Compiled, record: Record, name: str, value: Value) -> Value:
    field = compiled.collection.by_name[name]
    for modifier, given in record.relative[name]:
        value = field.modify(modifier, value, given)
    return value


def _nothing(_: Tx) -> None:
    return None
