"""What hooks around collections get to see, and what is told after a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from fastcms.hooks import Event
from fastcms.schema.collection import Collection

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastcms.http.request import Request
    from fastcms.store.store import Tx


class CollectionsListEvent(Event):
    """A page of collections is about to be answered; handlers may change the list."""

    def __init__(self, request: Request, collections: list[Collection]) -> None:
        self.request = request
        self.collections = collections


class CollectionRequestEvent(Event):
    """A request views, creates, updates or deletes a collection.

    `collection` is the one that is shown, deleted, or that shall be saved: handlers may put another
    one in its place. When another change comes first, the handlers of a create, update or delete
    run again over the new state.

    `inside` are functions that run in the transaction of the change, after it, with the collection
    as it was stored or deleted.
    """

    def __init__(self, request: Request, collection: Collection) -> None:
        self.request = request
        self.collection = collection
        self.inside: list[Callable[[Tx, Collection], None]] = []
        self.tags = (collection.id, collection.name)


class CollectionsImportRequestEvent(Event):
    """A request imports collections: the definitions as they came; handlers may change them."""

    def __init__(
        self, request: Request, collections: list[dict[str, Any]], *, delete_missing: bool
    ) -> None:
        self.request = request
        self.collections = collections
        self.delete_missing = delete_missing


class CollectionEvent(Event):
    """A collection is created, updated or deleted, whoever asked for it.

    `before` is None when it is new.
    """

    def __init__(self, before: Collection | None, collection: Collection) -> None:
        self.before = before
        self.collection = collection
        self.tags = (collection.id, collection.name)


class CollectionChanged(msgspec.Struct, frozen=True):
    """A committed change of one collection: what the store sends its listeners."""

    action: Literal["create", "update", "delete"]
    collection: Collection
