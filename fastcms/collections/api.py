"""The routes of collections, all for superusers."""

from __future__ import annotations

from typing import Any

from fastcms.collections import dry_run, save, view_cache
from fastcms.collections.events import CollectionRequestEvent, CollectionsListEvent
from fastcms.collections.export import exported, scaffolds
from fastcms.collections.importer import NOT_LOADED, import_by_request
from fastcms.collections.preview import preview
from fastcms.collections.query import list_collections
from fastcms.errors import ApiError, Problem, bad_request
from fastcms.http.endpoint import Handler, Route, endpoint
from fastcms.http.reply import NO_CONTENT, Reply, json_reply, page_reply
from fastcms.http.request import Request
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.store.errors import StoreError


async def list_(request: Request) -> Reply:
    """GET /api/collections"""
    request.require_superuser()
    page = await list_collections(request)
    if hook := request.app.hooks.collections_list_request:
        event = CollectionsListEvent(request, page.collections)
        await hook.run(event, _nothing)
        page.collections = event.collections
    return page_reply(page.to_json())


async def view(request: Request) -> Reply:
    """GET /api/collections/{collection}"""
    request.require_superuser()
    collection = save.find(request.schema, request.params["collection"])
    if hook := request.app.hooks.collection_view_request:
        event = CollectionRequestEvent(request, collection)
        await hook.run(event, _nothing)
        collection = event.collection
    return json_reply(collection.to_json())


async def create(request: Request) -> Reply:
    """POST /api/collections"""
    request.require_superuser()
    body = await _body(request, save.BAD_HEAD)
    return json_reply((await save.create_by_request(request, body)).to_json())


async def update(request: Request) -> Reply:
    """PATCH /api/collections/{collection}; with `?dryRun=1`, an addition, it answers the plan."""
    request.require_superuser()
    name_or_id = request.params["collection"]
    if save.find(request.schema, name_or_id).is_superusers:
        request.refuse_impersonated()
    body = await _body(request, save.BAD_BODY)
    if _is_dry_run(request):
        plan = await save.until_unchanged(request, lambda: preview(request, name_or_id, body))
        return json_reply(plan)
    return json_reply((await save.update_by_request(request, name_or_id, body)).to_json())


async def delete(request: Request) -> Reply:
    """DELETE /api/collections/{collection}"""
    request.require_superuser()
    await save.delete_by_request(request, request.params["collection"])
    return NO_CONTENT


async def import_(request: Request) -> Reply:
    """PUT /api/collections/import; with `?dryRun=1`, an addition, it answers the plan only."""
    request.require_superuser()
    # It may change the superusers' own collection, too.
    request.refuse_impersonated()
    body = await request.read_body(error=NOT_LOADED)
    dry_run = _is_dry_run(request)
    plan = await save.until_unchanged(
        request, lambda: import_by_request(request, body, dry_run=dry_run)
    )
    return json_reply(plan) if dry_run else NO_CONTENT


async def export(request: Request) -> Reply:
    """GET /api/collections/export, of all collections or those that `?collections=a,b` names."""
    if request.schema.find("export"):
        # This is an addition: whoever has a collection of that name asks for the collection.
        request.params = {"collection": "export"}
        return await view(request)
    request.require_superuser()
    names = request.query.get("collections", "")
    return json_reply(exported(_chosen(request.schema, names) if names else request.schema))


def _chosen(schema: Schema, names: str) -> list[Collection]:
    """The collections of those names or ids, in the schema's order."""
    wanted = {name.strip() for name in names.split(",") if name.strip()}
    missing = sorted(name for name in wanted if schema.find(name) is None)
    if missing:
        message = f"Missing or invalid collection {', '.join(missing)}."
        problem = Problem("validation_missing_collection", message)
        raise bad_request("Failed to export collections.", {"collections": problem})
    chosen = [schema.find(name) for name in wanted]
    return [collection for collection in schema if collection in chosen]


async def show_scaffolds(request: Request) -> Reply:
    """GET /api/collections/meta/scaffolds"""
    request.require_superuser()
    return json_reply(scaffolds())


async def list_oauth2_providers(request: Request) -> Reply:
    """GET /api/collections/meta/oauth2-providers"""
    request.require_superuser()
    # With the providers comes the client for HTTP, which a server that has none never needs.
    from fastcms.oauth2.providers import offered

    return json_reply(offered())


async def dry_run_view(request: Request) -> Reply:
    """POST /api/collections/meta/dry-run-view"""
    request.require_superuser()
    body = await request.read_body(error=dry_run.BAD_BODY)
    return json_reply(await dry_run.dry_run(request, body))


async def refresh(request: Request) -> Reply:
    """POST /api/collections/{collection}/refresh"""
    request.require_superuser()
    view = save.find(request.schema, request.params["collection"])
    try:
        total = await view_cache.refresh(request.app, view.id)
    except StoreError as error:
        raise bad_request(f"Failed to refresh the view. Raw error: \n{error}") from error
    return json_reply({"totalItems": total})


def _is_dry_run(request: Request) -> bool:
    return request.query.get("dryRun", "") in ("1", "true")


async def _body(request: Request, failure: str) -> dict[str, Any]:
    try:
        return await request.read_body()
    except ApiError as error:
        if error.status != 400:
            raise
        raise bad_request(failure) from error


def _named(name: str) -> dict[str, Handler]:
    """What can be done with a collection that has a route's name."""

    def of(handler: Handler) -> Handler:
        async def handle(request: Request) -> Reply:
            request.params = {"collection": name}
            return await handler(request)

        return handle

    return {"GET": of(view), "PATCH": of(update), "DELETE": of(delete)}


async def _nothing(_: object) -> None:
    return None


ROUTES: tuple[Route, ...] = (
    endpoint("/api/collections/meta/dry-run-view", POST=dry_run_view),
    endpoint("/api/collections", GET=list_, POST=create),
    endpoint("/api/collections/import", PUT=import_, **_named("import")),
    endpoint("/api/collections/export", **_named("export") | {"GET": export}),
    endpoint("/api/collections/meta/scaffolds", GET=show_scaffolds),
    endpoint("/api/collections/meta/oauth2-providers", GET=list_oauth2_providers),
    endpoint("/api/collections/{collection}/refresh", POST=refresh),
    endpoint("/api/collections/{collection}", GET=view, PATCH=update, DELETE=delete),
)
