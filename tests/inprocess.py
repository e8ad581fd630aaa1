"""A fresh data directory served inside the test's own process, for what HTTP cannot show."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastcms.auth.accounts import create
from fastcms.auth.tokens import auth_token
from fastcms.core import App
from fastcms.directory import open_directory
from fastcms.server import build


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Sends requests to the ASGI application; as a superuser unless told otherwise."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.edge = build(app)
        self.token = ""

    async def sign_in(self) -> None:
        collection = self.app.schema.find("_superusers")
        record = await create(self.app, collection, "root@example.com", "password123")
        self.token = auth_token(record.values, collection.id, collection.auth)

    async def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> Answer:
        path, _, query = path.partition("?")
        headers = [(b"authorization", (self.token if token is None else token).encode())]
        headers += [(name.lower().encode(), v.encode()) for name, v in (extra or {}).items()]
        raw = b"" if body is None else json.dumps(body).encode()
        if raw:
            headers += [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(raw)).encode()),
            ]
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": headers,
            "client": ("127.0.0.1", 1),
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.edge(scope, receive, send)
        start, *rest = sent
        headers_out = {k.decode(): v.decode() for k, v in start["headers"]}
        return Answer(start["status"], headers_out, b"".join(m.get("body", b"") for m in rest))


def served(directory: Path, body: Callable[[Client], Awaitable[None]]) -> None:
    """Runs `body` with a client of a server on a fresh data directory."""

    async def main() -> None:
        app = open_directory(directory)
        try:
            client = Client(app)
            await client.sign_in()
            await body(client)
        finally:
            await app.background.drain()
            await app.images.close()
            app.close()

    asyncio.run(main())
