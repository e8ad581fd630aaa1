"""Puts the records behind relations to records: `expand` of the app object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from fastcms.http.request import Request
from fastcms.records.compiled import Compiled, among, compiled
from fastcms.records.expand import expand
from fastcms.records.record import Record
from fastcms.records.show import show_rows

# What `expand` of an answer leads to: by key a record, or several.
Tree: TypeAlias = "dict[str, Branch | list[Branch]]"
Stored: TypeAlias = Mapping[tuple[str, str], Record]


class Branch(NamedTuple):
    """A related record by collection and id, and what is behind it."""

    key: tuple[str, str]
    behind: Tree


async def put(request: Request, plan: Compiled, records: Sequence[Record]) -> None:
    """Sets `expand` of the records as the request wants it, as far as its caller may view that.

    An answer is made and thrown away: which records are there is for it alone to say.
    """
    if not records or not request.query.get("expand"):
        return
    wire = plan.wire(superuser=request.is_superuser)
    one_of, ids = among([record.id for record in records])
    sql = f'SELECT {wire.sql} FROM {plan.table} WHERE {plan.table}."id" {one_of}'
    shown = await show_rows(request, plan, await request.reads.read(*plan.asked(sql, (ids,))))
    await expand(request, plan, shown)
    trees = {one["id"]: _tree(one) for one in shown}
    wanted: dict[str, set[str]] = {}
    for tree in trees.values():
        _gather(tree, wanted)
    stored: dict[tuple[str, str], Record] = {}
    for collection_id, some in wanted.items():
        stored |= await _read(request, collection_id, some)
    for record in records:
        record.expand = _records(trees.get(record.id, {}), stored)


def _tree(shown: Any) -> Tree:
    found = shown.get("expand")
    if not isinstance(found, Mapping):
        return {}
    return {
        key: [_branch(one) for one in value] if isinstance(value, list) else _branch(value)
        for key, value in found.items()
    }


def _branch(shown: Any) -> Branch:
    return Branch((shown["collectionId"], shown["id"]), _tree(shown))


def _gather(tree: Tree, wanted: dict[str, set[str]]) -> None:
    for value in tree.values():
        for branch in value if isinstance(value, list) else [value]:
            collection_id, id_ = branch.key
            wanted.setdefault(collection_id, set()).add(id_)
            _gather(branch.behind, wanted)


async def _read(request: Request, collection_id: str, ids: set[str]) -> Stored:
    plan = compiled(request.schema, request.schema.by_id[collection_id])
    one_of, param = among(sorted(ids))
    sql = f'SELECT {plan.stored.sql} FROM {plan.table} WHERE {plan.table}."id" {one_of}'
    rows = await request.reads.read(*plan.asked(sql, (param,)))
    records = (Record.of_stored(plan.collection, plan.stored.decode(row)) for row in rows)
    return {(collection_id, record.id): record for record in records}


def _records(tree: Tree, stored: Stored) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, list):
            found[key] = [_record(branch, stored) for branch in value if branch.key in stored]
        elif value.key in stored:
            found[key] = _record(value, stored)
    return found


def _record(branch: Branch, stored: Stored) -> Record:
    known = stored[branch.key]
    # One for each place: what is behind it may differ.
    record = Record(known.collection, dict(known.values), known.stored)
    record.expand = _records(branch.behind, stored)
    return record
