"""`GET /api/mails`: the log of mails, for superusers."""

from __future__ import annotations

from typing import Any

from fastcms.core import App
from fastcms.errors import bad_request
from fastcms.fields.number import NumberField
from fastcms.fields.text import TextField
from fastcms.filters import Condition, FilterError
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.params import page_params
from fastcms.http.reply import Reply, page_reply
from fastcms.http.request import Request
from fastcms.http.table import condition, where
from fastcms.mail.log import MAILS
from fastcms.schema.collection import Collection
from fastcms.store.errors import StoreError

# As the wire has them, and as the table does where that is another name.
_COLUMNS = {
    "id": "message",
    "to": "recipients",
    **{
        name: name for name in ("subject", "template", "collection", "record", "status", "attempts")
    },
    **{name: name for name in ("error", "created", "updated")},
}
_SHOWN = ", ".join(f'{column} AS "{name}"' for name, column in _COLUMNS.items())
_ROWS = f"(SELECT {_SHOWN} FROM {MAILS} ORDER BY {MAILS}.id DESC)"
# The rows as a collection: what a filter or sort may name.
_TABLE = Collection(
    id=MAILS,
    name=MAILS,
    type="base",
    fields=tuple(
        (NumberField if name == "attempts" else TextField)(id=name, name=name) for name in _COLUMNS
    ),
)


async def list_(request: Request) -> Reply:
    """GET /api/mails, the newest first unless sorted otherwise."""
    request.require_superuser()
    app, query = request.app, request.query
    params = page_params(query)
    try:
        found = condition(app, _TABLE, query.get("filter", ""), query.get("sort", ""))
        items = await _read(app, found, params.per_page, params.offset)
        total = -1
        if not params.skip_total:
            sql = f"SELECT count(*) FROM {_ROWS} AS {MAILS}{where(found)}"
            total = (await app.store.read(sql, found.where_params))[0][0]
    except (FilterError, StoreError) as error:
        raise bad_request() from error
    return page_reply(
        {
            "page": params.page,
            "perPage": params.per_page,
            "totalItems": total,
            "totalPages": -1 if total < 0 else -(-total // params.per_page),
            "items": items,
        }
    )


async def matching(app: App, filter_: str, limit: int) -> list[dict[str, Any]]:
    """The newest mails that a filter lets through. Raises FilterError for a bad one."""
    return await _read(app, condition(app, _TABLE, filter_), limit)


async def _read(app: App, found: Condition, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    order = f" ORDER BY {found.order}" if found.order else ""
    names = ", ".join(f'"{name}"' for name in _COLUMNS)
    rows = await app.store.read(
        f"SELECT {names} FROM {_ROWS} AS {MAILS}{where(found)}{order} LIMIT ? OFFSET ?",
        (*found.where_params, *found.order_params, limit, offset),
    )
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


ROUTES: tuple[Route, ...] = (endpoint("/api/mails", GET=list_),)
