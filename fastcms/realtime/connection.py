"""A client's connection from its beginning to its end, whatever carries it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from time import monotonic

from fastcms import ids
from fastcms.http.reply import encode_json
from fastcms.http.request import Request
from fastcms.realtime.client import GONE, IDLE_SECONDS, LONGEST_SECONDS, Client, Message
from fastcms.realtime.guarded import admitted
from fastcms.realtime.hub import Hub
from fastcms.realtime.ways import Ways

# What a client that was cut off gets to take its last message; then its connection is torn down.
LAST_SECONDS = 10
ID_LENGTH = 40


@asynccontextmanager
async def connected(
    request: Request, hub: Hub, ways: Ways, when_lost: Callable[[Callable[[], None]], None]
) -> AsyncIterator[Client]:
    """A client for as long as its connection lasts; one that was here before, if it can resume.

    `when_lost` has something called when the peer has gone. Raises as :func:`admitted`.
    """
    client = Client(ids.random_text(ID_LENGTH), request.client_ip, hub.crowd)
    loop = asyncio.get_running_loop()
    timers: list[asyncio.TimerHandle] = []
    async with admitted(request, client):
        await hub.enter(client, ways)
        client.on_close = lambda: timers.append(loop.call_later(LAST_SECONDS, request.abort))
        when_lost(lambda: client.close(GONE))
        try:
            yield client
        finally:
            for timer in timers:
                timer.cancel()
            await hub.leave(client)


async def pieces(hub: Hub, client: Client, ways: Ways) -> AsyncIterator[Sequence[Message]]:
    """What to send, several messages together where they wait; nothing for a sign of life.

    Ends when the client has gone or is cut off, was idle for too long, or has been here for long
    enough.
    """
    ends = monotonic() + (client.longest_seconds or LONGEST_SECONDS)
    quiet = ways.heartbeat_seconds or client.idle_seconds or IDLE_SECONDS
    while not client.closed:
        now = monotonic()
        until = min(ends, client.sent_at + quiet)
        if now >= until:
            if now >= ends or not ways.heartbeat_seconds:
                return
            client.sent_at = now
            yield ()
            continue
        if not await client.wait(until - now):
            # It may have been sent something meanwhile.
            continue
        if ways.batch_seconds and client.is_live:
            await asyncio.sleep(ways.batch_seconds)
        if messages := list(client.take()):
            yield messages
        elif not client.is_live:
            async for messages in hub.missed_by(client):
                yield messages


def batched(messages: Sequence[Message]) -> bytes:
    """Several messages as one JSON list."""
    return b"[%b]" % b",".join([as_json(message) for message in messages])


def as_json(message: Message) -> bytes:
    """One message as a JSON object."""
    return b'{"event":%b,"data":%b}' % (encode_json(message.event), message.data)
