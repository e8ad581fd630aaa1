"""auth-methods, auth-with-password and auth-refresh."""

from typing import Any

from tests.parity.scenario import Row, get, multipart, patch, post, raw, urlencoded
from tests.parity.seed import PASSWORD, rid


def _in(collection: str) -> str:
    return f"/api/collections/{collection}/auth-with-password"


def _try(name: str, body: Any, collection: str = "users", **rest: Any) -> Row:
    return post(name, _in(collection), body, **rest)


_ANN = {"identity": "ann@example.com", "password": PASSWORD}
_BODIES: dict[str, Any] = {
    "nothing": {}, "null": raw("null"), "no password": {"identity": "ann@example.com"}, "no identity": {"password": PASSWORD},
    "blank": {"identity": "", "password": ""}, "wrong password": {**_ANN, "password": "wrong"}, "unknown": {**_ANN, "identity": "nobody@example.com"},
    "no email": {**_ANN, "identity": "ann"}, "id as identity": {**_ANN, "identity": rid("ann")}, "upper case": {**_ANN, "identity": "ANN@EXAMPLE.COM"},
    "spaces": {**_ANN, "identity": " ann@example.com "}, "long identity": {**_ANN, "identity": "a" * 256}, "long password": {**_ANN, "password": "a" * 256},
    "password of 255": {**_ANN, "password": "a" * 255}, "number as identity": {**_ANN, "identity": 5}, "number as password": {**_ANN, "password": 5},
    "list as password": {**_ANN, "password": [PASSWORD]}, "null password": {**_ANN, "password": None}, "identity field": {**_ANN, "identityField": "email"},
    "other identity field": {**_ANN, "identityField": "username"}, "unknown identity field": {**_ANN, "identityField": "nothing"},
    "password field": {**_ANN, "identityField": "password"}, "empty identity field": {**_ANN, "identityField": ""}, "unknown keys": {**_ANN, "more": 1},
    "broken JSON": raw("{"), "a list": [], "text": raw('"x"'), "empty body": raw(""), "keys in another case": {"Identity": "ann@example.com", "PASSWORD": PASSWORD},
    "injection": {**_ANN, "identity": "' OR 1=1 --"}, "injected email": {**_ANN, "identity": "x'--@example.com"}, "nul": {**_ANN, "identity": "ann@example.com\u0000"},
    "form": urlencoded(f"identity=ann%40example.com&password={PASSWORD}"), "multipart": multipart(("identity", "ann@example.com"), ("password", PASSWORD)),
    "text body": raw("x", "text/plain"), "form of numbers": urlencoded("identity=5&password=5"),
}

ROWS = (
    *(get(f"methods: {name}", f"/api/collections/{name}/auth-methods")
      for name in ("users", "members", "closed", "nobody", "_superusers", "USERS", "_pb_users_auth_", "items", "nothing")),
    get("methods for a user", "/api/collections/users/auth-methods", who="ann"),
    _try("right", _ANN),
    *(_try(name, body) for name, body in _BODIES.items()),
    _try("right while signed in", _ANN, who="bob"),
    _try("right with a bad token", _ANN, who="forged"),
    _try("right in the query only", None),
    post("query parameters", f"{_in('users')}?identity=ann@example.com&password={PASSWORD}", {}),
    _try("hidden email is shown", {"identity": "bob@example.com", "password": PASSWORD}),
    _try("by id of the collection", _ANN, "_pb_users_auth_"),
    _try("collection in another case", _ANN, "Users"),
    _try("user as a superuser", _ANN, "_superusers"),
    _try("member as a user", {"identity": "mia@example.com", "password": PASSWORD}),
    _try("by username", {"identity": "mia", "password": PASSWORD}, "members"),
    _try("by username in another case", {"identity": "MIA", "password": PASSWORD}, "members"),
    _try("by username, asked for", {"identity": "Max", "password": PASSWORD, "identityField": "username"}, "members"),
    _try("by email, username asked for", {"identity": "max@example.com", "password": PASSWORD, "identityField": "username"}, "members"),
    _try("empty username", {"identity": "", "password": PASSWORD, "identityField": "username"}, "members"),
    _try("wrong password by username", {"identity": "mia", "password": "x"}, "members"),
    _try("sign-in switched off", {"identity": "clo@example.com", "password": PASSWORD}, "closed"),
    _try("sign-in switched off, empty", {}, "closed"),
    _try("auth rule null", {"identity": "nob@example.com", "password": PASSWORD}, "nobody"),
    _try("auth rule null, wrong password", {"identity": "nob@example.com", "password": "x"}, "nobody"),
    _try("auth rule satisfied", {"identity": "vera@example.com", "password": PASSWORD}, "verified"),
    _try("auth rule not satisfied", {"identity": "vic@example.com", "password": PASSWORD}, "verified"),
    _try("auth rule by a superuser", {"identity": "vic@example.com", "password": PASSWORD}, "verified", who="superuser"),
    _try("no auth collection", _ANN, "items"),
    _try("unknown collection", _ANN, "nothing"),
    _try("unknown collection, broken JSON", raw("{"), "nothing"),
    post("refresh", "/api/collections/users/auth-refresh", who="ann", save={"fresh": "token"}),
    get("the fresh token works", f"/api/collections/users/records/{rid('ann')}", headers={"Authorization": "${fresh}"}),
    post("refresh of the fresh token", "/api/collections/users/auth-refresh", headers={"Authorization": "${fresh}"}),
    post("refresh with a body", "/api/collections/users/auth-refresh", {"x": 1}, who="ann"),
    post("refresh with a broken body", "/api/collections/users/auth-refresh", raw("{"), who="ann"),
    post("refresh by a guest", "/api/collections/users/auth-refresh"),
    post("refresh in another collection", "/api/collections/members/auth-refresh", who="ann"),
    post("refresh of a superuser among users", "/api/collections/users/auth-refresh", who="superuser"),
    post("refresh of a superuser", "/api/collections/_superusers/auth-refresh", who="superuser"),
    post("refresh by id of the collection", "/api/collections/_pb_users_auth_/auth-refresh", who="ann"),
    post("refresh in no auth collection", "/api/collections/items/auth-refresh", who="ann"),
    post("refresh in an unknown collection", "/api/collections/nothing/auth-refresh", who="ann"),
    *(post(f"refresh with {token}", "/api/collections/users/auth-refresh", who=token)
      for token in ("static", "no_refreshable", "expired", "forged", "file_type", "no_type", "exp_fraction")),
    *(row for context in ("password", "default") for row in (
        patch(f"auth rule: {context}", "/api/collections/users", {"authRule": f"@request.context = '{context}'"}, who="superuser"),
        _try(f"sign-in under {context}", _ANN, save={"again": "token"} if context == "password" else {}),
        post(f"refresh under {context}", "/api/collections/users/auth-refresh", headers={"Authorization": "${again}"}),
    )),
    patch("auth rule against bob", "/api/collections/users", {"authRule": "name = 'Ann'"}, who="superuser"),
    get("tokens from before are dead", f"/api/collections/users/records/{rid('ann')}", who="ann"),
    _try("bob is kept out", {"identity": "bob@example.com", "password": PASSWORD}),
    _try("ann is let in", _ANN, save={"ann": "token"}),
    patch("ann is renamed", f"/api/collections/users/records/{rid('ann')}", {"name": "Anna"}, headers={"Authorization": "${ann}"}),
    post("refresh is held to the rule", "/api/collections/users/auth-refresh", headers={"Authorization": "${ann}"}),
    get("yet the token works", f"/api/collections/users/records/{rid('ann')}", headers={"Authorization": "${ann}"}),
    patch("password sign-in off", "/api/collections/users", {"passwordAuth": {"enabled": False}}, who="superuser"),
    _try("nobody is let in", _ANN),
    get("methods afterwards", "/api/collections/users/auth-methods"),
    post("refresh with password sign-in off", "/api/collections/users/auth-refresh", headers={"Authorization": "${ann}"}),
    patch("short tokens", "/api/collections/members", {"authToken": {"duration": 1000}}, who="superuser"),
    _try("short token", {"identity": "mia", "password": PASSWORD}, "members"),
    get("older tokens live on", f"/api/collections/members/records/{rid('mia')}", who="mia"),
    patch("new secret", "/api/collections/members", {"authToken": {"secret": "s" * 50}}, who="superuser"),
    patch("own record with the old secret", f"/api/collections/members/records/{rid('mia')}", {"rank": 1}, who="mia"),
    get("origins of mia", "/api/collections/_authOrigins/records", query={"filter": f"recordRef='{rid('mia')}'"}, who="superuser"),
)
