"""Related records inside a record's answer: the query parameter `expand`.

A path never fails aloud: what does not exist, or is closed to the caller, is left out. Each level
takes one query for each relation, however many records it starts from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, repeat
from operator import or_
from typing import Any, NamedTuple, TypeAlias

from msgspec import UNSET

from fastcms.errors import bad_request
from fastcms.fields.polymorphic import PolymorphicField
from fastcms.fields.referring import ReferringField
from fastcms.fields.relation import RelationField
from fastcms.filters import FilterError
from fastcms.filters.context import AuthRecord
from fastcms.http.request import Request
from fastcms.records.compiled import QUERIES, Compiled, among, compiled, quote
from fastcms.records.show import show_rows
from fastcms.records.shown import EXPAND, Shown, value_of
from fastcms.schema.collection import Collection
from fastcms.schema.indexes import find_unique
from fastcms.schema.snapshot import Schema
from fastcms.sql.sqlite import SQLITE
from fastcms.store.errors import StoreError

# Records behind one back relation of one record, as in the reference.
MAX_BACK_RELATED = 1000

# Records in one answer, each counted as often as it is sent: circles would make them billions.
MAX_EXPANDED = 200_000

# Relations to follow, by key, and those to follow from there.
Tree: TypeAlias = "dict[str, Tree]"

_NOTHING: dict[str, Any] = {}

# The reference's old spelling of the same is still understood.
_BACK = re.compile(r"(?:(\w+)_via_(\w+)|(\w+)\((\w+)\))", re.ASCII)


class Room:
    """How many more records the answer may hold, each counted as often as it is sent."""

    def __init__(self) -> None:
        self.left = MAX_EXPANDED

    def take(self, records: int) -> None:
        """Raises 400 when there is no room for them."""
        self.left -= records
        if self.left < 0:
            raise bad_request("Too many expanded records.")


class Level(NamedTuple):
    """Shown records of one collection, and how many relations may still be followed from them."""

    request: Request
    plan: Compiled
    records: Sequence[Shown]
    # How often each of them is sent: several records may lead to the same one.
    times: Sequence[int]
    depth: int
    room: Room


class Relation(NamedTuple):
    """Where a key leads to. `back` is the other side's field, None for a field of this side."""

    target: Compiled
    is_many: bool
    back: ReferringField | None


class Choice(NamedTuple):
    """Where the key of a polymorphic field leads to."""

    field: PolymorphicField
    targets: tuple[Compiled, ...]


async def expand(
    request: Request,
    plan: Compiled,
    shown: Sequence[Shown],
    *,
    viewer: AuthRecord | None = None,
) -> None:
    """Adds the key `expand` to the shown records of a collection, as the request wants it.

    `viewer` is who sees the answer where that is not who asked. Raises 400 for more than
    MAX_EXPANDED records.
    """
    text = request.query.get("expand")
    if text and shown:
        inside = request.within("expand", viewer or request.auth)
        depth = request.app.expand_depth
        once, room = [1] * len(shown), Room()
        room.take(len(shown))
        await _follow(Level(inside, plan, shown, once, depth, room), parse(text, depth))


@lru_cache(maxsize=500)
def parse(text: str, depth: int) -> Tree:
    """The paths of a parameter as a tree, keys in the order of the answer. Not to be changed.

    A path that another one goes on from counts as a part of that one. What is deeper is left out.
    """
    tree: Tree = {}
    for path in text.replace(" ", "").split(","):
        if path := path.strip("."):
            node = tree
            for key in path.split(".")[:depth]:
                node = node.setdefault(key, {})
    return _sorted(tree)


def _sorted(tree: Tree) -> Tree:
    return {key: _sorted(tree[key]) for key in sorted(tree)}


async def _follow(level: Level, tree: Tree) -> bool:
    """Expands a level; whether at least one path of the tree is valid.

    Where there is no record to start from, or the depth is used up, nothing is wrong with any path.
    """
    if not tree or not level.records or not level.depth:
        return True
    return any([await _expand_key(level, key, tree[key]) for key in tree])


async def _expand_key(level: Level, key: str, below: Tree) -> bool:
    request, plan, records, times, depth, room = level
    relation = find(plan, key, sees_hidden=request.is_superuser)
    if relation is None:
        return False
    if isinstance(relation, Choice):
        return await _expand_choice(level, key, relation, below)
    # For each record one id ("" for none), or several.
    ids: list[Any]
    if relation.back is None:
        ids = list(map(value_of(key), records))
        is_list = relation.is_many
    else:
        names = [relation.back.name_of(plan.collection.id, record["id"]) for record in records]
        ids = await _ids_behind(request, relation.target, relation.back, names)
        is_list = True
    wanted = dict.fromkeys(chain.from_iterable(ids) if is_list else ids)
    wanted.pop("", None)
    targets = await _fetch(request, relation.target, list(wanted))
    if targets is None:
        return False
    sent: Sequence[int] = ()
    if is_list or below:
        sent = _times(targets, ids if is_list else zip(ids, strict=True), times)
    # Without, each record leads to one at most.
    room.take(sum(sent or times))
    next_level = Level(request, relation.target, list(targets.values()), sent, depth - 1, room)
    if not await _follow(next_level, below):
        return False
    found: Iterable[dict[str, Any]]
    if is_list:
        found = (_found(key, its_ids, targets, relation) for its_ids in ids)
    else:
        # Nobody changes what a record has under EXPAND, so those of one target share it.
        of_target = {id_: {key: target} for id_, target in targets.items()}
        found = map(of_target.get, ids, repeat(_NOTHING))
    if records[0][EXPAND] is not UNSET:
        # An earlier key has left its part in all of them.
        found = map(or_, map(value_of(EXPAND), records), found)
    for record, its_found in zip(records, found, strict=True):
        setattr(record, EXPAND, its_found)
    return True


def _found(
    key: str, ids: Sequence[str], targets: Mapping[str, Shown], relation: Relation
) -> dict[str, Any]:
    """What a record that leads to these ids has under EXPAND."""
    its = [targets[id_] for id_ in ids if id_ in targets]
    if not its:
        return _NOTHING
    return {key: its if relation.is_many else its[0]}


async def _expand_choice(level: Level, key: str, choice: Choice, below: Tree) -> bool:
    """Expands a polymorphic field; each record comes under the view rule of its own collection.

    Where the path below leads nowhere from one of the collections, it may from another.
    """
    request, _, records, times, depth, room = level
    values = [record[key] for record in records]
    if not choice.field.is_multiple:
        values = [[value] if value else [] for value in values]
    names = [[choice.field.name_of(v["collectionId"], v["id"]) for v in its] for its in values]
    wanted = dict.fromkeys(chain.from_iterable(names))
    targets: dict[str, Shown] = {}
    is_valid = False
    for plan in choice.targets:
        prefix = choice.field.name_of(plan.collection.id, "")
        ids = [name.removeprefix(prefix) for name in wanted if name.startswith(prefix)]
        found = await _fetch(request, plan, ids)
        if found is None:
            continue
        shown = {prefix + id_: record for id_, record in found.items()}
        sent = _times(shown, names, times)
        room.take(sum(sent))
        next_level = Level(request, plan, list(shown.values()), sent, depth - 1, room)
        is_valid = await _follow(next_level, below) or is_valid
        targets |= shown
    if not is_valid:
        return False
    for record, its_names in zip(records, names, strict=True):
        its = [targets[name] for name in its_names if name in targets]
        its_found = {key: its if choice.field.is_multiple else its[0]} if its else _NOTHING
        before = record[EXPAND]
        setattr(record, EXPAND, its_found if before is UNSET else before | its_found)
    return True


def _times(
    targets: Mapping[str, Shown], ids: Iterable[Sequence[str]], times: Sequence[int]
) -> list[int]:
    """How often each target is sent, as records that are sent `times` lead to these ids."""
    sent = dict.fromkeys(targets, 0)
    for its_ids, number in zip(ids, times, strict=True):
        for id_ in its_ids:
            if id_ in sent:
                sent[id_] += number
    return list(sent.values())


def find(plan: Compiled, key: str, *, sees_hidden: bool) -> Relation | Choice | None:
    """The relation of a collection's records that a key names."""
    name = (key, sees_hidden)
    known = plan.relations
    try:
        return known[name]  # type: ignore[return-value]
    except KeyError:
        # Maybe on the writer's thread as well: what is known may be forgotten at any moment.
        if len(known) >= QUERIES:
            known.clear()
        found = known[name] = _find(plan.schema, plan.collection, key, sees_hidden=sees_hidden)
        return found


def _find(
    schema: Schema, collection: Collection, key: str, *, sees_hidden: bool
) -> Relation | Choice | None:
    match = _BACK.fullmatch(key)
    if match:
        name, back_name = match[1] or match[3], match[2] or match[4]
        other = schema.find(name)
        back = other.by_name.get(back_name) if other else None
        if other is None or not isinstance(back, ReferringField):
            return None
        if collection.id not in back.targets or (back.hidden and not sees_hidden):
            return None
        is_many = find_unique(other.indexes, back.name) is None
        return Relation(compiled(schema, other), is_many, back)
    field = collection.by_name.get(key)
    if field is None or (field.hidden and not sees_hidden):
        return None
    if isinstance(field, PolymorphicField):
        choices = filter(None, map(schema.by_id.get, field.targets))
        return Choice(field, tuple(compiled(schema, target) for target in choices))
    if not isinstance(field, RelationField):
        return None
    target = schema.by_id.get(field.collection_id)
    if target is None:
        return None
    return Relation(compiled(schema, target), field.is_multiple, None)


async def _ids_behind(
    request: Request, other: Compiled, field: ReferringField, names: list[str]
) -> list[Sequence[str]]:
    """For each name the ids of those whose relation holds it, in the order of their making.

    No rule is asked here: as in the reference, the limit counts what the caller may not see, too.
    """
    one_of, param = among(names)
    table = other.table
    column = f"{table}.{quote(field.name)}"
    source = table
    if field.is_multiple:
        source += f", {SQLITE.json_items(column, is_array=False)} AS item"
        column = "item.value"
    # A view has no order of its own.
    order = "" if other.collection.is_view else f" ORDER BY {SQLITE.row_id(table)}"
    rows = await request.reads.read(
        f'SELECT parent, id FROM (SELECT {column} AS parent, {table}."id" AS id, '
        f"row_number() OVER (PARTITION BY {column}{order}) AS place "
        f"FROM {source} WHERE {column} {one_of}) WHERE place <= {MAX_BACK_RELATED}",
        (param,),
    )
    found: dict[str, dict[str, None]] = {}
    for parent, id_ in rows:
        found.setdefault(parent, {})[id_] = None
    return [list(found.get(name, ())) for name in names]


async def _fetch(request: Request, plan: Compiled, ids: list[str]) -> dict[str, Shown] | None:
    """Those of the records that the caller may view, by id; None if nobody can be let see any."""
    superuser = request.is_superuser
    rule = "" if superuser else plan.collection.view_rule
    if rule is None:
        return None
    try:
        condition = plan.query(rule).bind(request)
    except FilterError:
        return None
    if not ids:
        return {}
    one_of, param = among(ids)
    wire = plan.wire(superuser=superuser)
    sql = (
        f"SELECT {'DISTINCT ' if condition.distinct else ''}{wire.sql} "
        f"FROM {plan.table} {condition.joins} "
        f'WHERE {plan.table}."id" {one_of} AND ({condition.where or "1"})'
    )
    try:
        rows = await request.reads.read(
            sql, (*condition.join_params, param, *condition.where_params)
        )
    except StoreError:
        if request.is_stale:
            raise
        return None
    shown = await show_rows(request, plan, rows)
    return dict(zip(map(value_of("id"), shown), shown, strict=True))
