"""Realtime over a WebSocket: the same messages, and the subscriptions on the same connection.

Messages are JSON objects with a `type`. The first one says who the client is, and nothing is done
for anybody before; what is not understood, or is signed by nobody, ends the connection.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from fastcms.core import App
from fastcms.errors import ApiError, bad_request
from fastcms.hooks import Answered
from fastcms.http import limit
from fastcms.http.body import parse_json
from fastcms.http.endpoint import allow_origin
from fastcms.http.reply import encode_json
from fastcms.http.request import Receive, Request, Scope, Send
from fastcms.realtime.client import STOPPING, Client, Message
from fastcms.realtime.connection import as_json, batched, connected, pieces
from fastcms.realtime.guarded import NotConnectedError, passed
from fastcms.realtime.hub import Hub, hub_of
from fastcms.realtime.subscribe import subscribe
from fastcms.realtime.ways import Ways, id_of, ways_of
from fastcms.store.errors import SchemaChanged, StoreError

AUTH_SECONDS = 10  # for the first message
RESTARTS = 50  # of a subscription under a schema that keeps changing

# Why the server ends a connection, by the number of the close frame.
DONE, RESTART, FAILED = 1000, 1012, 1013
BAD_MESSAGE, BAD_TOKEN, REFUSED, TOO_LATE, DROPPED = 4400, 4401, 4403, 4408, 4429

logger = logging.getLogger("fastcms.realtime")


class EndError(Exception):
    """Ends the connection with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(reason)


async def serve(app: App, scope: Scope, receive: Receive, send: Send) -> None:
    """One WebSocket from its handshake to its end."""
    request = Request(app, {**scope, "method": "GET"}, receive)
    origin = request.header(b"origin")
    try:
        ways = ways_of(request.query, "")
        if app.limits.rules is not None:
            # Nobody is signed in yet: the first message does that.
            request.scope["whole_path"] = scope["path"]
            limit.check(request, scope["path"], ())
    except ApiError:
        ways = None
    if ways is None or (origin and not allow_origin(app.origins, origin.encode("latin-1"))):
        await send({"type": "websocket.close"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    socket = _Socket(request, receive, send)
    try:
        await socket.authenticate()
        code, reason = await socket.run(hub_of(app), ways)
    except EndError as end:
        code, reason = end.code, end.reason
    except ApiError as error:
        # A handler did not want the client.
        code, reason = REFUSED, error.message
    except (NotConnectedError, Answered):
        # What is answered in the place of a connection is for those who asked by HTTP.
        code, reason = DONE, ""
    except StoreError as error:
        logger.error("a client of realtime could not be noted: %s", error)
        code, reason = FAILED, "please try again"
    except OSError:
        # The peer has gone.
        return
    try:
        await send({"type": "websocket.close", "code": code, "reason": reason})
    except OSError:
        return


class _Socket:
    def __init__(self, request: Request, receive: Receive, send: Send) -> None:
        self._request = request
        self._receive = receive
        self._send = send

    async def authenticate(self) -> None:
        """Reads the first message; raises EndError unless it says who the client is."""
        try:
            async with asyncio.timeout(AUTH_SECONDS):
                message = await self._next()
        except TimeoutError as error:
            raise EndError(TOO_LATE, "no authentication came") from error
        if message.get("type") != "auth":
            raise EndError(BAD_MESSAGE, "the first message must be of type auth")
        await self._sign_in(message)

    async def run(self, hub: Hub, ways: Ways) -> tuple[int, str]:
        """Serves the client until either side ends it; the code and reason of the end."""

        def when_lost(_: Callable[[], None]) -> None:
            """Whoever reads notices it."""

        async with connected(self._request, hub, ways, when_lost) as client:
            hello: dict[str, object] = {"type": "connected", "clientId": client.id}
            if ways.resumes:
                hello |= {
                    "id": id_of(client.id, client.sent),
                    "resumed": client.resumed,
                }
            await self._say(encode_json(hello))
            reading = asyncio.create_task(self._read(client))
            writing = asyncio.create_task(self._write(hub, client, ways))
            try:
                done, _ = await asyncio.wait(
                    (reading, writing), return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    task.result()
            finally:
                for task in (reading, writing):
                    task.cancel()
                await asyncio.gather(reading, writing, return_exceptions=True)
            if client.is_dropped:
                return DROPPED, client.closed
            return (RESTART, STOPPING) if client.closed == STOPPING else (DONE, "")

    async def _read(self, client: Client) -> None:
        while True:
            message = await self._next()
            reply: dict[str, object]
            match message.get("type"):
                case "subscribe":
                    reply = await self._subscribe(client, message)
                case "auth":
                    await self._sign_in(message)
                    reply = {"type": "authenticated"}
                case "ping":
                    reply = {"type": "pong"}
                case _:
                    raise EndError(BAD_MESSAGE, "a message of no known type")
            if "ref" in message:
                reply["ref"] = message["ref"]
            await self._say(encode_json(reply))

    async def _subscribe(self, client: Client, message: Mapping[str, Any]) -> dict[str, object]:
        request = self._request
        body = {"clientId": client.id, "subscriptions": message.get("subscriptions")}
        for _ in range(RESTARTS):
            await request.restart()
            # The token may have ended since it was shown.
            await self._check_token()
            try:
                limit.check_message(request, "POST", "/api/realtime")
                await subscribe(request, body)
            except SchemaChanged:
                continue
            except Answered:
                return {"type": "error", **bad_request().body()}
            except ApiError as error:
                return {"type": "error", **error.body()}
            except StoreError as error:
                logger.error("subscriptions could not be noted: %s", error)
                break
            return {"type": "subscribed"}
        return {"type": "error", **ApiError(503).body()}

    async def _sign_in(self, message: Mapping[str, Any]) -> None:
        token = message.get("token", "")
        if not isinstance(token, str):
            raise EndError(BAD_TOKEN, "the token is no text")
        self._request.token = token
        await self._check_token()

    async def _check_token(self) -> None:
        """Finds out who the token is from; unlike over HTTP a wrong one makes no guest."""
        request = self._request
        try:
            await request.authenticate()
        except ApiError as error:
            raise EndError(BAD_TOKEN, error.message) from error
        if request.token and request.auth is None:
            raise EndError(BAD_TOKEN, "the token is not valid")

    async def _write(self, hub: Hub, client: Client, ways: Ways) -> None:
        async for messages in pieces(hub, client, ways):
            if not messages:
                await self._say(b'{"type":"heartbeat"}')
            elif not (left := await passed(self._request, client, messages)):
                continue
            elif ways.batch_seconds:
                id_ = _position(client, left[-1], ways)
                await self._say(b'{"type":"batch",%b"messages":%b}' % (id_, batched(left)))
            else:
                for message in left:
                    id_ = _position(client, message, ways)
                    await self._say(b'{"type":"message",%b%b' % (id_, as_json(message)[1:]))

    async def _next(self) -> Mapping[str, Any]:
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise ConnectionResetError
        text = message.get("text")
        if text is None:
            raise EndError(BAD_MESSAGE, "a message must be text")
        try:
            return parse_json(text.encode())
        except (ApiError, UnicodeEncodeError) as error:
            raise EndError(BAD_MESSAGE, "a message must be a JSON object") from error

    async def _say(self, text: bytes) -> None:
        await self._send({"type": "websocket.send", "text": text.decode()})


def _position(client: Client, message: Message, ways: Ways) -> bytes:
    """The member `id`, where a client wants to come back to it."""
    return b'"id":"%b",' % id_of(client.id, message.position).encode() if ways.resumes else b""
