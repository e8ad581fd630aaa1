"""Creates, updates and deletes collections: hooks around one transaction for each change.

A change is planned on the schema that the request holds and carried out on the one that the
transaction finds. When somebody changed the same collection in between, it is planned again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

from fastcms.collections import sync, views
from fastcms.collections.body import changed_collection, check_head, new_collection
from fastcms.collections.change import check_in, remove_in, save_in
from fastcms.collections.events import CollectionEvent, CollectionRequestEvent
from fastcms.collections.views import View
from fastcms.core import App
from fastcms.errors import bad_request, not_found
from fastcms.hooks import Event, Hook
from fastcms.http.request import Request
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.store.errors import SchemaChanged
from fastcms.store.store import Tx

E = TypeVar("E", bound=Event)
T = TypeVar("T")
Inside: TypeAlias = Callable[[Tx, Collection], None]

BAD_HEAD = "Failed to load the collection type data due to invalid formatting."
BAD_BODY = "Failed to load the submitted data due to invalid formatting."


async def create_by_request(request: Request, body: Mapping[str, Any]) -> Collection:
    """Creates the collection that the body describes. Raises 400 with what is wrong with it."""
    with reading(BAD_HEAD):
        check_head(body)

    async def create(event: CollectionRequestEvent) -> None:
        event.collection = await save(
            request.app, request.schema, None, event.collection, event.inside
        )

    async def attempt() -> Collection:
        with reading(BAD_BODY):
            collection = new_collection(body, request.schema.by_id)
        event = CollectionRequestEvent(request, collection)
        await _around(request.app.hooks.collection_create_request, event, create)
        return event.collection

    return await until_unchanged(request, attempt)


async def update_by_request(
    request: Request, name_or_id: str, body: Mapping[str, Any]
) -> Collection:
    """Merges the body over the collection. Raises 404, and 400 with what is wrong."""

    async def attempt() -> Collection:
        before, after = changed(request.schema, name_or_id, body)

        async def update(event: CollectionRequestEvent) -> None:
            event.collection = await save(
                request.app, request.schema, before, event.collection, event.inside
            )

        event = CollectionRequestEvent(request, after)
        await _around(request.app.hooks.collection_update_request, event, update)
        return event.collection

    return await until_unchanged(request, attempt)


async def delete_by_request(request: Request, name_or_id: str) -> None:
    """Deletes a collection with its records. Raises 404, and 400 for one that is needed."""

    async def delete(event: CollectionRequestEvent) -> None:
        await remove(request.app, request.schema, event.collection, event.inside)

    async def attempt() -> None:
        event = CollectionRequestEvent(request, find(request.schema, name_or_id))
        await _around(request.app.hooks.collection_delete_request, event, delete)

    await until_unchanged(request, attempt)


def changed(
    schema: Schema, name_or_id: str, body: Mapping[str, Any]
) -> tuple[Collection, Collection]:
    """A collection before and after the body is merged over it. Raises 404, and 400 for a body
    that cannot be read.
    """
    before = find(schema, name_or_id)
    with reading(BAD_BODY):
        after = changed_collection(before, body)
    if after.id != before.id:
        # The reference looks for the stored collection under the new id.
        raise bad_request(
            "Failed to update collection. Raw error: \n"
            "failed to retrieve old cached collection: sql: no rows in result set."
        )
    return before, after


def find(schema: Schema, name_or_id: str) -> Collection:
    """The collection of a path; raises 404."""
    collection = schema.find(name_or_id)
    if collection is None:
        raise not_found()
    return collection


async def save(
    app: App,
    planned: Schema,
    before: Collection | None,
    after: Collection,
    inside: Sequence[Inside] = (),
) -> Collection:
    """Stores a collection and makes the database follow; gives it as it was stored.

    `planned` is the schema that `after` was made from; `inside` runs in the same transaction, after
    the change. Raises SchemaChanged when the collection is
    not what it was there any more, and 400 for a collection that must not be saved.
    """

    kinds = app.hooks.of_collections
    hooks = kinds.update if before else kinds.create
    event = CollectionEvent(before, after, "update" if before else "create")

    async def in_schema(run: Callable[[Tx, Schema, Collection, View | None], T]) -> T:
        collection = event.collection
        view = await inspected(app, planned, collection) if collection.is_view else None

        def job(tx: Tx) -> T:
            schema = same_schema(tx, planned, collection.id)
            if view is not None and schema.collections != planned.collections:
                raise SchemaChanged("what the view reads may have changed")
            return run(tx, schema, collection, view)

        return await app.store.write(job)

    async def check() -> None:
        await in_schema(lambda tx, schema, c, view: check_in(tx, schema, before, c, view))

    def save_all(tx: Tx, schema: Schema, collection: Collection, view: View | None) -> Collection:
        stored = save_in(tx, schema, before, collection, view)
        for act in inside:
            act(tx, stored)
        return stored

    async def store() -> None:
        event.collection = await in_schema(save_all)
        app.refresh()

    async def act() -> None:
        # Storing checks as well: what is found before is only for those who listen.
        await hooks.check(event, check)
        await hooks.execute.run(event, store)

    if hooks.hears((*after.tags, *event.model_tags)):
        await hooks.run(event, act, app.store, ignored=SchemaChanged)
    else:
        await store()
    return event.collection


async def remove(
    app: App, planned: Schema, collection: Collection, inside: Sequence[Inside] = ()
) -> None:
    """Deletes a collection, its table and its files. `inside` and errors: as :func:`save`."""

    hooks = app.hooks.of_collections.delete
    event = CollectionEvent(collection, collection, "delete")

    async def delete() -> None:
        def job(tx: Tx) -> None:
            schema = same_schema(tx, planned, collection.id)
            remove_in(tx, schema, collection)
            app.removals.note(tx, [f"{collection.id}/"])
            for act in inside:
                act(tx, collection)

        await app.store.write(job)
        app.refresh()

    async def act() -> None:
        await hooks.execute.run(event, delete)

    await hooks.run(event, act, app.store, ignored=SchemaChanged)


async def inspected(app: App, schema: Schema, collection: Collection) -> View:
    shadow = views.shadow_of(app.store.read_now)
    view = await asyncio.to_thread(views.inspect, schema, shadow, collection)
    if view.error:
        return view
    return (await views.sampled(app.store, view))[0]


def same_schema(tx: Tx, planned: Schema, id_: str) -> Schema:
    """The schema of this moment. Raises SchemaChanged if the collection was changed since."""
    schema = sync.load_schema(tx)
    if schema.by_id.get(id_) != planned.by_id.get(id_):
        raise SchemaChanged("the collection was changed meanwhile")
    return schema


async def _around(hook: Hook[E], event: E, action: Callable[[E], Awaitable[None]]) -> None:
    if hook:
        await hook.run(event, action)
    else:
        await action(event)


async def until_unchanged(request: Request, attempt: Callable[[], Awaitable[T]]) -> T:
    """Plans again as often as somebody else was faster; each round somebody gets done."""
    while True:
        try:
            return await attempt()
        except SchemaChanged:
            await request.restart()
            await request.authenticate()
            request.require_superuser()


@contextmanager
def reading(failure: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise bad_request(failure) from error
