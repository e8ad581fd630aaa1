"""Signing in by OAuth2: forms, tokens and profiles, sign-up, linking, rules, MFA and unlinking."""

from typing import Any

from tests.parity.provider import code
from tests.parity.scenario import Row, delete, get, multipart, patch, post, raw, urlencoded
from tests.parity.seed import rid

PATH = "/api/collections"
_URLS = {"authURL": "${provider}/auth", "tokenURL": "${provider}/token", "userInfoURL": "${provider}/user"}
_SECRET = {"clientId": "client", "clientSecret": "secret & more"}


def provider(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, **_SECRET, **_URLS, **more}


def configure(name: str, collection: str, *providers: dict[str, Any], **more: Any) -> Row:
    body = {"oauth2": {"enabled": True, "providers": list(providers), **more.pop("oauth2", {})}, **more}
    return patch(f"configure: {name}", f"{PATH}/{collection}", body, who="superuser")


def sign(name: str, user: Any, provider: str = "oidc", *, into: str = "users", extra: dict[str, Any] | None = None, body: dict[str, Any] | None = None, **rest: Any) -> Row:
    """A sign-in of this user at the provider; `extra` goes into the code, `body` into the request."""
    sent = {"provider": provider, "code": code(user, **(extra or {})), "codeVerifier": "verifier", "redirectURL": "http://localhost/back", **(body or {})}
    return post(name, f"{PATH}/{into}/auth-with-oauth2", sent, **rest)


def person(id_: str, email: str = "", *, verified: bool = True, **more: Any) -> dict[str, Any]:
    return {"sub": id_, "email": email, "email_verified": verified, "name": f"Person {id_}", **more}


def links(name: str, who: str = "superuser") -> Row:
    query = {"sort": "providerId,provider,collectionRef"}
    return get(f"links: {name}", f"{PATH}/_externalAuths/records", query=query, who=who)


def record(name: str, id_: str, collection: str = "users") -> Row:
    return get(f"record: {name}", f"{PATH}/{collection}/records/{id_}", who="superuser")


_AT = f"{PATH}/users/auth-with-oauth2"
_GOOD = {"provider": "oidc", "code": code(person("form"))}

FORMS = (
    sign("off", person("1")),
    post("off, empty", _AT, {}),
    configure("oidc", "users", provider("oidc"), provider("github"), provider("vk")),
    post("no body", _AT),
    post("empty", _AT, {}),
    post("broken", _AT, raw("{")),
    post("a list", _AT, []),
    post("null", _AT, raw("null")),
    post("plain text", _AT, raw("x", "text/plain")),
    post("empty code", _AT, {"provider": "oidc", "code": ""}),
    post("no provider", _AT, {"code": "x"}),
    post("unknown provider", _AT, {"provider": "myspace", "code": "x"}),
    post("provider that is not configured", _AT, {"provider": "google", "code": "x"}),
    post("provider in another case", _AT, {"provider": "OIDC", "code": "x"}),
    post("unknown provider, no code", _AT, {"provider": "google"}),
    *(post(f"provider: {value!r}", _AT, {**_GOOD, "provider": value}) for value in (5, True, None, ["oidc"])),
    *(post(f"code: {value!r}", _AT, {**_GOOD, "code": value}) for value in (5, None, {})),
    *(post(f"createData: {value!r}", _AT, {"provider": "oidc", "code": "bad", "createData": value}) for value in ("x", 5, [], None, {})),
    *(post(f"redirectURL: {value!r}", _AT, {"provider": "oidc", "code": "bad", "redirectURL": value}) for value in (5, None, "", "nowhere")),
    post("codeVerifier: 5", _AT, {"provider": "oidc", "code": "bad", "codeVerifier": 5}),
    post("form", _AT, urlencoded("provider=oidc&code=bad")),
    post("form without a code", _AT, urlencoded("provider=oidc")),
    post("multipart", _AT, multipart(("provider", "oidc"), ("code", "bad"))),
    post("unknown collection", f"{PATH}/nothing/auth-with-oauth2", _GOOD),
    post("no auth collection", f"{PATH}/items/auth-with-oauth2", _GOOD),
    post("superusers", f"{PATH}/_superusers/auth-with-oauth2", _GOOD),
    post("bad code", _AT, {"provider": "oidc", "code": "bad"}),
)

_ASKED = person("asked", "asked@example.com")

TOKENS = (
    configure("oidc", "users", provider("oidc"), provider("oidc2", pkce=False), provider("oidc3"), provider("vk")),
    sign("what the token address is asked", _ASKED, extra={"tell_request": True}),
    sign("again, without a redirect address", _ASKED, extra={"tell_request": True}, body={"redirectURL": ""}),
    sign("older name of the redirect address", _ASKED, extra={"tell_request": True}, body={"redirectURL": "", "redirectUrl": "http://localhost/old"}),
    sign("both names", _ASKED, extra={"tell_request": True}, body={"redirectUrl": "http://localhost/old"}),
    sign("no verifier", _ASKED, extra={"tell_request": True}, body={"codeVerifier": ""}),
    sign("without PKCE", _ASKED, "oidc2", extra={"tell_request": True}),
    sign("secret in the body", _ASKED, "oidc3", extra={"tell_request": True, "secret_in": "body"}),
    sign("secret in the body, again", _ASKED, "oidc3", extra={"tell_request": True, "secret_in": "body"}),
    *(sign(f"token: {name}", person(f"t{index}"), extra=extra) for index, (name, extra) in enumerate({
        "status 500": {"token_status": 500}, "status 302": {"token_status": 302}, "status 201": {"token_status": 201},
        "error beside it": {"token": {"error": "access_denied"}}, "no access token": {"token": {"access_token": ""}},
        "null": {"token": {"access_token": None}}, "number": {"token": {"access_token": 5}},
        "no refresh token": {"token": {"refresh_token": None}}, "number as refresh token": {"token": {"refresh_token": 5}},
        "no type": {"token": {"token_type": ""}}, "other case": {"token": {"token_type": "BEARER"}},
        "expires": {"token": {"expires_in": 86400}}, "expires as text": {"token": {"expires_in": "86400"}},
        "expires never": {"token": {"expires_in": 0}}, "expires in no time": {"token": {"expires_in": "soon"}},
        "expires null": {"token": {"expires_in": None}}, "form": {"token_type": "application/x-www-form-urlencoded"},
        "plain text": {"token_type": "text/plain; charset=utf-8"},
        "JSON by another name": {"token_type": "application/vnd.api+json"}, "no content type known": {"token_type": "application/json; charset=utf-8"},
    }.items())),
    *(sign(f"profile: {name}", user, extra=extra) for name, user, extra in (
        ("status 500", person("p1"), {"status": 500}), ("status 401", person("p2"), {"status": 401}),
        ("status 204", person("p3"), {"status": 202}), ("a list", [], {}), ("null", None, {}), ("text", "hello", {}),
        ("no id", {"email": "noid@example.com", "email_verified": True}, {}), ("number as id", {"sub": 5}, {}), ("null as id", {"sub": None}, {}),
        ("number as name", {"sub": "p4", "name": 5}, {}), ("null as name", {"sub": "p5", "name": None}, {}),
        ("list as name", {"sub": "p6", "name": []}, {}),
        ("numbers", {"sub": "p7", "n": 1, "f": 1.5, "big": 12345678901234567890, "e": 1e30, "neg": -0.5, "deep": {"n": [1, 2.0]}}, {}),
        ("odd texts", {"sub": "p8", "name": "<b>&amp;\u2028é</b>", "html": "<>&"}, {}),
    )),
    *(sign(f"verified: {value!r}", {"sub": f"v{index}", "email": f"v{index}@example.com", "email_verified": value})
      for index, value in enumerate((True, False, "true", "TRUE", "1", "t", "false", "0", "yes", 1, 0, 2, None))),
)

_MAPPED = {"id": "role", "name": "name", "username": "", "avatarURL": ""}
_CREATE = {"createData": {"role": "given"}}

SIGN_UP = (
    configure("oidc", "users", provider("oidc"), createRule="@request.context = 'oauth2'"),
    sign("new", person("n1", "n1@example.com"), save={"n1": "record.id", "token1": "token"}),
    get("the token works", f"{PATH}/users/records/${{n1}}", headers={"Authorization": "${token1}"}),
    record("new", "${n1}"),
    links("new"),
    sign("again", person("n1", "n1@example.com")),
    sign("again with another address", person("n1", "other@example.com")),
    sign("again with no address", person("n1")),
    record("again", "${n1}"),
    links("again"),
    sign("no verified address", person("n2", "n2@example.com", verified=False)),
    sign("no address", person("n3")),
    sign("address given", person("n4"), body={"createData": {"email": "n4@example.com"}}, save={"n4": "record.id"}),
    record("address given", "${n4}"),
    sign("address given, again", person("n4"), save={"token4": "token"}),
    record("address given, again", "${n4}"),
    sign("address given, then verified", person("n4", "n4@example.com")),
    get("tokens from before are dead", f"{PATH}/users/records/${{n4}}", headers={"Authorization": "${token4}"}),
    record("address given, then verified", "${n4}"),
    links("address given, then verified"),
    sign("other address given", person("n5", "n5@example.com"), body={"createData": {"email": "n5-other@example.com"}}, save={"n5": "record.id"}),
    record("other address given", "${n5}"),
    sign("empty address given", person("n6", "n6@example.com"), body={"createData": {"email": ""}}),
    sign("address that is taken", person("n7"), body={"createData": {"email": "ann@example.com"}}),
    sign("bad address given", person("n8"), body={"createData": {"email": "x"}}),
    sign("password given", person("n9", "n9@example.com"), body={"createData": {"password": "given-password-1", "passwordConfirm": "given-password-1"}}),
    post("which works", f"{PATH}/users/auth-with-password", {"identity": "n9@example.com", "password": "given-password-1"}),
    sign("password without its confirmation", person("n10", "n10@example.com"), body={"createData": {"password": "given-password-1"}}),
    sign("short password", person("n11", "n11@example.com"), body={"createData": {"password": "x", "passwordConfirm": "x"}}),
    sign("id given", person("n12", "n12@example.com"), body={"createData": {"id": rid("given")}}),
    sign("id that is taken", person("n13", "n13@example.com"), body={"createData": {"id": rid("ann")}}),
    sign("name given", person("n14", "n14@example.com"), body={"createData": {"name": "Given"}}),
    sign("empty name given", person("n15", "n15@example.com"), body={"createData": {"name": ""}}),
    sign("verified given", person("n16", "n16@example.com"), body={"createData": {"verified": True}}),
    sign("verified given, without an address", person("n17"), body={"createData": {"verified": True, "email": "n17@example.com"}}),
    sign("hidden field given", person("n18", "n18@example.com"), body={"createData": {"secret": "x"}}, save={"n18": "record.id"}),
    record("hidden field given", "${n18}"),
    sign("emailVisibility given", person("n19", "n19@example.com"), body={"createData": {"emailVisibility": True}}),
    sign("unknown field given", person("n20", "n20@example.com"), body={"createData": {"unknown": 1}}),
    sign("fields", person("n21", "n21@example.com"), query={"fields": "meta.isNew,record.email"}),
    sign("picture for a file field", person("n22", "n22@example.com", picture="${provider}/me.png")),
    configure("picture mapped", "users", provider("oidc"), oauth2={"mappedFields": {"id": "", "name": "name", "username": "", "avatarURL": "avatar"}}),
    sign("picture from this machine", person("n23", "n23@example.com", picture="${provider}/me.png"), save={"n23": "record.id"}),
    record("picture from this machine", "${n23}"),
    sign("picture from nowhere", person("n24", "n24@example.com", picture="http://nowhere.invalid/me.png")),
    sign("picture without an address", person("n25", "n25@example.com", picture="me.png")),
    sign("picture of another scheme", person("n26", "n26@example.com", picture="file:///etc/passwd")),
    sign("picture by a name", person("n27", "n27@example.com", picture="me.png"), body={"createData": {"avatar": "x.png"}}),
    configure("names mapped", "users", provider("oidc"), oauth2={"mappedFields": _MAPPED}),
    sign("mapped", person("m1", "m1@example.com")),
    sign("mapped but given", person("m2", "m2@example.com"), body=_CREATE),
    configure("hidden field mapped", "users", provider("oidc"), oauth2={"mappedFields": {"id": "secret", "name": "", "username": "name", "avatarURL": "role"}}),
    sign("hidden mapped", person("m3", "m3@example.com", preferred_username="third", picture="https://x.example.com/a.png"), save={"m3": "record.id"}),
    record("hidden mapped", "${m3}"),
    sign("hidden mapped, by a superuser", person("m4", "m4@example.com"), who="superuser", save={"m4": "record.id"}),
    record("hidden mapped, by a superuser", "${m4}"),
    *(row for rule in (None, "", "@request.context = 'default'", "@request.body.role = 'given'", "@request.auth.id != ''", "@request.query.x = '1'", "@request.headers.x_key = '1'", "@request.body.provider = 'oidc'", "email = 'r@example.com'", "verified = true", "@request.method = 'POST'", "@request.body.password:isset = true") for row in (
        configure(f"create rule {rule!r}", "users", provider("oidc"), createRule=rule),
        sign(f"create rule {rule!r}: guest", person(f"rule {rule}"), body=_CREATE, query={"x": "1"}, headers={"X-Key": "1"}),
        sign(f"create rule {rule!r}: superuser", person(f"root rule {rule}"), who="superuser"),
    )),
    configure("members", "members", provider("oidc"), oauth2={"mappedFields": {"username": "username", "id": "", "name": "role", "avatarURL": ""}}),
    sign("username", person("u1", "u1@example.com", preferred_username="fresh"), into="members"),
    sign("username that is taken", person("u2", "u2@example.com", preferred_username="mia"), into="members"),
    sign("username that is taken in another case", person("u3", "u3@example.com", preferred_username="MIA"), into="members"),
    sign("username that is taken but given", person("u4", "u4@example.com", preferred_username="mia"), into="members", body={"createData": {"username": "given"}}),
    sign("no username", person("u5", "u5@example.com"), into="members", body={"createData": {"username": "five"}}),
    sign("same person in another collection", person("n1", "n1@example.com"), into="members", body={"createData": {"username": "six"}}),
    links("in the end"),
)

_BOTH = (provider("oidc"), provider("oidc2"), provider("oidc3"))


def _made(name: str, id_: str, *, verified: bool, **more: Any) -> Row:
    secret = {"password": "made-password-1", "passwordConfirm": "made-password-1"}
    body = {"id": rid(id_), "email": f"{id_}@example.com", "verified": verified, **secret, **more}
    return post(f"made: {name}", f"{PATH}/users/records", body, who="superuser")


def _password(name: str, id_: str, **rest: Any) -> Row:
    body = {"identity": f"{id_}@example.com", "password": "made-password-1"}
    return post(f"password: {name}", f"{PATH}/users/auth-with-password", body, **rest)


def _see(name: str, id_: str, token: str) -> Row:
    return get(f"token: {name}", f"{PATH}/users/records/{rid(id_)}", headers={"Authorization": f"${{{token}}}"})


LINKING = (
    configure("three", "users", *_BOTH, createRule=""),
    sign("verified record by its address", person("ann1", "ann@example.com")),
    links("verified record by its address"),
    record("verified record by its address", rid("ann")),
    sign("again", person("ann1", "ann@example.com")),
    sign("a second provider", person("ann2", "ann@example.com"), "oidc2"),
    sign("the same provider, another account", person("ann3", "ann@example.com")),
    sign("address in another case", person("ann4", "ANN@example.com"), "oidc3"),
    sign("address that is not verified there", person("cid1", "cid@example.com", verified=False)),
    links("address that is not verified there"),
    # Somebody made an account with another one's address, and waits.
    _made("squatter", "squat", verified=False, role="squatter"),
    _password("squatter", "squat", save={"squat": "token"}),
    _see("squatter", "squat", "squat"),
    sign("squatter's own account elsewhere", person("evil"), "oidc3", headers={"Authorization": "${squat}"}),
    links("squatter's own account elsewhere"),
    record("squatter's own account elsewhere", rid("squat")),
    sign("squatter by the other account", person("evil"), "oidc3", save={"evil": "token"}),
    record("squatter by the other account", rid("squat")),
    sign("the owner of the address", person("owner", "squat@example.com"), save={"own": "token"}),
    record("the owner of the address", rid("squat")),
    links("the owner of the address"),
    _password("squatter is out", "squat"),
    _see("squatter is out", "squat", "squat"),
    _see("squatter is out by the other account too", "squat", "evil"),
    _see("owner is in", "squat", "own"),
    sign("squatter's account elsewhere makes another record", person("evil"), "oidc3"),
    # Linked by who is signed in.
    _made("linker", "linker", verified=True),
    _password("linker", "linker", save={"linker": "token"}),
    sign("linked while signed in", person("l1", "elsewhere@example.com"), headers={"Authorization": "${linker}"}),
    record("linked while signed in", rid("linker")),
    sign("linked while signed in, no address", person("l2"), "oidc2", headers={"Authorization": "${linker}"}),
    sign("same provider, another account, while signed in", person("l3"), headers={"Authorization": "${linker}"}),
    sign("account of somebody else, while signed in", person("ann1"), headers={"Authorization": "${linker}"}),
    sign("own account again, while signed in", person("l1"), headers={"Authorization": "${linker}"}),
    _see("linker", "linker", "linker"),
    sign("while a member is signed in", person("l4"), who="mia"),
    sign("while a superuser is signed in", person("l5", "l5@example.com"), who="superuser"),
    links("linker"),
    # Unverified and signed in.
    _made("unverified", "fresh", verified=False),
    _password("unverified", "fresh", save={"fresh": "token"}),
    sign("unverified, other address, signed in", person("f1", "f1@example.com"), headers={"Authorization": "${fresh}"}),
    record("unverified, other address, signed in", rid("fresh")),
    _password("unverified, other address, signed in", "fresh"),
    sign("unverified, a second provider, signed in", person("f2"), "oidc2", headers={"Authorization": "${fresh}"}),
    links("unverified, a second provider, signed in"),
    _see("unverified", "fresh", "fresh"),
    sign("unverified, own address, signed in", person("f3", "fresh@example.com"), "oidc3", headers={"Authorization": "${fresh}"}, save={"fresh2": "token"}),
    record("unverified, own address, signed in", rid("fresh")),
    _password("unverified, own address, signed in", "fresh"),
    _see("unverified, older token", "fresh", "fresh"),
    _see("unverified, newer token", "fresh", "fresh2"),
    links("unverified, own address, signed in"),
    # Rules and unlinking.
    links("of ann, by herself", who="ann"),
    links("of ann, by bob", who="bob"),
    links("by a guest", who="guest"),
    get("first link of ann", f"{PATH}/_externalAuths/records", query={"filter": f"recordRef = '{rid('ann')}'", "sort": "provider"}, who="superuser", save={"link": "items.0.id"}),
    delete("unlinked by bob", f"{PATH}/_externalAuths/records/${{link}}", who="bob"),
    delete("unlinked by a guest", f"{PATH}/_externalAuths/records/${{link}}"),
    delete("unlinked by ann", f"{PATH}/_externalAuths/records/${{link}}", who="ann"),
    delete("unlinked again", f"{PATH}/_externalAuths/records/${{link}}", who="ann"),
    post("link made by ann", f"{PATH}/_externalAuths/records", {"collectionRef": "_pb_users_auth_", "recordRef": rid("ann"), "provider": "oidc", "providerId": "x"}, who="ann"),
    post("link made by a superuser", f"{PATH}/_externalAuths/records", {"collectionRef": "_pb_users_auth_", "recordRef": rid("ann"), "provider": "oidc", "providerId": "byhand"}, who="superuser"),
    sign("by the link that a superuser made", person("byhand")),
    delete("ann is deleted", f"{PATH}/users/records/{rid('ann')}", who="superuser"),
    links("ann is deleted"),
    sign("ann's account elsewhere, afterwards", person("ann2", "ann@example.com"), "oidc2"),
)

RULES = (
    configure("rule", "users", *_BOTH, createRule="", authRule="verified = true"),
    sign("rule: unverified", person("r1"), body={"createData": {"email": "r1@example.com"}}),
    links("rule: unverified"),
    sign("rule: verified", person("r2", "r2@example.com")),
    sign("rule: unverified, by a superuser", person("r1"), who="superuser"),
    *(row for rule in ("@request.context = 'oauth2'", "@request.context = 'password'", "@request.body.provider = 'oidc'", "@request.body.createData.role = 'x'", "@request.query.x = '1'", "@request.method = 'POST'", "@request.auth.id = ''", "") for row in (
        patch(f"auth rule {rule!r}", f"{PATH}/users", {"authRule": rule}, who="superuser"),
        sign(f"under auth rule {rule!r}", person("r2", "r2@example.com"), query={"x": "1"}, body={"createData": {"role": "x"}}),
        sign(f"new under auth rule {rule!r}", person(f"new {rule}"), query={"x": "1"}, body={"createData": {"role": "x", "email": f"rule{len(rule)}@example.com"}}),
    )),
    patch("auth rule null", f"{PATH}/users", {"authRule": None}, who="superuser"),
    sign("under auth rule null", person("r2", "r2@example.com")),
    patch("auth rule open, MFA on", f"{PATH}/users", {"authRule": "", "mfa": {"enabled": True, "duration": 600}}, who="superuser"),
    sign("first factor", person("ann5", "ann@example.com"), save={"mfa": "mfaId"}),
    links("first factor"),
    sign("the same factor again", person("ann5", "ann@example.com"), "oidc2", body={"mfaId": "${mfa}"}),
    sign("the same factor again, same provider", person("ann5", "ann@example.com"), body={"mfaId": "${mfa}"}),
    post("second factor", f"{PATH}/users/auth-with-password", {"identity": "ann@example.com", "password": "seed-password-1", "mfaId": "${mfa}"}),
    post("first by password", f"{PATH}/users/auth-with-password", {"identity": "ann@example.com", "password": "seed-password-1"}, save={"mfa2": "mfaId"}),
    sign("second of somebody else", person("cid5", "cid@example.com"), body={"mfaId": "${mfa2}"}),
    sign("second by OAuth2", person("ann5", "ann@example.com"), body={"mfaId": "${mfa2}"}),
    sign("second by OAuth2, again", person("ann5", "ann@example.com"), body={"mfaId": "${mfa2}"}),
    post("first by password, once more", f"{PATH}/users/auth-with-password", {"identity": "ann@example.com", "password": "seed-password-1"}, save={"mfa3": "mfaId"}),
    sign("second by OAuth2, in the query", person("ann5", "ann@example.com"), query={"mfaId": "${mfa3}"}),
    sign("nonsense as the first", person("ann5", "ann@example.com"), body={"mfaId": "nonsense"}),
    sign("new account with MFA", person("r9", "r9@example.com"), save={"mfa4": "mfaId"}),
    links("new account with MFA"),
    patch("MFA for editors", f"{PATH}/users", {"mfa": {"rule": "role = 'editor'"}}, who="superuser"),
    sign("no editor", person("r9", "r9@example.com")),
    sign("editor", person("ann5", "ann@example.com")),
)
