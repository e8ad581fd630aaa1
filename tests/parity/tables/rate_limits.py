"""Rate limits: which rule applies, what is counted together, and who is not counted."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.parity.scenario import Row
from tests.parity.seed import PASSWORD

_ITEMS = "/api/collections/items/records"
_USERS = "/api/collections/users"
_ANN = {"identity": "ann@example.com", "password": PASSWORD}
_TRUST = {"trustedProxy": {"headers": ["X-Real-IP"]}}


def _case(name: str, rules: Sequence[str], *requests: Any, more: Mapping[str, Any] | None = None, **limits: Any) -> tuple[Row, ...]:
    """Sets the rules, each `LABEL REQUESTS [AUDIENCE]` for a minute, then sends the requests.

    A request is `METHOD PATH`, or that with a body, a caller and headers.
    """
    parsed = [(*rule.rsplit("|", 2), "")[:3] for rule in rules]
    document = [{"label": label, "duration": 60, "maxRequests": int(most), "audience": audience} for label, most, audience in parsed]
    settings = {"rateLimits": {"enabled": True, "rules": document, "excludedIPs": [], **limits}, **(more or {"trustedProxy": {"headers": []}})}
    rows = [Row(f"{name}: rules", "PATCH", "/api/settings", body=settings, who="superuser", query={"fields": "rateLimits"})]
    for number, request in enumerate(requests, 1):
        line, body, who, headers = (*([request] if isinstance(request, str) else request), None, None, None)[:4]
        method, path = line.split(" ", 1)
        rows.append(Row(f"{name}: {number}. {line}", method, path, body=body, who=who or "guest", headers=headers or {}))
    return tuple(rows)


def _as(who: str, line: str) -> tuple[str, None, str]:
    return (line, None, who)


def _from(address: str, line: str = "GET /api/health") -> tuple[str, None, None, dict[str, str]]:
    return (line, None, None, {"X-Real-IP": address})


ROWS = (
    *_case("path", ["/api/health|2"], *["GET /api/health"] * 3, f"GET {_ITEMS}?fields=page", "GET /api/health/", "HEAD /api/health", "POST /api/health", "GET /api/health?x=1"),
    *_case("method and path", ["GET /api/health|1", "/api/health|2"], *["GET /api/health"] * 2, *["HEAD /api/health"] * 3, "POST /api/health"),
    *_case("prefix", ["/api/|3"], "GET /api/health", f"GET {_ITEMS}?perPage=1&fields=page", "GET /api/nothing", "POST /api/nothing", "GET /api/health", "GET /nothing"),
    *_case("prefix is itself", ["/api/health/|1"], *["GET /api/health"] * 2, "GET /api/healthy"),
    *_case("first prefix, not the longest", ["/api/|2", "/api/health/|1"], *["GET /api/health"] * 3),
    *_case("longer prefix first", ["/api/health/|1", "/api/|2"], *["GET /api/health"] * 2, *["GET /api/nothing"] * 3),
    *_case("prefix with a method before the path alone", ["/api/health|1", "GET /api/|2"], *["GET /api/health"] * 3, *["POST /api/health"] * 2),
    *_case("everything", ["/|2"], "GET /nothing", "GET /api/health", "POST /x", "OPTIONS /api/health", "GET //api//health"),
    *_case("unknown collection is not counted", ["/api/|1"], *["GET /api/collections/nothing/records"] * 2, "POST /api/collections/nothing/auth-with-password",
           "POST /api/collections/nothing/records", "PATCH /api/collections/nothing/records/x", "DELETE /api/collections/nothing/records/x"),
    *_case("unknown collection by the path alone", ["/api/|1"], "GET /api/collections/nothing", "GET /api/collections/nothing"),
    *_case("action", ["items:list|1"], *[f"GET {_ITEMS}?perPage=1&fields=page"] * 2, f"HEAD {_ITEMS}", f"GET {_ITEMS}/nothing", "GET /api/collections/tags/records?fields=page"),
    *_case("action by the id", ["tags:list|1"], "GET /api/collections/tags/records?fields=page", "GET /api/collections/t%61gs/records"),
    *_case("id in a label is no name", ["pbc_1219621782:list|1"], *["GET /api/collections/tags/records?fields=page"] * 2),
    *_case("action of all collections, each for itself", ["*:list|1"], *["GET /api/collections/tags/records?fields=page"] * 2, *[f"GET {_ITEMS}?fields=page"] * 2),
    *_case("own action before that of all", ["*:list|1", "tags:list|2"], *["GET /api/collections/tags/records?fields=page"] * 3),
    *_case("action before the path", [f"{_ITEMS}|1", "*:list|2"], *[f"GET {_ITEMS}?fields=page"] * 3),
    *_case("path of a collection's route", [f"{_ITEMS}|1"], *[f"GET {_ITEMS}?fields=page"] * 2, *[("POST " + _ITEMS, {"title": 1})] * 2),
    *_case("prefix counts each route of a collection", ["/api/|1"], *[f"GET {_ITEMS}?fields=page"] * 2, f"GET {_ITEMS}/a", f"GET {_ITEMS}/b", "GET /api/collections/tags/records/a", "GET /api/health"),
    *_case("view, update and delete", ["items:view|1", "items:update|1", "items:delete|1", "items:create|1"], *[f"{method} {_ITEMS}/nothing" for method in ("GET", "PATCH", "DELETE") for _ in "ab"],
           *[("POST " + _ITEMS, {"mail": "no"})] * 2),
    *_case("file", ["*:file|1"], *["GET /api/files/items/nothing/a.txt"] * 2, "GET /api/files/nothing/nothing/a.txt"),
    *_case("sign-in", ["*:auth|1"], *[(f"POST {_USERS}/auth-with-password", {**_ANN, "password": "x"})] * 2, *[(f"POST {_USERS}/auth-with-otp", {})] * 2, *[(f"POST {_USERS}/auth-with-oauth2", {})] * 2,
           f"POST {_USERS}/auth-refresh", f"GET {_USERS}/auth-methods?fields=mfa"),
    *_case("sign-in of one collection first", ["*:authWithPassword|9", "users:auth|1"], *[(f"POST {_USERS}/auth-with-password", {**_ANN, "password": "x"})] * 2),
    *_case("way of sign-in before sign-in", ["users:auth|1", "users:authWithPassword|2"], *[(f"POST {_USERS}/auth-with-password", {**_ANN, "password": "x"})] * 3, *[(f"POST {_USERS}/auth-with-otp", {})] * 2),
    *(row for tag, line in (
        ("listAuthMethods", "GET auth-methods?fields=mfa"), ("authRefresh", "POST auth-refresh"), ("requestOTP", "POST request-otp"), ("authWithOAuth2", "POST auth-with-oauth2"),
        ("authWithOTP", "POST auth-with-otp"), ("requestVerification", "POST request-verification"), ("confirmVerification", "POST confirm-verification"),
        ("requestPasswordReset", "POST request-password-reset"), ("confirmPasswordReset", "POST confirm-password-reset"), ("requestEmailChange", "POST request-email-change"),
        ("confirmEmailChange", "POST confirm-email-change"))
      for row in _case(tag, [f"users:{tag}|1"], *[line.replace(" ", f" {_USERS}/")] * 2)),
    *_case("sign-in where there is none", ["*:auth|1"], *["POST /api/collections/items/auth-with-password"] * 2),
    *_case("guests", ["/api/health|1|@guest"], *["GET /api/health"] * 2, *[_as("ann", "GET /api/health")] * 3),
    *_case("signed in", ["/api/health|1|@auth"], *[_as("ann", "GET /api/health")] * 2, _as("bob", "GET /api/health"), *["GET /api/health"] * 2),
    *_case("guests and signed in", ["/api/health|1|@guest", "/api/health|2|@auth"], *["GET /api/health"] * 2, *[_as("ann", "GET /api/health")] * 3),
    *_case("all together", ["/api/health|2"], "GET /api/health", _as("ann", "GET /api/health"), "GET /api/health"),
    *_case("other rule for who is signed in", ["GET /api/health|1|@guest", "/api/|2"], *[_as("ann", "GET /api/health")] * 3, *["GET /api/health"] * 2),
    *_case("superusers have none", ["/api/|1"], *[_as("superuser", "GET /api/health?fields=code")] * 3),
    *_case("a wrong token is a guest's", ["/api/|1"], *[_as("forged", "GET /api/health")] * 2),
    *_case("before who may", ["/api/settings|1"], *["GET /api/settings"] * 2),
    *_case("addresses", ["/api/health|1"], *[_from("10.0.0.1")] * 2, *[_from("10.0.0.2")] * 2, _from("x"), _from(""), more=_TRUST),
    *_case("forged addresses", ["/api/health|1"], _from("10.0.0.1"), _from("10.0.0.2")),
    *_case("excluded", ["/api/health|1"], *[_from("10.0.0.1")] * 2, *[_from("10.1.0.1")] * 2, *[_from("::1")] * 2, more=_TRUST, excludedIPs=["10.0.0.0/16", "::1"]),
    *_case("one network", ["/api/health|1"], _from("2001:db8::1"), _from("2001:db8::2"), _from("2001:db8:0:1::1"), more=_TRUST),
    *_case("bare word", ["create|1"], *[("POST " + _ITEMS, {"mail": "no"})] * 2),
    *_case("saving starts anew", ["/api/health|1"], *["GET /api/health"] * 2),
    *_case("saving starts anew, again", ["/api/health|1"], *["GET /api/health"] * 2),
    *_case("renamed", ["tags:list|1"], *["GET /api/collections/tags/records?fields=page"] * 2),
    Row("renamed: rename", "PATCH", "/api/collections/tags", body={"name": "labels"}, who="superuser", query={"fields": "name"}),
    Row("renamed: label", "GET", "/api/settings", who="superuser", query={"fields": "rateLimits.rules"}),
    Row("renamed: first", "GET", "/api/collections/labels/records?fields=page"),
    Row("renamed: second", "GET", "/api/collections/labels/records?fields=page"),
    *_case("off", ["/api/health|1"], *["GET /api/health"] * 3, enabled=False),
)
