"""What hooks around downloads get to see."""

from __future__ import annotations

from fastcms.downloads.represent import Representation
from fastcms.fields.file import FileField
from fastcms.filters.context import AuthRecord
from fastcms.hooks import Event
from fastcms.http.request import Request
from fastcms.schema.collection import Collection


class FileTokenEvent(Event):
    """Somebody gets a token for protected files; handlers may put another in its place."""

    def __init__(self, request: Request, auth: AuthRecord, token: str) -> None:
        self.request = request
        self.token = token
        self.tags = (auth.collection.id, auth.collection.name)


class FileDownloadEvent(Event):
    """A file is about to be sent; handlers may put another in its place."""

    def __init__(
        self, request: Request, collection: Collection, field: FileField, sent: Representation
    ) -> None:
        self.request = request
        self.field = field
        self.sent = sent
        self.tags = (collection.id, collection.name)
