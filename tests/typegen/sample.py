"""A directory with every type of field, and names and values that try to break out."""

import json
from pathlib import Path
from typing import Any

from fastcms.fields.select import SelectField
from fastcms.fields.text import TextField
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from tests.cli.commands import run
from tests.servers import Kind

# Would end a literal, a comment or a line in TypeScript or Python, or look like something else.
HOSTILE = (
    'a"; throw 1; //',
    "b'; raise SystemExit #",
    'c""" \\',
    "d */ alert(1) /*",
    "e\nimport os",
    "f\u2028throw 2",
    "g\u202eesrever",
    "</script><img src=x onerror=alert(1)>",
    "${process.exit(1)}`",
    "Zürich 😀",
)


def _field(type_: str, name: str, **options: Any) -> dict[str, Any]:
    return {"type": type_, "name": name, **options}


def _to(name: str, collection: str, **options: Any) -> dict[str, Any]:
    return _field("relation", name, collectionId=collection, **options)


_OPEN = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")

COLLECTIONS: tuple[dict[str, Any], ...] = (
    {
        "id": "pbc_members0000",
        "name": "members",
        "type": "auth",
        **_OPEN,
        "fields": [_field("text", "nick", required=True), _field("text", "secret", hidden=True)],
    },
    {
        "id": "pbc_topics00000",
        "name": "topics",
        "type": "base",
        **_OPEN,
        "fields": [_field("text", "title", required=True, max=80)],
    },
    {
        "id": "pbc_blogposts00",
        "name": "blog_posts",
        "type": "base",
        **_OPEN,
        "updateRule": "author = @request.auth.id",
        "deleteRule": None,
        "fields": [
            _field("text", "title", required=True, min=2, max=200),
            _field("text", "slug", autogeneratePattern="[a-z]{8}", required=True),
            _field("editor", "body"),
            _field("email", "contact"),
            _field("url", "source"),
            _field("number", "views"),
            _field("number", "stars", onlyInt=True, required=True, min=1, max=5),
            _field("bool", "pinned"),
            _field("date", "due"),
            _field("select", "state", values=["draft", "published"], required=True),
            _field("select", "labels", values=list(HOSTILE), maxSelect=3),
            _field("select", "mood", values=list(HOSTILE)),
            _field("json", "meta"),
            _field("geoPoint", "place"),
            _field("file", "cover"),
            _field("file", "pages", maxSelect=9),
            _field("password", "pin"),
            _field("text", "internal", hidden=True),
            _to("author", "pbc_members0000", required=True),
            _to("readers", "pbc_members0000", maxSelect=50),
            _field("autodate", "created", onCreate=True),
            # Words of the languages, and names that are none.
            _field("text", "class"),
            _field("text", "__proto__"),
            _field("text", "2fa"),
            _field("text", "help", help="</script>\n*/ \"\"\" '''"),
        ],
    },
    {
        # Would be called as the one before.
        "id": "pbc_blogposts01",
        "name": "blogPosts",
        "type": "base",
        **_OPEN,
        "fields": [_field("text", "title")],
    },
    {
        "id": "pbc_taggings000",
        "name": "taggings",
        "type": "base",
        **_OPEN,
        "fields": [
            _to("post", "pbc_blogposts00", required=True),
            _to("topic", "pbc_topics00000", required=True),
        ],
    },
    {
        "id": "pbc_pins0000000",
        "name": "pins",
        "type": "base",
        **_OPEN,
        "fields": [
            _field(
                "polymorphic",
                "what",
                collectionIds=["pbc_blogposts00", "pbc_topics00000"],
            ),
            _field("polymorphic", "all", collectionIds=["pbc_topics00000"], maxSelect=5),
            _field(
                "manyToMany",
                "topics",
                collectionId="pbc_topics00000",
                junctionId="pbc_pintopics00",
            ),
        ],
    },
    {
        "id": "pbc_pintopics00",
        "name": "pin_topics",
        "type": "base",
        **_OPEN,
        "fields": [
            _to("pin", "pbc_pins0000000", required=True, cascadeDelete=True),
            _to("topic", "pbc_topics00000", required=True, cascadeDelete=True),
        ],
        "indexes": ["CREATE UNIQUE INDEX idx_pin_topics ON pin_topics (pin, topic)"],
    },
    {
        "id": "pbc_profiles000",
        "name": "profiles",
        "type": "base",
        **_OPEN,
        "fields": [_to("member", "pbc_members0000", required=True)],
        "indexes": ["CREATE UNIQUE INDEX idx_profiles_member ON profiles (member)"],
    },
    {
        "id": "pbc_totals00000",
        "name": "totals",
        "type": "view",
        "listRule": "",
        "viewRule": "",
        "viewQuery": "SELECT author AS id, author, count(id) AS posts FROM blog_posts "
        "GROUP BY author",
    },
)


def build(directory: Path) -> None:
    """Makes the data directory."""
    file = directory.parent / "collections.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(COLLECTIONS))
    fastcms(directory, "collection", "import", str(file), "--yes")


def fastcms(directory: Path, *arguments: str) -> str:
    """What a command prints that has to succeed."""
    done = run(Kind.FASTCMS, *arguments, directory=directory)
    assert done.code == 0, done.err
    return done.out


def hostile_schema() -> Schema:
    """Collections whose names no API lets in, but a file may come from anywhere."""
    return Schema(
        Collection(
            id=text,
            name=text,
            type="base",
            fields=(
                TextField(name=text, required=True),
                SelectField(name=f"s{text}", values=(text,), max_select=2),
                SelectField(name=f"n{text}", max_select=2),
            ),
        )
        for text in HOSTILE
    )
