"""Rules as they are saved and as they decide: each is set on a collection, then asked by several.

The first rows make the collection, so that the rules of no other table depend on it.
"""

from typing import Any

from tests.parity.lab import lab_id
from tests.parity.scenario import Row, delete, get, patch, post
from tests.parity.seed import rid

_PATH = "/api/collections/rules_lab"
_RECORDS = f"{_PATH}/records"
_RULES = ("listRule", "viewRule", "createRule", "updateRule", "deleteRule")
_TEAM = tuple(lab_id(f"team{number}") for number in range(7))
_FIELDS: list[dict[str, Any]] = [
    {"type": "text", "name": "title"}, {"type": "number", "name": "num"}, {"type": "bool", "name": "flag"},
    {"type": "date", "name": "moment"}, {"type": "json", "name": "data"}, {"type": "geoPoint", "name": "place"},
    {"type": "select", "name": "kind", "values": ["a", "b", "c"], "maxSelect": 1},
    {"type": "select", "name": "kinds", "values": ["a", "b", "c"], "maxSelect": 3},
    {"type": "text", "name": "hush", "hidden": True},
    {"type": "relation", "name": "owner", "collectionId": "_pb_users_auth_", "maxSelect": 1},
    {"type": "relation", "name": "owners", "collectionId": "_pb_users_auth_", "maxSelect": 4},
    {"type": "relation", "name": "team", "collectionId": "pbc_lab_teams", "maxSelect": 1},
    {"type": "relation", "name": "teams", "collectionId": "pbc_lab_teams", "maxSelect": 4},
    {"type": "relation", "name": "room", "collectionId": "pbc_lab_rooms", "maxSelect": 1},
]  # fmt: skip
_SEEDED: tuple[dict[str, Any], ...] = (
    {"id": rid("first"), "title": "One", "num": 1, "flag": True, "kind": "a", "kinds": ["a", "b"], "owner": rid("ann"), "hush": "x",
     "owners": [rid("ann"), rid("bob")], "team": _TEAM[0], "teams": [_TEAM[0], _TEAM[4]], "room": lab_id("room0"),
     "moment": "2024-05-05 10:00:00.000Z", "data": {"n": 5, "list": [1]}, "place": {"lon": 13.4, "lat": 52.5}},
    {"id": rid("second"), "title": "two", "num": 2, "kinds": ["c"], "owner": rid("bob"), "owners": [rid("bob")], "team": _TEAM[5], "teams": [_TEAM[5]]},
    {"id": rid("third"), "title": "", "data": "text"},
)  # fmt: skip
# Sent by everybody to create and to change a record.
_BODY = {
    "title": "new", "num": 3, "flag": True, "kind": "b", "kinds": ["a", "c"], "owner": rid("bob"), "owners": [rid("ann"), rid("cid")],
    "team": _TEAM[5], "teams": [_TEAM[2], _TEAM[5]], "room": lab_id("room1"), "data": {"n": 7, "list": [1, {"k": "v"}], "s": "A"},
    "place": {"lon": 1, "lat": 2}, "moment": "2024-06-01 00:00:00.000Z", "hush": "given", "extra": {"deep": [1, 2]},
}  # fmt: skip

_DECIDING = (
    # the record itself, and what it leads to
    "title = 'One' || title = 'new'", "title:lower ~ 'O'", "num > 1", "30 ~ num", "'3' ~ num", "num ~ '3.0'", "flag = true", "kinds:each ?= 'a'", "kinds:each = 'a'",
    "kinds:length = 2", "data.n > 4", "data.list.0 = 1", "place.lat > 10", "moment < @now", "hush = ''", "hush != ''",
    "owner.name = 'Ann'", "owner.email ~ 'ann'", "owner.secret != ''", "owners.name ?= 'Ann'", "owners.name = 'Ann'",
    "owners.secret ?~ 'bob'", "team.n > 2", "teams.n > 1", "teams.n ?> 4", "team.up.title != ''", "room.title != ''",
    "room.title = 'room 0'", "team.note = 'n1'", "strftime('%Y-%m', moment) = '2024-05'", "strftime('%m', moment) > '05'",
    "geoDistance(place.lon, place.lat, 13.4, 52.5) < 1", "id ~ 'first' || id ~ 'made'", "id != ''",
    # who asks
    "@request.auth.id != ''", "@request.auth.id = ''", "owner = @request.auth.id", "owner.id = @request.auth.id", "owners.id ?= @request.auth.id",
    "owners.id = @request.auth.id", "owners ~ @request.auth.id", "@request.auth.name = 'Ann'", "@request.auth.role = 'editor' && num >= 0",
    "@request.auth.email = 'bob@example.com'", "@request.auth.secret ~ 'secret'", "@request.auth.verified = true", "@request.auth.emailVisibility = false",
    "@request.auth.collectionName = 'users'", "@request.auth.none = ''", "@request.auth.none.x = null", "@request.auth.lab_badges_via_user.level = 0",
    "@request.auth.lab_works_via_owner.num ?> 1", "@request.auth.lab_works_via_owner.team.title ?= 't1'", "@request.auth.lab_teams_via_lead.id ?!= ''",
    "@request.auth.lab_badges_via_user.title = team.title", "@request.auth.created <= @now", "owner.role = @request.auth.role", "@request.auth.tokenKey != ''",
    # what is asked
    "@request.method = 'GET'", "@request.method != 'GET'", "@request.method = 'PATCH' || @request.method = 'POST'", "@request.context = 'default'",
    "@request.query.key = 'open'", "@request.query.key:isset = true", "@request.query.key = title", "@request.headers.x_key = 'v'",
    "@request.headers.x_key:isset = false", "@request.query.none = ''",
    # the body
    "@request.body.title = 'new'", "@request.body.title:isset = true", "@request.body.title:changed = true", "@request.body.num:changed = false",
    "@request.body.owner:changed = false", "@request.body.kinds:changed = true", "@request.body.data:changed = true", "@request.body.hush:isset = false",
    "@request.body.hush = ''", "@request.body.num = 3", "@request.body.num = '3'", "@request.body.num > num", "@request.body.num = num",
    "@request.body.flag = true", "@request.body.flag = 1", "@request.body.flag = 'true'", "@request.body.kinds:length = 2", "@request.body.kinds:each ?= 'c'",
    "@request.body.kinds:each = 'c'", "@request.body.kinds:each != 'b'", "@request.body.kind:each = 'b'", "@request.body.kind:length = 1",
    "@request.body.kinds ~ 'c'", "@request.body.owner = 'bob000000000000'", "@request.body.owner = @request.auth.id", "@request.body.owner.name = 'Bob'",
    "@request.body.owner.secret ~ 'bob'", "@request.body.owners.name ?= 'Ann'", "@request.body.owners.role = 'editor'", "@request.body.owners:each ?= @request.auth.id",
    "@request.body.team.title = 'a_b'", "@request.body.team.up.title != ''", "@request.body.teams.n > 1", "@request.body.teams.n ?> 4",
    "@request.body.teams.lead.name ?= 'Ann'", "@request.body.teams:length < 3", "@request.body.room.title = 'room 1'", "@request.body.team.lab_works_via_team.num ?>= 0",
    "@request.body.data.n = 7", "@request.body.data.list.1.k = 'v'", "@request.body.data.s:lower = 'a'", "@request.body.data ~ '\"n\"'", "@request.body.data.none = null",
    "@request.body.place.lat = 2", "@request.body.extra.deep.1 = 2", "@request.body.extra ~ 'deep'", "@request.body.extra:isset = true", "@request.body.none:isset = false",
    "@request.body.moment > '2024-05'", "strftime('%m', @request.body.moment) = '06'", "@request.body.title:lower = title:lower", "title ~ @request.body.title",
    "@request.body.title = @request.query.key", "@request.body.teams.title ?= teams.title", "@request.body.none = null && @request.body.id:isset = false",
    # other collections
    "@collection.lab_teams.title ?= title", "@collection.lab_badges.user ?= @request.auth.id", "@collection.lab_badges.user ?= @request.auth.id && @collection.lab_badges.level ?= 1",
    "@collection.lab_badges:a.user ?= owner && @collection.lab_badges:a.level ?= 0", "@collection.lab_teams.n = 1", "@collection.lab_rooms.title ?= 'room 0'",
    "@collection.rules_lab.title ?= 'One'", "@collection.rules_lab:other.num ?> num", "@collection.lab_works.owner.name ?= owner.name",
    # joined with && and ||, with comments
    "@request.auth.id != '' && (owner = @request.auth.id || owners.id ?= @request.auth.id)", "num = 1 || num = 3 && @request.auth.id != ''",
    "// only owners\nowner = @request.auth.id // and nobody else", "teams.n > 1 && owners.name ?= 'Ann' || title = ''", "1 = 1", "1 = 2", "null = ''", "'' != null",
)  # fmt: skip
_WRONG = (
    "title", "title =", "= 1", "title = 'a", "nothing = 1", "title = nothing", "title.x = 1", "team.nothing = 1", "team.up.nothing = 1", "(title = 'a'", "title = 'a')", "()", " ", "\n",
    "// only", "title = 'a' &&", "title = 'a' & num = 1", "title == 'a'", "title = 1e3", "title\r= 1", "@nothing = 1", "@now.x = 1", "@request.nothing = 1", "@request.auth = 1",
    "@request.body = 1", "@request.body.title:length = 1", "@request.body.num:each = 1", "@request.body.title:nope = 1", "@request.query.x:length = 1", "@collection.none.x = 1",
    "@collection.lab_teams = 1", "@collection.lab_teams.none = 1", "title:nope = 1", "title: = 1", "kinds:each", "none_via_team.x = 1", "lab_works_via_none.x = 1", "lab_works_via_title.x = 1",
    "lab_works_via_team.num = 1", "rules_lab_via_team.num = 1", "geoDistance(1,2,3) > 1", "geoDistance('1',2,3,4) > 1", "strftime() = 1", "strftime(title) = 1", "collectionId = 'x'",
    "@rowid = 1", "@random = 1", "expand = 1", "title = 'é' && é = 1", "title = \"a' && num = 1", "||".join(["num = 1"] * 201), "@request.auth.id:nope = 1", "@request.auth.nope:nope = 1",
    "@request.method:nope = 1", "@request.headers.x-y = 1", "@request.body.teams.none = 1", "@request.body.teams.none:nope = 1", "@request.auth.none:nope = ''", "team.up.up.up.up.up.up.title = ''",
    "strftime('%Y'" + ", 'x'" * 10 + ") = 1", "strftime('%Y', nothing) = 1", "geoDistance(1, num, nothing, 2) > 1", "a(b(c(d(1)))) = 1",
    "title = 1.2.3", "?title = 1", "@collection.none:x.title = 1", "1 = (2)", "(title = 'a && title = 'a')", "title = \"a\nb\tc\r\x1b\x85é\\x", "num = 1 'a\"\nb'", "title = 'b\\'",
)  # fmt: skip
_RIGHT = (
    "", None, "title:length = 1", "num:each = 1", "data:length = 1", "title:isset = true", "title:changed = true", "@request.auth.nothing = 1", "@request.body.nothing = 1", "@request.query.nothing = 1",
    "lab_teams_via_up.n = 1 || 1 = 1", "@request.auth.id:isset = true", "@request.body.nothing:isset = true", "@request.body.nothing.x.y:isset = true", "@request.auth.lab_none_via_x.y = 1",
    "||".join(["num = 1"] * 200), "title = '" + "x" * 4000 + "'", "(" * 300 + "num = 1" + ")" * 300, "title = 'a' // comment", " title = 'a' ", "\ttitle = 'a'\n",
)  # fmt: skip


def _shortened(text: str | None) -> str:
    return f"{text[:60]}… of {len(text)}" if text and len(text) > 100 else repr(text)


def _decides(number: int, rule: str) -> tuple[Row, ...]:
    rows: list[Row] = [patch(f"{rule}: set", _PATH, dict.fromkeys(_RULES, rule), who="superuser")]
    asked: dict[str, Any] = {"query": {"key": "open", "sort": "id"}, "headers": {"X-Key": "v"}}
    rows.append(get(f"{rule}: list as bob", _RECORDS, who="bob", **asked))
    for who in ("guest", "ann"):
        new = f"made{number}x{who}".ljust(15, "0")
        rows += [
            get(f"{rule}: list as {who}", _RECORDS, who=who, **asked),
            get(f"{rule}: view as {who}", f"{_RECORDS}/{rid('first')}", who=who, **asked),
            post(f"{rule}: create as {who}", _RECORDS, {"id": new, **_BODY}, who=who, **asked),
            patch(f"{rule}: update as {who}", f"{_RECORDS}/{rid('second')}", {**_BODY, "title": who}, who=who, **asked),
            delete(f"{rule}: delete as {who}", f"{_RECORDS}/{new}", who=who, **asked),
            delete(f"{rule}: what {who} made", f"{_RECORDS}/{new}", who="superuser"),
        ]
    # As it was before, for the next rule.
    rows.append(patch(f"{rule}: as before", f"{_RECORDS}/{rid('second')}", _SEEDED[1], who="superuser"))
    return tuple(rows)


MAKE = (
    post("make", "/api/collections", {"id": "pbc_rules_lab", "name": "rules_lab", "type": "base", "fields": _FIELDS}, who="superuser"),
    *(post(f"record {record['id']}", _RECORDS, record, who="superuser") for record in _SEEDED),
)
DECIDING = (*MAKE, *(row for number, rule in enumerate(_DECIDING) for row in _decides(number, rule)))
SAVING = (
    *MAKE,
    *(patch(f"{place}: {_shortened(rule)}", _PATH, {place: rule}, who="superuser") for rule in _WRONG for place in ("listRule", "createRule")),
    *(patch(f"{place}: {_shortened(rule)}", _PATH, {place: rule}, who="superuser") for rule in _RIGHT for place in _RULES),
    patch("all five wrong", _PATH, {place: f"{place} = 1" for place in _RULES}, who="superuser"),
    patch("auth rules on a base", _PATH, {"authRule": "nothing = 1", "manageRule": "nothing = 1"}, who="superuser"),
    patch("auth rule", "/api/collections/users", {"authRule": "nothing = 1", "manageRule": "@request.body.nothing = 1"}, who="superuser"),
    patch("manage rule", "/api/collections/users", {"manageRule": "lab_works_via_owner.none = 1"}, who="superuser"),
    patch("back relation: rule", "/api/collections/lab_works", {"createRule": "lab_works_via_parent.id = ''"}, who="superuser"),
    post("back relation: create", "/api/collections/lab_works/records", {"title": "new"}, mask={"id": ".{15}"}),
    patch("manage rule that is right", "/api/collections/users", {"manageRule": "lab_works_via_owner.num ?> 1"}, who="superuser"),
    patch("empty key", _PATH, {"listRule": "data..n = 1"}, who="superuser"),
)
