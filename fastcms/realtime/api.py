"""The routes of realtime: the streams of clients, and what they subscribe to."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from fastcms.errors import ApiError, bad_request
from fastcms.filters.request import to_text
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import NO_CONTENT, Reply
from fastcms.http.request import Request
from fastcms.realtime import sse, websocket
from fastcms.realtime.guarded import NotConnectedError
from fastcms.realtime.hub import hub_of
from fastcms.realtime.subscribe import subscribe
from fastcms.realtime.ways import ways_of
from fastcms.store.errors import SchemaChanged, StoreError

logger = logging.getLogger("fastcms.realtime")


async def connect(request: Request) -> Reply:
    """GET /api/realtime"""
    ways = ways_of(request.query, request.header(b"last-event-id"))
    frames = sse.stream(request, hub_of(request.app), ways)
    if request.method != "HEAD":
        with _stored():
            # Whether the client can be taken in is known before the answer begins.
            try:
                frames = _after(await anext(frames), frames)
            except NotConnectedError:
                return Reply(b"")
    return Reply(b"", content_type=sse.CONTENT_TYPE, headers=sse.HEADERS, stream=frames)


async def _after(first: bytes, frames: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for frame in frames:
        yield frame


@contextmanager
def _stored() -> Iterator[None]:
    """Raises 503 where the database cannot take what has to be noted, as on a full disk."""
    try:
        yield
    except SchemaChanged:
        raise
    except StoreError as error:
        logger.error("a client of realtime could not be noted: %s", error)
        raise ApiError(503, "The server cannot write at the moment, please try again.") from error


async def change(request: Request) -> Reply:
    """POST /api/realtime"""
    body = await _read(request)
    with _stored():
        await subscribe(request, body)
    return NO_CONTENT


async def _read(request: Request) -> Mapping[str, Any]:
    try:
        body = await request.read_body()
        return body if request.is_json else _of_form(body)
    except ApiError as error:
        if error.status == 413:
            raise
        # Whatever is wrong with it, the reference says no more.
        raise bad_request() from error


def _of_form(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A form's values as texts again, one subscription as a list of one."""
    given = body.get("subscriptions", [])
    texts = given if isinstance(given, list) else [given]
    client_id = to_text(body.get("clientId"))
    return {"clientId": client_id, "subscriptions": [to_text(text) for text in texts]}


ROUTES: tuple[Route, ...] = (
    endpoint("/api/realtime", GET=connect, POST=change),
    Route("/api/realtime/websocket", {}, websocket.serve),
)
