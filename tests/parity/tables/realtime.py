"""Realtime: what may be subscribed to, and the messages that each change sends to whom."""

import json
from collections.abc import Mapping
from urllib.parse import quote

from tests.parity.scenario import (
    GUEST,
    Row,
    delete,
    hears,
    listens,
    opens,
    patch,
    post,
    raw,
    urlencoded,
)
from tests.parity.seed import PASSWORD, RULED, rid

REALTIME = "/api/realtime"
R1, R2, R3 = rid("r1"), rid("r2"), rid("r3")
MARKERS = post(
    "collection of the markers",
    "/api/collections",
    {"name": "markers", "type": "base", "listRule": "", "viewRule": ""},
    who="superuser",
)


def records(collection: str, id_: str = "") -> str:
    return f"/api/collections/{collection}/records" + (f"/{id_}" if id_ else "")


def options(query: Mapping[str, object] | None = None, headers: Mapping[str, object] | None = None) -> str:
    """What the SDK puts behind a topic."""
    asked = {key: value for key, value in (("query", query), ("headers", headers)) if value is not None}
    return "?options=" + quote(json.dumps(asked))


def sent(name: str, body: object, **rest: object) -> Row:
    return post(f"POST {name}", REALTIME, body, **rest)


def told(*changes: Row) -> tuple[Row, ...]:
    """Each change, and what is heard of it."""
    return tuple(row for change in changes for row in (change, hears(f"heard: {change.name}")))


def change_all(collection: str) -> tuple[Row, ...]:
    """Updates and deletes the records of a ruled collection and creates one."""
    new = {"id": rid("new"), "title": "red", "owner": rid("ann"), "n": 5, "kinds": ["a"], "tags": [rid("red")]}
    return (
        patch(f"r1 of {collection} is changed", records(collection, R1), {"n": 7}, who="superuser"),
        patch(f"r2 of {collection} is changed", records(collection, R2), {"n": 8}, who="superuser"),
        post(f"{collection} gets one more", records(collection), new, who="superuser"),
        delete(f"r1 of {collection} goes", records(collection, R1), who="superuser"),
        delete(f"r3 of {collection} goes", records(collection, R3), who="superuser"),
    )


ID = "${id_own}"
_BODIES = {
    "no client id": {},
    "null client id": {"clientId": None},
    "number as client id": {"clientId": 5},
    "empty client id": {"clientId": ""},
    "unknown client id": {"clientId": "x" * 40},
    "long client id": {"clientId": "x" * 255},
    "too long client id": {"clientId": "x" * 256},
    "client id of umlauts": {"clientId": "ä" * 128},
    "too long id and too many": {"clientId": "x" * 256, "subscriptions": ["a"] * 1001},
    "no subscriptions": {"clientId": ID},
    "null subscriptions": {"clientId": ID, "subscriptions": None},
    "no list": {"clientId": ID, "subscriptions": "items"},
    "a number among them": {"clientId": ID, "subscriptions": ["items", 1]},
    "an object as subscriptions": {"clientId": ID, "subscriptions": {"0": "items"}},
    "a blank one": {"clientId": ID, "subscriptions": ["", "items"]},
    "a null among them": {"clientId": ID, "subscriptions": [None]},
    "as many as may be": {"clientId": ID, "subscriptions": [f"t{n}" for n in range(1000)]},
    "one too many": {"clientId": ID, "subscriptions": [f"t{n}" for n in range(1001)]},
    "1001 blank ones": {"clientId": ID, "subscriptions": [""] * 1001},
    "as long as may be": {"clientId": ID, "subscriptions": ["x" * 2500]},
    "one too long": {"clientId": ID, "subscriptions": ["a", "x" * 2501, "x" * 2502]},
    "one of too many bytes": {"clientId": ID, "subscriptions": ["ä" * 1251]},
    "unknown topics": {"clientId": ID, "subscriptions": ["@oauth2", "nothing/*", "items/nothing", "a b", "?"]},
    "an unknown key": {"clientId": ID, "subscriptions": [], "more": 1},
}

SUBSCRIBING = (
    MARKERS,
    opens("a stream", "own"),
    *(sent(name, body) for name, body in _BODIES.items()),
    post("empty body", REALTIME),
    sent("broken JSON", raw("{")),
    sent("no object", raw("[]")),
    sent("text", raw("x", "text/plain")),
    sent("no content type", raw("x", None)),
    sent("form", urlencoded(f"clientId={ID}&subscriptions=items")),
    sent("form of an unknown client", urlencoded("clientId=abc&subscriptions=items&subscriptions=tags")),
    *(Row(f"{method} is no route", method, REALTIME) for method in ("PUT", "PATCH", "DELETE")),
    # Who a client is.
    listens("guest", "own", "items"),
    listens("guest again", "own", "items"),
    listens("guest becomes ann", "own", "items", who="ann"),
    listens("ann again", "own", "items", who="ann"),
    listens("ann becomes bob", "own", "items", who="bob"),
    listens("ann becomes a guest", "own", "items"),
    listens("ann with a wrong token", "own", "items", who="forged"),
    listens("ann becomes a superuser", "own", "items", who="superuser"),
    listens("ann becomes a member", "own", "items", who="mia"),
    post("ann's other token", "/api/collections/users/auth-refresh", who="ann", save={"t": "token"}),
    Row("ann with a new token", "LISTENS", "own", body=["items"], headers={"Authorization": "Bearer ${t}"}),
    listens("ann unsubscribes from all", "own", who="ann"),
    listens("ann, without subscriptions, becomes bob", "own", who="bob"),
    opens("a second stream", "second"),
    listens("a superuser", "second", "items", who="superuser"),
    listens("superuser becomes ann", "second", "items", who="ann"),
)

TOPICS = (
    MARKERS,
    opens("all", "all"),
    opens("replaced", "replaced"),
    opens("same", "same"),
    opens("none", "none"),
    listens(
        "many topics", "all",
        "tags", "tags/*", f"tags/{rid('red')}", f"tags/{rid('new')}", "TAGS", "tags/", "tags/**", "tags*",
        "items/*", "parents", "pbc_1219621782", "pbc_1219621782/*", f"pbc_1219621782/{rid('red')}", "users", "*", "",
    ),
    listens("first", "replaced", "tags/*"),
    listens("then others", "replaced", "shelf"),
    listens("the same twice", "same", "tags", "tags", "tags?", "tags?x=1", "tags/*?", "tags?options=", "tags?options={}"),
    listens("nothing", "none"),
    *told(
        post("a tag is made", records("tags"), {"id": rid("new"), "title": "new"}),
        patch("a tag is changed", records("tags", rid("red")), {"title": "rot"}),
        patch("a tag is not changed", records("tags", rid("red")), {"title": "rot"}),
        patch("a tag cannot be changed", records("tags", rid("red")), {"title": ""}),
        post("a tag cannot be made", records("tags"), {"title": "x"}),
        delete("a tag goes", records("tags", rid("new"))),
        delete("a missing tag", records("tags", rid("new"))),
        post("something on a shelf", records("shelf"), {"id": rid("s"), "title": "s", "hush": "h"}),
        patch("an item changes", records("items", rid("one")), {"num+": 1}),
        delete("all tags go", "/api/collections/tags/truncate", who="superuser"),
    ),
    listens("unsubscribed", "all"),
    listens("subscribed later", "none", "parents"),
    *told(post("one more parent", records("parents"), {"id": rid("p9"), "title": "p9"})),
    *told(patch("the collection has another name", "/api/collections/parents", {"name": "elders"}, who="superuser")),
    *told(patch("a parent under the new name", records("elders", rid("p9")), {"title": "p10"})),
    listens("by the new name", "none", "elders", "parents"),
    *told(patch("a parent changes again", records("elders", rid("p9")), {"title": "p11"})),
    *told(delete("the collection goes", "/api/collections/child_required", who="superuser")),
)

_OPTIONS = {
    "fields": options({"fields": "id,title"}),
    "fields of expand": options({"fields": "id,expand.tag.title,expand.tags.title", "expand": "tag,tags"}),
    "excerpt": options({"fields": "text:excerpt(5,true)"}),
    "bad excerpt": options({"fields": "text:excerpt(x)"}),
    "fields of nothing": options({"fields": "nothing"}),
    "hidden field": options({"fields": "hush,title"}),
    "expand": options({"expand": "tag,tags,locked,shelf,owner"}),
    "expand unknown": options({"expand": "nothing"}),
    "expand back": options({"expand": "items_via_tag"}),
    "filter true": options({"filter": "num > 0"}),
    "filter false": options({"filter": "num < 0"}),
    "filter broken": options({"filter": "num >"}),
    "filter of unknown": options({"filter": "nothing = 1"}),
    "filter of hidden": options({"filter": "hush = 'quiet'"}),
    "filter by request": options({"filter": "@request.auth.id = ''"}),
    "filter by collection": options({"filter": "@collection.tags.title ?= 'red'"}),
    "filter over a relation": options({"filter": "tag.title = 'red'"}),
    "filter over a closed relation": options({"filter": "locked.title = 'box'"}),
    "filter over an unlistable": options({"filter": "shelf.title = 'open'"}),
    "filter of many": options({"filter": "tags.title ?= 'red'"}),
    "filter by macro": options({"filter": "created <= @now"}),
    "filter number": options({"filter": 1}),
    "filter null": options({"filter": None}),
    "filter list": options({"filter": ["num < 0"]}),
    "filter true value": options({"filter": True}),
    "empty query": options({}),
    "query text": "?options=" + quote('{"query":"x"}'),
    "not JSON": "?options={",
    "JSON list": "?options=[]",
    "JSON twice": "?options=" + quote('{"query":{"filter":"num > 0"}}{}'),
    "unescaped": '?options={"query":{"filter":"num < 0"}}',
    "plus for a space": "?options=" + quote(json.dumps({"query": {"filter": "num < 0"}})).replace("%20", "+"),
    "two options": "?options={}&options=" + quote('{"query":{"filter":"num < 0"}}'),
    "options second": "?a=b&options=" + quote('{"query":{"filter":"num < 0"}}'),
    "broken escape": "?options=%7B%22query%22%3A%7B%22filter%22%3A%22num+<+0%22%7D%7D%zz",
    "fragment": "#?options=" + quote('{"query":{"filter":"num < 0"}}'),
    "options and fragment": "?options=" + quote('{"query":{"filter":"num > 0"}}') + "#x",
    "semicolon": "?options=" + quote('{"query":{"filter":"num < 0"}}') + ";x",
    "upper case": "?Options=" + quote('{"query":{"filter":"num < 0"}}'),
}

OPTIONS = (
    MARKERS,
    *(opens(f"stream of {who}", who) for who in ("guest", "ann", "superuser")),
    *(
        listens(f"options of {who}", who, *(f"items/{'*' if n % 2 else rid('one')}{text}" for n, text in enumerate(_OPTIONS.values())), who=who)
        for who in ("guest", "ann", "superuser")
    ),
    *told(
        patch("one is changed", records("items", rid("one")), {"num": 3}),
        patch("two is changed", records("items", rid("two")), {"num": -3}),
        post("an item is made", records("items"), {"id": rid("item"), "num": 1, "tag": rid("red"), "tags": [rid("red")], "hush": "quiet"}, who="superuser"),
        delete("one goes", records("items", rid("one"))),
    ),
    *(
        listens(
            f"request values of {who}", who,
            *(
                f"{name}/{'*' if is_list else R1}{given}"
                for name in ("ruled_query", "ruled_header", "ruled_method", "ruled_context")
                for is_list in (True, False)
                for given in (
                    "",
                    options({"key": "open"}),
                    options(headers={"X-Key": "open"}),
                    options(headers={"x_key": "open"}),
                    options({"key": "shut"}, {"XKey": "open"}),
                )
            ),
            who=who,
        )
        for who in ("guest", "ann", "superuser")
    ),
    *told(
        *(
            patch(f"r1 of {name} is changed", records(name, R1), {"n": 4}, who="superuser")
            for name in ("ruled_query", "ruled_header", "ruled_method", "ruled_context")
        ),
        *(
            delete(f"r1 of {name} goes", records(name, R1), who="superuser")
            for name in ("ruled_query", "ruled_header", "ruled_method", "ruled_context")
        ),
    ),
)

_CALLERS = ("guest", "ann", "bob", "mia", "superuser")

RULES = (
    MARKERS,
    *(opens(f"stream of {who}", who) for who in _CALLERS),
    *(
        listens(f"{who} listens", who, *(f"{name}/{what}" for name in RULED for what in ("*", R1, R2, R3)), who=who)
        for who in _CALLERS
    ),
    *told(*(change for name in RULED if name != "ruled_back_notes" for change in change_all(name))),
)

ANN = records("users", rid("ann"))
_ACCOUNT = {"password": "other-password-1", "passwordConfirm": "other-password-1"}

ACCOUNTS = (
    MARKERS,
    patch("everybody sees users", "/api/collections/users", {"listRule": "", "viewRule": ""}, who="superuser"),
    *(opens(f"stream of {who}", who) for who in ("guest", "ann", "bob", "mia", "max", "superuser")),
    *(
        listens(f"{who} listens", who, "users", f"users/{rid('bob')}", "members/*", f"members/{rid('moe')}", who=who)
        for who in ("guest", "ann", "bob", "mia", "max", "superuser")
    ),
    *told(
        patch("bob has another name", records("users", rid("bob")), {"name": "Bobby"}, who="bob"),
        patch("bob's secret", records("users", rid("bob")), {"secret": "other"}, who="superuser"),
        patch("moe has another rank", records("members", rid("moe")), {"rank": 5}, who="superuser"),
        patch("moe shows the address", records("members", rid("moe")), {"emailVisibility": True}, who="superuser"),
        patch("moe hides the address", records("members", rid("moe")), {"emailVisibility": False}, who="superuser"),
        delete("moe goes", records("members", rid("moe")), who="superuser"),
        post("a new user", records("users"), {"id": rid("eve"), "email": "eve@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD}),
        delete("cid goes", records("users", rid("cid")), who="superuser"),
        post("signing in", "/api/collections/users/auth-with-password", {"identity": "eve@example.com", "password": PASSWORD}),
    ),
)

CALLERS = (
    MARKERS,
    *(opens(f"stream {name}", name) for name in ("ann", "ann2", "bob", "mia", "max")),
    listens("ann listens", "ann", "ruled_owner/*", "ruled_role", "ruled_auth", who="ann"),
    listens("ann listens twice", "ann2", "ruled_owner/*", "ruled_role", "ruled_auth", who="ann"),
    listens("bob listens", "bob", "ruled_owner/*", "ruled_role", "ruled_auth", who="bob"),
    listens("mia listens", "mia", "ruled_auth", "ruled_user_collection", who="mia"),
    listens("max listens", "max", "ruled_auth", who="max"),
    *told(
        patch("ann's record changes", records("ruled_owner", R1), {"n": 10}, who="superuser"),
        patch("a role record changes", records("ruled_role", R1), {"n": 10}, who="superuser"),
        patch("ann is a reader now", ANN, {"role": "reader"}, who="superuser"),
        patch("a role record changes again", records("ruled_role", R1), {"n": 11}, who="superuser"),
        patch("bob is an editor now", records("users", rid("bob")), {"role": "editor"}, who="superuser"),
        patch("the role record for bob", records("ruled_role", R1), {"n": 12}, who="superuser"),
        patch("the record is bob's now", records("ruled_owner", R1), {"owner": rid("bob")}, who="superuser"),
        patch("the record is ann's again", records("ruled_owner", R1), {"owner": rid("ann")}, who="superuser"),
        patch("ann has a new password", ANN, _ACCOUNT, who="superuser"),
        patch("ann's record after that", records("ruled_owner", R1), {"n": 13}, who="superuser"),
        patch("a record for signed-in ones", records("ruled_auth", R1), {"n": 13}, who="superuser"),
    ),
    listens("ann's old token", "ann", "ruled_owner/*", who="ann"),
    post("ann signs in", "/api/collections/users/auth-with-password", {"identity": "ann@example.com", "password": "other-password-1"}, save={"t": "token"}),
    Row("ann is back", "LISTENS", "ann", body=["ruled_owner", "ruled_auth"], headers={"Authorization": "${t}"}),
    *told(patch("ann's record when she is back", records("ruled_owner", R1), {"n": 14}, who="superuser")),
    listens("her other stream may be bob's", "ann2", "ruled_owner", who="bob"),
    *told(
        patch("the rule is closed", "/api/collections/ruled_owner", {"listRule": None}, who="superuser"),
        patch("a record under the closed rule", records("ruled_owner", R1), {"n": 15}, who="superuser"),
        patch("the rule is open", "/api/collections/ruled_owner", {"listRule": ""}, who="superuser"),
        patch("a record under the open rule", records("ruled_owner", R1), {"n": 16}, who="superuser"),
        delete("bob goes", records("users", rid("bob")), who="superuser"),
        patch("a record when bob has gone", records("ruled_auth", R1), {"n": 17}, who="superuser"),
        patch("users get another secret", "/api/collections/users", {"authToken": {"secret": "s" * 40, "duration": 1000}}, who="superuser"),
        patch("a record under another secret", records("ruled_auth", R1), {"n": 18}, who="superuser"),
        patch("max has another address", records("members", rid("max")), {"email": "maxi@example.com"}, who="superuser"),
        patch("a record for mia alone", records("ruled_auth", R1), {"n": 19}, who="superuser"),
        delete("the members go", "/api/collections/members", who="superuser"),
        patch("a record for nobody", records("ruled_auth", R1), {"n": 20}, who="superuser"),
    ),
    listens("mia is nobody", "mia", "ruled_auth", who=GUEST),
)

CASCADES = (
    MARKERS,
    opens("stream", "all"),
    opens("stream of filters", "filters"),
    listens("all topics", "all", "parents", "child_cascade", "child_cascade_many", "child_optional", "child_required", "grandchild", "ruled_back", "ruled_back_notes", who="superuser"),
    listens(
        "filters over relations", "filters",
        "child_cascade" + options({"filter": "up.title = 'p1'"}),
        "grandchild" + options({"filter": "up.up.title = 'p1'"}),
        "parents" + options({"filter": "child_cascade_via_up.id ?!= ''"}),
        "child_optional" + options({"expand": "up"}),
        "ruled_back/*",
    ),
    *told(
        delete("p1 goes, its children with it", records("parents", rid("p1"))),
        delete("p2 goes", records("parents", rid("p2"))),
        delete("p4 is needed", records("parents", rid("p4"))),
        delete("p5 is needed by one of two", records("parents", rid("p5"))),
        delete("a record that is seen by its notes", records("ruled_back", R1), who="superuser"),
        delete("a record that is not", records("ruled_back", R2), who="superuser"),
        delete("truncated", "/api/collections/child_cascade_many/truncate", who="superuser"),
    ),
)

_BACK = {"expand": "items_via_tag,items_via_tags,items_via_tag.tags"}
_DOWN = {
    "expand": "child_cascade_via_up.grandchild_via_up,child_cascade_many_via_up,child_optional_via_up,"
    "child_required_via_up,nothing_via_up"
}
_UP = options({"expand": "up,up.up,grandchild_via_up"})

EXPANDS = (
    MARKERS,
    *(opens(f"stream of {who}", who) for who in ("guest", "ann", "superuser")),
    *(
        listens(
            f"{who} listens", who,
            "tags/*" + options(_BACK),
            f"tags/{rid('red')}" + options(_BACK),
            "tags" + options({**_BACK, "fields": "title,expand.items_via_tag.id"}),
            "tags" + options({"expand": "ruled_owner_via_tags,ruled_auth_via_tags.owner"}),
            "items/*" + options({"expand": "tag,tags,locked,shelf,owner"}),
            "parents/*" + options(_DOWN),
            *(f"{name}/*{_UP}" for name in ("child_cascade", "child_cascade_many", "child_optional", "child_required", "grandchild")),
            *(("users" + options({"expand": "items_via_owner,ruled_owner_via_owner.tags"}),) if who == "superuser" else ()),
            who=who,
        )
        for who in ("guest", "ann", "superuser")
    ),
    *told(
        delete("red goes", records("tags", rid("red"))),
        delete("an item goes", records("items", rid("one"))),
        delete("p1 goes, and what hangs on it", records("parents", rid("p1"))),
        delete("p2 goes", records("parents", rid("p2"))),
        delete("p3 goes", records("parents", rid("p3"))),
        delete("p4 is needed", records("parents", rid("p4"))),
        delete("a child goes", records("child_cascade", rid("c5")), who="superuser"),
        delete("p5 is needed by another", records("parents", rid("p5"))),
        delete("bob goes", records("users", rid("bob")), who="superuser"),
    ),
)
