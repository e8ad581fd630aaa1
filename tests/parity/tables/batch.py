"""`POST /api/batch`: what is read, what each item may be, what a failure says, and what is left."""

import json
from collections.abc import Mapping
from typing import Any

from tests.parity.scenario import (
    GUEST,
    File,
    Row,
    form,
    get,
    hears,
    listens,
    multipart,
    opens,
    patch,
    post,
    raw,
    urlencoded,
)
from tests.parity.seed import PASSWORD, rid
from tests.parity.tables.realtime import MARKERS

BATCH = "/api/batch"
ROOT: dict[str, Any] = {"who": "superuser"}


def records(collection: str, id_: str = "") -> str:
    return f"/api/collections/{collection}/records" + (f"/{rid(id_)}" if id_ else "")


def item(method: str, url: str, body: object = None, **rest: object) -> dict[str, Any]:
    return {"method": method, "url": url, **({} if body is None else {"body": body}), **rest}


def make(collection: str, id_: str, query: str = "", **values: object) -> dict[str, Any]:
    return item("POST", records(collection) + query, {"id": rid(id_), **values})


def change(collection: str, id_: str, query: str = "", **values: object) -> dict[str, Any]:
    return item("PATCH", records(collection, id_) + query, values)


def gone(collection: str, id_: str) -> dict[str, Any]:
    return item("DELETE", records(collection, id_))


def save(collection: str, id_: str, query: str = "", **values: object) -> dict[str, Any]:
    return item("PUT", records(collection) + query, {"id": rid(id_), **values})


def sent(name: str, *items: object, **rest: Any) -> Row:
    return post(name, BATCH, {"requests": list(items)}, **rest)


def left(name: str, collection: str, sort: str = "title") -> Row:
    query = {"sort": sort, "perPage": "200", "fields": "items.title,items.a,items.b,items.c,items.n,items.owner"}
    return get(f"left: {name}", records(collection), query=query, **ROOT)


def allowed(name: str, **settings: object) -> Row:
    return patch(
        f"settings: {name}",
        "/api/settings",
        {"batch": {"enabled": True, **settings}},
        query={"fields": "batch"},
        **ROOT,
    )


def payload(value: object) -> tuple[str, str]:
    return "@jsonPayload", json.dumps(value)


_ALLOWED = allowed("allowed", maxRequests=20, timeout=20)
_TAG = make("tags", "fine", title="fine")

# -- what is read ---------------------------------------------------------------------------------

_BODIES: Mapping[str, object] = {
    "nothing": {},
    "null": None,
    "requests null": {"requests": None},
    "requests empty": {"requests": []},
    "requests an object": {"requests": {"0": _TAG}},
    "requests an empty object": {"requests": {}},
    "requests a text": {"requests": "x"},
    "requests a number": {"requests": 1},
    "an item null": {"requests": [None]},
    "an item null after a good one": {"requests": [make("tags", "afternull", title="afternull"), None]},
    "an item a text": {"requests": ["x"]},
    "an item a list": {"requests": [[]]},
    "an item empty": {"requests": [{}]},
    "two items empty": {"requests": [{}, {}]},
    "method a number": {"requests": [{"method": 1, "url": "/"}]},
    "method null": {"requests": [{"method": None, "url": records("tags")}]},
    "method false": {"requests": [{"method": False, "url": records("tags")}]},
    "url a number": {"requests": [{"method": "POST", "url": 1}]},
    "url null": {"requests": [{"method": "POST", "url": None}]},
    "headers null": {"requests": [{**make("tags", "hnull", title="hnull"), "headers": None}]},
    "headers a list": {"requests": [{**_TAG, "headers": []}]},
    "headers a text": {"requests": [{**_TAG, "headers": "x"}]},
    "header a number": {"requests": [{**_TAG, "headers": {"x": 1}}]},
    "header null": {"requests": [{**make("tags", "xnull", title="xnull"), "headers": {"x": None}}]},
    "body null": {"requests": [{"method": "POST", "url": records("shelf"), "body": None}]},
    "body a list": {"requests": [item("POST", records("tags"), [])]},
    "body a text": {"requests": [item("POST", records("tags"), "x")]},
    "body a number": {"requests": [item("POST", records("tags"), 5)]},
    "no body": {"requests": [item("POST", records("shelf"))]},
    "keys in another case": {"Requests": [{"METHOD": "POST", "Url": records("tags"), "bodY": {"title": "case"}}]},
    "unknown keys": {"more": 1, "requests": [{**make("tags", "more", title="more"), "more": [1]}]},
    "method in lower case": {"requests": [item("post", records("tags"), {"title": "x"})]},
    "method mixed": {"requests": [item("Post", records("tags"), {"title": "x"})]},
    "method with a blank": {"requests": [item("POST ", records("tags"), {"title": "x"})]},
    "method GET": {"requests": [item("GET", records("tags"))]},
    "method HEAD": {"requests": [item("HEAD", records("tags"))]},
    "method OPTIONS": {"requests": [item("OPTIONS", records("tags"))]},
    "method unknown": {"requests": [item("JUMP", records("tags"))]},
    "method empty": {"requests": [item("", records("tags"))]},
    "url empty": {"requests": [item("POST", "")]},
    "both empty": {"requests": [item("", "")]},
    "second invalid": {"requests": [_TAG, item("GET", "")]},
    "some invalid": {"requests": [item("GET", "x"), _TAG, item("POST", ""), item("", "/")]},
    "url of 2000": {"requests": [item("POST", records("tags") + "?" + "x" * (2000 - len(records("tags")) - 1), {"title": "long"})]},
    "url of 2001": {"requests": [item("POST", records("tags") + "?" + "x" * (2001 - len(records("tags")) - 1), {"title": "longer"})]},
    "url of many umlauts": {"requests": [item("POST", "/" + "ä" * 1500)]},
    "url too long and no method": {"requests": [item("", "/" + "x" * 2100)]},
}  # fmt: skip

READING = (
    sent("switched off", _TAG),
    sent("switched off, superuser", _TAG, **ROOT),
    post("switched off, broken", BATCH, raw("{")),
    patch("no maximum", "/api/settings", {"batch": {"enabled": True, "maxRequests": 0, "timeout": 3}}, **ROOT),
    _ALLOWED,
    *(get(f"GET {path}", path) for path in (BATCH, BATCH + "/")),
    post("with a slash", BATCH + "/", {"requests": [make("tags", "slash", title="slash")]}),
    *(Row(f"{method} batch", method, BATCH, body={"requests": [_TAG]}) for method in ("PUT", "PATCH", "DELETE")),
    *(post(f"body: {name}", BATCH, body) for name, body in _BODIES.items()),
    post("no body at all", BATCH),
    post("broken JSON", BATCH, raw('{"requests":[')),
    post("JSON text", BATCH, raw('"requests"')),
    post("JSON list", BATCH, raw("[]")),
    post("JSON null", BATCH, raw("null")),
    post("same key twice", BATCH, raw('{"requests":[],"requests":[{"method":"POST","url":"/api/collections/shelf/records"}]}')),
    post("no content type", BATCH, raw(json.dumps({"requests": [_TAG]}), None)),
    post("plain text", BATCH, raw(json.dumps({"requests": [_TAG]}), "text/plain")),
    post("xml", BATCH, raw("<requests/>", "application/xml")),
    post("form", BATCH, urlencoded("requests=x")),
    post("form with keys", BATCH, urlencoded("requests.0.method=POST&requests.0.url=/api/collections/shelf/records")),
    post("form with a payload", BATCH, urlencoded("@jsonPayload=" + '{"requests":[{"method":"POST","url":"/api/collections/shelf/records"}]}')),
    post("multipart with a payload", BATCH, multipart(payload({"requests": [make("tags", "part", title="part")]}))),
    post("multipart of two payloads", BATCH, multipart(payload({"requests": [make("tags", "p1", title="p1")]}), payload({"requests": [make("tags", "p2", title="p2")]}))),
    post("multipart with keys", BATCH, multipart(("requests.0.method", "POST"), ("requests.0.url", records("shelf")))),
    post("multipart with values beside", BATCH, multipart(payload({"requests": [make("tags", "p3")]}), ("requests.0.title", "p3"))),
    post("multipart with a text as requests", BATCH, multipart(("requests", "x"))),
    post("multipart with a broken payload", BATCH, multipart(("@jsonPayload", "{"))),
    post("multipart empty", BATCH, multipart()),
    post("multipart with an item null", BATCH, multipart(payload({"requests": [None]}))),
    post("multipart with a method of another type", BATCH, multipart(payload({"requests": [{"method": 1}]}))),
    left("read: tags", "tags"),
    left("read: shelf", "shelf"),
    allowed("two", maxRequests=2, timeout=20),
    sent("two", make("tags", "n1", title="n1"), make("tags", "n2", title="n2")),
    sent("three", make("tags", "n3", title="n3"), make("tags", "n4", title="n4"), make("tags", "n5", title="n5")),
    sent("three empty", {}, {}, {}),
    allowed("small", maxRequests=20, timeout=20, maxBodySize=200),
    sent("small enough", make("tags", "s1", title="s1")),
    sent("too large", make("tags", "s2", title="s2", more="x" * 200)),
    post("too large and broken", BATCH, raw("{" * 201)),
    left("counted", "tags"),
)  # fmt: skip

# -- urls -----------------------------------------------------------------------------------------

_URLS: Mapping[str, tuple[str, str]] = {
    "nested": ("POST", BATCH),
    "no slash before": ("POST", "api/collections/tags/records"),
    "with a host": ("POST", "http://127.0.0.1/api/collections/tags/records"),
    "slash behind": ("POST", records("tags") + "/"),
    "two slashes": ("POST", "/api/collections//records"),
    "blank before": ("POST", " " + records("tags")),
    "blank behind": ("POST", records("tags") + " "),
    "line break behind": ("POST", records("tags") + "\n"),
    "fragment": ("POST", records("tags") + "#x"),
    "upper case": ("POST", "/API/collections/tags/records"),
    "dots": ("POST", "/api/../api/collections/tags/records"),
    "create with an id": ("POST", records("tags", "red")),
    "update without an id": ("PATCH", records("tags")),
    "delete without an id": ("DELETE", records("tags")),
    "upsert with an id": ("PUT", records("tags", "red")),
    "collections": ("POST", "/api/collections"),
    "truncate": ("DELETE", "/api/collections/tags/truncate"),
    "settings": ("PATCH", "/api/settings"),
    "sign in": ("POST", "/api/collections/users/auth-with-password"),
    "unknown collection": ("POST", records("nothing")),
    "unknown collection, update": ("PATCH", records("nothing", "red")),
    "unknown collection, delete": ("DELETE", records("nothing", "red")),
    "unknown collection, upsert": ("PUT", records("nothing")),
    "unknown record, update": ("PATCH", records("tags", "nothing")),
    "unknown record, delete": ("DELETE", records("tags", "nothing")),
    "escaped collection": ("POST", "/api/collections/t%61gs/records"),
    "escaped id": ("PATCH", "/api/collections/tags/records/r%65d000000000000"),
    "escaped id, delete": ("DELETE", "/api/collections/tags/records/gr%65en0000000000"),
    "broken escape": ("POST", "/api/collections/t%6/records"),
    "broken escape of an id": ("PATCH", "/api/collections/tags/records/r%6"),
    "broken escape in a query": ("POST", records("tags") + "?a=%6"),
    "umlaut": ("POST", "/api/collections/täg/records"),
    "control character": ("POST", "/api/collections/t\x01gs/records"),
    "empty query": ("POST", records("tags") + "?"),
    "query with a question mark": ("POST", records("tags") + "?a=b?c"),
    "query with a slash": ("POST", records("tags") + "?a=/b/c"),
    "view": ("POST", records("lab_view")),
}

URLS = (
    _ALLOWED,
    *(sent(f"url: {name}", item(method, url, {"title": f"u{n}"}), **ROOT) for n, (name, (method, url)) in enumerate(_URLS.items())),
    *(
        sent(f"second url: {name}", make("tags", f"second{n}", title=f"second{n}"), item(*_URLS[name], {"title": f"v{n}"}), **ROOT)
        for n, name in enumerate(("nested", "truncate", "unknown collection", "unknown record, update", "broken escape", "control character"))
    ),
    sent("third is unknown", _TAG, make("tags", "fine2", title="fine2"), item("POST", BATCH), **ROOT),
    sent("by the collection's id", item("POST", "/api/collections/_pb_users_auth_/records", {"email": "id@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD, "id": rid("byid")}), **ROOT),
    left("urls: tags", "tags"),
)  # fmt: skip

# -- items ----------------------------------------------------------------------------------------

_ITEMS = (
    sent("a create", make("tags", "c1", title="c1")),
    sent("an update", change("tags", "c1", title="c1 again")),
    sent("a delete", gone("tags", "c1")),
    sent("an upsert that creates", save("tags", "u1", title="u1")),
    sent("an upsert that updates", save("tags", "u1", title="u1 again")),
    sent("an upsert without an id", item("PUT", records("codes"), {"code": "AAA-0000", "a": "upsert"})),
    sent("an upsert without a body", item("PUT", records("shelf"))),
    sent("an upsert with an empty id", item("PUT", records("codes"), {"id": "", "code": "AAA-0000", "a": "empty"})),
    sent("an upsert with a null id", item("PUT", records("codes"), {"id": None, "code": "AAA-0000", "a": "null"})),
    sent("an upsert with a number", item("PUT", records("codes"), {"id": 5, "a": "number"})),
    sent("an upsert with a number that fits", item("PUT", records("codes"), {"code": "AAA-0000", "id": 123456789012345, "a": "number"})),
    sent("the same number again", item("PUT", records("codes"), {"code": "AAA-0000", "id": 123456789012345, "a": "again"})),
    sent("an upsert with a list", item("PUT", records("codes"), {"code": "AAA-0000", "id": ["x"], "a": "list"})),
    sent("an upsert with true", item("PUT", records("short_ids"), {"id": True})),
    sent("an upsert with a bad id", item("PUT", records("codes"), {"id": "short"})),
    sent("an upsert with an id in another case", item("PUT", records("tags"), {"id": "RED000000000000", "title": "caps"})),
    sent("an upsert of what is hidden", save("ruled_null", "r1", title="x")),
    sent("an upsert that may not update", save("ruled_owner", "r1", title="x"), who="bob"),
    sent("an upsert that may update", save("ruled_owner", "r1", title="mine"), who="ann"),
    sent("an upsert that may not create", save("ruled_owner", "new", title="x", owner=rid("bob")), who="ann"),
    sent("an upsert that may create", save("ruled_owner", "new", title="x", owner=rid("ann")), who="ann"),
    sent("an upsert with fields", save("tags", "u1", "?fields=title", title="u1 third")),
    sent("an upsert twice", save("tags", "u2", title="u2"), save("tags", "u2", title="u2 again")),
    sent("all at once", make("tags", "a1", title="a1"), change("tags", "a1", title="a2"), save("tags", "a3", title="a3"), save("tags", "a1", title="a4"), gone("tags", "a3")),
    sent("what an earlier one made", make("parents", "b1", title="b1"), make("child_cascade", "b2", "?expand=up", up=rid("b1"), title="b2"), change("child_cascade", "b2", "?expand=up&fields=title,expand.up.title", title="b3")),
    sent("a relation to nothing", make("child_cascade", "b4", up=rid("none"))),
    sent("back relation", make("parents", "b5", title="b5"), make("child_optional", "b6", "?fields=id", up=rid("b5")), change("parents", "b5", "?expand=child_optional_via_up&fields=expand.child_optional_via_up.id,title", title="b7")),
    sent("a cascade", make("parents", "k1", title="k1"), make("child_cascade", "k2", up=rid("k1")), make("grandchild", "k3", up=rid("k2")), gone("parents", "k1"), make("child_cascade", "k4", up="")),
    left("cascade: children", "child_cascade"), left("cascade: grandchildren", "grandchild", "id"),
    sent("a cascade that is required", make("parents", "k5"), make("child_required", "k6", up=rid("k5")), gone("parents", "k5")),
    sent("gone and made again", gone("tags", "u2"), make("tags", "u2", title="u2 once more")),
    sent("gone twice", gone("tags", "u2"), gone("tags", "u2")),
    sent("changed when gone", gone("tags", "u2"), change("tags", "u2", title="late")),
    sent("a unique title", make("tags", "d1", title="d1"), make("tags", "d2", title="d1")),
    sent("a unique title that was freed", change("tags", "u1", title="freed"), make("tags", "d3", title="u1 third")),
    sent("an id twice", make("tags", "d4", title="d4"), make("tags", "d4", title="d5")),
    sent("unique on two columns", make("codes", "e1", a="y", b=1), make("codes", "e2", a="y", b=1)),
    sent("unique on an expression", make("codes", "e3", a="z", b=7, c="Same"), make("codes", "e4", a="z", b=8, c="SAME")),
    sent("invalid", make("tags", "f1", title="x")),
    sent("invalid second", make("tags", "f2", title="f2"), make("tags", "f3", title="")),
    sent("invalid many", *(make("tags", f"f{n}", title="x" * n) for n in range(4, 24))),
    sent("number added twice", make("codes", "g1", code="AAA-0000", a="g", b=5), change("codes", "g1", **{"b+": 2}), change("codes", "g1", **{"b-": 1}), change("codes", "g1", "?fields=b")),
    sent("autogenerated", item("POST", records("codes") + "?fields=code", {"a": "auto", "code:autogenerate": "x-"}), mask={"0.body.code": "x-[A-Z]{3}-[0-9]{4}"}),
    sent("fields of each", make("tags", "h1", "?fields=id", title="h1"), make("tags", "h2", "?fields=title:excerpt(1,true)", title="h2"), make("tags", "h3", "?fields=*", title="h3")),
    sent("bad fields", make("tags", "h4", title="h4"), make("tags", "h5", "?fields=title:nothing()", title="h5")),
    sent("expand of nothing", make("tags", "h6", "?expand=nothing", title="h6")),
    sent("fields of the whole", make("tags", "h7", title="h7"), gone("tags", "h7"), query={"fields": "status"}),
    sent("fields inside of the whole", make("tags", "h8", title="h8"), query={"fields": "body.title,status"}),
    sent("expand of the whole", make("child_cascade", "h9", up=rid("p6")), query={"expand": "up"}),
    left("items: tags", "tags"), left("items: codes", "codes", "a,b"),
)  # fmt: skip

# -- what counts as a body, a query and a header --------------------------------------------------

_REQUESTS = (
    sent("query as values", item("POST", records("tags") + "?title=fromquery", {"id": rid("q1")})),
    sent("query under values", item("POST", records("tags") + "?title=under", {"id": rid("q2"), "title": "over"})),
    sent("query as a number", item("POST", records("codes") + "?b=12&a=quest&code=AAA-0000", {"id": rid("q3")})),
    sent("query as an id", item("PUT", records("tags") + f"?id={rid('q1')}", {"title": "by query"})),
    sent("a text stays a text", make("codes", "q4", code="AAA-0000", a="12", c="true")),
    sent("payload in a body", item("POST", records("tags"), {"id": rid("q5"), "@jsonPayload": '{"title":"inside"}'})),
    sent("payload in a query", item("POST", records("tags") + "?@jsonPayload=" + '{"title":"inside"}', {"id": rid("q6")})),
    sent("rule of the query", change("ruled_query", "r1", "?key=open", n=11)),
    sent("rule of the query, closed", change("ruled_query", "r1", "?key=shut", n=12)),
    sent("rule of the query, outside", change("ruled_query", "r1", n=13), query={"key": "open"}),
    sent("rule of a header", {**change("ruled_header", "r1", n=14), "headers": {"X-Key": "open"}}),
    sent("rule of a header, other case", {**change("ruled_header", "r1", n=15), "headers": {"x_key": "open"}}),
    sent("rule of a header, outside", change("ruled_header", "r1", n=16), headers={"X-Key": "open"}),
    sent("rule of a header, both", {**change("ruled_header", "r1", n=17), "headers": {"X-Key": "shut"}}, headers={"X-Key": "open"}),
    sent("rule of a header, once", {**change("ruled_header", "r1", n=18), "headers": {"X-Key": "open"}}, change("ruled_header", "r1", n=19)),
    sent("bad header name", {**change("ruled_header", "r1", n=20), "headers": {"X Key": "open", "X-Key": "open"}}),
    sent("header with a line break", {**change("ruled_header", "r1", n=20), "headers": {"X-Key": "open\r\nY: z"}}),
    post("a token", "/api/collections/users/auth-with-password", {"identity": "ann@example.com", "password": PASSWORD}, query={"fields": "token,record.id"}, save={"token": "token"}),
    sent("token in a header", {**change("ruled_owner", "r1", n=21), "headers": {"Authorization": "${token}"}}),
    sent("token in a header over another", {**change("ruled_owner", "r1", n=22), "headers": {"authorization": "x"}}, who="ann"),
    sent("content type in a header", {**make("tags", "ct", title="ct"), "headers": {"Content-Type": "text/plain"}}),
    sent("rule of the method", make("ruled_method", "x1"), change("ruled_method", "x1", n=1)),
    sent("rule of the method, upsert", save("ruled_method", "x2", n=1)),
    sent("rule of the context", make("ruled_context", "x3")),
    patch("a rule of the batch", "/api/collections/ruled_context", {"createRule": "@request.context = 'batch'"}, query={"fields": "createRule"}, **ROOT),
    sent("rule of the context, batch", make("ruled_context", "x4", "?fields=id")),
    sent("rule of the context, upsert", save("ruled_context", "x5", "?fields=id")),
    post("rule of the context, alone", records("ruled_context"), {}),
)  # fmt: skip

# -- rules ----------------------------------------------------------------------------------------

_SETS = {"tags": [rid("red")], "kinds": ["a"], "title": "one", "n": 7}
_RULED = ("null", "open", "auth", "owner", "role", "owner_role", "method", "tags", "any_tag", "each", "length", "lower", "hush", "collection", "user_collection", "or")  # fmt: skip

RULES = (
    _ALLOWED,
    *(
        sent(f"{who}: {method} ruled_{name}", asked, who=who)
        for name in _RULED
        for who in (GUEST, "ann")
        for method, asked in (
            ("create", make(f"ruled_{name}", f"new{who}", "?fields=id,title", **_SETS, owner=rid("ann"))),
            ("update", change(f"ruled_{name}", "r2", "?fields=id,n", n=8)),
            ("delete", gone(f"ruled_{name}", "r3")),
        )
    ),
    sent("a rule that an earlier one fulfils", make("tags", "zap", title="zap"), make("ruled_collection", "zap", "?fields=id", title="zap")),
    sent("a rule that an earlier one breaks", gone("tags", "zap"), make("ruled_collection", "zip", title="zap")),
    sent("the other way round", make("ruled_collection", "zip", title="zup"), make("tags", "zup", title="zup")),
    sent("an owner who was changed", change("ruled_owner", "r1", "?fields=owner", owner=rid("bob")), change("ruled_owner", "r1", n=3), who="ann"),
    sent("the caller changes", change("members", "moe", "?fields=role", role="editor"), make("ruled_role", "moe"), who="moe"),
    sent("the caller goes", gone("members", "max"), make("ruled_auth", "max", "?fields=id"), who="max"),
    sent("the caller who went", make("ruled_auth", "max2", "?fields=id"), who="max"),
    sent("body rules", make("body_title", "t1", "?fields=id", title="yes"), make("body_isset", "t2", n=1)),
    sent("body rules, changed", change("body_changed", "r1", title="One"), change("body_changed", "r1", title="Two")),
    sent("hidden fields", make("items", "hid", "?fields=hush,title", hush="said", title="hid"), change("items", "hid", "?fields=hush", hush="more")),
    sent("hidden fields, superuser", change("items", "hid", "?fields=hush", hush="more"), **ROOT),
    sent("expand what is closed", make("items", "exp", "?expand=locked,shelf,owner&fields=expand", locked=rid("box"), shelf=rid("top"), owner=rid("bob"))),
    *(left(f"rules: {name}", f"ruled_{name}") for name in ("open", "owner", "collection")),
)  # fmt: skip

# -- accounts -------------------------------------------------------------------------------------


def account(name: str, query: str = "?fields=id,email,verified", **more: object) -> dict[str, Any]:
    secret = {"password": PASSWORD, "passwordConfirm": PASSWORD}
    return make(
        "members",
        name,
        query,
        **{"email": f"{name}@example.com", "username": name, **secret, **more},
    )


def signed_in(name: str, who: str, password: str = PASSWORD) -> Row:
    return post(
        name,
        "/api/collections/members/auth-with-password",
        {"identity": who, "password": password},
        query={"fields": "record.id"},
    )


ACCOUNTS = (
    _ALLOWED,
    sent("two accounts", account("ned"), account("nel")),
    signed_in("ned signs in", "ned"),
    sent("an account and another address", account("nat"), account("not", email="nat@example.com")),
    signed_in("nat does not", "nat"),
    sent("no password", account("nop", password="", passwordConfirm="")),
    sent("other confirmation", account("noq", passwordConfirm="x")),
    sent("verified by oneself", account("nov", verified=True)),
    sent("all that is shown", account("nos", "")),
    sent("own password", change("members", "ned", oldPassword=PASSWORD, password="another-1", passwordConfirm="another-1"), who="mia"),
    signed_in("ned by the new one", "ned", "another-1"),
    sent("password without the old one", change("members", "moe", password="another-1", passwordConfirm="another-1"), who="moe"),
    sent("password with a wrong old one", change("members", "moe", oldPassword="wrong", password="another-1", passwordConfirm="another-1"), who="moe"),
    sent("password with the old one", change("members", "moe", "?fields=id", oldPassword=PASSWORD, password="another-1", passwordConfirm="another-1"), who="moe"),
    sent("after the password", change("members", "moe", "?fields=id", rank=5), who="moe"),
    signed_in("moe by the new one", "moe", "another-1"),
    sent("password twice", change("members", "max", "?fields=id", oldPassword=PASSWORD, password="another-1", passwordConfirm="another-1"), change("members", "max", "?fields=id", oldPassword="another-1", password="another-2", passwordConfirm="another-2"), who="max"),
    signed_in("max by the last one", "Max", "another-2"),
    sent("upserted", item("PUT", records("members"), {"id": rid("ups"), "email": "ups@example.com", "username": "ups", "password": PASSWORD, "passwordConfirm": PASSWORD})),
    sent("upserted by a manager", item("PUT", records("members") + "?fields=email,rank", {"id": rid("ups"), "rank": 9, "email": "upd@example.com"}), who="mia"),
    sent("address is kept", change("members", "ups", "?fields=email,rank", rank=10), who="mia"),
    sent("deleted", gone("members", "ups"), **ROOT),
    sent("superusers", item("POST", records("_superusers"), {"id": rid("sup"), "email": "sup@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD}), **ROOT),
    sent("superusers by somebody", item("POST", records("_superusers"), {"email": "sup2@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD}), who="ann"),
    sent("a superuser goes", gone("_superusers", "sup"), **ROOT),
    *(sent(f"bad token: {who}", make("ruled_open", "", "?fields=title", title="bad"), who=who) for who in ("expired", "forged", "cut")),
    get("members left", records("members"), query={"sort": "id", "fields": "id,email,rank,verified"}, **ROOT),
)  # fmt: skip

ITEMS = (_ALLOWED, *_ITEMS, *_REQUESTS)

# -- what is heard --------------------------------------------------------------------------------


def told(*rows: Row) -> tuple[Row, ...]:
    return tuple(row for change in rows for row in (change, hears(f"heard: {change.name}")))


HEARD = (
    _ALLOWED,
    MARKERS,
    opens("a guest's stream", "guest"),
    opens("a superuser's stream", "root"),
    opens("ann's stream", "ann"),
    listens("the guest", "guest", "tags", "parents", "child_cascade", "ruled_owner", "ruled_null", f"tags/{rid('w1')}"),
    listens("the superuser", "root", "tags", "parents", "child_cascade", "grandchild", "ruled_owner", "ruled_null", **ROOT),
    listens("ann", "ann", "ruled_owner", "ruled_auth", "ruled_collection", who="ann"),
    *told(
        sent("one", make("tags", "w1", title="w1")),
        sent("some", make("tags", "w2", title="w2"), change("tags", "w1", title="w1 again"), gone("tags", "w2")),
        sent("none", make("tags", "w3", title="w3"), make("tags", "w4", title="w")),
        sent("an item that is refused", change("tags", "w1", title="w1 not"), item("POST", BATCH)),
        sent("twice the same", change("tags", "w1", title="first"), change("tags", "w1", title="second")),
        sent("made and gone", make("tags", "w5", title="w5"), gone("tags", "w5")),
        sent("nothing changed", change("tags", "w1"), change("tags", "w1", title="second")),
        sent("cascade", make("parents", "w6", title="w6"), make("child_cascade", "w7", up=rid("w6")), make("grandchild", "w8", up=rid("w7"))),
        sent("cascade goes", gone("parents", "w6")),
        sent("cascade in one", make("parents", "v6", title="v6"), make("child_cascade", "v7", up=rid("v6")), gone("parents", "v6")),
        sent("by rules", make("ruled_owner", "w9", owner=rid("ann")), make("ruled_null", "w9"), change("ruled_owner", "w9", owner=rid("bob")), **ROOT),
        sent("by rules, gone", gone("ruled_owner", "w9"), gone("ruled_owner", "r1"), **ROOT),
        sent("by rules, made visible", make("tags", "vis", title="visible"), make("ruled_collection", "vis", title="visible"), **ROOT),
        sent("by rules, made invisible", gone("tags", "vis"), change("ruled_collection", "vis", n=1), **ROOT),
        sent("by rules, gone with its reason", gone("tags", "red"), gone("ruled_collection", "r2"), **ROOT),
    ),
)  # fmt: skip

# -- files ----------------------------------------------------------------------------------------

_FILE = {"type": "file", "name": "one"}
_FILES = {"type": "file", "name": "many", "maxSelect": 3, "maxSize": 10}
_PAPERS = {
    "name": "papers", "type": "base", **dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), ""),
    "fields": [{"type": "text", "name": "title"}, _FILE, _FILES, {"type": "file", "name": "hush", "hidden": True}],
}  # fmt: skip
_A, _B, _C = File("aaa.txt", "a"), File("bbb.txt", "b"), File("ccc.txt", "c")
_BIG = File("big.txt", "12345678901")


def filed(name: str, items: list[dict[str, Any]], *files: tuple[str, File | str], **rest: Any) -> Row:
    return post(f"files: {name}", BATCH, form(payload({"requests": items}), *files), **rest)


def paper(id_: str, **values: object) -> dict[str, Any]:
    return make("papers", id_, **values)


# One item, and the key of the part with its file.
_KEYS = (
    "requests.0.one", "requests[0].one", "requests.0.many", "requests.0.many+", "requests.0.+many", "requests[0].many+", "requests[0].+many",
    "requests.1.one", "requests.-1.one", "requests.00.one", "requests.+0.one", "requests.x.one", "requests..one", "requests.0", "requests.0.", "requests[0]one", "requests[0]", "requests[0].",
    "requests[0].one.two", "requests.0.one.two", "requests.0.title", "requests.0.hush", "requests.0.nothing", "request.0.one", "Requests.0.one", "x.requests.0.one", "requests.0[one]", "requests.0 .one",
    "requests.99999999999999999999.one", "requests." + "9" * 5000 + ".one", "one", "requests[x].one", "requests[00].one", "requests.0.many-", "0.one",
)  # fmt: skip

FILES = (
    _ALLOWED,
    post("make papers", "/api/collections", _PAPERS, query={"fields": "name"}, **ROOT),
    *(filed(f"key {key}", [paper(f"k{n}")], (key, _A)) for n, key in enumerate(_KEYS)),
    filed("two of one", [paper("t1")], ("requests.0.one", _A), ("requests.0.one", _B)),
    filed("two of many", [paper("t2")], ("requests.0.many", _A), ("requests.0.many", _B)),
    filed("all modifiers", [paper("t4")], ("requests.0.many+", _A), ("requests.0.+many", _B), ("requests.0.many", _C)),
    filed("name and file", [paper("t5", many=["x.txt"])], ("requests.0.many", _A)),
    filed("each its own", [paper("t6"), paper("t7"), paper("t8")], ("requests.2.one", _C), ("requests.0.one", _A), ("requests.1.many", _B)),
    filed("too big", [paper("f1")], ("requests.0.many", _BIG)),
    filed("the second too big", [paper("f1"), paper("f2")], ("requests.0.one", _A), ("requests.1.many", _BIG)),
    filed("too many", [paper("f1")], *(("requests.0.many", _A) for _ in range(4))),
    filed("a later item fails", [paper("f1"), paper("t1")], ("requests.0.one", _A)),
    filed("hidden, by a superuser", [paper("t9")], ("requests.0.hush", _A), **ROOT),
    filed("upsert", [save("papers", "t1", title="t1"), save("papers", "u9", title="u9")], ("requests.0.one", _B), ("requests.1.one", _C)),
    filed("update", [change("papers", "t2", title="t2")], ("requests.0.many+", _C)),
    filed("update, one too many", [change("papers", "t2")], ("requests.0.many+", _C)),
    filed("replace", [change("papers", "t1")], ("requests.0.one", _C)),
    filed("removed", [change("papers", "t1", one="")]),
    filed("made and changed", [paper("m1"), change("papers", "m1"), change("papers", "m1", title="m1")], ("requests.0.many", _A), ("requests.1.many+", _B), ("requests.2.one", _C)),
    filed("made and gone", [paper("m2"), gone("papers", "m2")], ("requests.0.one", _A), ("requests.1.one", _B)),
    filed("a file as a value beside", [paper("m3")], ("requests.0.one", "aaa.txt")),
    filed("no requests", [], ("requests.0.one", _A)),
    post("files: without a payload", BATCH, form(("requests.0.one", _A))),
    post("files: payload as a file", BATCH, form(("@jsonPayload", File("p.json", json.dumps({"requests": [paper("m4")]}))))),
    post("make a rule of files", "/api/collections", {"name": "sized", "type": "base", "createRule": "@request.body.one.size = 1 && one ~ 'aaa_%'", "fields": [_FILE]}, query={"fields": "createRule"}, **ROOT),
    filed("rule", [make("sized", "s1")], ("requests.0.one", _A)),
    filed("rule, closed", [make("sized", "s2")], ("requests.0.one", File("aaa.txt", "aa"))),
    get("left: papers", records("papers"), query={"sort": "id", "perPage": "200", "fields": "items.id,items.title,items.one,items.many,items.hush"}, **ROOT),
)  # fmt: skip

# -- rate limits ----------------------------------------------------------------------------------


def limited(name: str, *rules: tuple[str, int]) -> Row:
    """New limits; saving them begins to count anew."""
    found = [{"label": label, "maxRequests": most, "duration": 60} for label, most in rules]
    return patch(f"limits: {name}", "/api/settings", {"rateLimits": {"enabled": bool(rules), "rules": found}}, query={"fields": "rateLimits"}, **ROOT)


LIMITS = (
    _ALLOWED,
    limited("creates", ("codes:create", 2)),
    sent("two creates", item("POST", records("codes") + "?fields=b", {"b": 1}), item("POST", records("codes") + "?fields=b", {"b": 2})),
    sent("a third", item("POST", records("codes") + "?fields=b", {"b": 3})),
    post("alone", records("codes"), {"b": 4}, query={"fields": "b"}),
    sent("a superuser's", item("POST", records("codes") + "?fields=b", {"b": 5}), **ROOT),
    limited("creates again", ("*:create", 2)),
    sent("three at once", *(item("POST", records("codes") + "?fields=b", {"b": n}) for n in (6, 7, 8))),
    sent("other collections", make("tags", "limit", title="limit")),
    sent("upserts that create", save("tags", "limiu", title="limiu"), save("tags", "limiv", title="limiv")),
    sent("upserts that update", *(save("tags", "limit", title=f"limit {n}") for n in range(4))),
    limited("updates", ("tags:update", 2)),
    sent("updates", change("tags", "red"), save("tags", "red")),
    sent("one more", save("tags", "red")),
    limited("deletes", ("*:delete", 1)),
    sent("deletes", gone("tags", "limit"), gone("tags", "limiu")),
    limited("by path", (records("tags"), 1)),
    sent("by path", make("tags", "path1", title="path1"), make("tags", "path2", title="path2")),
    limited("by method and path", ("POST " + records("tags"), 1)),
    sent("by method and path", save("tags", "path3", title="path3"), save("tags", "path3", title="path4"), make("tags", "path4", title="path5")),
    limited("by the path of an upsert", ("PATCH " + records("tags", "red"), 1)),
    sent("by the path of an upsert", save("tags", "red"), save("tags", "red")),
    limited("by prefix", ("/api/", 2)),
    sent("by prefix", make("tags", "pref1", title="pref1"), make("tags", "pref2", title="pref2"), make("tags", "pref3", title="pref3")),
    limited("the batch", ("/api/batch", 1)),
    sent("the batch", change("tags", "red")), sent("one batch too many", change("tags", "red")),
    limited("the batch and its items", ("/api/batch", 9), ("/api/", 1)),
    sent("unknown collections are not counted", item("POST", records("nothing")), item("POST", records("nothing"))),
    sent("counted though it fails", make("tags", "x", title="x")), sent("counted", make("tags", "fail", title="fail")),
    limited("none"),
)  # fmt: skip
