"""What hooks around records get to see."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from fastcms.hooks import Event
from fastcms.hooks.changes import ChangeType, StoredEvent
from fastcms.http.request import Request
from fastcms.records.record import Record
from fastcms.schema.collection import Collection


class RecordsListEvent(Event):
    """A page of records is about to be answered; handlers may change the records."""

    def __init__(self, request: Request, collection: Collection, records: list[Record]) -> None:
        self.request = request
        self.collection = collection
        self.records = records
        self.tags = collection.tags


class OneRecordEvent(Event):
    """Of a record, which handlers may change: they cannot put another one in its place."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.tags = record.collection.tags

    @property
    def record(self) -> Record:
        """The record."""
        return self._record


class RecordRequestEvent(OneRecordEvent):
    """A request views, creates, updates or deletes this record."""

    def __init__(self, request: Request, record: Record) -> None:
        super().__init__(record)
        self.request = request


class OldPasswordEvent(OneRecordEvent):
    """A request shows the password that this record has, to set another one."""

    def __init__(self, request: Request, record: Record) -> None:
        super().__init__(record)
        self.request = request
        # Known as soon as the handlers have gone on.
        self.is_right = False


class RecordEnrichEvent(OneRecordEvent):
    """A record is about to be shown, in an answer or a message; handlers may change it."""

    def __init__(self, request: Request, record: Record) -> None:
        super().__init__(record)
        self.request = request


class RecordEvent(OneRecordEvent, StoredEvent):
    """A record is created, updated, deleted or validated, whoever asked for it; `type` says which
    of these.
    """

    def __init__(self, record: Record, type: ChangeType) -> None:
        super().__init__(record)
        self.type = type
        self.model_tags = self.tags

    @property
    def model(self) -> Any:
        return self.record

    @model.setter
    def model(self, model: Any) -> None:
        raise AttributeError("a record is changed, not replaced")

    def failed(self, error: Exception) -> RecordErrorEvent:
        return RecordErrorEvent(self.record, self.type, error)


class RecordErrorEvent(RecordEvent):
    """The change of a record failed, or was undone with its transaction, for this `error`."""

    def __init__(self, record: Record, type: ChangeType, error: Exception) -> None:
        super().__init__(record, type)
        self.error = error


class RecordChanged(msgspec.Struct, frozen=True):
    """A committed change of one record: what the store sends its listeners, in commit order."""

    action: Literal["create", "update", "delete"]
    collection_id: str
    record: Record
