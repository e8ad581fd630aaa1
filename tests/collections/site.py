"""A fresh data directory and the collection routes over it, asked without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

import msgspec

from fastcms.collections.api import ROUTES
from fastcms.core import App
from fastcms.directory import open_directory
from fastcms.filters.context import AuthRecord
from fastcms.http.endpoint import answer
from fastcms.http.routes import RouteTable
from fastcms.schema.collection import Collection

T = TypeVar("T")

COLLECTIONS = "/api/collections"


class Answer(NamedTuple):
    """What came back; the body decoded, None where there is none."""

    status: int
    body: Any

    @property
    def codes(self) -> dict[str, str]:
        """The error codes of `data` by dotted path."""
        return dict(_codes(self.body["data"], ""))


class Site:
    """One app with its own event loop; tokens are the names of collections."""

    def __init__(self, path: Path) -> None:
        self._runner = asyncio.Runner()
        self._routes = RouteTable(ROUTES)
        self.app: App = open_directory(path)
        self.app.authenticate = self._authenticate

    def run(self, work: Awaitable[T]) -> T:
        """Waits for a coroutine."""

        async def wait() -> T:
            return await work

        return self._runner.run(wait())

    def ask(
        self,
        method: str,
        path: str = COLLECTIONS,
        body: object = None,
        *,
        token: str = "_superusers",
        query: str = "",
        content_type: str = "application/json",
    ) -> Answer:
        """One request; a body of bytes is sent as it is."""
        return self.run(
            self.asking(method, path, body, token=token, query=query, content_type=content_type)
        )

    async def asking(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str = "_superusers",
        query: str = "",
        content_type: str = "application/json",
    ) -> Answer:
        """The same for several requests at once."""
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        )
        sent: list[Any] = []
        found = self._routes.find(path)
        route, params = found or (None, {})
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "whole_path": path,
            "path_params": params,
            "query_string": quote(query, safe="=&%").encode(),
            "headers": [
                (b"authorization", token.encode()),
                (b"content-type", content_type.encode()),
            ],
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": raw}

        async def send(message: Any) -> None:
            sent.append(message)

        await answer(self.app, route, scope, receive, send)
        content = sent[1]["body"]
        return Answer(sent[0]["status"], msgspec.json.decode(content) if content else None)

    def create(self, **body: Any) -> dict[str, Any]:
        """Creates a collection that must be fine."""
        made = self.ask("POST", COLLECTIONS, body)
        assert made.status == 200, made.body
        collection: dict[str, Any] = made.body
        return collection

    def patch(self, name: str, /, **body: Any) -> Answer:
        """Changes a collection."""
        return self.ask("PATCH", f"{COLLECTIONS}/{name}", body)

    def delete(self, name: str) -> Answer:
        """Deletes a collection."""
        return self.ask("DELETE", f"{COLLECTIONS}/{name}")

    def view(self, name: str) -> dict[str, Any]:
        """A collection that must be there."""
        shown = self.ask("GET", f"{COLLECTIONS}/{name}")
        assert shown.status == 200, shown.body
        collection: dict[str, Any] = shown.body
        return collection

    def sql(self, statement: str, *params: str) -> list[tuple[Any, ...]]:
        """Runs a statement on the database."""

        async def write() -> list[tuple[Any, ...]]:
            return await self.app.store.write(lambda tx: tx.execute(statement, params))

        return self.run(write())

    def collection(self, name: str) -> Collection:
        """A collection with its secrets, as the app knows it."""
        found = self.app.refresh().find(name)
        assert found is not None
        return found

    def table(self, name: str) -> str:
        """The CREATE statement of a table, view or index; "" if there is none."""
        found = self.sql("SELECT sql FROM sqlite_master WHERE name = ?", name)
        return str(found[0][0]) if found else ""

    def close(self) -> None:
        """Closes the files and the loop."""
        self.app.close()
        self._runner.close()

    async def _authenticate(self, token: str) -> AuthRecord | None:
        collection = self.app.schema.find(token)
        return AuthRecord(collection, "r" * 15, {}) if collection else None


def text(name: str, **options: Any) -> dict[str, Any]:
    """A text field as a body names it."""
    return {"type": "text", "name": name, **options}


def names(fields: Iterable[dict[str, Any]]) -> list[str]:
    """The names of fields in their order."""
    return [field["name"] for field in fields]


def together(site: Site, requests: Iterable[Callable[[], Awaitable[Answer]]]) -> list[Answer]:
    """The answers to requests that are made at once."""

    async def gather() -> list[Answer]:
        return list(await asyncio.gather(*(request() for request in requests)))

    return site.run(gather())


def _codes(data: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        if "code" in value and isinstance(value["code"], str):
            yield prefix + key, value["code"]
        else:
            yield from _codes(value, f"{prefix}{key}.")
