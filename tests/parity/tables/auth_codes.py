"""One-time passwords by mail, with and without a second factor, and mails about new places."""

from typing import Any

from tests.parity.scenario import Row, delete, get, mail, multipart, patch, post, raw, urlencoded
from tests.parity.seed import PASSWORD, rid

USERS, MEMBERS = "/api/collections/users", "/api/collections/members"
ANN, BOB, CID = (f"{USERS}/records/{rid(name)}" for name in ("ann", "bob", "cid"))
_ID = {"otpId": "[a-z0-9]{15}"}
_SESSION = {"mfaId": "[a-z0-9]{15}"}

_EMAILS: dict[str, Any] = {
    "nothing": {}, "null": raw("null"), "empty": {"email": ""}, "number": {"email": 5}, "no address": {"email": "ann"}, "long": {"email": "a" * 250 + "@b.co"},
    "broken JSON": raw("{"), "a list as body": [], "no body": raw(""), "text body": raw("x", "text/plain"), "line end": {"email": "ann@example.com\nBcc: eve@example.com"},
}
_CODES: dict[str, Any] = {
    "nothing": {}, "null": raw("null"), "no code": {"otpId": "x"}, "no id": {"password": "1"}, "blank": {"otpId": "", "password": ""}, "unknown": {"otpId": rid("none"), "password": "12345678"},
    "long id": {"otpId": "a" * 256, "password": "1"}, "long code": {"otpId": "x", "password": "1" * 72}, "number": {"otpId": "x", "password": 12345678}, "broken JSON": raw("{"),
    "list": {"otpId": [], "password": "1"}, "form": urlencoded("otpId=x&password=12345678"), "multipart": multipart(("otpId", "x"), ("password", "1")), "injection": {"otpId": "' OR 1=1 --", "password": "1"},
}


def _ask(name: str, who: str, save: str = "", collection: str = USERS, **rest: Any) -> Row:
    return post(name, f"{collection}/request-otp", {"email": f"{who}@example.com"}, save={save: "otpId"} if save else {}, mask=_ID, **rest)


def _try(name: str, otp: str, code: str, collection: str = USERS, **rest: Any) -> Row:
    more = rest.pop("more", {})
    return post(name, f"{collection}/auth-with-otp", {"otpId": f"${{{otp}}}", "password": code, **more}, **rest)


def _password(name: str, account: str, password: str = PASSWORD, collection: str = USERS, **rest: Any) -> Row:
    more = rest.pop("more", {})
    return post(name, f"{collection}/auth-with-password", {"identity": f"{account}@example.com", "password": password, **more}, **rest)


def _sent(name: str, who: str = "") -> Row:
    """Waits until the server has noted where it sent all its codes."""
    return get(name, "/api/collections/_otps/records", who="superuser", query={"filter": f"sentTo = '' && recordRef ~ '{who}'"}, until={"totalItems": "0"})


OTP = (
    post("switched off", f"{USERS}/request-otp", {"email": "ann@example.com"}),
    post("switched off, empty", f"{USERS}/request-otp", {}),
    post("sign-in switched off", f"{USERS}/auth-with-otp", {"otpId": "x", "password": "x"}),
    post("request in no auth collection", "/api/collections/items/request-otp", {"email": "ann@example.com"}),
    post("request in an unknown collection", "/api/collections/nothing/request-otp", {"email": "ann@example.com"}),
    post("sign-in in no auth collection", "/api/collections/items/auth-with-otp", {"otpId": "x", "password": "x"}),
    post("sign-in in an unknown collection", "/api/collections/nothing/auth-with-otp", {"otpId": "x", "password": "x"}),
    patch("switched on", USERS, {"otp": {"enabled": True, "duration": 300, "length": 6}}, who="superuser"),
    get("methods", f"{USERS}/auth-methods"),
    *(post(f"request: {name}", f"{USERS}/request-otp", body) for name, body in _EMAILS.items()),
    *(post(f"sign-in: {name}", f"{USERS}/auth-with-otp", body) for name, body in _CODES.items()),
    _ask("unknown address", "nobody", "unknown"),
    _try("for an unknown address", "unknown", "123456"),
    _ask("address in another case", "ANN"),
    post("by a form", f"{USERS}/request-otp", urlencoded("email=nobody%40example.com"), mask=_ID),
    _ask("for a verified account", "ann", "ann"),
    mail("mail to ann", "ann@example.com", save={"code": "code"}),
    _sent("ann's is noted"),
    get("what is stored", "/api/collections/_otps/records", who="superuser", mask={"items.0.id": "[a-z0-9]{15}"}),
    get("what ann sees of it", "/api/collections/_otps/records", who="ann", mask={"items.0.id": "[a-z0-9]{15}"}),
    _try("wrong code", "ann", "000000"),
    _try("in another collection", "ann", "${code}", MEMBERS),
    _try("right", "ann", "${code}", save={"token": "token"}),
    get("and the token works", ANN, headers={"Authorization": "${token}"}),
    _try("a second time", "ann", "${code}"),
    _password("the password of a verified one stays", "ann"),
    get("nothing is stored", "/api/collections/_otps/records", who="superuser"),
    _password("bob signs in before", "bob", save={"bob": "token"}),
    _ask("for an unverified account", "bob", "bob"),
    mail("mail to bob", "bob@example.com", save={"code": "code"}),
    _sent("bob's is noted", "bob"),
    _try("bob: right", "bob", "${code}", save={"token": "token"}),
    get("bob is verified", BOB, who="superuser"),
    get("bob's new token works", BOB, headers={"Authorization": "${token}"}),
    get("his old one does not", BOB, headers={"Authorization": "${bob}"}),
    _password("nor his password", "bob"),
    # Guessing.
    _ask("for guessing", "cid", "cid"),
    mail("mail to cid", "cid@example.com", save={"code": "code"}),
    *(_try(f"guess {number}", "cid", f"00000{number}") for number in range(5)),
    _try("guess too many", "cid", "000006"),
    _try("even the right one", "cid", "${code}"),
    _ask("another one for guessing", "cid", "cid2"),
    mail("another mail to cid", "cid@example.com", save={"code": "code"}),
    _try("the other one is refused as well", "cid2", "${code}"),
    _ask("others are not", "ann", "ann"),
    mail("second mail to ann", "ann@example.com", save={"code": "code"}),
    _try("ann again", "ann", "${code}"),
    # Many.
    *(_ask(f"one of many: {number}", "bob", f"many{number}") for number in range(10)),
    _ask("one too many", "bob"),
    _ask("and yet another", "bob"),
    get("ten are stored", "/api/collections/_otps/records", who="superuser", query={"filter": f"recordRef = '{rid('bob')}'", "fields": "recordRef"}),
    *(mail(f"mail of many: {number}", "bob@example.com") for number in range(10)),
    # The account changes meanwhile.
    _ask("before a new address", "ann", "ann"),
    mail("mail before a new address", "ann@example.com", save={"code": "code"}),
    patch("ann moves", ANN, {"email": "anna@example.com"}, who="superuser"),
    _try("after it", "ann", "${code}"),
    # Rules.
    patch("auth rule", USERS, {"authRule": "@request.context = 'otp'"}, who="superuser"),
    _ask("under a rule", "anna", "anna"),
    mail("mail under a rule", "anna@example.com", save={"code": "code"}),
    _try("right under a rule", "anna", "${code}"),
    patch("auth rule null", USERS, {"authRule": None}, who="superuser"),
    _ask("under a null rule", "anna", "anna"),
    mail("mail under a null rule", "anna@example.com", save={"code": "code"}),
    _try("right under a null rule", "anna", "${code}"),
    _try("it is used up all the same", "anna", "${code}"),
    # Made by a superuser, not mailed: proves nothing.
    patch("members", MEMBERS, {"otp": {"enabled": True, "duration": 10}}, who="superuser", save={"members": "id"}),
    post("made by hand", "/api/collections/_otps/records", {"id": rid("hand"), "collectionRef": "${members}", "recordRef": rid("max"), "password": "12345678"}, who="superuser"),
    post("by hand: right", f"{MEMBERS}/auth-with-otp", {"otpId": rid("hand"), "password": "12345678"}),
    get("max is not verified", f"{MEMBERS}/records/{rid('max')}", who="superuser"),
    post("made for another address", "/api/collections/_otps/records", {"id": rid("other"), "collectionRef": "${members}", "recordRef": rid("max"), "password": "12345678", "sentTo": "x@example.com"}, who="superuser"),
    post("other: right", f"{MEMBERS}/auth-with-otp", {"otpId": rid("other"), "password": "12345678"}),
    get("max is not verified by it", f"{MEMBERS}/records/{rid('max')}", who="superuser"),
    post("made for a deleted one", "/api/collections/_otps/records", {"id": rid("gone"), "collectionRef": "${members}", "recordRef": rid("moe"), "password": "12345678"}, who="superuser"),
    delete("moe is deleted", f"{MEMBERS}/records/{rid('moe')}", who="superuser"),
    post("gone: right", f"{MEMBERS}/auth-with-otp", {"otpId": rid("gone"), "password": "12345678"}),
    # Superusers.
    patch("superusers", "/api/collections/_superusers", {"otp": {"enabled": True}}, who="superuser"),
    get("superusers: methods", "/api/collections/_superusers/auth-methods"),
    post("superusers: request", "/api/collections/_superusers/request-otp", {"email": "root@example.com"}, save={"root": "otpId"}, mask=_ID),
    mail("superusers: mail", "root@example.com", save={"code": "code"}),
    _try("superusers: code alone", "root", "${code}", "/api/collections/_superusers", save={"session": "mfaId"}, mask=_SESSION),
    post("superusers: and the password", "/api/collections/_superusers/auth-with-password", {"identity": "root@example.com", "password": "root-password-1", "mfaId": "${session}"}),
)

MFA = (
    patch("one method is not enough", USERS, {"mfa": {"enabled": True}}, who="superuser"),
    patch("a rule that is none", USERS, {"mfa": {"enabled": True, "rule": "nothing = 1"}, "otp": {"enabled": True}}, who="superuser"),
    patch("switched on", USERS, {"mfa": {"enabled": True, "duration": 100}, "otp": {"enabled": True}}, who="superuser"),
    get("methods", f"{USERS}/auth-methods"),
    _password("password first", "bob", save={"session": "mfaId"}, mask=_SESSION),
    get("a session is stored", "/api/collections/_mfas/records", who="superuser", mask={"items.0.id": "[a-z0-9]{15}"}),
    get("bob sees it", "/api/collections/_mfas/records", who="bob", mask={"items.0.id": "[a-z0-9]{15}"}),
    _password("password twice", "bob", more={"mfaId": "${session}"}),
    _password("password of another", "ann", more={"mfaId": "${session}"}),
    _password("unknown session", "bob", more={"mfaId": rid("none")}),
    _password("wrong password with the session", "bob", "wrong", more={"mfaId": "${session}"}),
    _password("empty session", "bob", more={"mfaId": ""}, mask=_SESSION),
    _password("number as session", "bob", more={"mfaId": 5}),
    _password("null as session", "bob", more={"mfaId": None}, mask=_SESSION),
    _password("list as session", "bob", more={"mfaId": []}),
    _password("false as session", "bob", more={"mfaId": False}),
    _ask("then a code", "bob", "bob"),
    mail("mail to bob", "bob@example.com", save={"code": "code"}),
    _sent("bob's is noted"),
    _try("wrong code with the session", "bob", "00000000", more={"mfaId": "${session}"}),
    _try("both factors", "bob", "${code}", more={"mfaId": "${session}"}),
    get("bob is verified", BOB, who="superuser"),
    get("his old token lives on", BOB, who="bob"),
    _try("both again", "bob", "${code}", more={"mfaId": "${session}"}),
    _ask("code first", "ann", "ann"),
    mail("mail to ann", "ann@example.com", save={"code": "code"}),
    _try("code alone", "ann", "${code}", save={"session": "mfaId"}, mask=_SESSION),
    _try("the code is used up", "ann", "${code}", more={"mfaId": "${session}"}),
    post("password and session in the query", f"{USERS}/auth-with-password?mfaId=${{session}}", {"identity": "ann@example.com", "password": PASSWORD}),
    post("the session is used up", f"{USERS}/auth-with-password?mfaId=${{session}}", {"identity": "ann@example.com", "password": PASSWORD}),
    _ask("a session of another", "ann", "ann2"),
    mail("second mail to ann", "ann@example.com", save={"code": "code"}),
    _password("session of cid", "cid", save={"cid": "mfaId"}, mask=_SESSION),
    _try("ann with cid's session", "ann2", "${code}", more={"mfaId": "${cid}"}),
    patch("cid gets another password", CID, {"password": "new-password-1", "passwordConfirm": "new-password-1"}, who="superuser"),
    get("which ends the session", "/api/collections/_mfas/records", who="superuser", query={"filter": f"recordRef = '{rid('cid')}'"}),
    post("refresh needs no second factor", f"{USERS}/auth-refresh", who="bob"),
    patch("a rule", USERS, {"mfa": {"enabled": True, "rule": "role = 'editor'"}}, who="superuser"),
    _password("a reader needs one factor", "bob"),
    _password("an editor two", "ann", mask=_SESSION),
    _password("a superuser asks for an editor", "ann", who="superuser", mask=_SESSION),
    patch("off with a session open", USERS, {"mfa": {"enabled": False}}, who="superuser"),
    _password("no second factor", "ann"),
    _password("a session that nobody needs", "ann", more={"mfaId": rid("none")}),
)


def _from(agent: str) -> dict[str, str]:
    return {"User-Agent": agent}


_AGENTS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")


def _origins(name: str) -> Row:
    return get(name, "/api/collections/_authOrigins/records", who="superuser", query={"filter": f"recordRef = '{rid('ann')}'", "sort": "created", "fields": "fingerprint,recordRef,collectionRef"})


ORIGINS = (
    _origins("of ann"),
    patch("ann's password, so that none is left", ANN, {"password": PASSWORD, "passwordConfirm": PASSWORD}, who="superuser"),
    _origins("none of ann"),
    patch("template", USERS, {"authAlert": {"enabled": True, "emailTemplate": {"subject": "{RECORD:name} {APP_NAME}", "body": "<p>{ALERT_INFO}</p>{TOKEN}{OTP}"}}}, who="superuser"),
    _password("first place", "ann", headers=_from("first"), save={"ann": "token"}),
    _origins("one of ann"),
    _password("first place again", "ann", headers=_from("first")),
    _origins("still one of ann"),
    _password("second place", "ann", headers=_from("<b>second</b> \"agent\"")),
    mail("mail about the second place", "ann@example.com"),
    _origins("two of ann"),
    _password("wrong password elsewhere", "ann", "wrong", headers=_from("elsewhere")),
    post("refresh elsewhere", f"{USERS}/auth-refresh", headers={**_from("elsewhere"), "Authorization": "${ann}"}),
    _origins("still two of ann"),
    *(row for agent in _AGENTS[2:] for row in (
        _password(f"{agent} place", "ann", headers=_from(agent)),
        mail(f"mail about the {agent} place", "ann@example.com"),
        _origins(f"after the {agent} place"),
    )),
    _password("the first one again", "ann", headers=_from("first")),
    mail("mail about the first place", "ann@example.com"),
    _password("the last one again", "ann", headers=_from("seventh")),
    _origins("at last"),
    _password("200 characters", "ann", headers=_from("a" * 200)),
    mail("mail about 200 characters", "ann@example.com"),
    _password("201 characters", "ann", headers=_from("a" * 201)),
    mail("mail about 201 characters", "ann@example.com"),
    _password("300 characters", "ann", headers=_from("a" * 300)),
    _password("no name", "ann", headers=_from("")),
    mail("mail about no name", "ann@example.com"),
    _origins("after long names"),
    patch("switched off", USERS, {"authAlert": {"enabled": False}}, who="superuser"),
    _password("a place without alerts", "ann", headers=_from("quiet")),
    _origins("is not noted"),
    _password("mia", "mia", collection=MEMBERS, headers=_from("one")),
    patch("mia has no address", MEMBERS, {"passwordAuth": {"identityFields": ["username", "email"]}}, who="superuser"),
    _password("a superuser elsewhere", "root", "root-password-1", "/api/collections/_superusers", headers=_from("elsewhere")),
    mail("mail to the superuser", "root@example.com"),
)

SAMPLES = (
    *(post(f"by {who}", "/api/settings/test/email", {"email": "x@example.com", "template": "otp"}, who=who) for who in ("guest", "ann")),
    *(post(f"body: {name}", "/api/settings/test/email", body, who="superuser") for name, body in {
        "nothing": {}, "null": raw("null"), "broken JSON": raw("{"), "no template": {"email": "x@example.com"}, "no address": {"template": "otp"}, "bad address": {"email": "x", "template": "otp"},
        "long address": {"email": "a" * 250 + "@b.co", "template": "otp"}, "unknown template": {"email": "x@example.com", "template": "nothing"}, "empty template": {"email": "x@example.com", "template": ""},
        "unknown collection": {"email": "x@example.com", "template": "otp", "collection": "nothing"}, "no auth collection": {"email": "x@example.com", "template": "otp", "collection": "items"},
        "number as template": {"email": "x@example.com", "template": 5}, "text body": raw("x", "text/plain"),
    }.items()),
    patch("a template with all fields", MEMBERS, {"verificationTemplate": {"subject": "{RECORD:id} {RECORD:username}", "body": "{RECORD:email}|{RECORD:username}|{RECORD:role}|{RECORD:rank}|{RECORD:verified}|{RECORD:created}|{RECORD:emailVisibility}|{RECORD:tokenKey} {TOKEN}"}}, who="superuser"),
    *(row for template in ("verification", "password-reset", "email-change", "otp", "login-alert") for collection in ("", "users", "members", "_pb_users_auth_") for row in (
        post(f"{template} of {collection or 'superusers'}", "/api/settings/test/email", {"email": f"{template}@example.com", "template": template, **({"collection": collection} if collection else {})}, who="superuser"),
        mail(f"mail: {template} of {collection or 'superusers'}", f"{template}@example.com"),
    )),
)
