"""What an import does, as a value that people read before it is done.

Pure: equal collections give equal plans. What the lost values are worth is counted elsewhere, with
the statements of :func:`risks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from fastcms.fields.base import Field
from fastcms.fields.referring import ReferringField
from fastcms.schema import indexes
from fastcms.schema.auth_defaults import new_auth_options
from fastcms.schema.collection import Collection
from fastcms.sql import ddl

_SECRET = "(secret)"  # noqa: S105 (what is shown in its place)


class Order(NamedTuple):
    """What an import shall do, in the order in which it is done: deletions first."""

    deleted: tuple[Collection, ...]
    # Each collection before, None for a new one, and after.
    saved: tuple[tuple[Collection | None, Collection], ...]


class Change(msgspec.Struct, frozen=True):
    """A value under a dotted key; None where there was or will be none."""

    key: str
    before: Any
    after: Any


class FieldChange(msgspec.Struct, frozen=True):
    """What happens to a field. `was` is the former name of a renamed one."""

    action: Literal["add", "change", "remove"]
    name: str
    type: str
    was: str = ""
    options: tuple[Change, ...] = ()


class IndexChange(msgspec.Struct, frozen=True):
    """An index that is made or goes."""

    action: Literal["add", "remove"]
    name: str
    sql: str


class CollectionChange(msgspec.Struct, frozen=True, kw_only=True):
    """What happens to a collection. `was` is the former name of a renamed one."""

    action: Literal["create", "update", "delete"]
    name: str
    type: str
    was: str = ""
    fields: tuple[FieldChange, ...] = ()
    # The names of the fields in their new order, if that is all that happens to some of them.
    order: tuple[str, ...] = ()
    indexes: tuple[IndexChange, ...] = ()
    rules: tuple[Change, ...] = ()
    options: tuple[Change, ...] = ()


class Loss(msgspec.Struct, frozen=True):
    """Data that goes. `name` is what one has to name to agree: `posts` or `posts.title`."""

    name: str
    reason: str
    records: int


class Plan(msgspec.Struct, frozen=True):
    """Everything that an import does."""

    collections: tuple[CollectionChange, ...]
    # The names of those that the import mentions and leaves as they are.
    unchanged: tuple[str, ...] = ()
    losses: tuple[Loss, ...] = ()


class Risk(NamedTuple):
    """Data that may go, and the statement that counts it."""

    name: str
    reason: str
    statement: str


def plan_of(order: Order) -> Plan:
    """The plan without its losses."""
    changes = [
        CollectionChange(action="delete", name=gone.name, type=gone.type) for gone in order.deleted
    ]
    unchanged = []
    for before, after in order.saved:
        if before is None:
            changes.append(_creation(after))
        elif change := _update(before, after):
            changes.append(change)
        else:
            unchanged.append(after.name)
    return Plan(tuple(changes), tuple(unchanged))


def risks(order: Order) -> tuple[Risk, ...]:
    """The data that the import may lose, in the plan's order."""
    found = [
        Risk(gone.name, "the collection is deleted", ddl.count_rows(gone.name))
        for gone in order.deleted
        if not gone.is_view
    ]
    for before, after in order.saved:
        if before is not None and not before.is_view:
            found += _field_risks(before, after)
    return tuple(found)


def _field_risks(before: Collection, after: Collection) -> Iterator[Risk]:
    new = {field.id: field for field in after.fields}
    names = {field.name for field in after.fields}
    for field in before.fields:
        left = new.get(field.id)
        count, reason = ddl.count_values(before.name, field.name, field.storage.value), ""
        if left is None:
            again = field.name in names
            reason = "another field takes its name" if again else "the field is removed"
        elif field.is_multiple and not left.is_multiple:
            reason = "of several values only the last one stays"
            count = ddl.count_long_lists(before.name, field.name)
        elif not _targets(field) <= _targets(left):
            reason = "its ids are of a collection that it no longer points to"
        if reason:
            yield Risk(f"{before.name}.{field.name}", reason, count)


def _targets(field: Field) -> set[str]:
    return set(field.targets) if isinstance(field, ReferringField) else set()


# -- one collection -----------------------------------------------------------------------------


def _creation(after: Collection) -> CollectionChange:
    usual = new_auth_options().to_json(secrets=False) if after.is_auth else {}
    return CollectionChange(
        action="create",
        name=after.name,
        type=after.type,
        fields=tuple(_new_field(field) for field in after.fields if not field.system),
        indexes=tuple(_index_changes((), after.indexes)),
        rules=tuple(_changes(dict.fromkeys(after.rules()), after.rules())),
        options=tuple(_changes(usual, after.options(secrets=False))),
    )


def _update(before: Collection, after: Collection) -> CollectionChange | None:
    """The change of a collection; None if there is none."""
    # The fields of a view follow from its query, under ids that are new each time.
    views = before.is_view or after.is_view
    change = CollectionChange(
        action="update",
        name=after.name,
        type=after.type,
        was=before.name if before.name != after.name else "",
        fields=() if views else tuple(_field_changes(before.fields, after.fields)),
        order=() if views else _new_order(before.fields, after.fields),
        # Indexes that only follow the name of their table stay.
        indexes=tuple(_index_changes(_on_table(before, after.name), after.indexes)),
        rules=tuple(_changes(before.rules(), after.rules())),
        options=tuple(_option_changes(before, after)),
    )
    nothing = CollectionChange(action="update", name=after.name, type=before.type)
    return None if change == nothing else change


def _field_changes(before: Iterable[Field], after: Iterable[Field]) -> Iterator[FieldChange]:
    old = {field.id: field for field in before}
    kept = {field.id for field in after}
    for gone in old.values():
        if gone.id not in kept:
            yield FieldChange("remove", gone.name, gone.type)
    for field in after:
        was = old.get(field.id)
        if was is None:
            yield _new_field(field)
        elif was != field:
            options = _changes(_options(was), _options(field))
            renamed = was.name if was.name != field.name else ""
            yield FieldChange("change", field.name, field.type, renamed, tuple(options))


def _new_order(before: Iterable[Field], after: Iterable[Field]) -> tuple[str, ...]:
    old, new = [field.id for field in before], [field.id for field in after]
    same = [id_ for id_ in old if id_ in new] == [id_ for id_ in new if id_ in old]
    return () if same else tuple(field.name for field in after)


def _new_field(field: Field) -> FieldChange:
    options = _changes(_options(type(field)()), _options(field))
    return FieldChange("add", field.name, field.type, "", tuple(options))


def _options(field: Field) -> dict[str, Any]:
    return {key: value for key, value in field.to_json().items() if key not in ("id", "name")}


def _index_changes(before: Iterable[str], after: Iterable[str]) -> Iterator[IndexChange]:
    old, new = tuple(before), tuple(after)
    for text in old:
        if text not in new:
            yield IndexChange("remove", _index_name(text), text)
    for text in new:
        if text not in old:
            yield IndexChange("add", _index_name(text), text)


def _index_name(text: str) -> str:
    index = indexes.parse(text)
    return index.name if index else ""


def _on_table(collection: Collection, name: str) -> list[str]:
    if collection.name == name:
        return list(collection.indexes)
    parsed = [(text, indexes.parse(text)) for text in collection.indexes]
    return [index.on_table(name).build() if index else text for text, index in parsed]


def _option_changes(before: Collection, after: Collection) -> Iterator[Change]:
    """Also of secrets, but not what they are."""
    shown = list(_changes(before.options(secrets=False), after.options(secrets=False)))
    yield from shown
    keys = {change.key for change in shown}
    for change in _changes(before.options(secrets=True), after.options(secrets=True)):
        if change.key not in keys:
            yield Change(change.key, _SECRET, _SECRET)


def _changes(
    before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = ""
) -> Iterator[Change]:
    """What differs, objects key by key."""
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        path = f"{prefix}.{key}" if prefix else key
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _changes(old, new, path)
        elif old != new or type(old) is not type(new):
            yield Change(path, old, new)
