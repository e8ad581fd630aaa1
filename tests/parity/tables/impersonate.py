"""impersonate: tokens of others for superusers, and what such tokens can do."""

from typing import Any

from tests.parity.scenario import Row, get, multipart, patch, post, put, raw, urlencoded
from tests.parity.seed import rid


def _as(name: str, body: Any = None, record: str = "ann", collection: str = "users", **rest: Any) -> Row:
    return post(name, f"/api/collections/{collection}/impersonate/{rid(record)}", body, **{"who": "superuser", **rest})


_DURATIONS: dict[str, Any] = {
    "a minute": 60, "an hour": 3600, "zero": 0, "one": 1, "negative": -1, "very negative": -1_000_000, "a year": 31_536_000, "beyond the longest": 100_000_000,
    "null": None, "a fraction": 1.5, "a whole fraction": 60.0, "text": "60", "no number": "x", "empty text": "", "a boolean": True, "a list": [60], "an object": {},
}
_BODIES: dict[str, Any] = {
    "nothing": {}, "null": raw("null"), "a list": [], "text": raw('"x"'), "broken JSON": raw("{"), "empty": raw(""), "unknown keys": {"seconds": 60},
    "another case": {"Duration": 600}, "form": urlencoded("duration=600"), "form with text": urlencoded("duration=x"), "negative form": urlencoded("duration=-5"),
    "form with a fraction": urlencoded("duration=1.5"), "multipart": multipart(("duration", "600")), "other type": raw("x", "text/plain"),
    "an exponent": raw('{"duration": 6e2}'), "too big": raw('{"duration": 1e30}'), "beyond 64 bits": raw('{"duration": 9223372036854775808}'),
}
_IN = {"Authorization": "${token}"}
_KEY = {"Authorization": "${key}"}
OWN = f"/api/collections/users/records/{rid('ann')}"

ROWS = (
    _as("a record", save={"token": "token"}),
    *(_as(f"duration: {name}", {"duration": value}) for name, value in _DURATIONS.items()),
    *(_as(f"body: {name}", body) for name, body in _BODIES.items()),
    _as("by a guest", who="guest"),
    _as("by a user", who="bob"),
    _as("by the user itself", who="ann"),
    _as("by a forged token", who="forged"),
    _as("by a guest, unknown record", record="nobody", who="guest"),
    _as("by a user, unknown collection", collection="nothing", who="bob"),
    _as("unknown record", record="nobody"),
    _as("unknown record, bad duration", {"duration": -1}, record="nobody"),
    _as("unknown record, broken body", raw("{"), record="nobody"),
    _as("record of another collection", record="mia"),
    _as("unknown collection", collection="nothing"),
    _as("no auth collection", record="one", collection="items"),
    _as("by id of the collection", collection="_pb_users_auth_"),
    _as("collection in another case", collection="USERS"),
    _as("hidden address is shown", record="bob"),
    _as("one who could not sign in", record="nob", collection="nobody"),
    _as("auth rule not satisfied", record="vic", collection="verified"),
    _as("password sign-in off", record="clo", collection="closed"),
    _as("one of another collection", record="mia", collection="members", save={"mia": "token"}),
    post("picked fields", f"/api/collections/users/impersonate/{rid('ann')}?fields=token,record.id", who="superuser"),
    post("with an expand", f"/api/collections/users/impersonate/{rid('ann')}?expand=nothing", who="superuser"),
    get("GET", f"/api/collections/users/impersonate/{rid('ann')}", who="superuser"),
    patch("PATCH", f"/api/collections/users/impersonate/{rid('ann')}", {}, who="superuser"),
    post("without an id", "/api/collections/users/impersonate", {}, who="superuser"),
    post("empty id", "/api/collections/users/impersonate/", {}, who="superuser"),
    post("more behind the id", f"/api/collections/users/impersonate/{rid('ann')}/x", {}, who="superuser"),
    get("the token sees what its record sees", "/api/collections/ruled_owner/records", headers=_IN),
    get("and no more", "/api/collections/vault/records", headers=_IN),
    get("nor collections", "/api/collections", headers=_IN),
    patch("it may change its record", OWN, {"name": "Ann by another"}, headers=_IN),
    post("refresh gives it back as it is", "/api/collections/users/auth-refresh", headers=_IN),
    post("refresh in another collection", "/api/collections/members/auth-refresh", headers=_IN),
    post("it impersonates nobody", f"/api/collections/users/impersonate/{rid('bob')}", headers=_IN),
    get("a member's token", "/api/collections/ruled_user_collection/records", headers={"Authorization": "${mia}"}),
    post("who the superuser is", "/api/collections/_superusers/auth-refresh", who="superuser", save={"root": "record.id"}),
    post("a superuser", "/api/collections/_superusers/impersonate/${root}", {"duration": 600}, who="superuser", save={"key": "token"}),
    get("its token lists collections", "/api/collections?perPage=1", headers=_KEY),
    get("and records", "/api/collections/vault/records", headers=_KEY),
    get("and superusers", "/api/collections/_superusers/records", headers=_KEY),
    post("and writes records", "/api/collections/vault/records", {"title": "by key"}, headers=_KEY),
    patch("and changes collections", "/api/collections/vault", {"listRule": None}, headers=_KEY),
    get("and shows settings", "/api/settings", headers=_KEY),
    post("refresh of a superuser's", "/api/collections/_superusers/auth-refresh", headers=_KEY),
    post("locked: impersonate on", f"/api/collections/users/impersonate/{rid('ann')}", headers=_KEY),
    post("locked: a new superuser", "/api/collections/_superusers/records", {"email": "new@example.com", "password": "password123", "passwordConfirm": "password123"}, headers=_KEY),
    patch("locked: its own account", "/api/collections/_superusers/records/${root}", {"emailVisibility": True}, headers=_KEY),
    patch("locked: the superusers' options", "/api/collections/_superusers", {"authToken": {"duration": 86400}}, headers=_KEY),
    patch("locked: settings", "/api/settings", {"meta": {"appName": "By key"}}, headers=_KEY),
    put("locked: an import", "/api/collections/import", {"collections": [{"name": "by_key", "type": "base"}]}, headers=_KEY),
    get("new: sessions", "/api/collections/users/sessions", who="ann"),
    post("new: sign out", "/api/collections/users/auth-logout", who="ann"),
    get("new: audit", "/api/audit", who="superuser"),
    patch("a new password", OWN, {"password": "another-password", "passwordConfirm": "another-password"}, who="superuser"),
    get("ends the token", OWN, headers=_IN),
    post("and its refresh", "/api/collections/users/auth-refresh", headers=_IN),
)
