"""Connections and messages as the handlers of hooks let them pass."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastcms.errors import ApiError
from fastcms.http.request import Request
from fastcms.realtime.client import GONE, IDLE_SECONDS, LONGEST_SECONDS, Client, Message
from fastcms.realtime.events import RealtimeConnectEvent, RealtimeMessageEvent

log = logging.getLogger("fastcms.realtime")


class NotConnectedError(Exception):
    """A handler went no further, without an error."""


@asynccontextmanager
async def admitted(request: Request, client: Client) -> AsyncIterator[None]:
    """The time of a connection, within the handlers around it: their rest runs at its end.

    Raises what they raise before, and NotConnectedError.
    """
    hook = request.app.hooks.realtime_connect_request
    if not hook:
        yield
        return
    begun, over = asyncio.Event(), asyncio.Event()

    async def act(event: RealtimeConnectEvent) -> None:
        client.idle_seconds = event.idle_seconds
        client.longest_seconds = event.longest_seconds
        begun.set()
        await over.wait()

    event = RealtimeConnectEvent(request, client.id, IDLE_SECONDS, LONGEST_SECONDS)
    handlers = asyncio.create_task(hook.run(event, act))
    beginning = asyncio.create_task(begun.wait())
    try:
        await asyncio.wait((handlers, beginning), return_when=asyncio.FIRST_COMPLETED)
        if not begun.is_set():
            await handlers
            raise NotConnectedError
        yield
    finally:
        beginning.cancel()
        over.set()
        # Too late for an answer; who failed has told it.
        await asyncio.gather(handlers, return_exceptions=True)


async def passed(
    request: Request, client: Client, messages: Sequence[Message]
) -> Sequence[Message]:
    """What the handlers leave of messages; one that raises ends the connection."""
    hook = request.app.hooks.realtime_message_send
    if not hook:
        return messages
    left: list[Message] = []
    for message in messages:

        async def act(event: RealtimeMessageEvent, message: Message = message) -> None:
            left.append(message._replace(event=event.name, data=event.data.encode()))

        event = RealtimeMessageEvent(request, client.id, message.event, message.data.decode())
        try:
            await hook.run(event, act)
        except ApiError as error:
            log.debug("a connection was ended by a handler: %s", error.message)
            client.close(GONE)
            break
    return left
