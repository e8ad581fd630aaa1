"""`POST /api/batch`: several writes of records, all of them or none."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from fastcms.batch.events import BatchRequestEvent
from fastcms.batch.form import UNREADABLE, Item, items_of
from fastcms.batch.item import UnknownActionError, answer
from fastcms.core import App, acting_in
from fastcms.errors import ApiError, Problem, bad_request, forbidden
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.records.uploads import concluded_together
from fastcms.store.errors import SchemaChanged, StoreError
from fastcms.store.transaction import Transaction

FAILED = "Batch transaction failed."
DEFAULT_SECONDS = 3
DEFAULT_BODY = 128 << 20


class FailedItem(Problem, frozen=True):
    """Why a batch failed: what its first failing item would have been answered."""

    response: dict[str, Any] | None = None


class Done(msgspec.Struct, frozen=True):
    """The answer to one item."""

    body: msgspec.Raw
    status: int


async def batch(request: Request) -> Reply:
    """POST /api/batch"""
    settings = request.app.settings.batch
    if not settings.enabled or settings.max_requests <= 0:
        raise forbidden("Batch requests are not allowed.")
    limit = settings.max_body_size if settings.max_body_size > 0 else DEFAULT_BODY
    seconds = settings.timeout if settings.timeout > 0 else DEFAULT_SECONDS
    sent = await _read(request, limit)
    items = items_of(sent, request.uploads, settings.max_requests)
    event = BatchRequestEvent(request, items)
    done: list[Done] = []

    async def execute(event: BatchRequestEvent) -> None:
        done.extend(await _run(request, event.items, seconds))

    await request.app.hooks.batch_request.run(event, execute)
    return json_reply(done)


async def _read(request: Request, limit: int) -> dict[str, Any]:
    try:
        return await request.read_body(limit)
    except ApiError as error:
        # One message, whatever kind of body it is not.
        raise bad_request(UNREADABLE) if error.status == 400 else error from error


async def _run(request: Request, items: list[Item], seconds: int) -> list[Done]:
    """Runs the items in one transaction. Raises 400 that names the first that fails."""
    done: list[Done] = []
    transaction = Transaction(request.app.store, seconds, stamp=request.stamp)
    try:
        async with concluded_together(), transaction, asyncio.timeout(seconds):
            app = request.app.within(transaction)
            with acting_in(app), transaction.held_by_this_task():
                for index, item in enumerate(items):
                    reply = await _answer(request, app, index, item)
                    done.append(Done(msgspec.Raw(reply.body or b"null"), reply.status))
    except SchemaChanged:
        raise
    except (TimeoutError, StoreError) as error:
        failed = bad_request(FAILED)
        await transaction.go_back(failed)
        raise failed from error
    except ApiError as error:
        await transaction.go_back(error)
        # Not the item's fault that its statements were stopped.
        if transaction.is_late:
            raise bad_request(FAILED) from error
        raise
    await transaction.go_on()
    return done


async def _answer(request: Request, app: App, index: int, item: Item) -> Reply:
    try:
        return await answer(request, app, item)
    except UnknownActionError:
        # The reference's two words for the same.
        failed = ApiError(500 if index else 400)
    except ApiError as error:
        failed = error
    found = FailedItem("batch_request_failed", "Batch request failed.", response=failed.body())
    raise bad_request(FAILED, {"requests": {str(index): found}}) from failed


ROUTES: tuple[Route, ...] = (endpoint("/api/batch", POST=batch),)
