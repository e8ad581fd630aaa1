"""What callers use: texts to a query, and a query and a request to a condition in SQL."""

from __future__ import annotations

from typing import NamedTuple

from fastcms.filters.ast import FilterError, Node
from fastcms.filters.compile import Statement
from fastcms.filters.context import RequestContext
from fastcms.filters.parser import parse
from fastcms.filters.request import Inputs, Shape
from fastcms.filters.semijoin import Plan, plan
from fastcms.filters.sort import compile_sort, split
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.sql.expr import TRUE, Slot, all_of
from fastcms.sql.render import Params, Renderer
from fastcms.sql.sqlite import SQLITE
from fastcms.values import SqlValue

MAX_FILTER_BYTES = 3500
# Variants of one query that are kept: a request body's author has a say in their number.
_MAX_VARIANTS = 64


class Condition(NamedTuple):
    """The parts of a statement over one collection, whose table has its name as alias."""

    # What stands after FROM and its table: LEFT JOINs or nothing.
    joins: str
    join_params: tuple[SqlValue, ...]
    # A boolean expression that more may be joined to with AND; empty: always true, "0": never.
    where: str
    where_params: tuple[SqlValue, ...]
    # What stands after ORDER BY, or nothing.
    order: str
    order_params: tuple[SqlValue, ...]
    # A row may come more than once.
    distinct: bool
    # The expressions lead to other rows: the reference joins them and lists by id if not told how.
    joined: bool = False


class _Variant(NamedTuple):
    """A condition whose parameters still have slots; the order of fields is Condition's."""

    joins: str
    join_params: Params
    where: str
    where_params: Params
    order: str
    order_params: Params
    distinct: bool
    joined: bool


class Query:
    """A rule, a filter and a sort over one collection, ready for any request.

    The statement's text depends on which request values are empty, so each combination that comes
    up gets a text of its own, made once.
    """

    def __init__(
        self,
        schema: Schema,
        collection: Collection,
        expressions: list[tuple[Node, bool]],
        sort: list[tuple[str, bool]],
        *,
        trusted: bool,
        is_list: bool,
    ) -> None:
        self._schema = schema
        self._collection = collection
        # Each with whether it is trusted.
        self._expressions = expressions
        self._sort = sort
        self._trusted = trusted
        self._is_list = is_list
        self._inputs = Inputs()
        # Says what is wrong with the texts, and meets all inputs.
        first = self._render(None)
        self._reads = tuple(self._inputs.reads)
        self._variants: dict[tuple[Shape, ...], _Variant] = {(None,) * len(self._reads): first}
        self._fixed = None if self._reads else Condition(*first)  # type: ignore[arg-type]

    def bind(self, request: RequestContext) -> Condition:
        """The condition for one request.

        :raises FilterError: for what only shows with the caller: a path beyond `@request.auth`
            that does not exist in its collection.
        """
        if self._fixed is not None:
            return self._fixed
        read = [read(request) for read in self._reads]
        shapes = tuple([shape for shape, _ in read])
        variant = self._variants.get(shapes) or self._new_variant(shapes)
        joins, join_params, where, where_params, order, order_params, distinct, joined = variant
        return Condition(
            joins,
            _fill(join_params, read) if join_params else (),
            where,
            _fill(where_params, read) if where_params else (),
            order,
            _fill(order_params, read) if order_params else (),
            distinct,
            joined,
        )

    def _new_variant(self, shapes: tuple[Shape, ...]) -> _Variant:
        if len(self._variants) >= _MAX_VARIANTS:
            self._variants.clear()
        variant = self._variants[shapes] = self._render(shapes)
        return variant

    def _render(self, shapes: tuple[Shape, ...] | None) -> _Variant:
        statement = Statement(
            self._schema, self._collection, self._inputs, shapes, is_list=self._is_list
        )
        items = [
            statement.expression(is_trusted=is_trusted).node(node)
            for node, is_trusted in self._expressions
        ]
        sort = compile_sort(self._sort, statement.expression(is_trusted=self._trusted))
        where = all_of([*items, *statement.listable.values()])
        joined = tuple(statement.joins.all)
        if self._collection.is_view:
            # Rows of a view may be equal, ids and all: only DISTINCT takes them for one.
            planned = Plan(joined, where, distinct=bool(joined))
        else:
            planned = plan(joined, where, sort, statement.tables)
        renderer = Renderer(SQLITE)
        joins = renderer.joins(planned.joins)
        join_params = renderer.take_params()
        where_text = "" if planned.where == TRUE else renderer.condition(planned.where)
        where_params = renderer.take_params()
        order = renderer.order(sort, self._collection.name)
        return _Variant(
            joins,
            join_params,
            where_text,
            where_params,
            order,
            renderer.take_params(),
            planned.distinct,
            bool(joined),
        )


def _fill(params: Params, read: list[tuple[Shape, SqlValue]]) -> tuple[SqlValue, ...]:
    values: list[SqlValue] = []
    for param in params:
        if isinstance(param, Slot):
            value = read[param.index][1]
            values.append(value if param.convert is None else param.convert(value))
        else:
            values.append(param)
    return tuple(values)


def build(
    schema: Schema,
    collection: Collection,
    *,
    rule: str | None = None,
    filter: str = "",
    sort: str = "",
    trusted: bool = False,
) -> Query:
    """One statement's condition from a rule, a client's filter and a client's sort.

    A rule sees everything. Filter and sort only do if `trusted`, that is, for superusers; whether
    a client's text may name `@request.` and `@collection.` at all is the caller's to check.
    Absent texts are empty. Queries are immutable and made to be kept: callers cache them by schema
    version; only parsed trees are cached here.

    :raises FilterError: for a text that cannot be used.
    """
    _check_length(filter)
    expressions = []
    if rule:
        expressions.append((parse(rule), True))
    if filter:
        expressions.append((parse(filter), trusted))
    keys = split(sort) if sort else []
    # Who checks a rule of some records has nothing to filter and to sort.
    is_list = bool(filter or sort)
    return Query(schema, collection, expressions, keys, trusted=trusted, is_list=is_list)


def _check_length(text: str) -> None:
    try:
        length = len(text.encode())
    except UnicodeEncodeError as error:
        raise FilterError("no valid Unicode text", error.start) from error
    if length > MAX_FILTER_BYTES:
        raise FilterError("max filter length reached")


def check_rule(schema: Schema, collection: Collection, text: str) -> None:
    """Checks a rule before it is saved.

    :raises FilterError: with the text that the reference shows as the raw error.
    """
    build(schema, collection, rule=text)
