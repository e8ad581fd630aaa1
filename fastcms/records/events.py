"""What hooks around records get to see."""

from __future__ import annotations

from typing import Literal

import msgspec

from fastcms.hooks import Event
from fastcms.http.request import Request
from fastcms.records.record import Record
from fastcms.schema.collection import Collection


class RecordsListEvent(Event):
    """A page of records is about to be answered; handlers may change the records."""

    def __init__(self, request: Request, collection: Collection, records: list[Record]) -> None:
        self.request = request
        self.records = records
        self.tags = (collection.id, collection.name)


class RecordRequestEvent(Event):
    """A request views, creates, updates or deletes this record."""

    def __init__(self, request: Request, record: Record) -> None:
        self.request = request
        self.record = record
        self.tags = (record.collection.id, record.collection.name)


class OldPasswordEvent(Event):
    """A request shows the password that this record has, to set another one."""

    def __init__(self, request: Request, record: Record) -> None:
        self.request = request
        self.record = record
        # Known as soon as the handlers have gone on.
        self.is_right = False
        self.tags = (record.collection.id, record.collection.name)


class RecordEvent(Event):
    """A record is created, updated, deleted or shown, whoever asked for it."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.tags = (record.collection.id, record.collection.name)


class RecordChanged(msgspec.Struct, frozen=True):
    """A committed change of one record: what the store sends its listeners, in commit order."""

    action: Literal["create", "update", "delete"]
    collection_id: str
    record: Record
