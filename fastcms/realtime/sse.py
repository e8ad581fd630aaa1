"""A client's stream of server-sent events, in the reference's frames."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from fastcms.http.reply import encode_json
from fastcms.http.request import Request
from fastcms.realtime.client import Client, Message
from fastcms.realtime.connection import batched, connected, pieces
from fastcms.realtime.hub import Hub
from fastcms.realtime.ways import Ways

CONTENT_TYPE = b"text/event-stream"
HEADERS = ((b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"))

# A comment, which no client sees.
HEARTBEAT = b":\n\n"


async def stream(request: Request, hub: Hub, ways: Ways) -> AsyncIterator[bytes]:
    """The frames of a new client, from the one that tells it its id on."""
    async with connected(
        hub, ways, request.client_ip, request.disconnected, request.abort
    ) as client:
        hello: dict[str, object] = {"clientId": client.id}
        if ways.resumes:
            hello["resumed"] = client.resumed
        yield frame(client, Message("PB_CONNECT", encode_json(hello), client.position), ways)
        async for messages in pieces(hub, client, ways):
            if not messages:
                yield HEARTBEAT
            elif ways.batch_seconds:
                yield frame(client, _batch(messages), ways)
            else:
                yield b"".join([frame(client, message, ways) for message in messages])
        if client.is_dropped:
            reason = encode_json({"reason": client.closed})
            yield frame(client, Message("PB_CLOSE", reason, client.position), ways)


def frame(client: Client, message: Message, ways: Ways) -> bytes:
    """One message as it stands in the stream."""
    id_ = f"{client.id}:{message.seq}" if ways.resumes else client.id
    event = message.event.encode()
    return b"id:%b\nevent:%b\ndata:%b\n\n" % (id_.encode(), event, message.data)


def _batch(messages: Sequence[Message]) -> Message:
    return Message("PB_BATCH", batched(messages), messages[-1].seq)
