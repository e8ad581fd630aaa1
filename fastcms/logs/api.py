"""`/api/logs`, for superusers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from fastcms import clock
from fastcms.errors import Problem, bad_request, not_found
from fastcms.filters import FilterError
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.params import page_params
from fastcms.http.reply import NO_CONTENT, Reply, json_reply, page_reply
from fastcms.http.request import Request
from fastcms.http.table import where
from fastcms.logs.entries import COLUMNS, condition, shown
from fastcms.logs.summary import summary
from fastcms.logs.sweep import trim
from fastcms.store.errors import StoreError

_NO_FILTER = "Invalid filter format."
_NO_SPAN = "Invalid span."
_NO_MOMENT = Problem("validation_invalid_date", "Must be a valid datetime.")


async def list_(request: Request) -> Reply:
    """GET /api/logs"""
    request.require_superuser()
    query = request.query
    params = page_params(query)
    read = request.app.log_store.read
    try:
        found = condition(request.app, query.get("filter", ""), query.get("sort", ""))
        rows = await read(
            f"SELECT {COLUMNS} FROM _logs{where(found)} ORDER BY {found.order or 'rowid'}"
            " LIMIT ? OFFSET ?",
            (*found.where_params, *found.order_params, params.per_page, params.offset),
        )
        total = -1
        if not params.skip_total:
            sql = f"SELECT count(*) FROM _logs{where(found)}"
            total = (await read(sql, found.where_params))[0][0]
    except (FilterError, StoreError) as error:
        raise bad_request() from error
    return page_reply(
        {
            "items": [shown(row) for row in rows],
            "page": params.page,
            "perPage": params.per_page,
            "totalItems": total,
            "totalPages": -1 if total < 0 else -(-total // params.per_page),
        }
    )


async def stats(request: Request) -> Reply:
    """GET /api/logs/stats: how many entries each hour has."""
    request.require_superuser()
    try:
        found = condition(request.app, request.query.get("filter", ""))
        rows = await request.app.log_store.read(
            "SELECT strftime('%Y-%m-%d %H:00:00', created) AS hour, count(*)"
            f" FROM _logs{where(found)} GROUP BY hour ORDER BY hour",
            found.where_params,
        )
    except (FilterError, StoreError) as error:
        raise bad_request(_NO_FILTER) from error
    return json_reply([{"date": f"{hour}.000Z", "total": total} for hour, total in rows])


async def summarize(request: Request) -> Reply:
    """GET /api/logs/summary: figures of a span, which ends now and has a day if nothing is said."""
    request.require_superuser()
    query = request.query
    end = _moment(query, "to", clock.now())
    begin = _moment(query, "from", end - timedelta(days=1))
    if begin >= end:
        raise bad_request(_NO_SPAN, {"from": Problem("validation_invalid_value", "Is not before.")})
    try:
        return json_reply(await summary(request.app, query.get("filter", ""), begin, end))
    except (FilterError, StoreError) as error:
        raise bad_request(_NO_FILTER) from error


def _moment(query: Mapping[str, str], name: str, otherwise: datetime) -> datetime:
    if not (text := query.get(name, "")):
        return otherwise
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad_request(_NO_SPAN, {name: _NO_MOMENT}) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


async def view(request: Request) -> Reply:
    """GET /api/logs/{id}"""
    request.require_superuser()
    rows = await request.app.log_store.read(
        f"SELECT {COLUMNS} FROM _logs WHERE id = ?", (request.params["id"],)
    )
    if not rows:
        raise not_found()
    return json_reply(shown(rows[0]))


async def clear(request: Request) -> Reply:
    """DELETE /api/logs"""
    request.require_superuser()
    # A borrowed key shall not wipe its traces out.
    request.refuse_impersonated()
    app = request.app
    await app.log_store.clear()
    app.background.start("the log's clean-up", trim(app))
    return NO_CONTENT


ROUTES: tuple[Route, ...] = (
    endpoint("/api/logs", GET=list_, DELETE=clear),
    endpoint("/api/logs/stats", GET=stats),
    endpoint("/api/logs/summary", GET=summarize),
    endpoint("/api/logs/{id}", GET=view),
)
