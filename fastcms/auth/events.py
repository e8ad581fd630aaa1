"""What hooks around signing in get to see."""

from __future__ import annotations

from typing import Any

from fastcms.hooks import Event
from fastcms.http.request import Request
from fastcms.records.record import Record
from fastcms.schema.collection import Collection


class RecordAuthEvent(Event):
    """A record is about to be let in; handlers may add `meta` or put another token in place."""

    def __init__(self, request: Request, record: Record, method: str, token: str) -> None:
        self.request = request
        self.record = record
        self.method = method
        self.token = token
        self.meta: Any = None
        # Set when a second factor is asked for instead.
        self.mfa_id = ""
        self.mfa_methods: tuple[str, ...] = ()
        # Whether it was asked if a second factor is needed; a handler that ends the chain before
        # that lets nobody in.
        self.is_judged = False
        self.tags = (record.collection.id, record.collection.name)


class PasswordAuthEvent(Event):
    """Somebody shows a password; handlers may supply the record of an unknown identity."""

    def __init__(
        self, request: Request, collection: Collection, record: Record | None, identity: str
    ) -> None:
        self.request = request
        self.record = record
        self.identity = identity
        self.tags = (collection.id, collection.name)


class RefreshEvent(Event):
    """A token is about to be renewed."""

    def __init__(self, request: Request, record: Record) -> None:
        self.request = request
        self.record = record
        self.tags = (record.collection.id, record.collection.name)
