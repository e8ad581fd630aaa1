"""Whether the lists of many-to-many fields hold as many records as they must."""

from __future__ import annotations

from collections.abc import Iterable

from fastcms.errors import REQUIRED, Problem
from fastcms.records.compiled import among, compiled, quote
from fastcms.records.record import Record
from fastcms.schema.links import Link
from fastcms.schema.snapshot import Schema
from fastcms.store.store import Tx


def list_problem(
    tx: Tx, schema: Schema, links: Iterable[Record], *, only_required: bool = False
) -> tuple[Link, Problem] | None:
    """The first list that is wrong after these links were made, moved or deleted.

    With `only_required`, as for records that a deletion draws after it, a list is wrong only if it
    is empty and must not be.
    """
    touched: dict[tuple[str, str], tuple[Link, set[str]]] = {}
    for record in links:
        for link in compiled(schema, record.collection).carried:
            ids = touched.setdefault((link.owner.id, link.field.id), (link, set()))[1]
            for values in (record.values, record.stored or {}):
                ids.add(str(values.get(link.source.name, "")))
    for link, ids in touched.values():
        one_of, param = among(sorted(ids))
        column = quote(link.field.name)
        sql = f'SELECT {column} FROM {quote(link.owner.name)} WHERE "id" {one_of}'
        for (raw,) in tx.execute(sql, (param,)):
            value = link.field.from_db(raw)
            problem = next(link.field.validate(value), None)
            if problem is not None and (problem == REQUIRED or not only_required):
                return link, problem
    return None
