"""A data directory as a real project has it, written by the real PocketBase.

A lending library: thirteen collections of its own with every field type but file, relations both
ways, rules of every kind, three readers with passwords and 5,000 records.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.servers import Kind, Server, add_superuser

PASSWORD = "reader-password-1"
READERS = ("ada", "ben", "cleo")
BOOKS, REVIEWS, NOTES = 2500, 2000, 455
RECORDS = 5000  # all of it: the above, readers, authors, tags and the single ones below

_USERS = "_pb_users_auth_"
_BATCH = 500  # requests


def rid(name: str) -> str:
    return name.ljust(15, "0")


def _field(type_: str, name: str, **options: Any) -> dict[str, Any]:
    return {"type": type_, "name": name, **options}


def _to(name: str, collection: str, many: int = 1, **options: Any) -> dict[str, Any]:
    """A relation; the collection's name is replaced by its id when it is made."""
    return _field("relation", name, collectionId=collection, maxSelect=many, **options)


def _rules(
    list_: str | None, view: str | None, create: str | None, update: str | None, delete: str | None
) -> dict[str, str | None]:
    return {
        "listRule": list_,
        "viewRule": view,
        "createRule": create,
        "updateRule": update,
        "deleteRule": delete,
    }


_SIGNED_IN = "@request.auth.id != ''"
_OWN = "owner = @request.auth.id"
_STAMPS = [
    _field("autodate", "created", onCreate=True),
    _field("autodate", "updated", onCreate=True, onUpdate=True),
]

COLLECTIONS: tuple[dict[str, Any], ...] = (
    {
        "name": "countries",
        "type": "base",
        **_rules("", "", None, None, None),
        "fields": [
            _field("text", "name", required=True),
            _field("text", "code", pattern="^[A-Z]{2}$"),
        ],
        "indexes": ["CREATE UNIQUE INDEX idx_countries_code ON countries (code)"],
    },
    {
        "name": "tags",
        "type": "base",
        **_rules("", "", "", "", ""),
        "fields": [_field("text", "title", required=True, min=2, max=30)],
        "indexes": ["CREATE UNIQUE INDEX idx_tags_title ON tags (title COLLATE NOCASE)"],
    },
    {
        "name": "authors",
        "type": "base",
        **_rules("name != ''", None, _SIGNED_IN, _OWN, None),
        "fields": [
            _field("text", "name", required=True),
            _field("editor", "about"),
            _field("date", "born"),
            _to("country", "countries"),
            _to("owner", _USERS),
        ],
    },
    {
        "name": "books",
        "type": "base",
        **_rules(
            "published = true || author.owner = @request.auth.id",
            "author.name != ''",
            f"{_SIGNED_IN} && @request.body.title:isset = true",
            "author.owner = @request.auth.id",
            "author.owner = @request.auth.id && @request.method = 'DELETE'",
        ),
        "fields": [
            _field("text", "title", required=True, max=200),
            _field("number", "pages", onlyInt=True, min=1),
            _field("number", "price"),
            _field("bool", "published"),
            _field("select", "language", values=["en", "de", "fr"], maxSelect=1),
            _field("select", "formats", values=["paper", "ebook", "audio"], maxSelect=3),
            _field("json", "details"),
            _to("author", "authors", required=True),
            _to("tags", "tags", 5),
            *_STAMPS,
        ],
        "indexes": ["CREATE INDEX idx_books_author ON books (author)"],
    },
    {
        "name": "reviews",
        "type": "base",
        **_rules(
            "",
            "",
            "@request.body.reader = @request.auth.id && @request.body.stars > 0",
            "reader = @request.auth.id && @request.body.book:changed = false",
            "reader = @request.auth.id",
        ),
        "fields": [
            _to("book", "books", required=True, cascadeDelete=True),
            _to("reader", _USERS),
            _field("number", "stars", min=1, max=5),
            _field("text", "text"),
            *_STAMPS,
        ],
    },
    {
        "name": "notes",
        "type": "base",
        **_rules(_OWN, _OWN, "@request.body.owner = @request.auth.id", _OWN, _OWN),
        "fields": [
            _to("owner", _USERS, required=True, cascadeDelete=True),
            _field("text", "text", required=True),
            _field("text", "mark", hidden=True),
            _field("number", "views"),
            *_STAMPS,
        ],
    },
    {
        "name": "branches",
        "type": "base",
        **_rules(
            "@request.query.desk = 'main'",
            "@request.headers.x_desk = 'main'",
            "@request.method = 'PATCH'",
            "@request.auth.role = 'librarian'",
            None,
        ),
        "fields": [
            _field("text", "name"),
            _field("geoPoint", "place"),
            _field("email", "mail", onlyDomains=["example.com"]),
            _field("url", "site"),
        ],
    },
    {
        "name": "loans",
        "type": "base",
        **_rules(
            "reader = @request.auth.id || @request.auth.role = 'librarian'",
            "reader.role != ''",
            "@request.body.reader.role = 'reader'",
            None,
            None,
        ),
        "fields": [
            _to("book", "books"),
            _to("reader", _USERS, cascadeDelete=True),
            _to("branch", "branches"),
            _field("date", "due", min="2020-01-01 00:00:00.000Z"),
        ],
    },
    {
        "name": "shelves",
        "type": "base",
        **_rules("@collection.loans.reader ?= @request.auth.id", "", None, None, None),
        "fields": [_field("text", "label"), _to("books", "books", 99)],
    },
    {
        "name": "samples",
        "type": "base",
        **_rules(_SIGNED_IN, _SIGNED_IN, _SIGNED_IN, _SIGNED_IN, _SIGNED_IN),
        "fields": [
            _field("text", "text", min=2, max=9, autogeneratePattern="[a-z]{6}"),
            _field("editor", "editor"),
            _field("email", "email"),
            _field("url", "url"),
            _field("number", "number", min=-5, max=5),
            _field("bool", "bool"),
            _field("date", "date"),
            *_STAMPS,
            _field("select", "select", values=["a", "b", "c"], maxSelect=2),
            _field("json", "json", maxSize=100),
            _to("relation", "tags", 2),
            _field("password", "password", min=4),
            _field("geoPoint", "point"),
        ],
    },
    {"name": "vault", "type": "base", "fields": [_field("text", "secret")]},
    {
        "name": "staff",
        "type": "auth",
        **_rules("", "", None, "id = @request.auth.id", None),
        "manageRule": "@request.auth.collectionName = 'staff' && @request.auth.chief = true",
        "authRule": "verified = true",
        "fields": [_field("text", "badge"), _field("bool", "chief"), _to("branch", "branches")],
        "indexes": ["CREATE UNIQUE INDEX idx_staff_badge ON staff (badge)"],
        "passwordAuth": {"enabled": True, "identityFields": ["email", "badge"]},
    },
    {
        "name": "clubs",
        "type": "base",
        **_rules(
            "members.id ?= @request.auth.id",
            "clubs_via_parent.name ?= 'inner'",
            None,
            "members:length < 3",
            None,
        ),
        "fields": [_field("text", "name"), _to("members", _USERS, 9)],
    },
)


def build(directory: Path) -> None:
    """Writes the library into the absent `directory`. Takes some seconds."""
    add_superuser(Kind.REFERENCE, directory)
    with Server(Kind.REFERENCE, directory) as server:
        token = server.superuser_token()
        _make_collections(server, token)
        limits = {"batch": {"enabled": True, "maxRequests": _BATCH, "timeout": 60}}
        server.expect("PATCH", "/api/settings", token=token, json_body=limits)
        requests = [
            {"method": "POST", "url": f"/api/collections/{name}/records", "body": record}
            for name, record in _records()
        ]
        for start in range(0, len(requests), _BATCH):
            some = requests[start : start + _BATCH]
            server.expect("POST", "/api/batch", token=token, json_body={"requests": some})
        # Only now the books exist that the authors point back to.
        path = f"/api/collections/authors/records/{rid('author0')}"
        server.expect("PATCH", path, token=token, json_body={"favourite": rid("book0")})


def _make_collections(server: Server, token: str) -> None:
    ids = {_USERS: _USERS}

    def made(collection: dict[str, Any]) -> dict[str, Any]:
        fields = [
            {**field, "collectionId": ids[field["collectionId"]]}
            if field["type"] == "relation"
            else field
            for field in collection["fields"]
        ]
        return {**collection, "fields": fields}

    def extended(name: str, field: dict[str, Any], **changes: Any) -> None:
        path = f"/api/collections/{name}"
        fields = [*server.expect("GET", path, token=token)["fields"], field]
        server.expect("PATCH", path, token=token, json_body={"fields": fields, **changes})

    extended("users", _field("text", "role"), listRule="", viewRule="")
    late_rules = {}
    for collection in COLLECTIONS:
        first = dict(collection)
        if first["name"] == "clubs":
            late_rules["viewRule"] = first.pop("viewRule")
        answer = server.expect("POST", "/api/collections", token=token, json_body=made(first))
        ids[collection["name"]] = answer["id"]
    # Relations and rules that close a circle come when both ends exist.
    extended("authors", made({"fields": [_to("favourite", "books")]})["fields"][0])
    back_rule = {"viewRule": "books_via_author.published ?= true"}
    server.expect("PATCH", "/api/collections/authors", token=token, json_body=back_rule)
    extended("clubs", made({"fields": [_to("parent", "clubs")]})["fields"][0], **late_rules)


def _records() -> Iterator[tuple[str, dict[str, Any]]]:
    def account(name: str, /, **more: Any) -> dict[str, Any]:
        secret = {"password": PASSWORD, "passwordConfirm": PASSWORD}
        return {"id": rid(name), "email": f"{name}@example.com", **secret, **more}

    yield "users", account("ada", name="Ada", role="reader", verified=True)
    yield "users", account("ben", name="Ben", role="reader", emailVisibility=True)
    yield "users", account("cleo", name="Cleo", role="librarian")
    yield "staff", account("sue", badge="S1", chief=True, verified=True)
    yield "staff", account("sam", badge="S2")
    yield "countries", {"id": rid("de"), "name": "Germany", "code": "DE"}
    yield "countries", {"id": rid("fr"), "name": "France", "code": "FR"}
    for number in range(20):
        yield "tags", {"id": rid(f"tag{number}x"), "title": f"tag {number}"}
    for number in range(10):
        yield (
            "authors",
            {
                "id": rid(f"author{number}"),
                "name": f"Author {number}",
                "about": f"<p>Nr. {number} &amp; more</p>",
                "born": f"19{number}0-05-06 07:08:09.123Z",
                "country": rid("de" if number % 2 else "fr"),
                "owner": rid(READERS[number % 3]),
            },
        )
    for number in range(BOOKS):
        yield "books", _book(number)
    for number in range(REVIEWS):
        yield (
            "reviews",
            {
                "id": f"review{number:09}",
                "book": _book(number)["id"],
                "reader": rid(READERS[number % 3]),
                "stars": 1 + number % 5,
                "text": f"Review {number}",
            },
        )
    for number in range(NOTES):
        yield (
            "notes",
            {
                "id": f"note{number:011}",
                "owner": rid(READERS[number % 3]),
                "text": f"Note {number}",
                "mark": "kept",
                "views": number,
            },
        )
    yield "branches", {"id": rid("main"), "name": "Main", "place": {"lon": 13.4, "lat": 52.5}}
    yield "branches", {"id": rid("east"), "name": "East", "mail": "east@example.com"}
    yield "loans", {"id": rid("loan1"), "book": _book(1)["id"], "reader": rid("ada")}
    yield "loans", {"id": rid("loan2"), "book": _book(2)["id"], "reader": rid("ben")}
    yield "shelves", {"id": rid("shelf1"), "label": "A", "books": [_book(3)["id"], _book(4)["id"]]}
    yield "samples", {"id": rid("sample1"), "json": {"a": [1, 2.5, None]}, "select": ["a", "c"]}
    yield "vault", {"id": rid("key"), "secret": "42"}
    yield "clubs", {"id": rid("outer"), "name": "outer", "members": [rid("ada"), rid("ben")]}


def _book(number: int) -> dict[str, Any]:
    return {
        "id": f"book{number}".ljust(15, "0") if number == 0 else f"book{number:011}",
        "title": f"Book {number}" if number % 7 else f"Büch <{number}> & “more”",
        "pages": 1 + number % 900,
        "price": number / 4,
        "published": number % 3 != 0,
        "language": ("en", "de", "fr", "")[number % 4],
        "formats": ["paper", "ebook", "audio"][: number % 4],
        "details": {"isbn": number, "weights": [number, None]} if number % 2 else None,
        "author": rid(f"author{number % 10}"),
        "tags": [rid(f"tag{number % 20}x"), rid(f"tag{(number + 7) % 20}x")],
    }
