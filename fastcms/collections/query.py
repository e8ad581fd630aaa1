"""The list of collections, filtered and sorted by their own columns."""

from __future__ import annotations

import re

from fastcms.errors import bad_request
from fastcms.fields.bool import BoolField
from fastcms.fields.text import TextField
from fastcms.filters import FilterError, build
from fastcms.http.params import page_params
from fastcms.http.request import Request
from fastcms.schema import rows
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.store.errors import StoreError

# The table of the collections as a collection: what a filter or sort may name.
_TABLE = Collection(
    id="_collections",
    name="_collections",
    type="base",
    fields=(
        *(TextField(id=name, name=name) for name in ("id", "created", "updated", "name", "type")),
        BoolField(id="system", name="system"),
    ),
)
_NOWHERE = Schema((_TABLE,))
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


class Page:
    """A page of collections; the totals are -1 when nobody wants them counted."""

    def __init__(self, collections: list[Collection], page: int, per_page: int, total: int) -> None:
        self.collections = collections
        self.page = page
        self.per_page = per_page
        self.total = total

    def to_json(self) -> dict[str, object]:
        """The page as the API sends it."""
        return {
            "items": [collection.to_json() for collection in self.collections],
            "page": self.page,
            "perPage": self.per_page,
            "totalItems": self.total,
            "totalPages": -1 if self.total < 0 else -(-self.total // self.per_page),
        }


async def list_collections(request: Request) -> Page:
    """The page that the query asks for. Raises 400 for a bad filter, sort or page."""
    query = request.query
    params = page_params(query)
    filter_, sort = query.get("filter", ""), query.get("sort", "")
    plain = _QUOTED.sub("", filter_ + sort)
    # Paths and modifiers mean something for records only.
    if any(mark in plain for mark in ("@request.", "@collection.", ":")):
        raise bad_request()
    try:
        condition = build(_NOWHERE, _TABLE, filter=filter_, sort=sort, trusted=True).bind(request)
    except FilterError as error:
        raise bad_request() from error
    where = f" WHERE {condition.where}" if condition.where else ""
    order = condition.order or "rowid"
    columns = ", ".join(rows.COLUMNS)
    store = request.app.store
    try:
        found = await store.read(
            f"SELECT {columns} FROM _collections{where} ORDER BY {order} LIMIT ? OFFSET ?",
            (*condition.where_params, *condition.order_params, params.per_page, params.offset),
        )
        total = -1
        if not params.skip_total:
            count = f"SELECT count(*) FROM _collections{where}"
            total = (await store.read(count, condition.where_params))[0][0]
    except StoreError as error:
        raise bad_request() from error
    return Page([rows.from_row(row) for row in found], params.page, params.per_page, total)
