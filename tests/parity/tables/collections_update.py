"""PATCH of collections: what happens to the data, and what is refused."""

from typing import Any

from tests.parity.scenario import Row, get, patch, post, raw
from tests.parity.seed import rid

PATH = "/api/collections"
ROOT: dict[str, Any] = {"who": "superuser"}


def _change(name: str, collection: str, body: Any, **rest: Any) -> Row:
    return patch(name, f"{PATH}/{collection}", body, **ROOT, **rest)


def _records(name: str, collection: str) -> Row:
    return get(name, f"{PATH}/{collection}/records", query={"sort": "id", "perPage": "20"}, **ROOT)


def _field(type_: str, name: str, **options: Any) -> dict[str, Any]:
    return {"type": type_, "name": name, **options}


_TITLE = {"id": "text724990059", **_field("text", "title")}
_LAB_FIELDS = [
    {"id": "t", **_field("text", "title")}, {"id": "n", **_field("number", "num")}, {"id": "one", **_field("select", "kind", values=["a", "b", "c"])},
    {"id": "many", **_field("select", "kinds", values=["a", "b", "c"], maxSelect=3)}, {"id": "r", **_field("relation", "tag", collectionId="${tags}")}, {"id": "j", **_field("json", "data")},
]


def _lab(**changes: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The fields of `lab` with some changed, by field id; None takes one away."""
    return [{**field, **(changes.get(field["id"]) or {})} for field in _LAB_FIELDS if changes.get(field["id"], {}) is not None]


_MULTI = {"many": {"maxSelect": 1}, "one": {"maxSelect": 3}, "r": {"maxSelect": 5}}
# A body is JSON or a payload: too mixed for mypy to infer.
_SHELF_CHANGES: dict[str, Any] = {
    "nothing": {}, "no body": None, "null": raw("null"), "broken": raw("{"), "a list": [], "unknown keys": {"nothing": 1}, "same name": {"name": "shelf"}, "name as number": {"name": 5}, "fields as text": {"fields": "x"},
    "fields null": {"fields": None}, "unsupported type": raw("x", "text/plain"), "other id": {"id": "other"}, "same system flag": {"system": False}, "system flag": {"system": True}, "type": {"type": "auth"}, "unknown type": {"type": "x"},
    "created": {"created": "2020-01-01 00:00:00.000Z"}, "empty name": {"name": ""}, "bad name": {"name": "a b"}, "taken name": {"name": "TAGS"}, "internal name": {"name": "_params"}, "another's id as name": {"name": "_pb_users_auth_"}, "null name": {"name": None},
    "auth option": {"authRule": "x ="}, "view query": {"viewQuery": "select 1"},
}
_SYSTEM_CHANGES: dict[str, dict[str, Any]] = {
    "name": {"name": "renamed"}, "system flag": {"system": False}, "list rule": {"listRule": ""}, "same rule": {"deleteRule": None}, "type": {"type": "view"}, "no fields": {"fields": []}, "no indexes": {"indexes": []},
}

ROWS = (
    get("tags", f"{PATH}/tags", save={"tags": "id"}, **ROOT),
    get("items", f"{PATH}/items", save={"items": "id"}, **ROOT),
    # bodies
    *(_change(f"body: {name}", "shelf", body) for name, body in _SHELF_CHANGES.items()),
    # rules
    *(_change(f"rule: {name}", "shelf", body) for name, body in {
        "one": {"listRule": "title = 'open'"}, "null": {"listRule": None}, "empty": {"listRule": ""}, "wrong": {"viewRule": "nothing = 1"}, "wrong type": {"viewRule": 5}, "field of the same request": {"fields": [_TITLE, _field("bool", "seen")], "viewRule": "seen = true"},
        "field removed in the same request": {"fields": [_TITLE]}, "rule and field": {"fields": [_TITLE], "viewRule": ""},
    }.items()),
    _records("shelf afterwards", "shelf"),
    # the laboratory: one collection whose fields change shape under its records
    post("make the lab", PATH, {"name": "lab", "fields": _LAB_FIELDS, "listRule": "title != 'x'", "indexes": ["CREATE INDEX idx_lab ON lab (title)"]}, save={"lab": "id"}, **ROOT),
    post("lab record 1", f"{PATH}/lab/records", {"id": rid("l1"), "title": "one", "num": 1, "kind": "a", "kinds": ["a", "b"], "tag": rid("red"), "data": {"a": 1}}, **ROOT),
    post("lab record 2", f"{PATH}/lab/records", {"id": rid("l2")}, **ROOT),
    _change("field added", "lab", {"fields": [*_LAB_FIELDS, {"id": "d", **_field("autodate", "stamp", onCreate=True)}, {"id": "b", **_field("bool", "flag", required=True)}]}),
    _records("after adding", "lab"),
    _change("fields dropped", "lab", {"fields": _LAB_FIELDS}),
    _records("after dropping", "lab"),
    _change("single to many and back", "lab", {"fields": _lab(**_MULTI)}),
    _records("after the swap", "lab"),
    _change("back again", "lab", {"fields": _LAB_FIELDS}),
    _records("after swapping back", "lab"),
    _change("field renamed while an index names it", "lab", {"fields": _lab(t={"name": "headline"})}),
    _change("field renamed while a rule names it", "lab", {"fields": _lab(t={"name": "headline"}), "indexes": []}),
    _change("field renamed with index and rule", "lab", {"fields": _lab(t={"name": "headline"}), "indexes": ["CREATE INDEX idx_lab ON lab (headline)"], "listRule": "headline != 'x'"}),
    _records("after the renaming", "lab"),
    _change("two names swapped", "lab", {"fields": _lab(t={"name": "num"}, n={"name": "headline"}), "indexes": [], "listRule": ""}),
    _records("after swapping names", "lab"),
    _change("type of a field", "lab", {"fields": _lab(t={"type": "number"})}),
    _change("relation to another collection", "lab", {"fields": _lab(r={"collectionId": "${items}"})}),
    _change("field without its id", "lab", {"fields": [_field("text", "title"), *_LAB_FIELDS[1:]]}),
    _records("after a field without its id", "lab"),
    _change("same id twice", "lab", {"fields": [*_LAB_FIELDS, {"id": "t", **_field("text", "more")}]}),
    _change("same name twice", "lab", {"fields": [*_LAB_FIELDS, _field("text", "NUM")]}),
    _change("id field left out", "lab", {"fields": _LAB_FIELDS[:2]}),
    _change("id field changed", "lab", {"fields": [{**_field("text", "id", min=3, max=40, pattern="^[a-z0-9-]+$", primaryKey=True), "id": "text3208210256"}, *_LAB_FIELDS]}),
    post("longer id then", f"{PATH}/lab/records", {"id": "a-longer-id-than-before"}, **ROOT),
    _change("id field with a generator that fails", "lab", {"fields": [{**_field("text", "id", min=3, max=4, primaryKey=True, autogeneratePattern="a{9}"), "id": "text3208210256"}]}),
    _change("all fields gone", "lab", {"fields": []}),
    _records("only ids left", "lab"),
    _change("option errors", "lab", {"fields": [_field("select", "s"), _field("text", "t", min=-1), _field("relation", "r")]}),
    _change("renamed", "lab", {"name": "labor", "fields": [_field("text", "title")], "indexes": ["CREATE INDEX idx_lab ON lab (title)"]}),
    get("by its new name", f"{PATH}/labor", **ROOT),
    get("by its id", f"{PATH}/${{lab}}", **ROOT),
    get("by its old name", f"{PATH}/lab", **ROOT),
    get("records by the old name", f"{PATH}/lab/records", **ROOT),
    _records("records by the new name", "labor"),
    _change("case of the name", "labor", {"name": "LABOR"}),
    _change("renamed by its id", "${lab}", {"name": "lab"}),
    # indexes
    *(_change(f"indexes: {name}", "lab", {"indexes": indexes}) for name, indexes in {
        "two": ["CREATE INDEX idx_lab1 ON lab (title)", "CREATE UNIQUE INDEX idx_lab2 ON lab (id, title)"], "one dropped": ["CREATE INDEX idx_lab1 ON lab (title)"], "same name, other columns": ["CREATE UNIQUE INDEX idx_lab1 ON lab (title, id)"],
        "unknown column": ["CREATE INDEX idx_lab1 ON lab (nothing)"], "nonsense": ["x"], "another's name": ["CREATE INDEX idx_items_num ON lab (title)"], "null": None, "number": 5, "unique over equal values": ["CREATE UNIQUE INDEX idx_lab9 ON lab (title)"],
    }.items()),
    get("indexes that are left", f"{PATH}/lab", **ROOT),
    _change("unique over unique values", "tags", {"indexes": ["CREATE UNIQUE INDEX idx_tags_title ON tags (title COLLATE NOCASE)"]}),
    post("it is obeyed", f"{PATH}/tags/records", {"title": "RED"}),
    # the data of items under many changes at once
    get("users before", f"{PATH}/users", **ROOT),
    _change("users without fields", "users", {"fields": []}),
    _records("users' custom columns are gone", "users"),
    _change("members without indexes", "members", {"indexes": []}),
    _change("members without indexes, by email", "members", {"indexes": [], "passwordAuth": {"identityFields": ["email"]}}),
    _change("index name of the auth fields taken", "members", {"indexes": ["CREATE INDEX idx_email_pbc_2620428958 ON members (rank)"]}),
    _change("unique email with nocase", "members", {"indexes": ["CREATE UNIQUE INDEX idx_me ON members (email COLLATE NOCASE) WHERE email != ''", "CREATE UNIQUE INDEX idx_mt ON members (tokenKey)"]}),
    post("sign in without case", f"{PATH}/members/auth-with-password", {"identity": "MIA@EXAMPLE.COM", "password": "seed-password-1"}),
    *(_change(f"auth option: {name}", "members", body) for name, body in {
        "one token": {"authToken": {"duration": 100}}, "merged": {"otp": {"length": 5}}, "bad": {"mfa": {"enabled": True}}, "both at once": {"authToken": {"duration": 1}, "otp": {"enabled": True, "length": 1}}, "null": {"otp": None}, "null rule": {"authRule": None},
        "manage rule": {"manageRule": None}, "templates": {"verificationTemplate": {"subject": "Hi {APP_NAME}"}}, "secret is not shown": {"authToken": {"secret": "s" * 30}}, "identity": {"passwordAuth": {"identityFields": ["rank"]}}, "provider": {"oauth2": {"enabled": True, "providers": [{"name": "google", "clientId": "a", "clientSecret": "b"}]}},
        "provider keeps its secret": {"oauth2": {"providers": [{"name": "google", "clientId": "c"}]}}, "email no longer unique": {"indexes": ["CREATE INDEX idx_me ON members (email)"]},
    }.items()),
    # system collections
    *(_change(f"superusers: {name}", "_superusers", body) for name, body in _SYSTEM_CHANGES.items()),
    *(_change(f"origins: {name}", "_authOrigins", body) for name, body in _SYSTEM_CHANGES.items()),
    _change("superusers: more fields", "_superusers", {"oauth2": {"enabled": True}, "passwordAuth": {"enabled": False}, "authToken": {"duration": 1000}}),
    _change("superusers: otp", "_superusers", {"otp": {"enabled": True}}),
    _change("superusers: otp off", "_superusers", {"otp": {"enabled": False}, "mfa": {"enabled": False}}),
    # what hangs on other collections
    _change("tags renamed", "tags", {"name": "labels"}),
    get("relations go on", f"{PATH}/items/records", query={"filter": "tag.title = 'red'"}),
    get("rule that named it", f"{PATH}/ruled_collection/records"),
    get("rule that named it, view", f"{PATH}/ruled_collection/records/{rid('r1')}"),
    post("rule that named it, create", f"{PATH}/ruled_collection/records", {"title": "red"}),
    _change("title of labels goes", "labels", {"fields": [], "indexes": []}),
    get("rule through it", f"{PATH}/ruled_tags/records"),
    get("filter through it", f"{PATH}/items/records", query={"filter": "tag.title = 'red'"}),
    get("rate limits follow", "/api/settings", **ROOT),
)
