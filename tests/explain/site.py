"""A directory with rules to explain: `things` with owners and tags, three people who act."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastcms.auth.accounts import create
from fastcms.auth.tokens import auth_token
from fastcms.directory import open_directory
from tests.inprocess import Answer, Client

RECORDS = "/api/collections/things/records"
RULES = ("listRule", "viewRule", "createRule", "updateRule", "deleteRule")
TAGS = {"tag00000000000a": ("a", 1), "tag00000000000b": ("b", 2), "tag00000000000c": ("", 3)}
# title, n, flag, data, secret, owner, tags; owners by name.
THINGS: dict[str, tuple[Any, ...]] = {
    "thing0000000000": ("a", 1, True, {"k": 1}, "s", "ann", ["tag00000000000a"]),
    "thing0000000001": ("b", 2, False, None, "", "bob", list(TAGS)),
    "thing0000000002": ("", 0, True, {"k": "1"}, "t", "", []),
    "thing0000000003": ('a"b', 1.5, False, [1], "s", "ann", list(TAGS)[:2]),
}


class Site:
    """An open directory and the loop that it lives on."""

    def __init__(self, directory: Path) -> None:
        self._runner = asyncio.Runner()
        self._runner.run(self._open(directory))

    async def _open(self, directory: Path) -> None:
        self.app = open_directory(directory)
        self.client = Client(self.app)
        await self.client.sign_in()
        root = await self.app.store.read("SELECT id FROM _superusers")
        self.ids = {"root": ("_superusers", root[0][0])}
        self.values: dict[str, Mapping[str, Any]] = {}
        role = {"type": "text", "name": "role"}
        users = (await self.client("GET", "/api/collections/users")).json()
        users["fields"].append(role)
        manage = {"fields": users["fields"], "manageRule": "@request.auth.role = 'x'"}
        assert (await self.client("PATCH", "/api/collections/users", manage)).status == 200
        collection = self.app.refresh().find("users")
        assert collection is not None
        assert collection.auth is not None
        for name, of in (("ann", "x"), ("bob", "y")):
            record = await create(self.app, collection, f"{name}@example.com", "password123")
            self.values[name] = record.values
            self.ids[name] = "users", record.id
            await self.write("UPDATE users SET role = ? WHERE id = ?", of, record.id)
        await self._things(collection.id)

    async def _things(self, users: str) -> None:
        text, number = {"type": "text"}, {"type": "number"}
        fields = [{**text, "name": "name"}, {**number, "name": "n"}]
        tags = {"name": "tags", "fields": fields, "listRule": ""}
        made = await self.client("POST", "/api/collections", tags)
        relation = {"type": "relation", "maxSelect": 5, "collectionId": made.json()["id"]}
        fields = [
            {**text, "name": "title"},
            {**number, "name": "n"},
            {"type": "bool", "name": "flag"},
            {"type": "json", "name": "data"},
            {**text, "name": "secret", "hidden": True},
            {"type": "relation", "name": "owner", "collectionId": users},
            {**relation, "name": "tags"},
            {"type": "autodate", "name": "created", "onCreate": True},
        ]
        things = {"name": "things", "fields": fields, **dict.fromkeys(RULES, "")}
        made = await self.client("POST", "/api/collections", things)
        assert made.status == 200, made.body
        for key, (name, n) in TAGS.items():
            await self.write("INSERT INTO tags (id, name, n) VALUES (?, ?, ?)", key, name, n)
        await self.refill()

    async def write(self, sql: str, *params: Any) -> None:
        await self.app.store.write(lambda tx: tx.execute(sql, params))

    async def refill(self) -> None:
        """The things as they were."""
        await self.write("DELETE FROM things")
        for key, (title, n, flag, data, secret, owner, tags) in THINGS.items():
            owner_id = self.ids[owner][1] if owner else ""
            await self.write(
                "INSERT INTO things (id, title, n, flag, data, secret, owner, tags, created) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, '2024-01-02 03:04:05.678Z')",
                *(key, title, n, flag, json.dumps(data), secret, owner_id, json.dumps(tags)),
            )

    def reset(self, rule: str | None, *, collection: str = "things") -> None:
        """One rule for everything, whether it could be saved or not."""

        async def change() -> None:
            await self.refill()
            changes = ", ".join(f"{name} = ?1" for name in RULES)
            await self.write(f"UPDATE _collections SET {changes} WHERE name = '{collection}'", rule)
            self.app.shared.touch()

        self._runner.run(change())

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        who: str = "root",
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        path = f"{path}?{urlencode(query)}" if query else path
        return self._runner.run(
            self.client(method, path, body, token=self._token(who), extra=headers)
        )

    def _token(self, who: str) -> str:
        """A new one each time: a change of an auth collection ends those before."""
        if who not in self.values:
            return self.client.token if who else ""
        users = self.app.refresh().find("users")
        return auth_token(self.values[who], users.id, users.auth)

    def explain(self, **question: Any) -> Answer:
        who = question.pop("who", "")
        if who:
            collection, id_ = self.ids[who]
            question["auth"] = {"collection": collection, "id": id_}
        return self.ask("POST", "/api/rules/explain", {"collection": "things", **question})

    def close(self) -> None:
        self.app.close()
        self._runner.close()
