"""A client's stream of server-sent events, in the reference's frames."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence

from fastcms.http.reply import encode_json
from fastcms.http.request import Request
from fastcms.realtime.client import Client, Message, Position, Sending
from fastcms.realtime.connection import batched, connected, pieces
from fastcms.realtime.guarded import passed
from fastcms.realtime.hub import Hub
from fastcms.realtime.ways import Ways, id_of

CONTENT_TYPE = b"text/event-stream"
HEADERS = ((b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"))

# A comment, which no client sees.
HEARTBEAT = b":\n\n"


async def stream(request: Request, hub: Hub, ways: Ways) -> AsyncIterator[bytes]:
    """The frames of a new client, from the one that tells it its id on."""
    async with connected(request, hub, ways, request.when_lost) as client:
        hello: dict[str, object] = {"clientId": client.id}
        if ways.resumes:
            hello["resumed"] = client.resumed
        greeting = await passed(request, client, [_own(client, "PB_CONNECT", hello)])
        # Something has to come before the answer begins.
        yield b"".join([frame(client, message, ways) for message in greeting]) or HEARTBEAT
        if not ways.batch_seconds:
            client.send_now = _sender(request, client, ways)
        async for messages in pieces(hub, client, ways):
            if not messages:
                yield HEARTBEAT
            elif not (left := await passed(request, client, messages)):
                continue
            elif ways.batch_seconds:
                yield frame(client, _batch(left), ways)
            else:
                yield b"".join([frame(client, message, ways) for message in left])
        if client.is_dropped:
            yield frame(client, _own(client, "PB_CLOSE", {"reason": client.closed}), ways)


def frame(client: Client, message: Message, ways: Ways) -> bytes:
    """One message as it stands in the stream."""
    return b"id:%b\n%b" % (_id(client, message.position, ways), _rest(message.event, message.data))


def _own(client: Client, event: str, data: object) -> Message:
    """A message about the connection itself."""
    return Message(event, encode_json(data), client.sent)


def _id(client: Client, position: Position, ways: Ways) -> bytes:
    return (id_of(client.id, position) if ways.resumes else client.id).encode()


def _rest(event: str, data: bytes) -> bytes:
    """A frame behind its id, which is the same for all clients."""
    return b"event:%b\ndata:%b\n\n" % (event.encode(), data)


def _sender(
    request: Request, client: Client, ways: Ways
) -> Callable[[str, Sending, Position], bool] | None:
    """Sends single messages past the stream, while it rests."""
    send_piece = request.piece_sender
    if send_piece is None:
        return None

    hook = request.app.hooks.realtime_message_send

    def send(event: str, sending: Sending, position: Position) -> bool:
        if hook:
            # Handlers may wait for something.
            return False
        rest = sending.shared.get(event)
        if rest is None:
            rest = sending.shared[event] = _rest(event, sending.data or b"")
        return send_piece(b"id:%b\n%b" % (_id(client, position, ways), rest))

    return send


def _batch(messages: Sequence[Message]) -> Message:
    return Message("PB_BATCH", batched(messages), messages[-1].position)
