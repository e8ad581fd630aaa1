"""What the hook around batches gets."""

from __future__ import annotations

from fastcms.batch.form import Item
from fastcms.hooks import Event
from fastcms.http.request import Request


class BatchRequestEvent(Event):
    """`batch_request`: these items are about to run in one transaction; they may be changed."""

    def __init__(self, request: Request, items: list[Item]) -> None:
        self.request = request
        self.items = items
