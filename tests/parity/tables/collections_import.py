"""PUT /api/collections/import: what it merges, what it deletes, and what it refuses."""

from typing import Any

from tests.parity.scenario import Row, delete, get, patch, post, raw
from tests.parity.seed import rid

PATH = "/api/collections"
ROOT: dict[str, Any] = {"who": "superuser"}


def _import(name: str, *collections: Any, missing: Any = None, **rest: Any) -> Row:
    body: dict[str, Any] = {"collections": list(collections)}
    if missing is not None:
        body["deleteMissing"] = missing
    return Row(name, "PUT", f"{PATH}/import", body=body, **{**ROOT, **rest})


def _malformed(name: str, *collections: Any) -> Row:
    # What follows names Go's types in the reference, in words that change with every start.
    head = r"(?s)Failed to import the collections configuration\. Raw error:\n.+\."
    return _import(f"malformed: {name}", *collections, mask={"data.collections.message": head})


def _body(name: str, body: Any, **rest: Any) -> Row:
    return Row(name, "PUT", f"{PATH}/import", body=body, **{**ROOT, **rest})


def _base(name: str, /, *fields: Any, **options: Any) -> dict[str, Any]:
    return {"id": f"pbc_{name}", "name": name, "type": "base", "fields": list(fields), **options}


def _auth(name: str, /, *fields: Any, **options: Any) -> dict[str, Any]:
    return _base(name, *fields, **options) | {"type": "auth"}


def _field(type_: str, name: str, **options: Any) -> dict[str, Any]:
    return {"type": type_, "name": name, **options}


def _to(name: str, target: str, **options: Any) -> dict[str, Any]:
    return _field("relation", name, collectionId=f"pbc_{target}", **options)


def _shown(name: str, collection: str) -> Row:
    return get(f"shown: {name}", f"{PATH}/{collection}", **ROOT)


def _names(name: str) -> Row:
    return get(f"collections: {name}", PATH, query={"perPage": "200", "fields": "items.name,items.id,items.type"}, **ROOT)


def _mended(name: str) -> Row:
    """A change that is fine: a refused one leaves the reference with a schema that is not stored."""
    return patch(f"mended: {name}", f"{PATH}/shelf", {"deleteRule": ""}, **ROOT)


T = _field("text", "title")

ROWS = (
    # who may
    _import("guest", _base("a1"), who="guest"),
    _import("user", _base("a1"), who="ann"),
    get("no GET", f"{PATH}/import", **ROOT),
    get("no GET for guests", f"{PATH}/import"),
    post("no POST", f"{PATH}/import", {}, **ROOT),
    patch("no PATCH", f"{PATH}/import", {}, **ROOT),
    delete("no DELETE", f"{PATH}/import", **ROOT),
    # ours alone
    get("export", f"{PATH}/export", query={"collections": "tags"}, **ROOT),
    get("export for guests", f"{PATH}/export"),
    get("templates", f"{PATH}/meta/templates", **ROOT),
    # bodies
    _body("no body", None),
    _body("empty object", {}),
    _body("null", raw("null")),
    _body("broken", raw("{")),
    _body("a list", []),
    _body("unsupported type", raw("x", "text/plain")),
    *(_body(f"collections: {name}", {"collections": value}) for name, value in {
        "empty": [], "null": None, "object": {}, "text": "x", "number": 1, "list of numbers": [1], "list of lists": [[]], "null inside": [None], "empty object inside": [{}], "text inside": [{"name": "a1"}, "x"],
    }.items()),
    *(_body(f"deleteMissing: {name}", {"collections": [_base("a1")], "deleteMissing": value}) for name, value in {"text": "x", "number": 1, "object": {}, "null": None, "false": False}.items()),
    _body("unknown keys", {"collections": [_base("a1", unknown=1)], "unknown": 1}),
    # new collections
    _import("without an id", {"name": "made1"}),
    _shown("without an id", "made1"),
    _import("without an id, again", {"name": "made1"}),
    _import("with type null", {"name": "made2", "type": None}),
    _import("with an empty type", {"name": "made3", "type": ""}),
    _import("with fields, indexes and rules", _base("made4", T, _field("number", "n"), listRule="n > 1", viewRule="", indexes=["create unique index `idx_made4` on `other` (`title` COLLATE NOCASE)"])),
    _shown("with fields, indexes and rules", "made4"),
    _import("an odd id", {"id": "odd id!", "name": "made5"}),
    _import("a system one", _base("made6", system=True)),
    _shown("a system one", "made6"),
    delete("a system one is not deleted", f"{PATH}/made6", **ROOT),
    _import("with times", _base("made7", created="2020-01-01 00:00:00.000Z", updated="2020-01-01 00:00:00.000Z")),
    _shown("with times", "made7"),
    _import("an auth one", {"id": "pbc_imported_auth", "name": "made8", "type": "auth"}),
    _shown("an auth one", "made8"),
    _import("an auth one with options", _auth("made9", _field("text", "nick"), otp={"enabled": True}, mfa={"duration": 60}, authToken={"duration": 77}, passwordAuth={"identityFields": ["nick"]}, indexes=["CREATE UNIQUE INDEX idx_nick ON made9 (nick)"])),
    _shown("an auth one with options", "made9"),
    # refused
    *(_import(f"refused: {name}", body) for name, body in {
        "no name": {"type": "base"}, "empty name": _base("x1", name=""), "bad name": _base("x1", name="a b"), "via": _base("x1", name="a_via_b"), "unknown type": {"name": "x1", "type": "nope"}, "name of a table": _base("_params"), "name in another case": _base("x1", name="TAGS"),
        "name of another": _base("x1", name="tags"), "an id as name": _base("x1", name="pbc_made4"), "long name": _base("x1", name="x" * 256), "name with a quote": _base("x1", name='a"b\\c'), "rule": _base("x1", listRule="nothing = 1"), "broken rule": _base("x1", T, viewRule="title ="), "modifier": _base("x1", createRule="title:each = 1"),
        "missing collection in a rule": _base("x1", listRule="@collection.nothing.id != ''"), "missing relation": _base("x1", _to("to", "nothing")), "index that is none": _base("x1", indexes=["x"]), "two that are none": _base("x1", indexes=["x", "CREATE INDEX i1 ON x1 (id)", "y"]), "index on nothing": _base("x1", indexes=["CREATE INDEX i1 ON x1 (nope)"]),
        "index name taken": _base("x1", T, indexes=["CREATE INDEX idx_tags_title ON x1 (title)"]), "index twice": _base("x1", T, indexes=["CREATE INDEX i1 ON x1 (title)", "CREATE INDEX i2 ON x1 (title)"]), "index name twice": _base("x1", T, indexes=["CREATE INDEX i1 ON x1 (title)", "CREATE INDEX i1 ON x1 (id)"]),
        "field name twice": _base("x1", T, _field("number", "TITLE")), "field names": _base("x1", *(_field("text", field) for field in ("a b", "expand", "x_via_y", "null"))), "second key": _base("x1", _field("text", "key", primaryKey=True)), "select": _base("x1", _field("select", "s")), "select with too many": _base("x1", _field("select", "s", values=["a"], maxSelect=2)),
        "text options": _base("x1", _field("text", "a", pattern="["), _field("text", "b", min=5, max=2), _field("text", "c", min=-1), _field("text", "d", autogeneratePattern="a{9}", max=3)), "number options": _base("x1", _field("number", "a", min=5, max=2), _field("number", "b", min=0.5, onlyInt=True)),
        "domains": _base("x1", _field("email", "a", onlyDomains=["x.co"], exceptDomains=["y.co"]), _field("url", "b", onlyDomains=["no domain"])), "autodate": _base("x1", _field("autodate", "a")), "password": _base("x1", _field("password", "a", cost=50), _field("password", "b", min=90), _field("password", "c", min=5, max=2)),
        "file": _base("x1", _field("file", "a", thumbs=["0x0", "x", "1x1"]), _field("file", "b", maxSize=-1)), "relation options": _base("x1", _field("relation", "a"), _to("b", "x1", minSelect=3, maxSelect=2), _to("c", "x1", minSelect=1)), "json": _base("x1", _field("json", "a", maxSize=-1)), "help": _base("x1", _field("text", "a", help="x" * 301)), "more than ten": _base("x1", *(_field("select", f"s{i}") for i in range(12))),
        "other id, same name": {"id": "other", "name": "made4"},
    }.items()),
    *(_import(f"refused auth: {name}", {**_auth("x2", T), **options}) for name, options in {
        "manage rule": {"manageRule": ""}, "auth rule": {"authRule": "x ="}, "identity fields empty": {"passwordAuth": {"identityFields": []}}, "identity field missing": {"passwordAuth": {"identityFields": ["nope"]}}, "identity field not unique": {"passwordAuth": {"identityFields": ["title"]}}, "mfa alone": {"mfa": {"enabled": True}},
        "mfa rule": {"mfa": {"enabled": True, "rule": "x ="}, "otp": {"enabled": True}}, "mfa duration": {"mfa": {"enabled": True, "duration": 1}}, "otp": {"otp": {"enabled": True, "length": 1, "duration": 999999}}, "token": {"authToken": {"secret": "x", "duration": 1}}, "long token life": {"fileToken": {"duration": 94670857}}, "mails": {"verificationTemplate": {"subject": "", "body": ""}, "authAlert": {"emailTemplate": {"subject": ""}}},
        "providers": {"oauth2": {"enabled": True, "providers": [{"name": "nope"}, {"name": "google", "clientId": "x", "authURL": "::"}, {}]}}, "provider twice": {"oauth2": {"enabled": True, "providers": [{"name": "google"}, {"name": "google"}]}}, "reserved name": {"fields": [_field("text", "oldPassword")]},
    }.items()),
    *(_malformed(name, {"name": "x3", "type": "auth", **options}) for name, options in {
        "otp as number": {"otp": 5}, "indexes as number": {"indexes": 5}, "fields as number": {"fields": 5}, "field as number": {"fields": [5]}, "rule as number": {"listRule": 5}, "system as text": {"system": "x"}, "type as number": {"type": 5}, "unknown field type": {"fields": [{"type": "nope", "name": "x"}]}, "option as text": {"fields": [_field("text", "x", min="y")]},
    }.items()),
    *(row for name, body in {
        "another type of a field": {"name": "made4", "fields": [{**_field("number", "title"), "id": "text724990059"}]}, "same field name, another type": {"name": "made4", "fields": [_field("number", "title")]}, "type change": {"name": "made4", "type": "auth"}, "empty id": {"id": "", "name": "made4", "fields": [], "type": "base"},
        "a rule through a field that goes": {"name": "made4", "listRule": "m > 1"}, "an index on no field": {"name": "made4", "indexes": ["CREATE INDEX i1 ON made4 (m)"]},
    }.items() for row in (_import(f"refused change: {name}", body), _mended(name))),
    _import("a date limit that is none", _base("x4", _field("date", "a", min="x"))),
    _malformed("name as number", {"name": 5}),
    _malformed("the second", {"name": "x3"}, {"name": 5}),
    get("nothing of the refused is there", f"{PATH}/x3", **ROOT),
    # circles and later ones
    _import("relations in a circle", _base("c1", T, _to("two", "c2")), _base("c2", T, _to("one", "c1", maxSelect=3), _to("me", "c2"))),
    _shown("relations in a circle", "c2"),
    _import("a rule about a later one", _base("c3", listRule="@collection.c4.title ?= id"), _base("c4", T)),
    _import("a rule through a later one", _base("c5", _to("to", "c6"), listRule="to.title = 'x'"), _base("c6", T)),
    _import("one of two is wrong", _base("c7"), _base("c8", listRule="x = 1")),
    get("the other is not there either", f"{PATH}/c7", **ROOT),
    _import("the same name twice", {"name": "c9"}, {"name": "c9"}),
    _import("the same id twice", {"id": "c10", "name": "c10"}, {"id": "c10", "name": "c11"}),
    # merging
    post("c1 record", f"{PATH}/c1/records", {"id": rid("r1"), "title": "one"}, **ROOT),
    post("made4 record", f"{PATH}/made4/records", {"id": rid("r1"), "title": "one", "n": 2}, **ROOT),
    _import("an option, by name", {"name": "MADE4", "listRule": None}),
    _import("a field by its name", {"name": "made4", "fields": [_field("text", "title", max=9)]}),
    _shown("a field by its name", "made4"),
    _import("a field by its name, other id", {"name": "made4", "fields": [_field("number", "n", id="another", max=5)]}),
    _shown("a field by its name, other id", "made4"),
    _import("fields: null", {"name": "made4", "fields": None}),
    _import("fields: empty", {"name": "made4", "fields": []}),
    _import("a new field", {"name": "made4", "fields": [_field("bool", "b")]}),
    _import("a field renamed", {"name": "made4", "fields": [{**_field("number", "m"), "id": "number3685223346"}]}),
    _shown("a field renamed", "made4"),
    _import("single to many", {"name": "c1", "fields": [_to("two", "c2", maxSelect=2)]}),
    get("records of c1", f"{PATH}/c1/records", **ROOT),
    _import("relation to another collection", {"name": "c1", "fields": [_to("two", "c4", maxSelect=2)]}),
    _shown("relation to another collection", "c1"),
    _import("renamed", {"id": "pbc_c4", "name": "c4new"}),
    _import("renamed to a taken one", {"id": "pbc_c4", "name": "tags"}),
    _mended("renamed to a taken one"),
    _import("renamed to a table", {"id": "pbc_c4", "name": "_params"}),
    _mended("renamed to a table"),
    _import("name as id", {"id": "c6", "name": "c6"}),
    _mended("name as id"),
    _import("time of the old one", {"name": "c6", "created": "2021-02-03 04:05:06.000Z"}),
    _shown("time of the old one", "c6"),
    _import("indexes", {"name": "c6", "indexes": ["CREATE INDEX idx_c6 ON c6 (title)"]}),
    _import("indexes: none", {"name": "c6", "indexes": []}),
    _import("an auth option", {"name": "made9", "otp": {"length": 5}, "authRule": None}),
    _shown("an auth option", "made9"),
    _import("auth without indexes", {"name": "made9", "indexes": [], "passwordAuth": {"identityFields": ["email"]}}),
    _shown("auth without indexes", "made9"),
    _import("autodate flags of a system field", _base("c12", _field("autodate", "a", onCreate=True, system=True))),
    _import("autodate flags change", _base("c12", _field("autodate", "a", onUpdate=True, system=True))),
    # system collections
    *(_import(f"system: {name}", body) for name, body in {
        "nothing": {"name": "_mfas"}, "no longer system": {"name": "_mfas", "system": False}, "fields": {"name": "_mfas", "fields": []}, "rule": {"name": "_superusers", "listRule": ""}, "renamed": {"id": "pbc_3142635823", "name": "admins"}, "indexes": {"name": "_authOrigins", "indexes": []},
        "superusers": {"name": "_superusers", "oauth2": {"enabled": True}, "passwordAuth": {"enabled": False}, "otp": {"enabled": True}}, "more fields": {"name": "_externalAuths", "fields": [_field("text", "more")]},
    }.items()),
    _shown("superusers", "_superusers"),
    _shown("more fields", "_externalAuths"),
    _import("a user's collection of the seed", {"name": "members", "fields": [_field("text", "motto")]}),
    _shown("a user's collection of the seed", "members"),
    # deleting what is missing
    _names("before"),
    _import("missing, with a mistake", _base("c1", listRule="x = 1"), missing=True),
    _mended("missing, with a mistake"),
    _names("none is gone"),
    _import("missing a collection that is pointed to", _base("c1", _to("two", "c2")), missing=True),
    _import("missing, fields left out", {"id": "pbc_made4", "name": "made4", "indexes": []}, _base("c1", T, _to("two", "c2")), _base("c2", _to("one", "c1")), {"name": "users"}, {"name": "tags"}, missing=True),
    _names("after"),
    _shown("users have their system fields", "users"),
    _shown("fields left out", "made4"),
    get("record without fields", f"{PATH}/made4/records", **ROOT),
    _shown("missing, c2", "c2"),
    get("record of c1", f"{PATH}/c1/records", **ROOT),
    _import("missing, a field under another id", _base("c1", {**T, "id": "other"}, _to("two", "c2")), _base("c2"), missing=True),
    get("its values are gone", f"{PATH}/c1/records", **ROOT),
    _import("missing, an old name for a new one", {"id": "fresh", "name": "c2", "type": "base", "fields": [T]}, missing=True),
    _names("in the end"),
    _shown("the new one", "c2"),
    get("token of a user whose collection is gone", f"{PATH}/c2/records", who="ann"),
)
