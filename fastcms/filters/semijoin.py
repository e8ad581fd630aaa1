"""Joins that may bring many rows, out of the FROM clause and into conditions.

The reference joins all that an expression names, and makes every row come once again with DISTINCT.
Here a condition asks whether there is a joined row that meets it, which is the same as long as the
conditions about one joined row stay together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from fastcms.filters.nulls import aliases_in, is_never_true, with_nulls
from fastcms.sql.expr import (
    TRUE,
    And,
    Binary,
    Column,
    Exists,
    Expr,
    InItems,
    InSelect,
    Join,
    JsonItems,
    Or,
    Order,
    Select,
    Table,
    all_of,
    any_of,
)

# Whether an index of a table finds rows by a column.
HasIndex: TypeAlias = Callable[[str, str], bool]


class Plan(NamedTuple):
    """What is left of a statement's joins, and its condition."""

    joins: tuple[Join, ...]
    where: Expr
    # A row may come more than once.
    distinct: bool


class Tables(NamedTuple):
    """What is known of the tables of a statement."""

    has_index: HasIndex
    # Many rows of the base table will be looked at: what is the same for all is worth being
    # computed for all at once.
    is_list: bool


def plan(joins: Sequence[Join], where: Expr, order: tuple[Order, ...], tables: Tables) -> Plan:
    """The same statement with as few joins as can be."""
    return _Planner(joins, tables).plan(where, order)


def none_of(joins: tuple[Join, ...], terms: list[Expr], tables: Tables) -> Expr:
    """No row of the joins meets all terms; never NULL."""
    found = _Planner(joins, tables).any_row(joins, terms, is_last_resort=True)
    assert found is not None
    return _negated(found)


class _Planner:
    def __init__(self, joins: Sequence[Join], tables: Tables) -> None:
        self.joins = joins
        self.tables = tables
        # Each join's alias with those that it leans on, itself among them.
        self.chains: dict[str, frozenset[str]] = {}
        # The aliases whose rows may be many for one row of the base table.
        self.many: set[str] = set()
        for join in joins:
            used = aliases_in(join.source) | (aliases_in(join.on) if join.on else frozenset())
            chain = self._chain(used) | {join.alias}
            self.chains[join.alias] = chain
            if not join.is_single or chain & self.many:
                self.many.add(join.alias)

    def _chain(self, aliases: frozenset[str]) -> frozenset[str]:
        return frozenset().union(*(self.chains.get(alias, frozenset()) for alias in aliases))

    def _many_of(self, node: Expr) -> frozenset[str]:
        return self._chain(aliases_in(node)) & self.many

    def plan(self, where: Expr, order: tuple[Order, ...]) -> Plan:
        """Splits the terms into those that stay with the joins and those that need none."""
        terms: list[Expr] = [*where.items] if isinstance(where, And) else [where]
        sorted_by = frozenset[str]().union(
            *(aliases_in(key.by) for key in order if not isinstance(key.by, str))
        )
        # Aliases of many rows that stay joined, for the sort or because they must.
        kept = self._chain(sorted_by) & self.many
        while True:
            staying, groups = self._groups(terms, kept)
            # What such a term compares with must stay, too, and so must the terms about that.
            needed = frozenset[str]().union(*map(self._many_of, staying))
            if needed - kept:
                kept |= needed
                continue
            found: list[Expr] = []
            for group in groups:
                needed = self._many_of(And(tuple(group)))
                made = self._any(group)
                if made is None:
                    kept |= needed
                    break
                found.append(made)
            else:
                break
        result = all_of([*staying, *found])
        used = self._chain(aliases_in(result) | sorted_by | kept)
        top = tuple(j for j in self.joins if j.alias in used - (self.many - kept))
        return Plan(top, result, distinct=bool(kept))

    def _groups(
        self, terms: list[Expr], kept: frozenset[str]
    ) -> tuple[list[Expr], list[list[Expr]]]:
        """Terms that stay as they are; the others, those about the same joined rows together."""
        staying: list[Expr] = []
        groups: list[tuple[frozenset[str], list[Expr]]] = []
        for term in terms:
            many = self._many_of(term)
            if not many or many & kept:
                staying.append(term)
                continue
            together = [term]
            for group in [group for group in groups if group[0] & many]:
                groups.remove(group)
                many |= group[0]
                together = group[1] + together
            groups.append((many, together))
        return staying, [group for _, group in groups]

    def _any(self, terms: list[Expr]) -> Expr | None:
        """Some joined row meets all the terms; None where only a plain join is fast."""
        if len(terms) == 1 and isinstance(terms[0], Or):
            return self._any_of(terms[0])
        if len(terms) == 1 and isinstance(terms[0], And):
            staying, groups = self._groups(list(terms[0].items), frozenset())
            for group in groups:
                found = self._any(group)
                if found is None:
                    return None
                staying.append(found)
            return all_of(staying)
        needed = self._many_of(And(tuple(terms)))
        joins = tuple(join for join in self.joins if join.alias in needed)
        return self.any_row(joins, terms)

    def _any_of(self, node: Or) -> Expr | None:
        """Alternatives are independent of each other; those about the same rows ask only once."""
        alternatives: list[Expr] = []
        same: dict[frozenset[str], list[Expr]] = {}
        for item in node.items:
            many = self._many_of(item)
            if not many:
                alternatives.append(item)
            elif isinstance(item, And):
                found = self._any([item])
                if found is None:
                    return None
                alternatives.append(found)
            else:
                same.setdefault(many, []).append(item)
        for needed, items in same.items():
            joins = tuple(join for join in self.joins if join.alias in needed)
            found = self.any_row(joins, [any_of(items)])
            if found is None:
                return None
            alternatives.append(found)
        return any_of(alternatives)

    def any_row(
        self, joins: tuple[Join, ...], terms: list[Expr], *, is_last_resort: bool = False
    ) -> Expr | None:
        """Some row of the LEFT JOINs meets all terms, be it the row of NULLs."""
        inner = frozenset(join.alias for join in joins)
        if any(not self.chains[join.alias] & inner - {join.alias} for join in joins[1:]):
            # Independent joins: every row of one meets every row of the other.
            if not is_last_resort and any(isinstance(join.source, Table) for join in joins):
                return None
            return Exists(Select(None, "", joins, all_of(terms)))
        found = self._root_row(joins, terms, is_last_resort=is_last_resort)
        of_nulls = all_of([with_nulls(term, inner) for term in terms])
        if found is None or is_never_true(of_nulls):
            return found
        root = self._root_row(joins[:1], [], is_last_resort=is_last_resort)
        return None if root is None else any_of([found, all_of([of_nulls, _negated(root)])])

    def _root_row(
        self, joins: tuple[Join, ...], terms: list[Expr], *, is_last_resort: bool
    ) -> Expr | None:
        """Some row of the first join, with those of the others, meets all terms."""
        root, *others = joins
        if isinstance(root.source, JsonItems):
            return self._item(root, tuple(others), terms)
        on = list(root.on.items) if isinstance(root.on, And) else [root.on] if root.on else []
        where = [*on, *terms]
        here = Exists(Select(root.source, root.alias, tuple(others), all_of(where)))
        if self._is_indexed(root):
            return here
        return self._as_set(joins, where) or (here if is_last_resort else None)

    def _item(self, root: Join, others: tuple[Join, ...], terms: list[Expr]) -> Expr:
        """Some item of a list, with the rows that it leads to, meets all terms."""
        where = all_of([*([root.on] if root.on else []), *terms])
        if self.tables.is_list and others and root.alias not in aliases_in(where):
            # To keep the ids of all rows that do is cheaper than to look up those of each item.
            inner = frozenset(join.alias for join in others)
            first = [others[0].on] if others[0].on else []
            found = self._as_set(others, [*first, *terms])
            of_nulls = all_of([with_nulls(term, inner) for term in terms])
            if found is not None and is_never_true(of_nulls):
                return Exists(Select(root.source, root.alias, (), found))
        return Exists(Select(root.source, root.alias, others, where))

    def _as_set(self, joins: tuple[Join, ...], where: list[Expr]) -> Expr | None:
        """Outer values are among those of all joined rows that meet the terms.

        None where terms compare both in a way that no set has an answer to.
        """
        root, *others = joins
        inner = frozenset(join.alias for join in joins)
        pairs: list[tuple[Expr, Expr]] = []
        own: list[Expr] = []
        for term in where:
            if _is_own(term, inner):
                own.append(term)
                continue
            pair = _pair(term, inner)
            if pair is None:
                return None
            outside, inside = pair
            if isinstance(inside, JsonItems):
                alias = f"{root.alias}:{len(pairs)}"
                others.insert(0, Join(inside, alias, is_inner=True))
                inside = Column(alias, "value")
            pairs.append((outside, inside))
        if not pairs:
            return Exists(Select(root.source, root.alias, tuple(others), all_of(own)))
        values = tuple(inside for _, inside in pairs)
        select = Select(root.source, root.alias, tuple(others), all_of(own), values)
        return InSelect(tuple(outside for outside, _ in pairs), select)

    def _is_indexed(self, join: Join) -> bool:
        match join:
            case Join(Table(name), alias, Binary("=", Column(table, column), Column())):
                is_id = column == "id"
                return table == alias and (is_id or self.tables.has_index(name, column))
        return False


def _is_own(term: Expr, inner: frozenset[str]) -> bool:
    return aliases_in(term) <= inner


def _pair(term: Expr, inner: frozenset[str]) -> tuple[Expr, Expr | JsonItems] | None:
    """The outer and the inner side of an equation between both."""
    match term:
        case Binary("=", left, right):
            if _is_own(left, inner) and not aliases_in(right) & inner:
                return right, left
            if _is_own(right, inner) and not aliases_in(left) & inner:
                return left, right
        case InItems(value, items):
            if not aliases_in(value) & inner and aliases_in(items) <= inner:
                return value, items
    return None


def _negated(found: Expr) -> Expr:
    if isinstance(found, Exists):
        return replace(found, negated=not found.negated)
    return Binary("IS NOT", found, TRUE)
