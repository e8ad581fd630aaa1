"""Lists and views records: one statement for the page, one for the count."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from fastcms.errors import bad_request, forbidden, not_found
from fastcms.filters import Condition, FilterError
from fastcms.http.params import CursorParams, PageParams, cursor_params, page_params
from fastcms.http.request import Request
from fastcms.records.compiled import Compiled
from fastcms.records.events import RecordRequestEvent, RecordsListEvent
from fastcms.records.expand import expand
from fastcms.records.pages import Bind, read_page
from fastcms.records.rules import require_rule
from fastcms.records.show import nothing, show_records, show_rows, stored
from fastcms.records.shown import Shown
from fastcms.store.errors import StoreError
from fastcms.store.store import Row
from fastcms.values import SqlValue

MOST_SLOWED = 0.5  # seconds that a search takes longer
NEVER = "0"  # the text of a condition that no record meets
FOR_SUPERUSERS = ("@collection.", "@request.")


async def list_records(request: Request, compiled: Compiled) -> dict[str, Any]:
    """The list endpoint's answer. Raises 400 for bad parameters, 403 for a null rule."""
    require_rule(compiled.collection.list_rule, request)
    params = page_params(request.query)
    cursor = cursor_params(request.query)
    bind = list_condition(request, compiled)
    try:
        if cursor is None:
            rows, numbers = await _numbered_page(request, compiled, bind, params)
        else:
            rows, numbers = await _page_by_cursor(request, compiled, bind, cursor)
    except FilterError as error:
        raise bad_request() from error
    except StoreError as error:
        if request.is_stale:
            raise
        raise bad_request() from error
    if not rows:
        await _slow_down(request, compiled)
    return {"items": await _show_page(request, compiled, rows), **numbers}


async def _slow_down(request: Request, compiled: Compiled) -> None:
    """Waits a random while when a client keeps searching for what it finds nothing of.

    Rule and filter are one condition, so that the time of an answer may tell a little about records
    that the rule hides. This makes that harder to measure, as in the reference.
    """
    guarded = compiled.collection.list_rule and not request.is_superuser
    if guarded and request.query.get("filter"):
        limits = request.app.limits
        if limits.is_probing(compiled.collection.id, request.client_ip):
            await asyncio.sleep(random.uniform(0, MOST_SLOWED))


def list_condition(request: Request, compiled: Compiled) -> Bind:
    """What the rule and the caller's filter let through, under a sort that is given later.

    Raises 403 for a filter or sort that only superusers may use.
    """
    superuser = request.is_superuser
    filter_, sort = request.query.get("filter", ""), request.query.get("sort", "")
    if not superuser:
        refuse_for_superusers(filter_, sort)
    rule = None if superuser else compiled.collection.list_rule
    return lambda sort: compiled.query(rule, filter_, sort, trusted=superuser).bind(request)


def refuse_for_superusers(filter_: str, sort: str) -> None:
    """Raises 403 for a filter or sort that only superusers may use."""
    for text in FOR_SUPERUSERS:
        if text in filter_ or text in sort:
            raise forbidden(f"Only superusers can filter by {text}")


async def _numbered_page(
    request: Request, compiled: Compiled, bind: Bind, params: PageParams
) -> tuple[list[Row], dict[str, Any]]:
    page, per_page, skip_total = params
    condition = bind(request.query.get("sort", ""))
    rows: list[Row] = []
    if condition.where != NEVER:
        sql, values = page_statement(request, compiled, condition, per_page, params.offset)
        rows = await request.app.store.read(*compiled.asked(sql, values))
    total = -1 if skip_total else await _total(request, compiled, condition, len(rows), params)
    return rows, {
        "page": page,
        "perPage": per_page,
        "totalItems": total,
        "totalPages": -1 if skip_total else -(-total // per_page),
    }


async def _page_by_cursor(
    request: Request, compiled: Compiled, bind: Bind, params: CursorParams
) -> tuple[list[Row], dict[str, Any]]:
    sort = request.query.get("sort", "")
    page = await read_page(request, compiled, bind, sort, params)
    total = -1 if params.skip_total else await _count(request, compiled, bind(sort))
    return page.rows, {
        "nextCursor": page.next,
        # Nobody counts the pages before a cursor.
        "page": -1,
        "perPage": params.per_page,
        "prevCursor": page.prev,
        "totalItems": total,
        "totalPages": -1 if params.skip_total else -(-total // params.per_page),
    }


async def view_record(request: Request, compiled: Compiled, record_id: str) -> Shown:
    """The view endpoint's answer. Raises 404 where the rule does not hold, 403 for a null one."""
    rule = compiled.collection.view_rule
    require_rule(rule, request)
    wire = compiled.wire(superuser=request.is_superuser)
    if request.is_superuser or not rule:
        rows = await request.app.store.read(*compiled.asked(wire.by_id_sql, (record_id,)))
    else:
        try:
            condition = compiled.query(rule).bind(request)
        except FilterError as error:
            raise not_found() from error
        table = compiled.table
        sql = (
            f"SELECT {wire.sql} FROM {table} {condition.joins} "
            f'WHERE {table}."id" = ? AND ({condition.where or "1"}) LIMIT 1'
        )
        try:
            params = (*condition.join_params, record_id, *condition.where_params)
            rows = await request.app.store.read(*compiled.asked(sql, params))
        except StoreError as error:
            if request.is_stale:
                raise
            raise not_found() from error
    if not rows:
        raise not_found()
    hook = request.app.hooks.record_view_request
    if hook:
        records = await stored(request, compiled, rows)
        await hook.run(RecordRequestEvent(request, records[0]), nothing)
        shown = await show_records(request, compiled, records)
    else:
        shown = await show_rows(request, compiled, rows)
    await expand(request, compiled, shown)
    return shown[0]


def page_statement(
    request: Request, compiled: Compiled, condition: Condition, per_page: int, offset: int
) -> tuple[str, tuple[SqlValue, ...]]:
    """The statement of a list's page."""
    table = compiled.table
    wire = compiled.wire(superuser=request.is_superuser)
    order = condition.order
    if not order and condition.joined:
        # As the reference's joined lists come out: its plan walks the primary key.
        order = f'{table}."id"'
    sql = (
        f"SELECT {'DISTINCT ' if condition.distinct else ''}{wire.sql} "
        f"FROM {table} {condition.joins}"
        f"{' WHERE ' + condition.where if condition.where else ''}"
        # SQLite makes the plan anew for each value of a bound limit: 4 of the 21 µs of 30 rows.
        f"{' ORDER BY ' + order if order else ''} LIMIT {per_page} OFFSET ?"
    )
    return sql, (
        *condition.join_params,
        *condition.where_params,
        *condition.order_params,
        offset,
    )


async def _total(
    request: Request, compiled: Compiled, condition: Condition, found: int, params: PageParams
) -> int:
    """How many records match; asked of the database only if the page does not tell."""
    if 0 < found < params.per_page or (found == 0 and params.page == 1):
        return params.offset + found
    return await _count(request, compiled, condition)


async def _count(request: Request, compiled: Compiled, condition: Condition) -> int:
    table = compiled.table
    if condition.distinct:
        key = "id" if compiled.collection.is_view else "rowid"
        count = f'COUNT(DISTINCT {table}."{key}")'
    else:
        count = "COUNT(*)"
    sql = (
        f"SELECT {count} FROM {table} {condition.joins}"
        f"{' WHERE ' + condition.where if condition.where else ''}"
    )
    sql, params = compiled.asked(sql, (*condition.join_params, *condition.where_params))
    return await request.app.store.count(sql, params, lasts=_lasts(request, sql))


def _lasts(request: Request, sql: str) -> bool:
    """Whether the data alone decide what the statement gives.

    Filters can ask for the time with strftime(); a view's query for anything.
    """
    return "strftime(" not in sql and not any(view in sql for view in request.schema.view_names)


async def _show_page(request: Request, compiled: Compiled, rows: list[Any]) -> list[Shown]:
    hook = request.app.hooks.records_list_request
    if hook:
        records = await stored(request, compiled, rows)
        await hook.run(RecordsListEvent(request, compiled.collection, records), nothing)
        shown = await show_records(request, compiled, records)
    else:
        shown = await show_rows(request, compiled, rows)
    await expand(request, compiled, shown)
    return shown
