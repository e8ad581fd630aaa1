"""What hooks around collections get to see, and what is told after a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from fastcms.hooks import Event
from fastcms.hooks.changes import ChangeType, StoredEvent
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


class CollectionEvent(StoredEvent):
    """A collection is created, updated, deleted or validated, whoever asked for it; `type` says
    which of these.

    `before` is None when it is new. Handlers may put another one in the place of `collection`.
    """

    model_tags = ("_collections",)

    def __init__(self, before: Collection | None, collection: Collection, type: ChangeType) -> None:
        self.before = before
        self.collection = collection
        self.type = type
        self.tags = collection.tags

    @property
    def model(self) -> Any:
        return self.collection

    @model.setter
    def model(self, model: Any) -> None:
        self.collection = model

    def failed(self, error: Exception) -> CollectionErrorEvent:
        return CollectionErrorEvent(self.before, self.collection, self.type, error)


class CollectionErrorEvent(CollectionEvent):
    """The change of a collection failed, or was undone with its transaction, for this `error`."""

    def __init__(
        self,
        before: Collection | None,
        collection: Collection,
        type: ChangeType,
        error: Exception,
    ) -> None:
        super().__init__(before, collection, type)
        self.error = error


class CollectionChanged(msgspec.Struct, frozen=True):
    """A committed change of one collection: what the store sends its listeners."""

    action: Literal["create", "update", "delete"]
    collection: Collection
