"""The data directory that every table starts from, written by the real PocketBase.

Ids are explicit and say what they are, so that rows read without looking anything up.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

from tests.parity import lab, media
from tests.servers import Kind, Server, add_superuser

PASSWORD = "seed-password-1"


def rid(name: str) -> str:
    """A valid record id that starts with `name`: `rid("ann")` is `ann000000000000`."""
    return name.ljust(15, "0")


@dataclass(frozen=True, slots=True)
class Seed:
    """tokens: by the name that rows use in `who`; right ones and wrong ones."""

    directory: Path
    tokens: Mapping[str, str]
    content: bytes


def _rules(rule: str | None) -> dict[str, str | None]:
    names = ("listRule", "viewRule", "createRule", "updateRule", "deleteRule")
    return dict.fromkeys(names, rule)


def _field(type_: str, name: str, **options: Any) -> dict[str, Any]:
    return {"type": type_, "name": name, **options}


_DATES = [
    _field("autodate", "created", onCreate=True),
    _field("autodate", "updated", onCreate=True, onUpdate=True),
]

# Name → what the account has beside id, email and PASSWORD.
USERS: dict[str, dict[str, Any]] = {
    "ann": {"emailVisibility": True, "verified": True, "name": "Ann", "role": "editor"},
    "bob": {"name": "Bob", "role": "reader", "secret": "bob's secret"},
    "cid": {"verified": True, "role": "editor"},
}
MEMBERS: dict[str, dict[str, Any]] = {
    "mia": {"role": "chief", "username": "mia", "rank": 3, "verified": True},
    "max": {"role": "plain", "username": "Max", "rank": 2, "emailVisibility": True},
    "moe": {"role": "plain", "username": "moe", "rank": 1},
}


def _collections() -> list[dict[str, Any]]:
    """In creation order; relation targets are written `@NAME` and replaced by the id."""
    role = _field("text", "role")
    one_tag = _field("relation", "tag", collectionId="@tags", maxSelect=1)
    owner = _field("relation", "owner", collectionId="_pb_users_auth_", maxSelect=1)
    title = _field("text", "title")
    ruled_fields = [
        title,
        owner,
        _field("number", "n"),
        _field("select", "kinds", values=["a", "b", "c"], maxSelect=3),
        _field("relation", "tags", collectionId="@tags", maxSelect=9),
        _field("text", "hush", hidden=True),
    ]
    rules = {
        "ruled_null": None,
        "ruled_open": "",
        "ruled_auth": "@request.auth.id != ''",
        "ruled_owner": "owner = @request.auth.id && @request.auth.id != ''",
        "ruled_role": "@request.auth.role = 'editor'",
        "ruled_owner_role": "owner.role = 'editor'",
        "ruled_query": "@request.query.key = 'open'",
        "ruled_header": "@request.headers.x_key = 'open'",
        "ruled_method": "@request.method = 'GET' || @request.method = 'POST'",
        "ruled_context": "@request.context = 'default'",
        "ruled_tags": "tags.title = 'red'",
        "ruled_any_tag": "tags.title ?= 'red'",
        "ruled_each": "kinds:each = 'a'",
        "ruled_length": "kinds:length > 1",
        "ruled_lower": "title:lower = 'one'",
        "ruled_hush": "hush != 'shut'",
        "ruled_collection": "@collection.tags.title ?= title",
        "ruled_back": "ruled_back_notes_via_about.text ?= 'ok'",
        "ruled_user_collection": "@request.auth.collectionName = 'members'",
        "ruled_or": "@request.auth.id = '' || (n > 1 && owner = @request.auth.id)",
    }
    write_rules = {
        "body_title": "@request.body.title = 'yes'",
        "body_isset": "@request.body.n:isset = false",
        "body_changed": "@request.body.title:changed = false",
        "body_number": "@request.body.n > 5",
        "body_owner": "@request.body.owner = @request.auth.id",
        "body_owner_role": "@request.body.owner.role = 'editor'",
        "body_tags": "@request.body.tags:length < 2",
        "body_kinds": "@request.body.kinds:each != 'c'",
        "body_against_row": "n >= @request.body.n",
        "body_hush": "@request.body.hush:isset = false",
    }
    return [
        {
            "name": "tags",
            "type": "base",
            **_rules(""),
            "fields": [_field("text", "title", required=True, min=2, max=20)],
            "indexes": ["CREATE UNIQUE INDEX idx_tags_title ON tags (title)"],
        },
        {"name": "vault", "type": "base", "fields": [title]},
        {
            "name": "shelf",
            "type": "base",
            **_rules(""),
            "listRule": "title != 'closed'",
            "fields": [title, _field("text", "hush", hidden=True)],
        },
        {
            "name": "items",
            "type": "base",
            **_rules(""),
            "fields": [
                title,
                _field("number", "num"),
                _field("bool", "flag"),
                _field("email", "mail"),
                _field("url", "link"),
                _field("editor", "text"),
                _field("date", "moment"),
                _field("select", "kind", values=["a", "b", "c"], maxSelect=1),
                _field("select", "kinds", values=["a", "b", "c"], maxSelect=3),
                _field("json", "data"),
                _field("geoPoint", "place"),
                one_tag,
                _field("relation", "tags", collectionId="@tags", maxSelect=9),
                _field("relation", "locked", collectionId="@vault", maxSelect=1),
                _field("relation", "shelf", collectionId="@shelf", maxSelect=1),
                owner,
                _field("password", "pin", cost=4),
                _field("text", "hush", hidden=True),
                *_DATES,
            ],
            "indexes": ["CREATE INDEX idx_items_num ON items (num)"],
        },
        {
            "name": "limits",
            "type": "base",
            **_rules(""),
            "fields": [
                _field("text", "text", min=2, max=5, pattern="^[a-z]+$"),
                _field("email", "mail", onlyDomains=["example.com"]),
                _field("email", "not_mail", exceptDomains=["example.com"]),
                _field("url", "link", onlyDomains=["example.com"]),
                _field("url", "not_link", exceptDomains=["example.com"]),
                _field("editor", "rich", maxSize=10),
                _field("number", "num", min=2, max=9, onlyInt=True),
                _field("number", "ratio", min=-1.5, max=1.5),
                _field(
                    "date",
                    "moment",
                    min="2024-01-01 00:00:00.000Z",
                    max="2024-12-31 00:00:00.000Z",
                ),
                _field("select", "kind", values=["a", "b"], maxSelect=1),
                _field("select", "kinds", values=["a", "b", "c"], maxSelect=2),
                _field("json", "data", maxSize=10),
                _field("geoPoint", "place"),
                one_tag,
                _field("relation", "tags", collectionId="@tags", minSelect=2, maxSelect=3),
                _field("password", "pin", min=4, max=6, pattern="^[0-9]+$", cost=4),
            ],
        },
        {
            "name": "required",
            "type": "base",
            **_rules(""),
            "fields": [
                _field("text", "text", required=True),
                _field("email", "mail", required=True),
                _field("url", "link", required=True),
                _field("editor", "rich", required=True),
                _field("number", "num", required=True),
                _field("bool", "flag", required=True),
                _field("date", "moment", required=True),
                _field("select", "kind", values=["a", "b"], required=True),
                _field("json", "data", required=True),
                _field("geoPoint", "place", required=True),
                _field("relation", "tag", collectionId="@tags", required=True),
                _field("password", "pin", required=True, cost=4),
            ],
        },
        {
            "name": "codes",
            "type": "base",
            **_rules(""),
            "fields": [
                _field("text", "a"),
                _field("number", "b"),
                _field("text", "c"),
                _field("text", "code", autogeneratePattern="[A-Z]{3}-[0-9]{4}"),
            ],
            "indexes": [
                "CREATE UNIQUE INDEX idx_codes_ab ON codes (a, b)",
                "CREATE UNIQUE INDEX idx_codes_c ON codes (lower(c)) WHERE c != ''",
            ],
        },
        {
            "name": "short_ids",
            "type": "base",
            **_rules(""),
            "fields": [
                _field(
                    "text",
                    "id",
                    min=1,
                    max=20,
                    pattern="^[^x]+$",
                    autogeneratePattern="[a-c]{5}",
                    system=True,
                    primaryKey=True,
                    required=True,
                ),
                title,
            ],
        },
        {
            "name": "members",
            "type": "auth",
            **_rules(""),
            "updateRule": "id = @request.auth.id || @request.auth.role = 'chief'",
            "deleteRule": "id = @request.auth.id",
            "manageRule": "@request.auth.role = 'chief'",
            "fields": [role, _field("text", "username"), _field("number", "rank")],
            "indexes": [
                "CREATE UNIQUE INDEX idx_members_username ON members (username COLLATE NOCASE)"
            ],
            "passwordAuth": {"enabled": True, "identityFields": ["email", "username"]},
        },
        {"name": "closed", "type": "auth", "passwordAuth": {"enabled": False}},
        {"name": "nobody", "type": "auth", "authRule": None},
        {"name": "verified", "type": "auth", "authRule": "verified = true", **_rules("")},
        *(
            {"name": name, "type": "base", **_rules(rule), "fields": ruled_fields}
            for name, rule in rules.items()
            if name != "ruled_back"
        ),
        {"name": "ruled_back", "type": "base", "fields": ruled_fields},
        {
            "name": "ruled_back_notes",
            "type": "base",
            "fields": [
                _field("relation", "about", collectionId="@ruled_back", maxSelect=1),
                _field("text", "text"),
            ],
        },
        *(
            {
                "name": name,
                "type": "base",
                **_rules(""),
                "createRule": rule,
                "updateRule": rule,
                "fields": ruled_fields,
            }
            for name, rule in write_rules.items()
        ),
        {"name": "parents", "type": "base", **_rules(""), "fields": [title]},
        {
            "name": "child_cascade",
            "type": "base",
            **_rules(""),
            "fields": [
                _field("relation", "up", collectionId="@parents", cascadeDelete=True),
                title,
            ],
        },
        {
            "name": "child_cascade_many",
            "type": "base",
            **_rules(""),
            "fields": [
                _field("relation", "up", collectionId="@parents", cascadeDelete=True, maxSelect=5)
            ],
        },
        {
            "name": "child_optional",
            "type": "base",
            **_rules(""),
            "fields": [_field("relation", "up", collectionId="@parents"), *_DATES],
        },
        {
            "name": "child_required",
            "type": "base",
            **_rules(""),
            "fields": [_field("relation", "up", collectionId="@parents", required=True)],
        },
        {
            "name": "grandchild",
            "type": "base",
            **_rules(""),
            "fields": [_field("relation", "up", collectionId="@child_cascade", cascadeDelete=True)],
        },
    ]


RULED = tuple(one["name"] for one in _collections() if one["name"].startswith("ruled_"))


def _items() -> list[dict[str, Any]]:
    red, green, blue = rid("red"), rid("green"), rid("blue")
    return [
        {
            "id": rid("one"),
            "title": "One",
            "num": 1,
            "flag": True,
            "mail": "one@example.com",
            "link": "https://example.com/one",
            "text": "<p>first &amp; last</p>",
            "moment": "2024-01-01 10:00:00.000Z",
            "kind": "a",
            "kinds": ["a"],
            "data": {"n": 5, "s": "five", "b": True, "list": [1, 2, {"k": "v"}], "nothing": None},
            "place": {"lon": 13.4, "lat": 52.5},
            "tag": red,
            "tags": [red],
            "locked": rid("box"),
            "shelf": rid("top"),
            "owner": rid("ann"),
            "pin": "1234",
            "hush": "quiet",
        },
        {
            "id": rid("two"),
            "title": "two",
            "num": 2.5,
            "moment": "2024-06-15 12:30:45.123Z",
            "kind": "b",
            "kinds": ["a", "b"],
            "data": [1, 2, 3],
            "tag": green,
            "tags": [red, green],
            "shelf": rid("bottom"),
            "owner": rid("bob"),
        },
        {
            "id": rid("three"),
            "title": 'it\'s 100% _under_ \\back\\ "quoted"',
            "num": -3,
            "flag": True,
            "moment": "2025-02-28 23:59:59.999Z",
            "kinds": ["c"],
            "data": "text",
            "tags": [green, blue],
            "owner": rid("ann"),
            "hush": "loud",
        },
        {"id": rid("four"), "title": "vier ÄÖÜ ß €", "num": 1e21, "data": 7, "tag": blue},
        {"id": rid("five"), "title": "", "num": 0, "data": None},
        {"id": rid("six"), "title": "ONE", "num": 1, "data": {"n": "5"}, "kind": "c"},
        {"id": rid("seven"), "title": "Seven", "num": 7, "flag": True, "data": []},
        {"id": rid("eight"), "title": "one more", "num": 8, "data": {}, "tags": [blue]},
        {"id": rid("nine"), "title": "nine\nlines", "num": 9.25, "mail": "NINE@example.com"},
        {"id": rid("ten"), "title": "<b>ten</b> & 'more'", "num": 10, "data": False},
    ]


def _records() -> list[tuple[str, dict[str, Any]]]:
    red, green = rid("red"), rid("green")
    ruled: list[dict[str, Any]] = [
        {
            "id": rid("r1"),
            "title": "One",
            "owner": rid("ann"),
            "n": 1,
            "kinds": ["a"],
            "tags": [red],
        },
        {
            "id": rid("r2"),
            "title": "red",
            "owner": rid("bob"),
            "n": 2,
            "kinds": ["a", "b"],
            "tags": [red, green],
            "hush": "shut",
        },
        {"id": rid("r3"), "title": "three", "n": 3},
    ]
    names = [one["name"] for one in _collections()]
    return [
        *(("tags", {"id": rid(title), "title": title}) for title in ("red", "green", "blue")),
        ("vault", {"id": rid("box"), "title": "box"}),
        ("shelf", {"id": rid("top"), "title": "open", "hush": "dusty"}),
        ("shelf", {"id": rid("bottom"), "title": "closed", "hush": "clean"}),
        *(("items", item) for item in _items()),
        *(
            (name, record)
            for name in names
            if name.startswith(("ruled_", "body_")) and name != "ruled_back_notes"
            for record in ruled
        ),
        ("ruled_back_notes", {"about": rid("r1"), "text": "ok"}),
        ("ruled_back_notes", {"about": rid("r2"), "text": "no"}),
        ("codes", {"id": rid("code"), "a": "x", "b": 1, "c": "See", "code": "ABC-0001"}),
        ("short_ids", {"id": "abc", "title": "short"}),
        *(("parents", {"id": rid(f"p{n}"), "title": f"p{n}"}) for n in range(1, 7)),
        ("child_cascade", {"id": rid("c1"), "up": rid("p1")}),
        ("grandchild", {"id": rid("g1"), "up": rid("c1")}),
        ("child_cascade_many", {"id": rid("m1"), "up": [rid("p2")]}),
        ("child_cascade_many", {"id": rid("m2"), "up": [rid("p2"), rid("p3")]}),
        ("child_optional", {"id": rid("o1"), "up": rid("p2")}),
        ("child_required", {"id": rid("q1"), "up": rid("p4")}),
        ("child_cascade", {"id": rid("c5"), "up": rid("p5")}),
        ("child_required", {"id": rid("q5"), "up": rid("p5")}),
    ]


def build(directory: Path) -> Seed:
    """Writes the seed into the absent `directory`. Takes about two seconds."""
    add_superuser(Kind.REFERENCE, directory)
    with Server(Kind.REFERENCE, directory) as server:
        root = server.superuser_token()
        _fill(server, root)
        tokens = {"superuser": root}
        for name in USERS:
            tokens[name] = server.sign_in("users", f"{name}@example.com", PASSWORD)
        for name in MEMBERS:
            tokens[name] = server.sign_in("members", f"{name}@example.com", PASSWORD)
    media.place(directory)
    tokens |= _wrong_tokens(directory, tokens)
    return Seed(directory, tokens, (directory / "data.db").read_bytes())


def _fill(server: Server, root: str) -> None:
    users = server.expect("GET", "/api/collections/users", token=root)
    for field in users["fields"]:
        if field["name"] == "password":
            field["cost"] = 4
    extra = [_field("text", "role"), _field("text", "secret", hidden=True)]
    server.expect(
        "PATCH",
        "/api/collections/users",
        token=root,
        json_body={"fields": users["fields"] + extra},
    )
    ids: dict[str, str] = {}
    for collection in _collections():
        if collection["type"] == "auth":
            # The cheapest hash, because there are hundreds of sign-ins.
            fields = collection.setdefault("fields", [])
            fields.append(_field("password", "password", min=8, cost=4))
        text = json.dumps(collection)
        for name, id_ in ids.items():
            text = text.replace(f'"@{name}"', f'"{id_}"')
        made = server.expect("POST", "/api/collections", token=root, json_body=json.loads(text))
        ids[collection["name"]] = made["id"]
    # Only now the collection that its rule names exists.
    server.expect(
        "PATCH",
        "/api/collections/ruled_back",
        token=root,
        json_body=_rules("ruled_back_notes_via_about.text ?= 'ok'"),
    )
    accounts = [
        *(("users", _account(name, **more)) for name, more in USERS.items()),
        *(("members", _account(name, **more)) for name, more in MEMBERS.items()),
        ("closed", _account("clo")),
        ("nobody", _account("nob")),
        ("verified", _account("vera", verified=True)),
        ("verified", _account("vic")),
    ]
    for name, record in [*accounts, *_records()]:
        server.expect("POST", f"/api/collections/{name}/records", token=root, json_body=record)
    lab.fill(server, root, [rid(name) for name in USERS])
    media.fill(server, root, rid("ann"))


def _account(name: str, /, **more: Any) -> dict[str, Any]:
    secret = {"password": PASSWORD, "passwordConfirm": PASSWORD}
    return {"id": rid(name), "email": f"{name}@example.com", **secret, **more}


def _wrong_tokens(directory: Path, tokens: Mapping[str, str]) -> dict[str, str]:
    """Tokens that were never issued, most of them signed with the right key all the same."""
    database = apsw.Connection(str(directory / "data.db"), flags=apsw.SQLITE_OPEN_READONLY)
    options_query = "SELECT options FROM _collections WHERE name = 'users'"
    key_query = "SELECT tokenKey FROM users WHERE id = ?"
    options = json.loads(str(database.execute(options_query).get))
    token_key = str(database.execute(key_query, (rid("ann"),)).get)
    bob_key = str(database.execute(key_query, (rid("bob"),)).get)
    database.close()
    key = token_key + options["authToken"]["secret"]
    claims = {
        "collectionId": "_pb_users_auth_",
        "exp": int(time.time()) + 432_000,
        "id": rid("ann"),
        "refreshable": True,
        "type": "auth",
    }
    header, _, rest = tokens["ann"].partition(".")
    payload, _, signature = rest.partition(".")
    file_key = token_key + options["fileToken"]["secret"]
    return {
        "expired": _signed(claims | {"exp": int(time.time()) - 60}, key),
        "forged": _signed(claims, "no such key"),
        "no_algorithm": f"{_part({'alg': 'none', 'typ': 'JWT'})}.{payload}.",
        "other_algorithm": _signed(claims, key, algorithm="HS512"),
        "algorithm_lie": _signed(claims, key, algorithm="HS512", digest="sha256"),
        "no_signature": f"{header}.{payload}.",
        "cut": f"{header}.{payload}.{signature[:-4]}",
        "two_parts": f"{header}.{payload}",
        "garbage": "not-a-token",
        "changed_claims": f"{header}.{_part(claims | {'id': rid('bob')})}.{signature}",
        "file_type": _signed(claims | {"type": "file"}, file_key),
        "type_with_auth_key": _signed(claims | {"type": "file"}, key),
        "auth_with_file_key": _signed(claims, file_key),
        "no_type": _signed({name: claims[name] for name in claims if name != "type"}, key),
        "no_id": _signed({name: claims[name] for name in claims if name != "id"}, key),
        "no_exp": _signed({name: claims[name] for name in claims if name != "exp"}, key),
        "not_before": _signed(claims | {"nbf": int(time.time()) + 3600}, key),
        "unknown_record": _signed(claims | {"id": rid("nil")}, key),
        "unknown_collection": _signed(claims | {"collectionId": "pbc_1"}, key),
        "collection_name": _signed(claims | {"collectionId": "users"}, key),
        "other_collection": _signed(claims | {"collectionId": "pbc_3142635823"}, key),
        "other_record": _signed(claims, bob_key + options["authToken"]["secret"]),
        "static": _signed(claims | {"refreshable": False}, key),
        "no_refreshable": _signed(
            {name: claims[name] for name in claims if name != "refreshable"}, key
        ),
        "exp_text": _signed(claims | {"exp": "tomorrow"}, key),
        "exp_fraction": _signed(claims | {"exp": int(time.time()) + 432_000.5}, key),
    }


def _part(value: Any) -> str:
    text = json.dumps(value, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _signed(
    claims: Mapping[str, Any], key: str, *, algorithm: str = "HS256", digest: str | None = None
) -> str:
    body = f"{_part({'alg': algorithm, 'typ': 'JWT'})}.{_part(claims)}"
    name = digest or {"HS256": "sha256", "HS512": "sha512"}[algorithm]
    signature = hmac.new(key.encode(), body.encode(), getattr(hashlib, name)).digest()
    return f"{body}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
