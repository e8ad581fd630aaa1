"""Records read and written inside a transaction that is open already, as migrations do.

The checks and defaults are those of every other write; rules and request hooks have no part in it.
Runs on the writer's thread, where nothing may be awaited.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from fastcms.errors import Problems, bad_request
from fastcms.filters import FilterError
from fastcms.filters.context import AuthRecord
from fastcms.passwords import Hashing, hash_password
from fastcms.records import body as bodies
from fastcms.records import uploads
from fastcms.records.cascade import Cascade, RequiredError
from fastcms.records.compiled import Compiled, to_params
from fastcms.records.record import Record
from fastcms.records.settle import CREATE_FAILED, UPDATE_FAILED, settle
from fastcms.records.validate import NAMED_ID, problems_of, unique_problems
from fastcms.store.errors import StoreError, UniqueViolation
from fastcms.store.reads import TxReads, at_once
from fastcms.store.store import Tx
from fastcms.values import NewPassword

_PLACEHOLDER = re.compile(r"\{:(\w+)\}")


class _Params:
    """The request that a filter with placeholders is bound to: its values are the body's."""

    method = "GET"
    context = "default"
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    auth: AuthRecord | None = None

    def __init__(self, params: Mapping[str, object]) -> None:
        # No field is called like that, so none decides what the value is read as.
        self.body: Mapping[str, object] = {f"param_{name}_": v for name, v in params.items()}


def find_in(
    tx: Tx,
    compiled: Compiled,
    filter_: str = "",
    *,
    sort: str = "",
    limit: int = 0,
    params: Mapping[str, object] | None = None,
) -> list[Record]:
    """The records that match, whoever could see them; `{:name}` in the filter is a parameter.

    No limit if it is 0. Raises ValueError for a filter or sort that cannot be used.
    """
    params = params or {}
    for name in _PLACEHOLDER.findall(filter_):
        if name not in params:
            raise ValueError(f"the filter's parameter {{:{name}}} has no value")
    text = _PLACEHOLDER.sub(r"@request.body.param_\1_", filter_)
    try:
        condition = compiled.query(None, text, sort, trusted=True).bind(_Params(params))
    except FilterError as error:
        raise ValueError(f"the filter {filter_!r} or sort {sort!r} is wrong: {error}") from error
    sql = (
        f"SELECT {'DISTINCT ' if condition.distinct else ''}{compiled.stored.sql} "
        f"FROM {compiled.table} {condition.joins}"
        f"{' WHERE ' + condition.where if condition.where else ''}"
        f"{' ORDER BY ' + condition.order if condition.order else ''} LIMIT ?"
    )
    rows = tx.execute(
        sql,
        (*condition.join_params, *condition.where_params, *condition.order_params, limit or -1),
    )
    return [Record.of_stored(compiled.collection, compiled.stored.decode(row)) for row in rows]


def save_in(
    tx: Tx,
    compiled: Compiled,
    record: Record,
    values: Mapping[str, object],
    hashing: Hashing,
    *,
    cascade: Cascade,
    validate: bool = True,
) -> None:
    """Sets the values on the record and writes it. Raises 400 with the problems by field.

    `cascade` is for the records that name it, should its id change.
    """
    failed = CREATE_FAILED if record.is_new else UPDATE_FAILED
    if compiled.collection.is_view:
        raise bad_request(f"{failed} {compiled.collection.name} is a view")
    for key in values:
        if bodies.find(compiled.collection, key)[0] is None:
            raise bad_request(f"{failed} {compiled.collection.name} has no field {key!r}")
    bodies.apply(record, values)
    settle(record)
    if validate:
        problems: Problems = at_once(problems_of(record, compiled.schema, TxReads(tx), hashing))
        if problems:
            raise bad_request(failed, problems)
    for name, value in record.values.items():
        if isinstance(value, NewPassword):
            cost = getattr(record.collection.by_name[name], "cost", 0)
            record.values[name] = hash_password(value.plain, hashing, cost)
    try:
        _write(tx, compiled, record, cascade)
    except UniqueViolation as violation:
        problems = unique_problems(compiled.collection, violation.columns)
        raise bad_request(failed, problems) from violation
    except RequiredError as error:
        raise bad_request(failed, {"id": NAMED_ID}) from error
    except StoreError as error:
        raise bad_request(f"{failed} {error}") from error
    record.stored = dict(record.values)


def _write(tx: Tx, compiled: Compiled, record: Record, cascade: Cascade) -> None:
    collection = compiled.collection
    if record.is_new:
        values = {**record.values, **{name: [] for name in compiled.links}}
        tx.execute(compiled.insert_sql, to_params(collection, values))
        return
    changed = [
        field
        for field in collection.fields
        if record.is_changed(field.name) and field.name not in compiled.links
    ]
    if not changed:
        return
    params = [field.to_db(record.values[field.name]) for field in changed]
    uploads.note_replaced(cascade.app.removals, tx, compiled, record)
    sql = compiled.update_sql(field.name for field in changed)
    tx.execute(sql, [*params, record.stored_id])
    if record.is_changed("id"):
        cascade.rename(tx, record)
