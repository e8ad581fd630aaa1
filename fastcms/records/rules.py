"""Asks a collection's rules; SQL is the only evaluator.

A rule is None (superusers only), "" (everybody) or an expression. Superusers skip them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from fastcms.errors import forbidden
from fastcms.filters import FilterError
from fastcms.filters.ast import All, Any, Comparison, Function, Items, Name, Node, Operand
from fastcms.filters.parser import parse
from fastcms.http.request import Request
from fastcms.records.compiled import DRAFT, Compiled, among, quote, to_params
from fastcms.records.record import Record
from fastcms.schema.collection import Collection
from fastcms.store.errors import StoreError
from fastcms.store.store import Row, Tx
from fastcms.values import NewPassword, SqlValue

_CALLER = "@request.auth."
_CONSTANTS = frozenset({"true", "false", "null"})


def require_rule(rule: str | None, request: Request) -> None:
    """Raises 403 where only superusers may act and somebody else asks."""
    if rule is None and not request.is_superuser:
        raise forbidden("Only superusers can perform this action.")


def keep_superusers(collection: Collection, request: Request) -> None:
    """Raises 403 where a superuser in another's name would change who is a superuser."""
    if collection.is_superusers:
        request.refuse_impersonated()


async def lets(rule: str | None, request: Request, compiled: Compiled, record_id: str) -> bool:
    """Whether a rule holds for a stored record. A rule that no longer parses holds for none."""
    if request.is_superuser or rule == "":
        return True
    if rule is None:
        return False
    return bool(await matching(rule, request, compiled, [record_id]))


async def matching(
    rule: str, request: Request, compiled: Compiled, record_ids: Sequence[str]
) -> set[str]:
    """Those of the stored records that a non-empty rule holds for."""
    try:
        sql, params = matching_statement(rule, request, compiled, record_ids)
    except FilterError:
        return set()
    return {row[0] for row in await _ask(request, *compiled.asked(sql, params))}


def lets_within(
    tx: Tx, rule: str | None, request: Request, compiled: Compiled, record_id: str
) -> bool:
    """What :func:`lets` tells, asked inside a write transaction."""
    if request.is_superuser or not rule:
        return request.is_superuser or rule == ""
    try:
        return bool(tx.execute(*matching_statement(rule, request, compiled, [record_id])))
    except (FilterError, StoreError):
        return False


def matching_statement(
    rule: str,
    request: Request,
    compiled: Compiled,
    record_ids: Sequence[str],
    filter_: str = "",
) -> tuple[str, tuple[SqlValue, ...]]:
    """What finds those of the records that a rule and a caller's filter hold for.

    Raises FilterError.
    """
    condition = compiled.query(rule, filter_).bind(request)
    one_of, ids = among(record_ids)
    table = compiled.table
    sql = (
        f'SELECT DISTINCT {table}."id" FROM {table} {condition.joins} '
        f'WHERE {table}."id" {one_of} AND ({condition.where or "1"})'
    )
    return sql, (*condition.join_params, ids, *condition.where_params)


async def lets_draft(
    rule: str | None, request: Request, compiled: Compiled, record: Record
) -> bool:
    """Whether a rule holds for a record that is not stored yet, as if it already were a row."""
    if request.is_superuser or rule == "":
        return True
    if rule is None:
        return False
    try:
        sql, params = _draft(rule, request, compiled, record)
    except FilterError:
        return False
    return bool(await _ask(request, sql, params))


async def may_let(rule: str | None, request: Request, compiled: Compiled) -> bool:
    """Whether a rule could hold for this caller, before anything is known of the record.

    Only those of its terms that are about the caller alone are asked. So who can have no use of
    what they send is refused before it takes space.
    """
    terms = _terms_of_caller(rule) if rule else ()
    if not terms:
        return rule is not None or request.is_superuser
    blank = Record.blank(compiled.collection)
    return await lets_draft(" && ".join(terms), request, compiled, blank)


@lru_cache(maxsize=512)
def _terms_of_caller(rule: str) -> tuple[str, ...]:
    try:
        node = parse(rule)
    except FilterError:
        return ()
    terms = node.items if isinstance(node, All) else (node,)
    return tuple(
        f"({rule[term.position : term.end]})"
        for term in terms
        if all(name.startswith(_CALLER) or name in _CONSTANTS for name in _names(term))
    )


def _names(node: Node | Operand) -> Iterator[str]:
    match node:
        case Name(text):
            yield text
        case All(parts) | Any(parts) | Function(_, parts) | Items(parts):
            for part in parts:
                yield from _names(part)
        case Comparison(left, _, right):
            yield from _names(left)
            yield from _names(right)


def lets_draft_within(
    tx: Tx, rule: str | None, request: Request, compiled: Compiled, record: Record
) -> bool:
    """What :func:`lets_draft` tells, asked inside a write transaction."""
    if request.is_superuser or not rule:
        return request.is_superuser or rule == ""
    try:
        return bool(tx.execute(*_draft(rule, request, compiled, record)))
    except (FilterError, StoreError):
        return False


def _draft(
    rule: str, request: Request, compiled: Compiled, record: Record
) -> tuple[str, tuple[SqlValue, ...]]:
    condition = compiled.draft_query(rule).bind(request)
    values = dict(record.values)
    values["id"] = values["id"] or DRAFT
    if compiled.collection.is_auth:
        # Nobody may pass a rule by claiming to be verified.
        values["verified"] = False
    for name, value in values.items():
        if isinstance(value, NewPassword):
            values[name] = ""
        elif type(value) is int:
            # The reference's drafts hold floats, which `~` takes for texts like "1.0".
            values[name] = float(value)
    sql = (
        f"{compiled.draft_cte} SELECT 1 FROM {quote(DRAFT)} AS {compiled.table} "
        f"{condition.joins} WHERE {condition.where or '1'} LIMIT 1"
    )
    return sql, (
        *to_params(compiled.collection, values),
        *condition.join_params,
        *condition.where_params,
    )


async def _ask(request: Request, sql: str, params: Sequence[SqlValue]) -> list[Row]:
    """The rows for which a rule holds; none when the database cannot evaluate it, as it may be for
    a pattern that a request made too long.
    """
    try:
        return await request.reads.read(sql, params)
    except StoreError:
        if request.is_stale:
            raise
        return []
