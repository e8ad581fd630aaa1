"""`/api/logs`, for superusers."""

from __future__ import annotations

from fastcms.errors import bad_request, not_found
from fastcms.filters import FilterError
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.params import page_params
from fastcms.http.reply import NO_CONTENT, Reply, json_reply, page_reply
from fastcms.http.request import Request
from fastcms.http.table import where
from fastcms.logs.entries import COLUMNS, condition, shown
from fastcms.logs.sweep import trim
from fastcms.store.errors import StoreError

_NO_FILTER = "Invalid filter format."


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
    endpoint("/api/logs/{id}", GET=view),
)
