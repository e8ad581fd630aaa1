"""Paths through relations: the joins that lead from a row to the rows it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastcms.fields.polymorphic import PolymorphicField
from fastcms.fields.referring import ReferringField
from fastcms.fields.relation import RelationField
from fastcms.filters.ast import FilterError
from fastcms.schema.collection import Collection
from fastcms.sql.expr import (
    NULL,
    Binary,
    Call,
    Column,
    Expr,
    InItems,
    Join,
    JsonItems,
    Param,
    Slot,
    Table,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One join of a path. Equal names from the same parent are the same joined rows."""

    name: str
    source: Callable[[str], Table | JsonItems]
    on: Callable[[str, str], Expr | None] = lambda _parent, _alias: None
    # The collection that a caller must be allowed to list; None for the items of a list.
    target: Collection | None = None
    # It leads to one row at most.
    is_single: bool = False


# SQLite joins 64 tables at most, the base table among them.
MAX_JOINS = 63


class Aliases:
    """Table aliases, unique in a statement; the dot keeps them apart from collection names."""

    def __init__(self) -> None:
        self._count = 0

    def new(self, name: str) -> str:
        """A fresh alias; `name` is for the reader of the statement only."""
        self._count += 1
        return f"{self._count}.{name}"


class Joins:
    """The joins of one FROM clause, each made once; too many of them are a FilterError."""

    def __init__(self, aliases: Aliases, joins: list[Join] | None = None) -> None:
        self.aliases = aliases
        self.all: list[Join] = [] if joins is None else joins
        self._made: dict[tuple[str, str], str] = {}

    def add(self, parent: str, step: Step) -> str:
        """The alias of the rows that the step leads to."""
        key = (parent, step.name)
        if key not in self._made:
            if len(self.all) >= MAX_JOINS:
                raise FilterError("max joins limit reached")
            alias = self._made[key] = self.aliases.new(step.name)
            self.all.append(
                Join(step.source(parent), alias, step.on(parent, alias), is_single=step.is_single)
            )
        return self._made[key]

    def scope(self) -> Joins:
        """The same FROM clause for an expression that must not share rows with others."""
        return Joins(self.aliases, self.all)


def items(field: str) -> Step:
    """To the items of a list field."""
    return Step(f"{field}:each", lambda parent: JsonItems(Column(parent, field)))


def submitted_items(field: str, slot: Slot) -> Step:
    """To the items of a submitted list."""
    return Step(f"@body.{field}:each", lambda _parent: JsonItems(Param(slot)))


def related(field: RelationField, target: Collection) -> tuple[Step, ...]:
    """To the records that a relation field names."""
    name = field.name
    source = Table(target.name)
    if field.is_multiple:
        to_item = items(name)
        return (
            to_item,
            Step(name, lambda _: source, lambda item, alias: _same(alias, item, "value"), target),
        )
    # The ids of a view are only what its query says.
    return (
        Step(
            name,
            lambda _: source,
            lambda row, alias: _same(alias, row, name),
            target,
            is_single=not target.is_view,
        ),
    )


def _same(alias: str, parent: str, column: str) -> Expr:
    return Binary("=", Column(alias, "id"), Column(parent, column))


def chosen(field: PolymorphicField, target: Collection) -> tuple[Step, ...]:
    """To those of the records that a polymorphic field names that are of one collection."""
    name = f"{field.name}.{target.name}"
    prefix = field.name_of(target.id, "")
    # A relation to another collection, or none, leads to no row.
    start, rest = Param(1), Param(len(prefix) + 1)

    def on(column: Column, alias: str) -> Expr:
        is_of_target = Binary(
            "=", Call("substr", (column, start, Param(len(prefix)))), Param(prefix)
        )
        id_ = Call("iif", (is_of_target, Call("substr", (column, rest)), NULL))
        return Binary("=", Column(alias, "id"), id_)

    def source(_: str) -> Table:
        return Table(target.name)

    if field.is_multiple:
        return (
            items(field.name),
            Step(name, source, lambda item, alias: on(Column(item, "value"), alias), target),
        )
    return (
        Step(
            name,
            source,
            lambda row, alias: on(Column(row, field.name), alias),
            target,
            is_single=not target.is_view,
        ),
    )


def back_related(collection: Collection, field: ReferringField, target: Collection) -> Step:
    """To the records of `collection` whose relation field names this one, which is of `target`."""

    def on(row: str, alias: str) -> Expr:
        reference = Column(alias, field.name)
        named: Expr = Column(row, "id")
        if prefix := field.name_of(target.id, ""):
            named = Call("concat", (Param(prefix), named))
        if field.is_multiple:
            return InItems(named, JsonItems(reference))
        return Binary("=", reference, named)

    name = f"{collection.name}_via_{field.name}"
    return Step(name, lambda _parent: Table(collection.name), on, collection)


def any_row(collection: Collection, alias: str) -> Step:
    """To every record of a collection; different aliases are independent of each other."""
    return Step(f"@collection.{collection.name}:{alias}", lambda _parent: Table(collection.name))


def caller(collection: Collection, slot: Slot) -> Step:
    """To the record that the caller signed in with."""
    return Step(
        f"@auth.{collection.name}",
        lambda _parent: Table(collection.name),
        lambda _parent, alias: Binary("=", Column(alias, "id"), Param(slot)),
        is_single=True,
    )


def submitted_records(field: RelationField, target: Collection, slot: Slot) -> Step:
    """To the records whose ids were submitted."""
    return Step(
        f"@body.{field.name}",
        lambda _parent: Table(target.name),
        lambda _parent, alias: InItems(Column(alias, "id"), JsonItems(Param(slot))),
    )
