"""A client's stream of server-sent events, in the reference's frames."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastcms import ids
from fastcms.http.reply import encode_json
from fastcms.http.request import Request
from fastcms.realtime.client import Client, Message
from fastcms.realtime.hub import Hub

IDLE_SECONDS = 300  # without a message
LONGEST_SECONDS = 1_800
ID_LENGTH = 40

CONTENT_TYPE = b"text/event-stream"
HEADERS = ((b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"))


async def stream(request: Request, hub: Hub) -> AsyncIterator[bytes]:
    """The frames of a new client, from the one that tells it its id on."""
    client = Client(ids.random_text(ID_LENGTH), request.client_ip)
    ends = asyncio.get_running_loop().time() + LONGEST_SECONDS
    await hub.enter(client)
    gone = asyncio.create_task(request.disconnected())
    gone.add_done_callback(lambda _: client.close("gone"))
    try:
        yield frame(client, Message("PB_CONNECT", encode_json({"clientId": client.id}), 0))
        while not client.closed:
            left = ends - asyncio.get_running_loop().time()
            if left <= 0 or not await client.wait(min(left, IDLE_SECONDS)):
                return
            if frames := b"".join(frame(client, message) for message in client.take()):
                yield frames
    finally:
        gone.cancel()
        await hub.leave(client)


def frame(client: Client, message: Message) -> bytes:
    """One message as it stands in the stream."""
    id_, event = client.id.encode(), message.event.encode()
    return b"id:%b\nevent:%b\ndata:%b\n\n" % (id_, event, message.data)
