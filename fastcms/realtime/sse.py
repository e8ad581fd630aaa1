"""A client's stream of server-sent events, in the reference's frames."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence

from fastcms.http.reply import encode_json
from fastcms.http.request import Request
from fastcms.realtime.client import Client, Message, Sending
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
        if not ways.batch_seconds:
            client.send_now = _sender(request, client, ways)
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
    return b"id:%b\n%b" % (_id(client, message.seq, ways), _rest(message.event, message.data))


def _id(client: Client, seq: int, ways: Ways) -> bytes:
    return (f"{client.id}:{seq}" if ways.resumes else client.id).encode()


def _rest(event: str, data: bytes) -> bytes:
    """A frame behind its id, which is the same for all clients."""
    return b"event:%b\ndata:%b\n\n" % (event.encode(), data)


def _sender(request: Request, client: Client, ways: Ways) -> Callable[[str, Sending], bool] | None:
    """Sends single messages past the stream, while it rests."""
    send_piece = request.piece_sender
    if send_piece is None:
        return None

    def send(event: str, sending: Sending) -> bool:
        rest = sending.shared.get(event)
        if rest is None:
            rest = sending.shared[event] = _rest(event, sending.data or b"")
        return send_piece(b"id:%b\n%b" % (_id(client, sending.seq, ways), rest))

    return send


def _batch(messages: Sequence[Message]) -> Message:
    return Message("PB_BATCH", batched(messages), messages[-1].seq)
