"""POST /api/collections: every field type and option, right and wrong, rules, indexes, auth."""

from typing import Any

from tests.parity.scenario import Row, get, multipart, post, raw, urlencoded

PATH = "/api/collections"
_TEXT = {"type": "text", "name": "title"}

# type → (what, options) that are accepted; each becomes a collection with that one field.
_FIELDS: dict[str, dict[str, dict[str, Any]]] = {
    "text": {
        "plain": {}, "all": {"min": 2, "max": 9, "pattern": "^[a-z]+$", "autogeneratePattern": "[a-z]{5}", "required": True, "hidden": True,
                             "presentable": True, "help": "Write <b>here</b>."},
        "max below min but zero": {"min": 3, "max": 0}, "whole as a fraction": {"min": 2.0}, "system": {"system": True}, "null options": {"min": None, "pattern": None},
        "unknown options": {"nothing": 1}, "own id": {"id": "my field id!"}, "pattern alone": {"pattern": "\\d+"},
    },
    "editor": {"plain": {}, "all": {"maxSize": 100, "convertURLs": True, "required": True}},
    "email": {"plain": {}, "only": {"onlyDomains": ["example.com"]}, "except": {"exceptDomains": ["a.com", "b.org"]}, "null": {"onlyDomains": None}},
    "url": {"plain": {}, "only": {"onlyDomains": ["example.com"]}, "except": {"exceptDomains": ["a.com"]}},
    "number": {"plain": {}, "all": {"min": -1, "max": 5, "onlyInt": True}, "fractions": {"min": -1.5, "max": 2.25}, "equal": {"min": 2, "max": 2}, "zero": {"min": 0, "max": 0}},
    "bool": {"plain": {}, "required": {"required": True}},
    "date": {"plain": {}, "all": {"min": "2024-01-01 00:00:00.000Z", "max": "2024-12-31"}, "swapped": {"min": "2024-12-31", "max": "2024-01-01"}, "bad": {"min": "soon"}},
    "autodate": {"create": {"onCreate": True}, "update": {"onUpdate": True}, "both": {"onCreate": True, "onUpdate": True}, "help and required": {"onCreate": True, "help": "x", "required": True}},
    "select": {"one": {"values": ["a", "b"]}, "many": {"values": ["a", "b", "c"], "maxSelect": 2}, "one said": {"values": ["a"], "maxSelect": 1}, "twice": {"values": ["a", "a"]},
               "odd values": {"values": ["a b", "ä", "<", "5"]}},
    "json": {"plain": {}, "all": {"maxSize": 10, "required": True}},
    "password": {"plain": {}, "all": {"min": 4, "max": 20, "pattern": "^[0-9]+$", "cost": 5, "required": True}},
    "geoPoint": {"plain": {}, "required": {"required": True}},
    "relation": {"one": {"collectionId": "_pb_users_auth_"}, "all": {"collectionId": "_pb_users_auth_", "cascadeDelete": True, "minSelect": 1, "maxSelect": 3, "required": True},
                 "min alone is one": {"collectionId": "_pb_users_auth_", "minSelect": 1, "maxSelect": 1}},
}
_BAD_FIELDS: dict[str, dict[str, dict[str, Any]]] = {
    "text": {
        "negative min": {"min": -1}, "max below min": {"min": 5, "max": 3}, "negative max": {"max": -1}, "bad pattern": {"pattern": "["}, "look-ahead": {"pattern": "(?=a)"},
        "bad generator": {"autogeneratePattern": "["}, "generator too long": {"max": 3, "autogeneratePattern": "a{5}"}, "generator against the pattern": {"pattern": "^[0-9]+$", "autogeneratePattern": "ab{2}"},
        "min as text": {"min": "2"}, "fraction": {"min": 1.5}, "too big": {"max": 9007199254740992}, "primary key": {"primaryKey": True}, "long help": {"help": "a" * 301}, "hidden as text": {"hidden": "yes"},
        "generator too short": {"min": 9, "autogeneratePattern": "a{5}"}, "long id": {"id": "a" * 101},
    },
    "editor": {"negative": {"maxSize": -1}, "too big": {"maxSize": 9007199254740992}},
    "email": {"both": {"onlyDomains": ["a.com"], "exceptDomains": ["b.com"]}, "bad domain": {"onlyDomains": ["a.com", "not a domain"]}, "bad except": {"exceptDomains": ["-"]}, "no list": {"onlyDomains": "a.com"}},
    "url": {"both": {"onlyDomains": ["a.com"], "exceptDomains": ["b.com"]}, "bad domain": {"onlyDomains": ["http://a.com"]}},
    "number": {"max below min": {"min": 5, "max": 3}, "fractions with onlyInt": {"min": 1.5, "max": 2.5, "onlyInt": True}, "text": {"min": "1"}},
    "date": {"number": {"min": 5}, "list": {"min": []}},
    "autodate": {"neither": {}, "both false": {"onCreate": False, "onUpdate": False}},
    "select": {"no values": {}, "empty values": {"values": []}, "more than values": {"values": ["a"], "maxSelect": 2}, "negative": {"values": ["a"], "maxSelect": -1}, "empty value": {"values": ["a", ""]}, "numbers": {"values": [1, 2]}},
    "json": {"negative": {"maxSize": -1}},
    "password": {"big min": {"min": 72}, "negative min": {"min": -1}, "max below min": {"min": 9, "max": 5}, "big max": {"max": 72}, "low cost": {"cost": 3}, "high cost": {"cost": 32}, "bad pattern": {"pattern": "("}},
    "relation": {"no collection": {}, "unknown collection": {"collectionId": "nothing"}, "name of a collection": {"collectionId": "users"}, "min above max": {"collectionId": "_pb_users_auth_", "minSelect": 3, "maxSelect": 2},
                 "min without max": {"collectionId": "_pb_users_auth_", "minSelect": 2}, "negative": {"collectionId": "_pb_users_auth_", "minSelect": -1, "maxSelect": -1}, "number": {"collectionId": 5}},
    "nothing": {"unknown type": {}}, "": {"empty type": {}}, "TEXT": {"upper-case type": {}},
}
_NAMES = ("", "a", "with space", "with-dash", "ümläut", "1digit", "_under", "UPPER", "items", "ITEMS", "_params", "_collections", "sqlite_master", "a_via_b", "x" * 255, "x" * 256,
          "pbc_710432678", "_logs", "select", "meta", "null", "a.b", "_superusers")
_FIELD_NAMES = ("", "with space", "id", "ID", "Id", "null", "TRUE", "_rowid_", "collectionId", "collectionName", "expand", "a_via_b", "ümläut", "x" * 100, "x" * 101, "select", "created", "1digit", "rowid",
                "passwordConfirm", "tokenKey")
_IDS = ("", "my_id", "with space", "x" * 100, "x" * 101, "_pb_users_auth_", "items", "_pb_users_auth_ ", "UPPER")
_RULES: dict[str, Any] = {
    "empty": "", "null": None, "own field": "title = 'a'", "unknown field": "nothing = 1", "syntax": "title =", "request": "@request.auth.id != ''", "unknown request": "@request.nothing = 1",
    "auth field": "@request.auth.role = 'x'", "unknown auth field": "@request.auth.nothing = 1", "body": "@request.body.title != '' && @request.body.title:isset = true", "changed": "@request.body.title:changed = true",
    "collection": "@collection.items.title ?= title", "unknown collection": "@collection.nothing.id != ''", "unknown collection field": "@collection.items.nothing = 1", "number": 5, "list": [], "bool": True,
    "unknown modifier": "title:nothing = 1", "unknown macro": "@nothing = 1", "macro": "@now > ''", "blank": " ", "comment": "// nothing", "long": " || ".join(["title = 'a'"] * 300), "both sides": "1 = 1",
    "hidden field": "hush = 'a'", "headers": "@request.headers.x_y = 'a' && @request.query.z:isset = true", "method": "@request.method = 'GET'", "not in ascii": "titlé = 1", "function": "strftime('%Y', title) = '2024'",
    "unknown function": "nothing(title) = 'a'", "back relation": "items_via_tag.title = 'a'", "each": "title:each = 'a'", "unbalanced": "(title = 'a'", "operator": "title == 'a'",
}
_INDEXES: dict[str, list[Any]] = {
    "plain": ["CREATE INDEX idx_n1 ON made (title)"], "unique": ["CREATE UNIQUE INDEX idx_n2 ON made (title, num DESC)"], "other table": ["create unique index if not exists `idx_n3` on other (`title` collate nocase asc)"],
    "two on another table": ["CREATE INDEX idx_n4 ON x (title, num)", 'CREATE INDEX "idx_n5" ON y (num) WHERE num > 5'], "expression": ["CREATE INDEX idx_n6 ON made (lower(title))"], "where": ["CREATE UNIQUE INDEX idx_n7 ON made (title) WHERE title != ''"],
    "not an index": ["DROP TABLE items"], "empty": [""], "no columns": ["CREATE INDEX idx_n8 ON made ()"], "no name": ["CREATE INDEX ON made (title)"], "unknown column": ["CREATE INDEX idx_n9 ON made (nothing)"],
    "same name twice": ["CREATE INDEX idx_n10 ON made (title)", "CREATE INDEX IDX_n10 ON made (num)"], "same definition twice": ["CREATE INDEX idx_n11 ON made (title)", "CREATE INDEX idx_n11b ON made (title)"],
    "name of another collection's": ["CREATE INDEX idx_items_num ON made (title)"], "second statement": ["CREATE INDEX idx_n12 ON made (title); DROP TABLE items"], "schema name": ["CREATE INDEX main.idx_n13 ON made (title)"],
    "brackets": ["CREATE INDEX [idx_n14] ON [made] ([title])"], "lines": ["CREATE INDEX\n  idx_n15\nON made (\n  title,\n  num\n)"], "numbers": [5], "null": [None], "comment": ["CREATE INDEX idx_n16 ON made (title) -- x"],
    "bad where": ["CREATE INDEX idx_n17 ON made (title) WHERE nothing = 1"], "system table": ["CREATE INDEX idx_n18 ON _params (title)"],
}
_AUTH: dict[str, dict[str, Any]] = {
    "plain": {}, "all rules": {"authRule": "verified = true", "manageRule": "@request.auth.id = id"}, "null auth rule": {"authRule": None}, "empty manage rule": {"manageRule": ""}, "bad auth rule": {"authRule": "nothing = 1"},
    "bad manage rule": {"manageRule": "nothing = 1"}, "identity field": {"fields": [{"type": "text", "name": "nick"}], "indexes": ["CREATE UNIQUE INDEX idx_nick ON made_auth (nick)"], "passwordAuth": {"enabled": True, "identityFields": ["nick"]}},
    "identity without an index": {"fields": [{"type": "text", "name": "nick"}], "passwordAuth": {"enabled": True, "identityFields": ["email", "nick"]}}, "unknown identity": {"passwordAuth": {"enabled": True, "identityFields": ["nothing"]}},
    "no identity": {"passwordAuth": {"enabled": True, "identityFields": []}}, "no identity but off": {"passwordAuth": {"enabled": False, "identityFields": []}}, "otp": {"otp": {"enabled": True, "duration": 60, "length": 6}}, "otp short": {"otp": {"enabled": True, "duration": 5, "length": 3}},
    "otp long": {"otp": {"enabled": True, "duration": 86401}}, "otp off and short": {"otp": {"enabled": False, "duration": 1, "length": 1}}, "mfa": {"otp": {"enabled": True}, "mfa": {"enabled": True, "duration": 60}}, "mfa alone": {"mfa": {"enabled": True}},
    "mfa rule": {"otp": {"enabled": True}, "mfa": {"enabled": True, "rule": "nothing = 1"}}, "mfa short": {"otp": {"enabled": True}, "mfa": {"enabled": True, "duration": 5}}, "token": {"authToken": {"duration": 60, "secret": "s" * 40}},
    "token short": {"authToken": {"duration": 5}}, "token long": {"authToken": {"duration": 94670857}}, "secret short": {"authToken": {"secret": "short"}}, "secret long": {"fileToken": {"secret": "s" * 256}}, "other tokens": {"passwordResetToken": {"duration": 1}, "emailChangeToken": {"duration": 2}, "verificationToken": {"duration": 3}, "fileToken": {"duration": 4}},
    "empty templates": {"verificationTemplate": {"subject": "", "body": ""}, "resetPasswordTemplate": {"subject": ""}, "confirmEmailChangeTemplate": {"body": ""}}, "alert": {"authAlert": {"enabled": False}}, "alert template": {"authAlert": {"enabled": True, "emailTemplate": {"subject": "", "body": ""}}},
    "oauth2 unknown provider": {"oauth2": {"enabled": True, "providers": [{"name": "nothing", "clientId": "a", "clientSecret": "b"}]}}, "oauth2 incomplete": {"oauth2": {"enabled": True, "providers": [{"name": "github"}]}},
    "oauth2 twice": {"oauth2": {"enabled": True, "providers": [{"name": "github", "clientId": "a", "clientSecret": "b"}, {"name": "github", "clientId": "c", "clientSecret": "d"}]}},
    "oauth2": {"oauth2": {"enabled": True, "providers": [{"name": "github", "clientId": "a", "clientSecret": "b"}], "mappedFields": {"name": "nothing"}}}, "reserved field": {"fields": [{"type": "text", "name": "passwordConfirm"}]},
    "email as text": {"fields": [{"type": "text", "name": "email"}]}, "optional email": {"fields": [{"type": "email", "name": "email", "required": False}]}, "visible password": {"fields": [{"type": "password", "name": "password", "hidden": False, "min": 3}]},
    "token key as number": {"fields": [{"type": "number", "name": "tokenKey"}]}, "wrong type of an option": {"authToken": {"duration": "long"}}, "option as a list": {"otp": []}, "unknown option": {"nothing": {}},
}
_BODIES: dict[str, Any] = {
    "nothing": {}, "null": raw("null"), "a list": [], "a text": raw('"x"'), "broken": raw("{"), "empty": raw(""), "only a name": {"name": "only_a_name"}, "name as number": {"name": 5}, "fields as object": {"name": "b1", "fields": {}}, "fields null": {"name": "fields_null", "fields": None},
    "fields of texts": {"name": "b2", "fields": ["title"]}, "field without type": {"name": "b3", "fields": [{"name": "a"}]}, "unknown type": {"name": "b4", "type": "nothing", "fields": [_TEXT]}, "type null": {"name": "type_null", "type": None, "fields": [_TEXT]},
    "type as number": {"name": "b5", "type": 5}, "empty type": {"name": "empty_type", "type": "", "fields": [_TEXT]}, "system": {"name": "made_system", "system": True, "fields": [_TEXT]}, "dates of its own": {"name": "own_dates", "created": "2020-01-01 00:00:00.000Z", "updated": "x", "fields": [_TEXT]},
    "unknown keys": {"name": "unknown_keys", "nothing": 1, "fields": [_TEXT]}, "unsupported type of body": raw("name=x", "text/plain"), "form": urlencoded("name=by_form&type=base"), "payload": multipart(("@jsonPayload", '{"name":"by_payload","fields":[{"type":"bool","name":"b"}]}')),
    "same field twice": {"name": "b6", "fields": [_TEXT, {"type": "number", "name": "TITLE"}]}, "same field id twice": {"name": "b7", "fields": [{"id": "same", **_TEXT}, {"id": "same", "type": "bool", "name": "b"}]}, "indexes null": {"name": "indexes_null", "indexes": None, "fields": [_TEXT]},
    "two primary keys": {"name": "b8", "fields": [{"type": "text", "name": "key", "primaryKey": True}]}, "own id field": {"name": "own_id", "fields": [{"type": "text", "name": "id", "primaryKey": True, "min": 3, "max": 30, "pattern": "^[a-z]+$", "autogeneratePattern": "[a-z]{9}"}]},
    "id as number": {"name": "b9", "fields": [{"type": "number", "name": "id"}]}, "id not primary": {"name": "id_not_primary", "fields": [{"type": "text", "name": "id"}]}, "keys in another case": {"NAME": "b10", "name": "case_keys", "Fields": [_TEXT]}, "everything wrong": {"name": "bad name", "type": "base", "listRule": "x =", "fields": [{"type": "text", "name": "a b", "min": -1}], "indexes": ["nonsense"]},
    "fifty fields": {"name": "fifty", "fields": [{"type": "text", "name": f"f{n}"} for n in range(50)]}, "manage rule on base": {"name": "base_manage", "manageRule": "x =", "authRule": "y =", "fields": [_TEXT]}, "view without a query": {"name": "b11", "type": "view"},
    "write rule on a view": {"name": "b12", "type": "view", "createRule": "", "viewQuery": "select id from items"}, "self relation": {"name": "self_relation", "id": "self_relation", "fields": [{"type": "relation", "name": "up", "collectionId": "self_relation"}]},
}


def _create(name: str, body: Any) -> Row:
    return post(name, PATH, body, who="superuser")


def _slug(*words: str) -> str:
    return "_".join(words).replace(" ", "_").replace("'", "").lower()


ROWS = (
    *(_create(f"{type_}: {what}", {"name": _slug(type_, what), "fields": [{"type": type_, "name": "value", **options}]})
      for type_, cases in _FIELDS.items() for what, options in cases.items()),
    *(_create(f"refused {type_}: {what}", {"name": "refused", "fields": [_TEXT, {"type": type_, "name": "value", **options}]})
      for type_, cases in _BAD_FIELDS.items() for what, options in cases.items()),
    _create("refused: all fields at once", {"name": "refused", "fields": [
        {"type": type_, "name": f"v{number}", **next(iter(cases.values()))} for number, (type_, cases) in enumerate(_BAD_FIELDS.items())
        if type_ in _FIELDS and type_ != "date"]}),
    get("nothing refused is there", f"{PATH}/refused", who="superuser"),
    *(_create(f"name {name[:20]!r} of {len(name)}", {"name": name, "fields": [_TEXT]}) for name in _NAMES),
    *(_create(f"field name {name[:20]!r} of {len(name)}", {"name": f"fn{number}", "fields": [{"type": "text", "name": name}]}) for number, name in enumerate(_FIELD_NAMES)),
    *(_create(f"auth field name {name[:20]!r} of {len(name)}", {"name": f"afn{number}", "type": "auth", "fields": [{"type": "text", "name": name}]})
      for number, name in enumerate(_FIELD_NAMES) if name in ("passwordConfirm", "tokenKey", "id", "ID")),
    *(_create(f"id {id_[:20]!r} of {len(id_)}", {"id": id_, "name": f"id{number}", "fields": [_TEXT]}) for number, id_ in enumerate(_IDS)),
    *(_create(f"list rule: {what}", {"name": f"rule{number}", "listRule": rule, "fields": [_TEXT, {"type": "text", "name": "hush", "hidden": True}]})
      for number, (what, rule) in enumerate(_RULES.items())),
    _create("all rules wrong", {"name": "refused", "fields": [_TEXT], "listRule": "a = 1", "viewRule": "b = 1", "createRule": "c = 1", "updateRule": "d = 1", "deleteRule": "e = 1"}),
    *(_create(f"indexes: {what}", {"name": f"made{number}", "indexes": [index.replace("made", f"made{number}") if isinstance(index, str) else index for index in indexes],
                                   "fields": [_TEXT, {"type": "number", "name": "num"}]}) for number, (what, indexes) in enumerate(_INDEXES.items())),
    *(_create(f"auth: {what}", {"name": f"auth{number}", "type": "auth", **{key: [text.replace("made_auth", f"auth{number}") for text in value] if key == "indexes" else value for key, value in options.items()}})
      for number, (what, options) in enumerate(_AUTH.items())),
    *(_create(f"body: {what}", body) for what, body in _BODIES.items()),
    _create("name taken by a new one", {"name": "TEXT_plain", "fields": [_TEXT]}),
    post("records work at once", f"{PATH}/text_all/records", {"id": "made00000000001", "value": "abc"}, who="superuser"),
    post("records are validated at once", f"{PATH}/text_all/records", {"value": "A"}, who="superuser"),
    post("generated at once", f"{PATH}/text_all/records", {"id": "made00000000002"}, who="superuser", mask={"value": "[a-z]{5}"}),
    get("new auth methods", f"{PATH}/auth0/auth-methods"),
    get("new collections in the list", PATH, query={"filter": "name ~ 'number_' || name ~ 'auth1'", "sort": "name"}, who="superuser"),
)
