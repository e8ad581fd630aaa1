"""Every example of docs/relations.md."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.docs.requests import play
from tests.inprocess import Client, served

PAGE = (Path(__file__).parents[2] / "docs" / "relations.md").read_text(encoding="utf-8")
OPEN = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")


def _relation(name: str, collection: str, **options: Any) -> dict[str, Any]:
    return {"type": "relation", "name": name, "collectionId": f"pbc_{collection}", **options}


def _many_to_many(name: str, collection: str) -> dict[str, Any]:
    options = {"collectionId": f"pbc_{collection}", "junctionId": "pbc_roles"}
    return {"type": "manyToMany", "name": name, **options}


COLLECTIONS: dict[str, list[dict[str, Any]]] = {
    "books": [],
    "chapters": [_relation("book", "books", onDelete="cascade")],
    "loans": [_relation("book", "books", onDelete="restrict")],
    "films": [_many_to_many("cast", "actors")],
    "actors": [{"type": "text", "name": "name"}, _many_to_many("films", "films")],
    "posts": [{"type": "text", "name": "title"}],
    "photos": [{"type": "text", "name": "title"}],
    "remarks": [
        {
            "type": "polymorphic",
            "name": "subject",
            "collectionIds": ["pbc_posts", "pbc_photos"],
        }
    ],
    "shops": [],
    "offers": [_relation("shop", "shops", onUpdate="cascade")],
}


def test_examples(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        bodies = [
            {"id": f"pbc_{name}", "name": name, "fields": fields, **OPEN}
            for name, fields in COLLECTIONS.items()
        ]
        (junction,) = map(json.loads, re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))
        bodies.append({"id": "pbc_roles", **junction, **OPEN})
        answer = await client("PUT", "/api/collections/import", {"collections": bodies})
        assert answer.status == 204, answer.body
        await client("POST", "/api/collections/books/records", {"id": "book00000000001"})
        await play(client, PAGE)

    served(tmp_path / "pb_data", scenario)
