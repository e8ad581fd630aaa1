"""Trees to SQL expressions: one statement's rule, filter and sort, and the joins they share."""

from __future__ import annotations

from dataclasses import replace

from fastcms.filters import ast, request
from fastcms.filters.ast import FilterError
from fastcms.filters.functions import FUNCTIONS
from fastcms.filters.macros import MACROS
from fastcms.filters.operators import (
    NULL_OPERAND,
    OPERATORS,
    Operand,
    bound,
    constant,
)
from fastcms.filters.parser import parse
from fastcms.filters.paths import Aliases, Joins
from fastcms.filters.request import Inputs, Shape
from fastcms.filters.resolve import Path, Resolver
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.sql.expr import (
    NULL,
    TRUE,
    Binary,
    Column,
    Expr,
    Join,
    Not,
    NotExists,
    Select,
    Slot,
    Table,
    all_of,
    any_of,
)

_KEYWORDS = {"null": NULL_OPERAND, "true": constant(True), "false": constant(False)}


class Statement:
    """What the expressions of one statement share: schema, inputs, aliases and joins.

    `shapes` are those of a request, one for each of the inputs, or None while the statement is
    built. `source` stands for the base table inside sub-selects.
    """

    def __init__(
        self,
        schema: Schema,
        collection: Collection,
        inputs: Inputs,
        shapes: tuple[Shape, ...] | None,
        source: str,
    ) -> None:
        self.schema = schema
        self.collection = collection
        self.inputs = inputs
        self.shapes = shapes
        self.aliases = Aliases()
        self.joins = Joins(self.aliases)
        self.source = source or collection.name
        # By alias: what else must hold of joined rows, because the caller may not list them all.
        self.listable: dict[str, Expr] = {}

    def ask(self, key: str, read: request.Read) -> tuple[Shape, Slot]:
        """The shape and slot of an input."""
        index = self.inputs.index(key, read)
        return None if self.shapes is None else self.shapes[index], Slot(index)

    def expression(self, *, is_trusted: bool) -> Expression:
        """A compiler for one expression over the base table."""
        return Expression(
            self,
            self.collection,
            self.collection.name,
            self.source,
            self.joins,
            is_trusted=is_trusted,
        )


class Expression:
    """Compiles one expression over the rows of `alias`, which are those of `collection`."""

    def __init__(
        self,
        statement: Statement,
        collection: Collection,
        alias: str,
        source: str,
        joins: Joins,
        *,
        is_trusted: bool,
    ) -> None:
        self.statement = statement
        self.alias = alias
        self.source = source
        self.joins = joins
        self.is_trusted = is_trusted
        self.resolver = Resolver(statement.schema, collection, statement.ask, is_trusted=is_trusted)

    def node(self, node: ast.Node) -> Expr:
        """A parsed tree. `map` takes one stack frame a level, a comprehension would take two."""
        if isinstance(node, ast.Comparison):
            return self._comparison(node)
        items = list(map(self.node, node.items))
        return all_of(items) if isinstance(node, ast.All) else any_of(items)

    def name(self, name: str) -> Operand:
        """A field, request value or path by name; for sort keys, too.

        :raises FilterError: for an unknown or forbidden name.
        """
        changed = self.resolver.changed_parts(name)
        if changed is not None:
            return self._changed(*changed)
        found = self.resolver.resolve(name)
        return self._row_value(found) if isinstance(found, Path) else found

    # -- comparisons ----------------------------------------------------------------------------

    def _comparison(self, node: ast.Comparison) -> Expr:
        left = self._side(node.left, "left")
        right = self._side(node.right, "right")
        return self._compare(left, node.sign, right, any_match=node.any_match)

    def _compare(self, left: Operand, sign: str, right: Operand, *, any_match: bool) -> Expr:
        items = [OPERATORS[sign](left, right)]
        if not any_match and (left.many or right.many):
            items.append(self._no_violation(left, sign, right))
        items += [side.guard for side in (left, right) if side.guard is not None]
        return all_of(items)

    def _no_violation(self, left: Operand, sign: str, right: Operand) -> Expr:
        """None of a path's values fails the comparison; one that is NULL there does not fail."""
        sources: list[tuple[Select, str]] = []
        sides = []
        for side in (left, right):
            if side.many is None:
                # The other side loses its strictness here, in the reference, too.
                sides.append(replace(side, is_strict=False))
            else:
                alias = self.statement.aliases.new("each")
                sources.append((side.many, alias))
                sides.append(Operand(Column(alias, "value"), is_strict=side.is_strict))
        select = Select(
            value=NULL,
            source=sources[0][0],
            alias=sources[0][1],
            joins=tuple(Join(many, alias) for many, alias in sources[1:]),
            where=Not(OPERATORS[sign](*sides)),
        )
        return NotExists(select)

    def _side(self, operand: ast.Operand, side: str) -> Operand:
        try:
            return self._operand(operand)
        except FilterError as error:
            message = f'invalid {side} operand "{operand.text}" - {error}'
            raise FilterError(message, operand.position) from error

    def _operand(self, operand: ast.Operand) -> Operand:
        match operand:
            case ast.Text(text):
                return bound(text)
            case ast.Number(text):
                value = float(text)
                return bound(0.0 if abs(value) == float("inf") else value)
            case ast.Function(text):
                function = FUNCTIONS.get(text)
                if function is None:
                    raise FilterError(f'unknown function "{text}"')
                return function(operand, self._operand)
            case ast.Name(text):
                if text in MACROS:
                    return bound(self.statement.ask(text, request.macro(text))[1])
                keyword = _KEYWORDS.get(text.lower())
                if keyword is not None and self.resolver.collection.field(text) is None:
                    return keyword
                return self.name(text)

    def _changed(self, is_set: str, submitted: str, stored: str) -> Operand:
        differs = self._compare(self.name(submitted), "!=", self.name(stored), any_match=False)
        value = all_of([self.name(is_set).value, differs])
        return Operand(value, is_strict=True)

    # -- rows -----------------------------------------------------------------------------------

    def _row_value(self, path: Path) -> Operand:
        alias = self.alias
        for step in path.steps:
            alias = self.joins.add(alias, step)
            if not path.is_trusted and step.target is not None:
                self._demand_listable(step.target, alias)
        operand = path.value(alias)
        return replace(operand, many=self._all_values(path)) if path.is_many else operand

    def _all_values(self, path: Path) -> Select:
        """Every value that the path leads to from the row at hand."""
        start = alias = self.statement.aliases.new("all")
        joins = Joins(self.statement.aliases)
        where: list[Expr] = [Binary("=", Column(start, "id"), Column(self.alias, "id"))]
        for step in path.steps:
            alias = joins.add(alias, step)
            if not path.is_trusted and step.target is not None:
                # The reference looks at records here that the caller may not list, so that a
                # comparison tells what they hold. Deliberately not so here.
                where.append(self._is_listable(step.target, alias, joins))
        operand = path.value(alias)
        if operand.guard is not None:
            where.append(operand.guard)
        return Select(
            value=operand.value,
            source=Table(self.source),
            alias=start,
            joins=tuple(joins.all),
            where=all_of(where),
        )

    def _demand_listable(self, target: Collection, alias: str) -> None:
        if alias not in self.statement.listable:
            self.statement.listable[alias] = self._is_listable(target, alias, self.joins)

    def _is_listable(self, target: Collection, alias: str, joins: Joins) -> Expr:
        """The rows of `alias` are none or ones that the target's list rule shows the caller."""
        if target.list_rule is None:
            raise FilterError(f'only superusers can filter by the records of "{target.name}"')
        if not target.list_rule:
            return TRUE
        rule = Expression(
            self.statement, target, alias, target.name, joins.scope(), is_trusted=True
        )
        is_missing = Binary("IS", Column(alias, "id"), NULL)
        return any_of([is_missing, rule.node(parse(target.list_rule))])
