"""A small schema for the tests of the filter language: every kind of field and of relation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastcms.fields import decode_field
from fastcms.filters.context import AuthRecord
from fastcms.schema.collection import Collection, CollectionType
from fastcms.schema.snapshot import Schema

ROOT = "fcr00000000root"
ALICE = "alice0000000000"


def collection(name: str, type_: CollectionType = "base", **rules: str | None) -> Collection:
    """A collection of the sample by its name; its id is `id_` and the name."""
    fields = [{"name": "id", "type": "text"}, *FIELDS[name]]
    return Collection(
        id=f"id_{name}",
        name=name,
        type=type_,
        fields=tuple(decode_field({"id": f["name"], **f}) for f in fields),
        indexes=INDEXES.get(name, ()),
        list_rule=rules.get("list_rule", ""),
    )


def _relation(name: str, target: str, most: int = 1) -> dict[str, Any]:
    return {
        "name": name,
        "type": "relation",
        "collectionId": f"id_{target}",
        "maxSelect": most,
    }


FIELDS: dict[str, list[dict[str, Any]]] = {
    "users": [
        {"name": "email", "type": "email"},
        {"name": "emailVisibility", "type": "bool"},
        {"name": "verified", "type": "bool"},
        {"name": "tokenKey", "type": "text", "hidden": True},
        {"name": "role", "type": "text"},
    ],
    "tags": [
        {"name": "title", "type": "text"},
        {"name": "n", "type": "number"},
        _relation("up", "tags"),
    ],
    "vaults": [{"name": "title", "type": "text"}],
    "members": [_relation("user", "users"), {"name": "level", "type": "number"}],
    "posts": [
        {"name": "title", "type": "text"},
        {"name": "num", "type": "number"},
        {"name": "flag", "type": "bool"},
        {"name": "kind", "type": "select", "values": ["a", "b", "c"], "maxSelect": 1},
        {"name": "kinds", "type": "select", "values": ["a", "b", "c"], "maxSelect": 3},
        {"name": "js", "type": "json"},
        {"name": "geo", "type": "geoPoint"},
        {"name": "secret", "type": "text", "hidden": True},
        _relation("owner", "users"),
        _relation("tag", "tags"),
        _relation("tags", "tags", 5),
        _relation("vault", "vaults"),
        _relation("parent", "posts"),
    ],
    "titles": [{"name": "title", "type": "text"}],
}
INDEXES = {"members": ("CREATE UNIQUE INDEX idx_user ON members (user)",)}

USERS = collection("users", "auth", list_rule="id = @request.auth.id")
POSTS = collection("posts")
TAGS = collection("tags", list_rule="n > 1")
SUPERUSERS = Collection(id="id_superusers", name="_superusers", type="auth")
SCHEMA = Schema(
    [
        SUPERUSERS,
        USERS,
        TAGS,
        collection("vaults", list_rule=None),
        collection("members"),
        POSTS,
        collection("titles", "view"),
    ],
    version=1,
)


@dataclass(slots=True)
class Caller:
    """A request with only what a test cares about."""

    auth: AuthRecord | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] = field(default_factory=dict)
    method: str = "GET"
    context: str = "default"


GUEST = Caller()
USER = Caller(
    AuthRecord(USERS, ALICE, {"id": ALICE, "email": "alice@example.com", "verified": True})
)
