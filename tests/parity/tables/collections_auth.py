"""Auth collections side by side: identity fields, options, rules and tokens of each its own."""

from typing import Any

from tests.parity.scenario import Row, delete, get, patch, post
from tests.parity.seed import PASSWORD, rid

PATH = "/api/collections"
ROOT: dict[str, Any] = {"who": "superuser"}


def _field(type_: str, name: str, **options: Any) -> dict[str, Any]:
    return {"type": type_, "name": name, **options}


def _sign_in(name: str, collection: str, identity: str, field: Any = None, **rest: Any) -> Row:
    body = {"identity": identity, "password": rest.pop("password", PASSWORD)}
    if field is not None:
        body["identityField"] = field
    return post(f"sign in: {name}", f"{PATH}/{collection}/auth-with-password", body, **rest)


def _change(name: str, collection: str, body: Any, **rest: Any) -> Row:
    return patch(name, f"{PATH}/{collection}", body, **ROOT, **rest)


def _person(name: str, collection: str, id_: str, **values: Any) -> Row:
    body = {"id": rid(id_), "password": PASSWORD, "passwordConfirm": PASSWORD, **values}
    return post(name, f"{PATH}/{collection}/records", body, **ROOT)


_FIELDS = [
    _field("text", "login", id="login"), _field("text", "phone", id="phone"), _field("number", "badge", id="badge"), _field("text", "code", id="code", hidden=True), _field("text", "plain", id="plain"),
]
_INDEXES = [
    "CREATE UNIQUE INDEX idx_login ON crew (login COLLATE NOCASE) WHERE login != ''", "CREATE UNIQUE INDEX idx_phone ON crew (phone) WHERE phone != ''", "CREATE UNIQUE INDEX idx_badge ON crew (badge)", "CREATE UNIQUE INDEX idx_code ON crew (code)", "CREATE UNIQUE INDEX idx_pair ON crew (plain, login)",
]
_CREW = {"name": "crew", "type": "auth", "fields": _FIELDS, "indexes": _INDEXES, "passwordAuth": {"identityFields": ["login", "email", "phone", "badge", "code"]}}
_SUFFIX = "`idx_{}_[a-z0-9]{{10}}`"
_BLANK = {
    "auth.indexes.0": rf"CREATE UNIQUE INDEX {_SUFFIX.format('tokenKey')} ON `` \(`tokenKey`\)",
    "auth.indexes.1": rf"CREATE UNIQUE INDEX {_SUFFIX.format('email')} ON `` \(`email`\) WHERE `email` != ''",
}

ROWS = (
    # scaffolds; their keys come in random order unless `fields` is there
    get("scaffolds for guests", f"{PATH}/meta/scaffolds"),
    get("scaffolds for users", f"{PATH}/meta/scaffolds", who="ann"),
    get("scaffolds", f"{PATH}/meta/scaffolds", query={"fields": "*"}, mask=_BLANK, **ROOT),
    get("scaffolds, parts", f"{PATH}/meta/scaffolds", query={"fields": "auth.authToken,base.fields.name,view.viewQuery,view.type"}, **ROOT),
    post("scaffolds are not made", f"{PATH}/meta/scaffolds", {}, **ROOT),
    delete("scaffolds are not deleted", f"{PATH}/meta/scaffolds", **ROOT),
    get("nothing else in meta", f"{PATH}/meta/nothing", **ROOT),
    get("meta is a collection that is missing", f"{PATH}/meta", **ROOT),
    # several identity fields
    post("crew", PATH, _CREW, **ROOT),
    get("methods of crew", f"{PATH}/crew/auth-methods"),
    _person("ada", "crew", "ada", email="ada@example.com", login="Ada", phone="123", badge=7, code="c1"),
    _person("bea", "crew", "bea", email="bea@example.com", login="bea", phone="ada@example.com", badge=8, code="c2"),
    _person("cleo", "crew", "cleo", email="cleo@example.com", login="cleo@example.org", phone="7", badge=9, code="c3"),
    _person("login taken in another case", "crew", "dora", email="dora@example.com", login="ADA", badge=10, code="c4"),
    _person("email taken", "crew", "dora", email="ada@example.com", login="dora", badge=10, code="c4"),
    _person("badge and code taken", "crew", "dora", email="dora@example.com", login="dora", badge=7, code="c5"),
    _sign_in("by email", "crew", "ada@example.com"),
    _sign_in("by email of ada, phone of bea", "crew", "ada@example.com", "phone"),
    _sign_in("by login", "crew", "Ada"),
    _sign_in("by login in another case", "crew", "aDA"),
    _sign_in("by login that looks like an email", "crew", "cleo@example.org"),
    _sign_in("by phone", "crew", "123"),
    _sign_in("by a number", "crew", "8", "badge"),
    _sign_in("by phone before the number", "crew", "7"),
    _sign_in("by a number that is none", "crew", "seven", "badge"),
    _sign_in("by a hidden field", "crew", "c3"),
    _sign_in("by a field that identifies nobody", "crew", "x", "plain"),
    _sign_in("by the id", "crew", rid("ada"), "id"),
    _sign_in("by the token key", "crew", "x", "tokenKey"),
    _sign_in("wrong password", "crew", "Ada", password="wrong-password"),
    _sign_in("a field in another case", "crew", "Ada", "LOGIN"),
    _sign_in("an empty phone", "crew", "", "phone"),
    # the identity fields change
    *(_change(f"identity fields: {name}", "crew", {"passwordAuth": {"identityFields": fields}}) for name, fields in {
        "none": [], "unknown": ["nothing"], "half of an index": ["plain"], "the id": ["id"], "the password": ["password"], "twice": ["login", "login"], "in another case": ["LOGIN"], "null": None, "a text": "login", "a number inside": [1], "one": ["login"],
    }.items()),
    get("methods with one", f"{PATH}/crew/auth-methods"),
    _sign_in("by login still", "crew", "ada"),
    _sign_in("by email no more", "crew", "ada@example.com"),
    _sign_in("by email, asked for", "crew", "ada@example.com", "email"),
    _change("its index goes", "crew", {"indexes": _INDEXES[1:]}),
    _change("its index is not unique any more", "crew", {"indexes": ["CREATE INDEX idx_login ON crew (login)", *_INDEXES[1:]]}),
    _change("the field goes", "crew", {"fields": _FIELDS[1:], "indexes": _INDEXES[1:4]}),
    _change("the field is renamed", "crew", {"fields": [{**_FIELDS[0], "name": "user"}, *_FIELDS[1:]], "indexes": ["CREATE UNIQUE INDEX idx_login ON crew (user)", *_INDEXES[1:4]]}),
    _change("the field and the identity are renamed", "crew", {"fields": [{**_FIELDS[0], "name": "user"}, *_FIELDS[1:]], "indexes": ["CREATE UNIQUE INDEX idx_login ON crew (user)", *_INDEXES[1:4]], "passwordAuth": {"identityFields": ["user"]}}),
    _sign_in("by the new name", "crew", "Ada", "user"),
    _sign_in("case counts now", "crew", "ada", "user"),
    _change("passwords off", "crew", {"passwordAuth": {"enabled": False}}),
    _change("off, and no fields", "crew", {"passwordAuth": {"identityFields": []}}),
    get("methods while off", f"{PATH}/crew/auth-methods"),
    _sign_in("while off", "crew", "Ada"),
    _change("on again without fields", "crew", {"passwordAuth": {"enabled": True}}),
    _change("on again", "crew", {"passwordAuth": {"enabled": True, "identityFields": ["user", "email"]}}),
    # one beside the other
    post("guard", PATH, {"name": "guard", "type": "auth", "listRule": "@request.auth.collectionName = 'guard'", "viewRule": "id = @request.auth.id", "authRule": "verified = true", "manageRule": "@request.auth.collectionName = 'crew'", "updateRule": "@request.auth.id != ''", "authToken": {"duration": 1000}}, **ROOT),
    _person("the id of another auth record", "guard", "ada", email="ada@example.com"),
    _person("ada is a guard too", "guard", "adg", email="ada@example.com"),
    _person("gus", "guard", "gus", email="gus@example.com", verified=True),
    _sign_in("guard who is not verified", "guard", "ada@example.com"),
    _sign_in("guard", "guard", "gus@example.com", save={"gus": "token"}),
    _sign_in("crew", "crew", "Ada", save={"ada": "token"}),
    get("guards for a guard", f"{PATH}/guard/records", query={"sort": "id"}, headers={"Authorization": "${gus}"}),
    get("guards for crew", f"{PATH}/guard/records", headers={"Authorization": "${ada}"}),
    get("a guard for crew", f"{PATH}/guard/records/{rid('adg')}", headers={"Authorization": "${ada}"}),
    post("refresh of crew among guards", f"{PATH}/guard/auth-refresh", headers={"Authorization": "${ada}"}),
    post("refresh of a guard", f"{PATH}/guard/auth-refresh", headers={"Authorization": "${gus}"}),
    patch("crew manages guards", f"{PATH}/guard/records/{rid('gus')}", {"password": "other-password-1", "passwordConfirm": "other-password-1"}, headers={"Authorization": "${ada}"}),
    get("the managed one has to sign in anew", f"{PATH}/guard/records", headers={"Authorization": "${gus}"}),
    patch("guards do not manage guards", f"{PATH}/guard/records/{rid('adg')}", {"verified": True}, headers={"Authorization": "${gus}"}),
    _sign_in("guard with the new password", "guard", "gus@example.com", password="other-password-1", save={"gus": "token"}),
    _change("secret of crew", "crew", {"authToken": {"secret": "x" * 30}}),
    get("tokens of crew are dead", f"{PATH}/guard/records/{rid('adg')}", headers={"Authorization": "${ada}"}),
    get("tokens of guards are not", f"{PATH}/guard/records", query={"sort": "id"}, headers={"Authorization": "${gus}"}),
    *(_change(f"option: {name}", "guard", body) for name, body in {
        "token too short": {"authToken": {"duration": 9}}, "token shortest": {"authToken": {"duration": 10}}, "token longest": {"authToken": {"duration": 94670856}}, "token too long": {"authToken": {"duration": 94670857}}, "secret too short": {"fileToken": {"secret": "x" * 29}}, "secret too long": {"fileToken": {"secret": "x" * 256}}, "no secret": {"fileToken": {"secret": ""}},
        "no duration": {"verificationToken": {"duration": 0}}, "otp": {"otp": {"enabled": True, "duration": 10, "length": 4}}, "otp too short": {"otp": {"length": 3}}, "otp as text": {"otp": "x"}, "mfa with two": {"mfa": {"enabled": True}}, "mfa rule": {"mfa": {"rule": "nothing = 1"}}, "mfa rule that is right": {"mfa": {"rule": "email != ''"}}, "passwords off under mfa": {"passwordAuth": {"enabled": False}},
        "mapped to nothing": {"oauth2": {"mappedFields": {"name": "nothing", "id": "email"}}}, "alert without a text": {"authAlert": {"emailTemplate": {"body": ""}}}, "alert off": {"authAlert": {"enabled": False}}, "manage rule empty": {"manageRule": ""}, "manage rule null": {"manageRule": None}, "several mistakes": {"authToken": {"duration": 1}, "listRule": "x =", "name": "a b", "verificationTemplate": {"subject": ""}},
    }.items()),
    get("guard in the end", f"{PATH}/guard", **ROOT),
    delete("truncate guards", f"{PATH}/guard/truncate", **ROOT),
    get("tokens of truncated guards", f"{PATH}/guard/records", headers={"Authorization": "${gus}"}),
    delete("truncate by a user", f"{PATH}/crew/truncate", who="ann"),
    delete("truncate by a guest", f"{PATH}/crew/truncate"),
    delete("truncate what is missing", f"{PATH}/nothing/truncate", **ROOT),
    delete("truncate in another case", f"{PATH}/CREW/truncate", **ROOT),
    get("crew is empty", f"{PATH}/crew/records", **ROOT),
    delete("delete guard", f"{PATH}/guard", **ROOT),
    delete("delete crew", f"{PATH}/crew", **ROOT),
    _sign_in("crew that is gone", "crew", "Ada"),
)
