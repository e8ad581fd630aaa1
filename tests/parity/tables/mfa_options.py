"""The options of MFA side by side: what they may be, whom they concern, and which sessions count."""

from typing import Any

from tests.parity.scenario import Row, delete, get, patch, post
from tests.parity.seed import PASSWORD, rid

PATH = "/api/collections"
DOUBLE = f"{PATH}/double"
ROOT: dict[str, Any] = {"who": "superuser"}
_SESSION = {"mfaId": "[a-z0-9]{15}"}
_FIELDS = [{"type": "text", "name": "role", "id": "role"}, {"type": "text", "name": "team", "id": "team", "hidden": True}]


def _change(name: str, body: Any, **rest: Any) -> Row:
    return patch(name, DOUBLE, body, **ROOT, **rest)


def _sign_in(name: str, who: str = "dan", query: str = "", **more: Any) -> Row:
    save, mask = more.pop("save", {}), more.pop("mask", {})
    body = {"identity": f"{who}@example.com", "password": PASSWORD, **more}
    return post(name, f"{DOUBLE}/auth-with-password{query}", body, save=save, mask=mask)


def _waits(name: str, who: str = "dan", session: str = "session", **more: Any) -> Row:
    return _sign_in(name, who, save={session: "mfaId"}, mask=_SESSION, **more)


def _person(id_: str, **values: Any) -> Row:
    body = {"id": rid(id_), "email": f"{id_}@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD, **values}
    return post(f"{id_} signs up", f"{DOUBLE}/records", body, **ROOT)


_GOOGLE = {"name": "google", "clientId": "id", "clientSecret": "secret"}

ROWS = (
    post("collection", PATH, {"name": "double", "type": "auth", "fields": _FIELDS, "listRule": "", "authToken": {"duration": 1000}}, **ROOT),
    _person("dan", role="editor", team="red"),
    _person("eve", role="reader", verified=True),
    # which methods there have to be
    *(_change(f"methods: {name}", body) for name, body in {
        "the password alone": {"mfa": {"enabled": True}},
        "codes alone": {"mfa": {"enabled": True}, "otp": {"enabled": True}, "passwordAuth": {"enabled": False}},
        "providers alone": {"mfa": {"enabled": True}, "oauth2": {"enabled": True, "providers": [_GOOGLE]}, "passwordAuth": {"enabled": False}},
        "none": {"mfa": {"enabled": True}, "passwordAuth": {"enabled": False}},
        "none, and a rule that is none": {"mfa": {"enabled": True, "rule": "x ="}, "passwordAuth": {"enabled": False}},
        "none, and no duration": {"mfa": {"enabled": True, "duration": 0}},
        "codes of no length": {"mfa": {"enabled": True}, "otp": {"enabled": True, "length": 0}},
        "codes and providers": {"mfa": {"enabled": True}, "otp": {"enabled": True}, "oauth2": {"enabled": True, "providers": [_GOOGLE]}, "passwordAuth": {"enabled": False}},
        "password and providers": {"mfa": {"enabled": True}, "otp": {"enabled": False}, "passwordAuth": {"enabled": True}},
        "password and providers that are none": {"oauth2": {"enabled": True, "providers": []}},
        "providers off": {"oauth2": {"enabled": False}},
        "password and codes": {"otp": {"enabled": True}, "oauth2": {"enabled": False, "providers": []}},
        "codes off": {"otp": {"enabled": False}},
    }.items()),
    get("methods as guests see them", f"{DOUBLE}/auth-methods"),
    # the duration and the rule
    *(_change(f"duration: {value}", {"mfa": {"duration": value}}) for value in (9, 10, 86400, 86401, -1, 0, None, 1.5, "100", True, 300)),
    *(_change(f"rule: {name}", {"mfa": {"rule": rule}}) for name, rule in {
        "half": "role =", "unknown field": "nothing = 1", "a number": 7, "null": None, "blank": "  ", "a hidden field": "team = 'red'", "who asks": "@request.auth.id != ''",
        "another collection": "@collection.items.id = ''", "unknown collection": "@collection.nothing.id = ''", "the context": "@request.context = 'password'", "the body": "@request.body.role = 'x'", "a modifier": "@request.body.role:isset = true", "long": "role = 'a'" + " || role = 'a'" * 50,
    }.items()),
    _change("rule: none", {"mfa": {"rule": ""}}),
    _change("an unknown key", {"mfa": {"methods": 3}}),
    _change("a text in the place of the options", {"mfa": "on"}),
    get("as it is stored", DOUBLE, **ROOT),
    # sessions
    _waits("dan waits"),
    _waits("eve waits", "eve", "eve"),
    _sign_in("the same factor again", mfaId="${session}"),
    _sign_in("of somebody else", "eve", mfaId="${session}"),
    _sign_in("an unknown one", mfaId=rid("none")),
    _sign_in("the query before the body", query="?mfaId=${eve}", mfaId="${session}"),
    _sign_in("an empty query, the body", query="?mfaId=", mfaId="${session}"),
    _sign_in("a wrong password with a session", password="wrong-password", mfaId="${session}"),
    _sign_in("a wrong password", password="wrong-password"),
    post("of another collection", f"{PATH}/users/auth-with-password", {"identity": "ann@example.com", "password": PASSWORD, "mfaId": "${session}"}),
    get("sessions for guests", f"{PATH}/_mfas/records"),
    get("sessions of dan", f"{PATH}/_mfas/records", query={"filter": f"recordRef = '{rid('dan')}'"}, mask={"items.0.id": "[a-z0-9]{15}"}, **ROOT),
    delete("a guest ends a session", f"{PATH}/_mfas/records/${{session}}"),
    delete("a superuser ends a session", f"{PATH}/_mfas/records/${{session}}", **ROOT),
    _sign_in("the ended one", mfaId="${session}"),
    # whom the rule concerns
    *(row for name, rule, concerned in (
        ("an editor", "role = 'editor'", ("dan",)), ("whoever is not verified", "verified = false", ("dan",)), ("the red team", "team = 'red'", ("dan",)), ("who comes by password", "@request.context = 'password'", ("dan", "eve")),
        ("nobody", "role = 'nobody'", ()), ("guests", "@request.auth.id = ''", ("dan", "eve")), ("who says so", "@request.body.strict = true", ()), ("readers of the query", "@request.query.strict = '1'", ()),
    ) for row in (
        _change(f"concerned: {name}", {"mfa": {"rule": rule}}),
        *((_waits if who in concerned else _sign_in)(f"{name}: {who}", who) for who in ("dan", "eve")),
    )),
    _change("concerned by the body", {"mfa": {"rule": "@request.body.strict = true"}}),
    _waits("who says so is", strict=True),
    # a rule that means nothing any more
    _change("concerned: a role", {"mfa": {"rule": "role = 'editor'"}}),
    _change("the field goes", {"fields": _FIELDS[1:]}),
    _change("the field goes, and the rule", {"fields": _FIELDS[1:], "mfa": {"rule": ""}}),
    _waits("everybody is concerned"),
    # what MFA is not asked for
    post("a token by impersonation", f"{DOUBLE}/impersonate/{rid('dan')}", {}, save={"dan": "token"}, **ROOT),
    post("a refresh", f"{DOUBLE}/auth-refresh", headers={"Authorization": "${dan}"}),
    _change("off", {"mfa": {"enabled": False}}),
    _sign_in("no session is needed"),
    _sign_in("one that is given means nothing", mfaId="${session}"),
    # superusers
    patch("superusers: the password alone", f"{PATH}/_superusers", {"mfa": {"enabled": True}}, **ROOT),
    patch("superusers: codes bring it", f"{PATH}/_superusers", {"otp": {"enabled": True}}, **ROOT),
    patch("superusers: it cannot go alone", f"{PATH}/_superusers", {"mfa": {"enabled": False}}, **ROOT),
    patch("superusers: both go", f"{PATH}/_superusers", {"mfa": {"enabled": False}, "otp": {"enabled": False}}, **ROOT),
    delete("the collection goes", DOUBLE, **ROOT),
    get("and its sessions", f"{PATH}/_mfas/records", query={"fields": "totalItems"}, **ROOT),
)
