"""A server with several workers and a few collections, for what happens between processes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from fastcms.core import App
from fastcms.directory import open_directory
from tests.listeners import Listener
from tests.servers import Kind, Server, add_superuser

T = TypeVar("T")

PASSWORD = "password-123"
ALL = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")
OWNER = "owner = @request.auth.id"
RECORDS = "/api/collections/{}/records"


@dataclass
class Site:
    server: Server
    root: str

    def create(self, collection: str, **values: Any) -> str:
        """A new record's id; as a superuser."""
        path = RECORDS.format(collection)
        return str(self.server.expect("POST", path, token=self.root, json_body=values)["id"])

    def update(self, collection: str, id_: str, **values: Any) -> None:
        path = f"{RECORDS.format(collection)}/{id_}"
        self.server.expect("PATCH", path, token=self.root, json_body=values)

    def delete(self, collection: str, id_: str) -> None:
        self.server.expect("DELETE", f"{RECORDS.format(collection)}/{id_}", token=self.root)

    def change(self, collection: str, **values: Any) -> None:
        """Changes a collection itself."""
        path = f"/api/collections/{collection}"
        self.server.expect("PATCH", path, token=self.root, json_body=values)

    def account(self, name: str, collection: str = "users") -> tuple[str, str]:
        """A new account: its id and a token."""
        email = f"{name}@example.com"
        id_ = self.create(collection, email=email, password=PASSWORD, passwordConfirm=PASSWORD)
        return id_, self.server.sign_in(collection, email, PASSWORD)

    def elsewhere(self, body: Callable[[App], Awaitable[T]]) -> T:
        """Runs something with the directory in this process, beside the server."""

        async def main() -> T:
            app = open_directory(self.server.directory)
            try:
                return await body(app)
            finally:
                app.close()

        return asyncio.run(main())

    def seen(self, listener: Listener) -> list[tuple[str, str, str]]:
        """Event, action and title of all that has come so far.

        The marker's own change tells that everything before it has been handed out.
        """
        self.create("markers")
        frames = listener.until("markers")
        return [(f.event, f.data["action"], f.data["record"].get("title", "")) for f in frames]


@contextmanager
def open_site(directory: Path, workers: int = 3, extra: Sequence[str] = ()) -> Iterator[Site]:
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers, extra) as server:
        site = Site(server, server.superuser_token())
        text = [{"type": "text", "name": "title"}]
        owner = {
            "type": "relation",
            "name": "owner",
            "collectionId": "_pb_users_auth_",
            "maxSelect": 1,
        }
        made: list[dict[str, Any]] = [
            {"name": "markers", "fields": text, **ALL},
            {"name": "posts", "fields": text, **ALL},
            {"name": "notes", "fields": [*text, owner], "listRule": OWNER, "viewRule": OWNER},
        ]
        for body in made:
            server.expect(
                "POST", "/api/collections", token=site.root, json_body={"type": "base", **body}
            )
        yield site
