"""Trees to SQL expressions: one statement's rule, filter and sort, and the joins they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fastcms.filters import ast, request
from fastcms.filters.ast import FilterError
from fastcms.filters.functions import FUNCTIONS
from fastcms.filters.macros import MACROS
from fastcms.filters.operators import NULL_OPERAND, OPERATORS, Many, Operand, bound, constant
from fastcms.filters.parser import parse
from fastcms.filters.paths import Aliases, Joins, Step
from fastcms.filters.request import Inputs, Shape
from fastcms.filters.resolve import Path, Resolver
from fastcms.filters.semijoin import Tables, none_of
from fastcms.schema.collection import Collection
from fastcms.schema.indexes import finds_by
from fastcms.schema.snapshot import Schema
from fastcms.sql.expr import NULL, TRUE, Binary, Column, Expr, Not, Slot, all_of, any_of

_KEYWORDS = {"null": NULL_OPERAND, "true": constant(True), "false": constant(False)}


class Statement:
    """What the expressions of one statement share: schema, inputs, aliases and joins.

    `shapes` are those of a request, one for each of the inputs, or None while the statement is
    built.
    """

    def __init__(
        self,
        schema: Schema,
        collection: Collection,
        inputs: Inputs,
        shapes: tuple[Shape, ...] | None,
        *,
        is_list: bool,
    ) -> None:
        self.schema = schema
        self.collection = collection
        self.inputs = inputs
        self.shapes = shapes
        self.tables = Tables(self._has_index, is_list)
        self.aliases = Aliases()
        self.joins = Joins(self.aliases)
        # By alias: what else must hold of joined rows, because the caller may not list them all.
        self.listable: dict[str, Expr] = {}

    def ask(self, key: str, read: request.Read) -> tuple[Shape, Slot]:
        """The shape and slot of an input."""
        index = self.inputs.index(key, read)
        return None if self.shapes is None else self.shapes[index], Slot(index)

    def _has_index(self, table: str, column: str) -> bool:
        collection = self.schema.find(table)
        return collection is not None and finds_by(collection.indexes, column)

    def expression(self, *, is_trusted: bool) -> Expression:
        """A compiler for one expression over the base table."""
        return Expression(
            self,
            self.collection,
            self.collection.name,
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
        joins: Joins,
        *,
        is_trusted: bool,
    ) -> None:
        self.statement = statement
        self.alias = alias
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
        written = node.right.args if isinstance(node.right, ast.Items) else (node.right,)
        rights = [self._side(operand, "right") for operand in written]
        try:
            return self._compare(node.sign, [left, *rights], any_match=node.any_match)
        except FilterError as error:
            error.position = node.position
            raise

    def _compare(self, sign: str, sides: list[Operand], *, any_match: bool) -> Expr:
        if any_match or not any(side.many for side in sides):
            items = [OPERATORS[sign](*sides)]
        else:
            # Of many values the reference has a call's literals as they are, also in a pattern.
            plain = [replace(s, pattern=s.value) if s.many and s.pattern else s for s in sides]
            items = [OPERATORS[sign](*plain), self._no_violation(sign, sides)]
        items += [side.guard for side in sides if side.guard is not None]
        return all_of(items)

    def _no_violation(self, sign: str, sides: list[Operand]) -> Expr:
        """None of a path's values fails the comparison; one that is NULL there does not fail."""
        # A side of one value loses its strictness here, in the reference, too.
        looked_at = [
            replace(side, is_strict=False, is_known=side.is_known or side.has_literal)
            if side.many is None
            else side.many.operand
            for side in sides
        ]
        many = [side.many for side in sides if side.many is not None]
        joins = tuple(join for each in many for join in each.joins)
        where = [term for each in many for term in each.where]
        violation = Not(OPERATORS[sign](*looked_at))
        return none_of(joins, [violation, *where], self.statement.tables)

    def _side(self, operand: ast.Operand, side: str) -> Operand:
        try:
            return self.operand(operand)
        except FilterError as error:
            message = f'invalid {side} operand "{operand.text}" - {error}'
            raise FilterError(message, operand.position) from error

    def operand(self, operand: ast.Operand) -> Operand:
        """A literal, name or call.

        :raises FilterError: for an unknown or forbidden name, and for wrong arguments.
        """
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
                return function(operand, self)
            case ast.Name(text):
                if text in MACROS:
                    return bound(self.statement.ask(text, request.macro(text))[1])
                keyword = _KEYWORDS.get(text.lower())
                if keyword is not None and self.resolver.collection.field(text) is None:
                    return keyword
                return self.name(text)
            case ast.Items():
                raise FilterError("a list stands after in and between only")

    def list_operand(self, operand: ast.Operand) -> Operand:
        """The same for what should be a list: a submitted one comes as its items.

        :raises FilterError: for the same reasons.
        """
        submitted = self.resolver.submitted_list(operand.text)
        if submitted is not None and isinstance(operand, ast.Name):
            return submitted
        return self.operand(operand)

    def _changed(self, is_set: str, submitted: str, stored: str) -> Operand:
        differs = self._compare("!=", [self.name(submitted), self.name(stored)], any_match=False)
        value = all_of([self.name(is_set).value, differs])
        return Operand(value, is_strict=True)

    # -- rows -----------------------------------------------------------------------------------

    def _row_value(self, path: Path) -> Operand:
        alias = start = self.alias
        # As far as there is one row for each, both ways of looking at the path go together.
        common = 0
        for number, step in enumerate(path.steps):
            alias = self.joins.add(alias, step)
            if step.is_single and number == common:
                start = alias
                common += 1
            if not path.is_trusted and step.target is not None:
                self._demand_listable(step.target, alias)
        operand = path.value(alias)
        if not path.is_many:
            return operand
        return replace(operand, many=self._all_values(path, path.steps[common:], start))

    def _all_values(self, path: Path, steps: Sequence[Step], start: str) -> Many:
        """Every value that the path leads to from the row at hand."""
        alias = start
        joins = Joins(self.statement.aliases)
        where: list[Expr] = []
        for step in steps:
            alias = joins.add(alias, step)
            if not path.is_trusted and step.target is not None:
                # The reference looks at records here that the caller may not list, so that a
                # comparison tells what they hold. Deliberately not so here.
                where.append(self._is_listable(step.target, alias, joins))
        operand = path.value(alias)
        if operand.guard is not None:
            where.append(operand.guard)
        item = Operand(operand.value, is_strict=operand.is_strict, kind=operand.kind, is_item=True)
        return Many(tuple(joins.all), tuple(where), item)

    def _demand_listable(self, target: Collection, alias: str) -> None:
        if alias not in self.statement.listable:
            self.statement.listable[alias] = self._is_listable(target, alias, self.joins)

    def _is_listable(self, target: Collection, alias: str, joins: Joins) -> Expr:
        """The rows of `alias` are none or ones that the target's list rule shows the caller."""
        if target.list_rule is None:
            raise FilterError(f'only superusers can filter by the records of "{target.name}"')
        if not target.list_rule:
            return TRUE
        rule = Expression(self.statement, target, alias, joins.scope(), is_trusted=True)
        is_missing = Binary("IS", Column(alias, "id"), NULL)
        return any_of([is_missing, rule.node(parse(target.list_rule))])
