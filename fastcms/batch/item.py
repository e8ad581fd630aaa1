"""One item of a batch: the request that it stands for, and its answer."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from fastcms.batch.form import Item
from fastcms.core import App
from fastcms.errors import ApiError, bad_request, not_found
from fastcms.hooks import Answered
from fastcms.http import limit
from fastcms.http.body import form_body
from fastcms.http.pick import picked
from fastcms.http.query import BROKEN_ESCAPE, first_values
from fastcms.http.reply import Reply
from fastcms.http.request import BODY_LIMIT, Request
from fastcms.records import api as records
from fastcms.records.compiled import compiled
from fastcms.records.write import find
from fastcms.values import to_text

# What the reference lets rules see: to it, each item is a form.
CONTENT_TYPE = "multipart/form-data"

_ALL = re.compile(r"/api/collections/([^/?]+)/records(\?.*)?")
_ONE = re.compile(r"/api/collections/([^/?]+)/records/([^/?]+)(\?.*)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HANDLERS = MappingProxyType(
    {
        "PATCH": ("update", "PATCH", records.update),
        "DELETE": ("delete", "DELETE", records.delete),
    }
)


class UnknownActionError(Exception):
    """Nothing that a batch can do."""


class Action(NamedTuple):
    """What an item wants, as if it were a request of its own."""

    # What rate limits call it.
    tag: str
    method: str
    handler: Callable[[Request], Awaitable[Reply]]
    params: Mapping[str, str]

    @property
    def path(self) -> str:
        """The path of the request."""
        path = f"/api/collections/{self.params['collection']}/records"
        return f"{path}/{self.params['id']}" if "id" in self.params else path


class ItemRequest(Request):
    """An item as the record endpoints see it; who asks is whoever sent the batch."""

    context = "batch"
    item: Item

    @classmethod
    def of(cls, outer: Request, app: App, item: Item) -> Self:
        """The request of an item, without an action yet."""
        path, _, query = item.url.partition("#")[0].partition("?")
        if _CONTROL.search(item.url) or BROKEN_ESCAPE.search(path):
            raise UnknownActionError
        names = {name for name in item.headers if name.lower() != "authorization"}
        more = {name: item.headers[name] for name in names} | {"content-type": CONTENT_TYPE}
        request = cls.__new__(cls)
        request.__dict__.update(outer.__dict__)
        # What the item's headers say of where it comes from is the client's own word.
        request._client_ip = outer.client_ip
        request.app, request.reads, request.item = app, app.store, item
        request.query = first_values(query.encode())
        request.raw_query = query.encode()
        request.body = {}
        request.uploads, request.is_empty_form = item.uploads, False
        by_name = {name.lower().encode(): value.encode() for name, value in more.items()}
        request._headers = outer._headers | by_name
        snake_case = {name.lower().replace("-", "_"): value for name, value in more.items()}
        request.__dict__["headers"] = {**outer.headers, **snake_case}
        return request

    raw_query: bytes

    def take(self, action: Action) -> None:
        """Makes this the request of an action."""
        self.method, self.params = action.method, action.params

    @property
    def has_body(self) -> bool:
        return True

    async def read_body(self, limit: int = BODY_LIMIT, error: str = "") -> dict[str, Any]:
        """The item's body over its query; the batch alone is limited in size."""
        try:
            values = form_body((), self.raw_query, error, strict=True)
        except ValueError as reason:
            raise bad_request(error) from reason
        return {**values, **self.item.body}


async def answer(outer: Request, app: App, item: Item) -> Reply:
    """Runs an item in the app's transaction.

    Raises UnknownActionError, or what the same request by itself would be answered with.
    """
    request = ItemRequest.of(outer, app, item)
    action = await _action(request, item)
    collection = request.schema.find(action.params["collection"])
    if collection is None:
        raise not_found(records.MISSING)
    request.take(action)
    if app.limits.rules is not None:
        limit.check_item(request, action.method, action.path, collection, action.tag)
    try:
        reply = await action.handler(request)
    except Answered as answered:
        reply = answered.reply
    if fields := request.query.get("fields"):
        try:
            return picked(reply, fields)
        except ApiError as error:
            raise UnknownActionError from error
    return reply


async def _action(request: ItemRequest, item: Item) -> Action:
    """Raises UnknownActionError for anything but the writing of one record."""
    match = _ALL.fullmatch(item.url)
    if match and item.method == "POST":
        return Action("create", "POST", records.create, {"collection": match[1]})
    if match and item.method == "PUT":
        return await _upsert(request, match[1], to_text(item.body.get("id")))
    match = _ONE.fullmatch(item.url)
    if match and item.method in _HANDLERS:
        params = {"collection": match[1], "id": match[2]}
        return Action(*_HANDLERS[item.method], params)
    raise UnknownActionError


async def _upsert(request: ItemRequest, name: str, id_: str) -> Action:
    """The update of the record with this id, or the create of one if there is none."""
    collection = request.schema.find(name)
    if collection is not None and id_:
        plan = compiled(request.schema, collection)
        if await find(request.app, plan, id_) is not None:
            return Action(*_HANDLERS["PATCH"], {"collection": name, "id": id_})
    return Action("create", "POST", records.create, {"collection": name})
