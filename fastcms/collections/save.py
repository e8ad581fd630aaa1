"""Creates, updates and deletes collections: hooks, checks, and one transaction for each change.

A change is planned on the schema that the request holds and carried out on the one that the
transaction finds. When somebody changed the same collection in between, it is planned again.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from msgspec.structs import replace

from fastcms import clock
from fastcms.app import App
from fastcms.collections import sync, views
from fastcms.collections.body import changed_collection, check_head, new_collection
from fastcms.collections.events import CollectionChanged, CollectionEvent, CollectionRequestEvent
from fastcms.collections.validate import DatabaseNames, collection_problems
from fastcms.collections.views import View
from fastcms.errors import bad_request, not_found
from fastcms.fields.relation import RelationField
from fastcms.hooks import Event, Hook
from fastcms.http.request import Request
from fastcms.schema.collection import Collection
from fastcms.schema.options import OAuth2, TokenOptions, new_secret
from fastcms.schema.snapshot import Schema
from fastcms.settings.load import load_settings, save_settings
from fastcms.sql import ddl
from fastcms.store.errors import SchemaChanged, StoreError
from fastcms.store.store import Tx

E = TypeVar("E", bound=Event)
T = TypeVar("T")

BAD_HEAD = "Failed to load the collection type data due to invalid formatting."
BAD_BODY = "Failed to load the submitted data due to invalid formatting."
NOT_CREATED = "Failed to create collection."
NOT_UPDATED = "Failed to update collection."
NOT_DELETED = "Failed to delete collection."


async def create_by_request(request: Request, body: Mapping[str, Any]) -> Collection:
    """Creates the collection that the body describes. Raises 400 with what is wrong with it."""
    with _reading(BAD_HEAD):
        check_head(body)

    async def create(event: CollectionRequestEvent) -> None:
        event.collection = await save(request.app, request.schema, None, event.collection)

    async def attempt() -> Collection:
        with _reading(BAD_BODY):
            collection = new_collection(body, request.schema.by_id)
        event = CollectionRequestEvent(request, collection)
        await _around(request.app.hooks.collection_create_request, event, create)
        return event.collection

    return await _until_unchanged(request, attempt)


async def update_by_request(
    request: Request, name_or_id: str, body: Mapping[str, Any]
) -> Collection:
    """Merges the body over the collection. Raises 404, and 400 with what is wrong."""

    async def attempt() -> Collection:
        before = find(request.schema, name_or_id)
        with _reading(BAD_BODY):
            after = changed_collection(before, body)
        if after.id != before.id:
            # The reference looks for the stored collection under the new id.
            raise bad_request(
                "Failed to update collection. Raw error: \n"
                "failed to retrieve old cached collection: sql: no rows in result set."
            )

        async def update(event: CollectionRequestEvent) -> None:
            event.collection = await save(request.app, request.schema, before, event.collection)

        event = CollectionRequestEvent(request, after)
        await _around(request.app.hooks.collection_update_request, event, update)
        return event.collection

    return await _until_unchanged(request, attempt)


async def delete_by_request(request: Request, name_or_id: str) -> None:
    """Deletes a collection with its records. Raises 404, and 400 for one that is needed."""

    async def delete(event: CollectionRequestEvent) -> None:
        await remove(request.app, request.schema, event.collection)

    async def attempt() -> None:
        event = CollectionRequestEvent(request, find(request.schema, name_or_id))
        await _around(request.app.hooks.collection_delete_request, event, delete)

    await _until_unchanged(request, attempt)


def find(schema: Schema, name_or_id: str) -> Collection:
    """The collection of a path; raises 404."""
    collection = schema.find(name_or_id)
    if collection is None:
        raise not_found()
    return collection


async def save(
    app: App, planned: Schema, before: Collection | None, after: Collection
) -> Collection:
    """Stores a collection and makes the database follow; gives it as it was stored.

    `planned` is the schema that `after` was made from. Raises SchemaChanged when the collection is
    not what it was there any more, and 400 for a collection that must not be saved.
    """

    async def act(event: CollectionEvent) -> None:
        collection = event.collection
        view = await _inspected(app, planned, collection) if collection.is_view else None

        def job(tx: Tx) -> Collection:
            schema = _same_schema(tx, planned, collection.id)
            if view is not None and schema.collections != planned.collections:
                raise SchemaChanged("what the view reads may have changed")
            return _save(tx, schema, before, collection, view)

        event.collection = await app.store.write(job)
        app.refresh()

    event = CollectionEvent(app, before, after)
    hooks = app.hooks
    await _around(hooks.collection_update if before else hooks.collection_create, event, act)
    return event.collection


async def remove(app: App, planned: Schema, collection: Collection) -> None:
    """Deletes a collection, its table and its files. Raises as :func:`save` does."""

    async def act(event: CollectionEvent) -> None:
        def job(tx: Tx) -> None:
            schema = _same_schema(tx, planned, collection.id)
            _delete(tx, schema, collection)

        await app.store.write(job)
        app.refresh()

    event = CollectionEvent(app, collection, collection)
    await _around(app.hooks.collection_delete, event, act)
    files = app.data_dir / "storage" / collection.id
    await asyncio.to_thread(shutil.rmtree, files, ignore_errors=True)


async def _inspected(app: App, schema: Schema, collection: Collection) -> View:
    shadow = views.shadow_of(app.store.read_now)
    view = await asyncio.to_thread(views.inspect, schema, shadow, collection)
    if view.error:
        return view
    return (await views.sampled(app.store, view))[0]


# -- inside the transaction ---------------------------------------------------------------------


def _save(
    tx: Tx, schema: Schema, before: Collection | None, after: Collection, view: View | None
) -> Collection:
    failure = NOT_UPDATED if before else NOT_CREATED
    query_problem, definition = None, ""
    if view is not None:
        after = replace(after, fields=view.fields)
        query_problem, definition = view.problem(after.view_query), view.definition
    if problems := collection_problems(schema, _names(tx), before, after, query_problem):
        raise bad_request(failure, problems)
    now = clock.now_text()
    if before is None:
        stored = replace(after, created=now, updated=now)
        with _writing(failure):
            sync.insert(tx, stored, definition)
    else:
        stored = _with_forced_options(before, replace(after, updated=now))
        with _writing(failure):
            sync.update(tx, before, stored, definition)
        if before.name != stored.name:
            _rename_limits(tx, before.name, stored.name)
    tx.emit(CollectionChanged("update" if before else "create", stored))
    _update_views(tx, schema.with_collection(stored), stored, now)
    return stored


def _update_views(tx: Tx, schema: Schema, changed: Collection, now: str) -> None:
    """Lets the fields of the views follow those of what they read."""
    if not any(other.is_view and other.id != changed.id for other in schema):
        return
    shadow = views.shadow_of(tx.execute)
    for after, view in views.follow(schema, shadow, changed):
        stored = replace(after, updated=now)
        sync.update(tx, schema.by_id[after.id], stored, view.definition)
        tx.emit(CollectionChanged("update", stored))


def _delete(tx: Tx, schema: Schema, collection: Collection) -> None:
    if collection.system:
        raise bad_request(NOT_DELETED)
    if names := _referring(schema, collection.id):
        raise bad_request(
            f"Failed to delete collection probably due to existing reference in {', '.join(names)}."
        )
    readable = sync.readable_views(tx, schema) - {collection.name}
    with _writing(NOT_DELETED):
        sync.delete(tx, collection)
    if not readable <= sync.readable_views(tx, schema.without(collection.id)):
        # A view reads from it.
        raise bad_request(NOT_DELETED)
    tx.emit(CollectionChanged("delete", collection))


def _same_schema(tx: Tx, planned: Schema, id_: str) -> Schema:
    """The schema of this moment. Raises SchemaChanged if the collection was changed since."""
    schema = sync.load_schema(tx)
    if schema.by_id.get(id_) != planned.by_id.get(id_):
        raise SchemaChanged("the collection was changed meanwhile")
    return schema


def _names(tx: Tx) -> DatabaseNames:
    return DatabaseNames(
        tables=frozenset(row[0] for row in tx.execute(ddl.TABLE_NAMES)),
        indexes=dict(tx.execute(ddl.INDEX_OWNERS)),
    )


def _with_forced_options(before: Collection, after: Collection) -> Collection:
    """The options that follow from others."""
    if before.auth is None or after.auth is None:
        return after
    options = after.auth
    if (before.auth.auth_rule or "") != (options.auth_rule or ""):
        # Whoever signed in under the old rule has to do it again.
        token = TokenOptions(new_secret(), options.auth_token.duration)
        options = replace(options, auth_token=token)
    if after.is_superusers:
        # The way in that always works stays open, no outsider's opens, and a mailbox alone is not
        # enough. The reference does this after its checks, too.
        options = replace(
            options,
            oauth2=OAuth2(mapped_fields=options.oauth2.mapped_fields),
            password_auth=replace(options.password_auth, enabled=True),
            mfa=replace(options.mfa, enabled=options.mfa.enabled or options.otp.enabled),
        )
    return replace(after, auth=options)


def _rename_limits(tx: Tx, old: str, new: str) -> None:
    """Rate limits name collections, as in `posts:create`."""
    settings = load_settings(tx.execute)
    limits = settings.rate_limits
    rules = tuple(
        replace(rule, label=new + rule.label[len(old) :])
        if rule.label.startswith(f"{old}:")
        else rule
        for rule in limits.rules
    )
    if rules != limits.rules:
        save_settings(tx, replace(settings, rate_limits=replace(limits, rules=rules)))


def _referring(schema: Schema, id_: str) -> list[str]:
    """The names of the other collections, views among them, with a relation to this one."""
    return [
        other.name
        for other in schema
        if other.id != id_
        and any(isinstance(f, RelationField) and f.collection_id == id_ for f in other.fields)
    ]


# -- around it ----------------------------------------------------------------------------------


async def _around(hook: Hook[E], event: E, action: Callable[[E], Awaitable[None]]) -> None:
    if hook:
        await hook.run(event, action)
    else:
        await action(event)


async def _until_unchanged(request: Request, attempt: Callable[[], Awaitable[T]]) -> T:
    """Plans again as often as somebody else was faster; each round somebody gets done."""
    while True:
        try:
            return await attempt()
        except SchemaChanged:
            request.restart()


@contextmanager
def _reading(failure: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise bad_request(failure) from error


@contextmanager
def _writing(failure: str) -> Iterator[None]:
    try:
        yield
    except sync.IndexesRefusedError as error:
        raise bad_request(failure, {"indexes": error.problems}) from error
    except StoreError as error:
        raise bad_request(f"{failure} Raw error: \n{error}") from error
