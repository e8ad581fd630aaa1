"""Fields under change: options of every type, ids and names, indexes, and what becomes of the data."""

import re
from collections.abc import Mapping
from typing import Any

from tests.parity.scenario import Row, delete, get, patch, post
from tests.parity.seed import rid

PATH = "/api/collections"
ROOT: dict[str, Any] = {"who": "superuser"}
_ID = {"id": "text3208210256", "type": "text", "name": "id"}


def _field(type_: str, name: str, **options: Any) -> dict[str, Any]:
    return {"type": type_, "name": name, **options}


def _create(name: str, body: Any, **rest: Any) -> Row:
    return post(name, PATH, body, **ROOT, **rest)


def _change(name: str, collection: str, body: Any, **rest: Any) -> Row:
    return patch(name, f"{PATH}/{collection}", body, **ROOT, **rest)


def _records(name: str, collection: str) -> Row:
    return get(name, f"{PATH}/{collection}/records", query={"sort": "id"}, **ROOT)


_TITLE = {"id": "t", **_field("text", "title")}
_NUM = {"id": "n", **_field("number", "num")}
# The message ends with a random text.
_SAMPLE = {"data.fields.0.autogeneratePattern.message": r'The provided autogenerate .* ex\.: "[a-z]{15}"\.'}
_TARGET = "${tags}"

_FILE_OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {}, "all": {"maxSelect": 3, "maxSize": 100, "mimeTypes": ["image/png", "nothing/at all"], "thumbs": ["100x100", "0x50", "50x0t", "9x9b", "7x7f"], "protected": True, "required": True},
    "thumbs of zeros": {"thumbs": ["0x0", "1x1"]}, "thumbs of zeros, cut": {"thumbs": ["1x1", "0x0t", "0x0b"]}, "thumbs of words": {"thumbs": ["big", "1x1"]}, "thumbs with a wrong cut": {"thumbs": ["1x1z"]},
    "thumbs with spaces": {"thumbs": [" 1x1"]}, "empty thumb": {"thumbs": [""]}, "thumbs null": {"thumbs": None}, "thumbs as text": {"thumbs": "1x1"}, "negative size": {"maxSize": -1}, "negative count": {"maxSelect": -1},
    "size too big": {"maxSize": 2**53}, "size as a fraction": {"maxSize": 0.5}, "types as text": {"mimeTypes": "a/b"}, "empty type": {"mimeTypes": [""]}, "help too long": {"help": "x" * 301}, "upper-case thumb": {"thumbs": ["1X1"]},
}  # fmt: skip
_MORE_OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "text": {"min equals max": {"min": 5, "max": 5}, "min at the border": {"min": 2**53 - 1}, "min over the border": {"min": 2**53}, "beyond 64 bits": {"min": 2**63}, "pattern of an empty group": {"pattern": "()"}, "named group": {"pattern": "(?P<a>x)"},
             "back reference": {"pattern": r"(a)\1"}, "repeat too big": {"pattern": "a{1001}"}, "generator with an anchor": {"autogeneratePattern": "^a"}, "generator of a choice": {"autogeneratePattern": "a|b"},
             "generator and min zero": {"min": 0, "autogeneratePattern": "[a-z]{3}"}, "primary key false": {"primaryKey": False}, "help at the border": {"help": "h" * 300}, "help as number": {"help": 5}, "bool as text": {"required": "true"}},
    "editor": {"convert as number": {"convertURLs": 1}, "at the border": {"maxSize": 2**53 - 1}},
    "email": {"upper-case domain": {"onlyDomains": ["Example.COM"]}, "dot at the end": {"onlyDomains": ["example.com."]}, "top level": {"exceptDomains": ["com"]}, "in unicode": {"onlyDomains": ["exämple.com"]}, "punycode": {"onlyDomains": ["xn--exmple-cua.com"]},
              "with a star": {"onlyDomains": ["*.example.com"]}, "with a port": {"onlyDomains": ["example.com:80"]}, "address": {"onlyDomains": ["127.0.0.1"]}, "under score": {"onlyDomains": ["a_b.com"]}, "empty": {"onlyDomains": [""]}, "twice": {"onlyDomains": ["a.com", "a.com"]}, "long": {"onlyDomains": ["a" * 64 + ".com"]}},
    "number": {"big bounds": {"min": -1e300, "max": 1e300}, "integers beyond 2^53": {"min": 9007199254740993, "onlyInt": True}, "max alone fraction": {"max": 0.5, "onlyInt": True}, "min and max fractions the wrong way": {"min": 0.5, "max": 0.25, "onlyInt": True},
               "min over max by a bit": {"min": 1.0000001, "max": 1}, "zero max": {"min": -1, "max": 0}, "below zero": {"min": 0, "max": -1}, "null bounds": {"min": None, "max": None}, "big wrong way": {"min": 12345678.5, "max": 3}},
    "date": {"min alone": {"min": "2024-05-05T10:00:00+02:00"}, "bad max": {"max": "later"}, "equal": {"min": "2024-01-01", "max": "2024-01-01"}, "object": {"min": {}}},
    "autodate": {"hidden": {"hidden": True, "onCreate": True}, "as text": {"onCreate": "yes"}, "presentable": {"presentable": True, "onUpdate": True}},
    "select": {"as many as values": {"values": ["a", "b"], "maxSelect": 2}, "values as text": {"values": "a"}, "null value": {"values": ["a", None]}, "blank value": {"values": [" "]}, "objects": {"values": [{}]}, "max as a fraction": {"values": ["a"], "maxSelect": 0.5}, "required": {"values": ["a"], "required": True}},
    "json": {"at the border": {"maxSize": 2**53 - 1}, "over the border": {"maxSize": 2**53}, "fraction": {"maxSize": 1.5}},
    "password": {"min at the border": {"min": 71}, "max at the border": {"max": 71}, "max without min": {"max": 3}, "equal": {"min": 8, "max": 8}, "cost at the low end": {"cost": 4}, "cost at the high end": {"cost": 31}, "negative cost": {"cost": -1}, "negative max": {"max": -1}, "both wrong": {"min": 72, "max": 71, "cost": 3}},
    "relation": {"cascade as text": {"collectionId": _TARGET, "cascadeDelete": "no"}, "max negative": {"collectionId": _TARGET, "maxSelect": -1}, "min and max negative": {"collectionId": _TARGET, "minSelect": -2, "maxSelect": -1}, "all of it wrong": {"collectionId": "x", "minSelect": 3}, "min over a border": {"collectionId": _TARGET, "minSelect": 2**53, "maxSelect": 2**53},
                 "collection null": {"collectionId": None}, "to superusers": {"collectionId": "pbc_3142635823"}},
    "bool": {"help": {"help": "yes or no", "presentable": True}, "hidden null": {"hidden": None}},
    "geoPoint": {"hidden": {"hidden": True}, "help too long": {"help": "x" * 301}},
    "url": {"both and bad": {"onlyDomains": ["-"], "exceptDomains": ["_"]}},
}  # fmt: skip

# What a PATCH may send as the fields of `shape`, which has `title` (id t) and `num` (id n).
_FIELD_CHANGES: dict[str, list[Any]] = {
    "the id of another as one's own": [{**_TITLE, "id": "n"}], "ids swapped": [{**_TITLE, "id": "n"}, {**_NUM, "id": "t"}], "type by id": [{**_TITLE, "type": "editor"}, _NUM], "types of two": [{**_TITLE, "type": "bool"}, {**_NUM, "type": "text"}],
    "new field under an old name": [{"id": "t2", **_field("text", "title")}, _TITLE], "new field under an old name, the old one renamed": [{"id": "t", **_field("text", "former")}, {"id": "t9", **_field("text", "title")}, _NUM],
    "back again": [_TITLE, _NUM], "reserved name": [{**_TITLE, "name": "expand"}], "reserved by the table": [{**_TITLE, "name": "_rowid_"}], "name with via": [{**_TITLE, "name": "a_via_b"}], "empty name": [{**_TITLE, "name": ""}], "dashed name": [{**_TITLE, "name": "a-b"}],
    "name in another case": [{**_TITLE, "name": "TITLE"}, _NUM], "and back": [_TITLE, _NUM], "names equal but for case": [_TITLE, {**_NUM, "name": "Title"}], "field named id": [_TITLE, {**_NUM, "name": "id"}], "field named ID": [_TITLE, {**_NUM, "name": "ID"}],
    "keyword of SQL": [{**_TITLE, "name": "order"}, _NUM], "and back from it": [_TITLE, _NUM], "system now": [{**_TITLE, "system": True}, _NUM], "system field gone": [_NUM], "system field renamed": [{**_TITLE, "name": "headline"}, _NUM], "system no more": [_TITLE, _NUM], "null in the list": [_TITLE, None], "text in the list": [_TITLE, "num"],
    "no type": [_TITLE, {"id": "n", "name": "num"}], "empty object": [_TITLE, {}], "option of the wrong type": [_TITLE, {**_NUM, "min": "1"}], "long id": [_TITLE, _NUM, {"id": "i" * 101, **_field("bool", "b")}], "odd id": [_TITLE, _NUM, {"id": "Ä b'\"`;", **_field("bool", "b")}],
    "second primary key": [_TITLE, _NUM, _field("text", "key", primaryKey=True)], "id hidden and optional": [{**_ID, "hidden": True, "required": False, "primaryKey": False, "system": False}, _TITLE, _NUM],
    "id without a pattern": [{**_ID, "pattern": "", "min": 0, "max": 0}, _TITLE, _NUM], "id with a bad pattern": [{**_ID, "pattern": "["}, _TITLE, _NUM], "id renamed": [{**_ID, "name": "key"}, _TITLE, _NUM], "id of another type": [{**_ID, "type": "number"}, _TITLE, _NUM],
    "id under another id": [{**_ID, "id": "other_id"}, _TITLE, _NUM], "id limits the wrong way": [{**_ID, "min": 9, "max": 3}, _TITLE, _NUM], "id that makes what its limits refuse": [{**_ID, "min": 20, "max": 30, "autogeneratePattern": "[a-z]{15}"}, _TITLE, _NUM],
    "id as it was": [{**_ID, "min": 15, "max": 15, "pattern": "^[a-z0-9]+$", "autogeneratePattern": "[a-z0-9]{15}"}, _TITLE, _NUM], "derived id": [_TITLE, _NUM, _field("text", "extra")], "derived id, renamed": [_TITLE, _NUM, {"id": "text2401464203", **_field("text", "spare")}],
    "several at once": [{**_TITLE, "min": 5, "max": 1}, {**_NUM, "name": "a b", "min": 2, "max": 1}, _field("select", "s"), _field("relation", "r", collectionId="x")],
}  # fmt: skip

_INDEXES: dict[str, list[Any]] = {
    "rewritten": ["create   unique index `i1` on elsewhere (  title   collate NOCASE asc , num  desc )  where  title != '' "], "left as written": ["create   index `i1` on shape (  title   collate NOCASE asc )"], "case of the table": ["CREATE INDEX i1 ON SHAPE (title)"], "quotes in names": ['CREATE INDEX "i 1" ON "shape" ("title")'],
    "column in another case": ["CREATE INDEX i1 ON shape (TITLE)"], "the id": ["CREATE UNIQUE INDEX i1 ON shape (id)"], "row id": ["CREATE INDEX i1 ON shape (rowid)"], "several wrong": ["CREATE INDEX i1 ON shape (nothing)", "CREATE INDEX i2 ON shape (title)", "CREATE INDEX i3 ON shape (nowhere)"],
    "same but for the case": ["CREATE INDEX i1 ON shape (title)", "CREATE INDEX i2 ON shape (TITLE)"], "same but for the direction": ["CREATE INDEX i1 ON shape (title)", "CREATE INDEX i2 ON shape (title DESC)"], "same but for unique": ["CREATE INDEX i1 ON shape (title)", "CREATE UNIQUE INDEX i2 ON shape (title)"],
    "same column twice": ["CREATE INDEX i1 ON shape (title, title)"], "json expression": ["CREATE INDEX i1 ON shape (json_extract(title, '$.a'))"], "function that changes": ["CREATE INDEX i1 ON shape (random())"], "sub-select": ["CREATE INDEX i1 ON shape ((SELECT 1))"], "unknown collation": ["CREATE INDEX i1 ON shape (title COLLATE nothing)"],
    "name like SQLite's": ["CREATE INDEX sqlite_i1 ON shape (title)"], "name like a table": ["CREATE INDEX items ON shape (title)"], "name with a dot": ["CREATE INDEX temp.i1 ON shape (title)"], "name in use in another case": ["CREATE INDEX IDX_ITEMS_NUM ON shape (title)"], "where of another table": ["CREATE INDEX i1 ON shape (title) WHERE tags.title = ''"], "where nothing": ["CREATE INDEX i1 ON shape (title) WHERE"],
    "brackets open": ["CREATE INDEX i1 ON shape (title"], "blank lines": ["\n\nCREATE INDEX i1 ON shape (title)\n\n"], "and more behind": ["CREATE INDEX i1 ON shape (title) nonsense"], "none": [],
}  # fmt: skip

_SHAPED: dict[str, dict[str, Any]] = {
    "one": {"kind": "a", "kinds": ["a", "c"], "tag": rid("red"), "tags": [rid("red"), rid("green")]}, "two": {}, "three": {"kind": "c", "kinds": ["b"], "tag": rid("blue"), "tags": [rid("blue")]},
}  # fmt: skip
_SINGLE = {"kind": {"maxSelect": 0}, "kinds": {"maxSelect": 3}, "tag": {"maxSelect": 1}, "tags": {"maxSelect": 9}}
_TURNED = {"kind": {"maxSelect": 2}, "kinds": {"maxSelect": 1}, "tag": {"maxSelect": 2}, "tags": {"maxSelect": 0}}


def _turning(how: Mapping[str, Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    options = {"kind": {"values": ["a", "b", "c"]}, "kinds": {"values": ["a", "b", "c"]}, "tag": {"collectionId": _TARGET}, "tags": {"collectionId": _TARGET}}
    return {"fields": [{"id": name, **_field("select" if name.startswith("kind") else "relation", name), **options[name], **how[name]} for name in options], **more}


def _slug(*words: str) -> str:
    return re.sub(r"\W+", "_", "_".join(words)).lower()


ROWS = (
    get("tags", f"{PATH}/tags", save={"tags": "id"}, **ROOT),
    *(_create(f"file: {what}", {"name": _slug("sf file", what), "fields": [_field("file", "value", **options)]}) for what, options in _FILE_OPTIONS.items()),
    *(_create(f"{type_}: {what}", {"name": _slug("sf", type_, what), "fields": [_field(type_, "value", **options)]}) for type_, cases in _MORE_OPTIONS.items() for what, options in cases.items()),
    # ids, names and types
    _create("make a shape", {"name": "shape", "listRule": "", "fields": [_TITLE, _NUM]}, save={"shape": "id"}),
    post("a record of it", f"{PATH}/shape/records", {"id": rid("s"), "title": "kept", "num": 7}, **ROOT),
    *(row for what, fields in _FIELD_CHANGES.items() for row in (_change(f"fields: {what}", "shape", {"fields": fields}, mask=_SAMPLE if "makes" in what else {}), _records(f"records after: {what}", "shape"))),
    _create("a name that is an id", {"name": "${shape}", "fields": [_TITLE]}),
    _change("to a name that is its own id", "shape", {"name": "${shape}"}),
    _change("and back to its name", "${shape}", {"name": "shape"}),
    _change("fields back", "shape", {"fields": [_TITLE, _NUM]}),
    # indexes
    *(_change(f"indexes: {what}", "shape", {"indexes": indexes}) for what, indexes in _INDEXES.items()),
    _change("an index", "shape", {"indexes": ["CREATE UNIQUE INDEX i1 ON shape (title) WHERE num > 0", "CREATE INDEX i2 ON shape (num, title)"]}),
    _change("column of its condition gone", "shape", {"fields": [_TITLE]}),
    _change("column of its condition renamed", "shape", {"fields": [_TITLE, {**_NUM, "name": "amount"}]}),
    _change("renamed with one of two indexes", "shape", {"fields": [_TITLE, {**_NUM, "name": "amount"}], "indexes": ["CREATE UNIQUE INDEX i1 ON shape (title) WHERE amount > 0", "CREATE INDEX i2 ON shape (num, title)"]}),
    _change("renamed with both indexes", "shape", {"fields": [_TITLE, {**_NUM, "name": "amount"}], "indexes": ["CREATE UNIQUE INDEX i1 ON shape (title) WHERE amount > 0", "CREATE INDEX i2 ON shape (amount, title)"]}),
    _change("collection and field renamed, indexes on the old names", "shape", {"name": "form", "fields": [_TITLE, _NUM]}),
    _change("collection and field renamed with the indexes", "shape", {"name": "form", "fields": [_TITLE, _NUM], "indexes": ["CREATE UNIQUE INDEX i1 ON shape (title) WHERE num > 0", "CREATE INDEX i2 ON form (num, title)"]}),
    post("the unique one is obeyed", f"{PATH}/form/records", {"id": rid("s2"), "title": "kept", "num": 1}, **ROOT),
    post("where it does not count", f"{PATH}/form/records", {"id": rid("s3"), "title": "kept", "num": -1}, **ROOT),
    _change("unique for all, which they are not", "form", {"indexes": ["CREATE UNIQUE INDEX i1 ON form (title)"]}),
    get("nothing came of it", f"{PATH}/form", **ROOT),
    # single and multiple
    _create("make a turner", {"name": "turner", **_turning(_SINGLE)}),
    *(post(f"turner {name}", f"{PATH}/turner/records", {"id": rid(name), **body}, **ROOT) for name, body in _SHAPED.items()),
    _change("turned", "turner", _turning(_TURNED)),
    _records("after turning", "turner"),
    _change("turned with an index", "turner", _turning(_SINGLE, indexes=["CREATE INDEX i_turn ON turner (kind, tags)"])),
    _records("after turning back", "turner"),
    _change("turned under an index", "turner", _turning(_TURNED)),
    _change("turned and renamed", "turner", {"name": "turned", **_turning(_SINGLE)}),
    _records("after turning and renaming", "turned"),
    _change("fewer allowed than there are", "turned", _turning({**_SINGLE, "tags": {"maxSelect": 2}, "kinds": {"maxSelect": 2, "values": ["a", "b"]}})),
    _records("they stay", "turned"),
    patch("until one is written", f"{PATH}/turned/records/{rid('one')}", {"kind": "b"}, **ROOT),
    patch("with what is allowed", f"{PATH}/turned/records/{rid('one')}", {"kind": "b", "kinds-": "c"}, **ROOT),
    # options that come later
    _create("make a late one", {"name": "late", "fields": [_TITLE, _NUM, {"id": "j", **_field("json", "data")}]}),
    post("before the limits", f"{PATH}/late/records", {"id": rid("old"), "title": "long enough", "num": 2.5, "data": {"a": 1}}, **ROOT),
    post("empty before the limits", f"{PATH}/late/records", {"id": rid("blank")}, **ROOT),
    _change("limits", "late", {"fields": [{**_TITLE, "max": 3, "required": True}, {**_NUM, "onlyInt": True, "max": 2}, {"id": "j", **_field("json", "data", maxSize=3)}]}),
    _records("what was there stays", "late"),
    patch("one field of it", f"{PATH}/late/records/{rid('old')}", {"title": "abc"}, **ROOT),
    patch("nothing of it", f"{PATH}/late/records/{rid('blank')}", {}, **ROOT),
    post("null within three bytes", f"{PATH}/late/records", {"id": rid("null"), "title": "a", "data": None}, **ROOT),
    post("null as text within three bytes", f"{PATH}/late/records", {"id": rid("nultext"), "title": "a", "data": "null"}, **ROOT),
    post("nothing within three bytes", f"{PATH}/late/records", {"id": rid("absent"), "title": "a"}, **ROOT),
    patch("null over nothing", f"{PATH}/late/records/{rid('blank')}", {"title": "a", "data": None}, **ROOT),
    patch("all of it", f"{PATH}/late/records/{rid('old')}", {"title": "abc", "num": 2, "data": 1}, **ROOT),
    _change("hidden", "late", {"fields": [{**_TITLE, "hidden": True}, _NUM], "listRule": "", "viewRule": "title = 'abc'"}),
    get("hidden from guests", f"{PATH}/late/records", query={"sort": "id"}),
    get("but its rule holds", f"{PATH}/late/records/{rid('old')}"),
    get("not for filters", f"{PATH}/late/records", query={"filter": "title = 'abc'"}),
    # system fields
    _change("members sign in by email", "members", {"passwordAuth": {"identityFields": ["email"]}}),
    *(_change(f"auth: {what}", "members", {"fields": fields}) for what, fields in {
        "password renamed": [{"id": "password901924565", **_field("password", "secret")}], "email of another type": [{"id": "email3885137012", **_field("text", "email")}], "stricter password": [_field("password", "password", min=30, cost=4)], "password min too big": [_field("password", "password", min=99)],
        "token key too short": [_field("text", "tokenKey", min=1, max=5)], "token key without a generator": [_field("text", "tokenKey", min=30, max=60)], "emails of one domain": [_field("email", "email", onlyDomains=["example.com"])], "email hidden": [_field("email", "email", hidden=True)], "verified required": [_field("bool", "verified", required=True)],
        "verified as number": [_field("number", "verified")], "a second password": [_field("password", "pin")], "old password": [_field("text", "oldPassword")],
    }.items()),
    _change("origins: a system date set on update", "_authOrigins", {"fields": [
        {"id": "text455797646", **_field("text", "collectionRef", system=True, required=True)}, {"id": "text127846527", **_field("text", "recordRef", system=True, required=True)}, {"id": "text4228609354", **_field("text", "fingerprint", system=True, required=True)},
        {"id": "autodate2990389176", **_field("autodate", "created", system=True, onUpdate=True)}, {"id": "autodate3332085495", **_field("autodate", "updated", system=True, onCreate=True, onUpdate=True)}]}),
    _change("origins: a system field left out", "_authOrigins", {"fields": [{"id": "text455797646", **_field("text", "collectionRef", system=True)}]}),
    # what else knows a field
    _create("make a reader", {"name": "reader", "fields": [{"id": "o", **_field("relation", "about", collectionId="${tags}")}], "listRule": "about.title != 'x'", "viewRule": "@collection.turned.kind ?= 'a'"}),
    _change("a rule of another collection loses its field", "turned", {"fields": []}),
    get("the rule that lost it lets nobody in", f"{PATH}/reader/records/{rid('none')}"),
    _change("own rule loses its field", "reader", {"fields": []}),
    _change("field and two rules", "reader", {"fields": [], "viewRule": "about != ''", "deleteRule": "about.title = 'x'"}),
    delete("turned goes", f"{PATH}/turned", **ROOT),
    get("reader is still readable", f"{PATH}/reader", **ROOT),
)
