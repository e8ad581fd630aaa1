"""The routes of records."""

from __future__ import annotations

from msgspec import UNSET

from fastcms.collections import view_cache
from fastcms.errors import bad_request, not_found
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import NO_CONTENT, Reply, json_reply, page_reply
from fastcms.http.request import Request
from fastcms.records import geojson
from fastcms.records.compiled import Compiled, compiled
from fastcms.records.delete import delete_by_request, truncate
from fastcms.records.expand import expand
from fastcms.records.parameters import with_parameters
from fastcms.records.query import list_records, view_record
from fastcms.records.record import Record, to_wire
from fastcms.records.rules import keep_superusers
from fastcms.records.show import show_records
from fastcms.records.shown import Shown
from fastcms.records.write import create_by_request, find, update_by_request
from fastcms.store.errors import StoreError

MISSING = "Missing collection context."
MISSING_OR_INVALID = "Missing or invalid collection context."


async def list_(request: Request) -> Reply:
    """GET …/records"""
    plan = _plan(request, MISSING)
    if request.has_body:
        await _check_body(request)
    if geojson.is_wanted(request):
        page = await list_records(request, plan)
        reply = geojson.feature_reply(request, geojson.place_of(request, plan), page)
    else:
        reply = page_reply(await list_records(request, plan))
    return await _dated(request, plan, reply)


async def view(request: Request) -> Reply:
    """GET …/records/{id}"""
    plan = _plan(request, MISSING)
    if request.has_body:
        await _check_body(request)
    record = await view_record(request, plan, request.params["id"])
    return await _dated(request, plan, json_reply(record))


async def create(request: Request) -> Reply:
    """POST …/records"""
    plan = _writable(_plan(request, MISSING_OR_INVALID))
    record, manager = await create_by_request(request, plan)
    return json_reply(await _written(request, plan, record, manager=manager))


async def update(request: Request) -> Reply:
    """PATCH …/records/{id}"""
    plan = _writable(_plan(request, MISSING_OR_INVALID))
    record, manager = await update_by_request(request, plan, request.params["id"])
    return json_reply(await _written(request, plan, record, manager=manager))


async def delete(request: Request) -> Reply:
    """DELETE …/records/{id}"""
    plan = _writable(_plan(request, MISSING))
    if request.has_body:
        await _check_body(request)
    await delete_by_request(request, plan, request.params["id"])
    return NO_CONTENT


async def truncate_collection(request: Request) -> Reply:
    """DELETE /api/collections/{collection}/truncate"""
    request.require_superuser()
    collection = request.schema.find(request.params["collection"])
    if collection is None:
        raise not_found()
    keep_superusers(collection, request)
    await truncate(request.app, request.schema, collection, request.stamp)
    return NO_CONTENT


def _plan(request: Request, missing: str) -> Compiled:
    collection = request.schema.find(request.params["collection"])
    if collection is None:
        raise not_found(missing)
    plan = compiled(request.schema, collection)
    return with_parameters(plan, request.query) if collection.view_params else plan


async def _dated(request: Request, plan: Compiled, reply: Reply) -> Reply:
    """The answer, with its age if it is from a kept view."""
    if plan.collection.view_cache is None:
        return reply
    age = await view_cache.age(request.app.store, plan.collection)
    headers = ((b"age", str(age).encode()), (b"access-control-expose-headers", b"Age"))
    return reply._replace(headers=(*reply.headers, *headers))


def _writable(plan: Compiled) -> Compiled:
    if plan.collection.is_view:
        raise bad_request("Unsupported collection type.")
    return plan


async def _check_body(request: Request) -> None:
    """A body is no use here, but its values count for rules, and a broken one is refused."""
    request.body = await request.read_body()


async def _written(request: Request, plan: Compiled, record: Record, *, manager: bool) -> Shown:
    """The record as the answer shows it.

    It has been written and must not be written again: when the schema changes before everything
    around it was read, it is shown as the new schema has it.
    """
    while True:
        try:
            shown = await _shown(request, plan, record, manager=manager)
        except StoreError:
            if not request.is_stale:
                raise
        else:
            if not (request.is_stale and shown.get("expand") not in (None, UNSET)):
                return shown
        await request.restart()
        await request.authenticate()
        plan = _plan(request, MISSING)
        stored = await find(request.app, plan, record.id)
        if stored is None:
            raise not_found()
        record = stored


async def _shown(request: Request, plan: Compiled, record: Record, *, manager: bool) -> Shown:
    if request.app.hooks.record_enrich:
        shown = await show_records(request, plan, [record])
    else:
        own = record.id == request.own_id(plan.collection)
        email = manager or own or bool(record.values.get("emailVisibility"))
        shown = [to_wire(record, superuser=request.is_superuser, email=email)]
    await expand(request, plan, shown)
    return shown[0]


ROUTES: tuple[Route, ...] = (
    endpoint(
        "/api/collections/{collection}/records",
        GET=list_,
        POST=create,
    ).tagged(GET=("list",), POST=("create",)),
    endpoint(
        "/api/collections/{collection}/records/{id}",
        GET=view,
        PATCH=update,
        DELETE=delete,
    ).tagged(GET=("view",), PATCH=("update",), DELETE=("delete",)),
    endpoint("/api/collections/{collection}/truncate", DELETE=truncate_collection),
)
