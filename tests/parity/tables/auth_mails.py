"""Verification, password reset and change of address: requests, mails, confirmations."""

from typing import Any

from tests.parity.scenario import Row, get, mail, multipart, patch, post, raw, urlencoded
from tests.parity.seed import PASSWORD, rid

USERS = "/api/collections/users"
NEW = "new-password-1"
ANN, BOB, CID = (f"{USERS}/records/{rid(name)}" for name in ("ann", "bob", "cid"))

# What every request with an address is asked.
_EMAILS: dict[str, Any] = {
    "nothing": {}, "null": raw("null"), "empty": {"email": ""}, "null address": {"email": None}, "number": {"email": 5}, "list": {"email": ["ann@example.com"]},
    "no address": {"email": "ann"}, "with a space": {"email": "ann @example.com"}, "with a name": {"email": "Ann <ann@example.com>"},
    "line end": {"email": "ann@example.com\nBcc: eve@example.com"}, "two": {"email": "ann@example.com,bob@example.com"},
    "long": {"email": "a" * 250 + "@b.co"}, "long in bytes": {"email": "é" * 130 + "@b.co"}, "255 bytes": {"email": "a" * 250 + "@b.de"[:5]}, "broken JSON": raw("{"), "a list as body": [], "no body": raw(""),
    "text body": raw("x", "text/plain"), "unknown": {"email": "nobody@example.com"}, "upper case": {"email": "ANN@example.com"},
    "other key case": {"Email": "nobody@example.com"}, "form": urlencoded("email=nobody%40example.com"), "multipart": multipart(("email", "nobody@example.com")),
    "bad form": urlencoded("email=nobody"),
}
_TOKENS: dict[str, Any] = {
    "nothing": {}, "empty": {"token": ""}, "garbage": {"token": "x"}, "number": {"token": 5}, "broken JSON": raw("{"), "list": {"token": []}, "null": {"token": None},
}


def _sign_in(name: str, who: str, password: str = PASSWORD, **rest: Any) -> Row:
    return post(name, f"{USERS}/auth-with-password", {"identity": f"{who}@example.com", "password": password}, **rest)


VERIFICATION = (
    *(post(f"request: {name}", f"{USERS}/request-verification", body) for name, body in _EMAILS.items()),
    *(post(f"confirm: {name}", f"{USERS}/confirm-verification", body) for name, body in _TOKENS.items()),
    *(post(f"confirm with the token {name}", f"{USERS}/confirm-verification", {"token": f"${{{name}}}"}) for name in ("nothing",)),
    post("request in no auth collection", "/api/collections/items/request-verification", {"email": "ann@example.com"}),
    post("request in an unknown collection", "/api/collections/nothing/request-verification", {"email": "ann@example.com"}),
    post("confirm in no auth collection", "/api/collections/items/confirm-verification", {"token": "x"}),
    post("confirm in an unknown collection", "/api/collections/nothing/confirm-verification", {"token": "x"}),
    post("request for a superuser", "/api/collections/_superusers/request-verification", {"email": "root@example.com"}),
    post("confirm for a superuser", "/api/collections/_superusers/confirm-verification", {"token": "x"}),
    post("request for a verified account", f"{USERS}/request-verification", {"email": "ann@example.com"}),
    _sign_in("bob signs in before", "bob", save={"bob": "token"}),
    patch("template", USERS, {"verificationTemplate": {
        "subject": "Verify {APP_NAME} {RECORD:name} {RECORD:role} {RECORD:id} {RECORD:secret} {OTP}",
        "body": "{APP_NAME} | {APP_URL} | {RECORD:email} | {RECORD:verified} | {RECORD:created} | {RECORD:tokenKey} | {RECORD:password} | {RECORD:secret} | {RECORD:nothing} | {RECORD:collectionName} | {RECORD:avatar} | {RECORD: name} | {ALERT_INFO}\n<p>{RECORD:name}</p><a href=\"{APP_URL}/_/#/auth/confirm-verification/{TOKEN}\">go</a>",
    }}, who="superuser"),
    patch("a name that is HTML", BOB, {"name": "<b>B & 'o' \"b\"</b>\r\nBcc: eve@example.com"}, who="superuser"),
    post("request for bob", f"{USERS}/request-verification", {"email": "bob@example.com"}, headers={"Host": "evil.example.com", "X-Forwarded-Host": "evil.example.com", "Origin": "https://evil.example.com"}),
    mail("mail to bob", "bob@example.com", save={"token": "token"}),
    get("bob is not verified by it", BOB, who="superuser"),
    post("request again", f"{USERS}/request-verification", {"email": "bob@example.com"}),
    post("in another collection", "/api/collections/members/confirm-verification", {"token": "${token}"}),
    post("for a password reset", f"{USERS}/confirm-password-reset", {"token": "${token}", "password": NEW, "passwordConfirm": NEW}),
    post("for a change of address", f"{USERS}/confirm-email-change", {"token": "${token}", "password": PASSWORD}),
    post("as a sign-in token", f"{USERS}/auth-refresh", headers={"Authorization": "${token}"}),
    post("cut", f"{USERS}/confirm-verification", {"token": "${token}x"}),
    post("confirmed", f"{USERS}/confirm-verification", {"token": "${token}"}),
    get("bob is verified", BOB, who="superuser"),
    post("confirmed again", f"{USERS}/confirm-verification", {"token": "${token}"}),
    post("sessions live on", f"{USERS}/auth-refresh", headers={"Authorization": "${bob}"}),
    _sign_in("and the password", "bob"),
    post("request for a verified one", f"{USERS}/request-verification", {"email": "bob@example.com"}),
    # A link that no longer fits.
    patch("cid unverified", CID, {"verified": False}, who="superuser"),
    post("request for cid", f"{USERS}/request-verification", {"email": "cid@example.com"}),
    mail("mail to cid", "cid@example.com", save={"old": "token"}),
    patch("cid moves", CID, {"email": "cid2@example.com"}, who="superuser"),
    post("the link to the old address", f"{USERS}/confirm-verification", {"token": "${old}"}),
    # A link after another account was linked.
    post("request for cid2, too early", f"{USERS}/request-verification", {"email": "cid2@example.com"}),
    get("mails of cid so far", CID, who="superuser"),
    patch("members without passwords", "/api/collections/members", {"passwordAuth": {"enabled": False}, "otp": {"enabled": True}}, who="superuser"),
    post("request for moe", "/api/collections/members/request-verification", {"email": "moe@example.com"}),
    mail("mail to moe", "moe@example.com", save={"moe": "token"}),
    post("moe confirmed", "/api/collections/members/confirm-verification", {"token": "${moe}"}),
    get("moe's session ended with the random password", f"/api/collections/members/records/{rid('moe')}", who="moe"),
    get("moe is verified", f"/api/collections/members/records/{rid('moe')}", who="superuser"),
    patch("members with passwords", "/api/collections/members", {"passwordAuth": {"enabled": True}}, who="superuser"),
    post("moe's password is gone", "/api/collections/members/auth-with-password", {"identity": "moe", "password": PASSWORD}),
    # An account that somebody else may have linked.
    get("members", "/api/collections/members", who="superuser", save={"members": "id"}),
    post("link max", "/api/collections/_externalAuths/records", {"collectionRef": "${members}", "recordRef": rid("max"), "provider": "google", "providerId": "1"}, who="superuser"),
    post("request for max", "/api/collections/members/request-verification", {"email": "max@example.com"}),
    mail("mail to max", "max@example.com", save={"max": "token"}),
    post("max confirmed", "/api/collections/members/confirm-verification", {"token": "${max}"}),
    get("the link is gone", "/api/collections/_externalAuths/records", who="superuser"),
    get("and so are sessions", "/api/collections/members/records", who="max"),
    post("the link in the mail too", "/api/collections/members/confirm-verification", {"token": "${max}"}),
)

RESET = (
    *(post(f"request: {name}", f"{USERS}/request-password-reset", body) for name, body in _EMAILS.items()),
    *(post(f"confirm: {name}", f"{USERS}/confirm-password-reset", body) for name, body in _TOKENS.items()),
    post("request in no auth collection", "/api/collections/items/request-password-reset", {"email": "ann@example.com"}),
    post("request in an unknown collection", "/api/collections/nothing/request-password-reset", {"email": "ann@example.com"}),
    post("request without passwords", "/api/collections/closed/request-password-reset", {"email": "clo@example.com"}),
    post("request without passwords, empty", "/api/collections/closed/request-password-reset", {}),
    post("confirm without passwords", "/api/collections/closed/confirm-password-reset", {"token": "x", "password": NEW, "passwordConfirm": NEW}),
    post("confirm in no auth collection", "/api/collections/items/confirm-password-reset", {"token": "x"}),
    _sign_in("bob signs in before", "bob", save={"bob": "token"}),
    post("request for bob", f"{USERS}/request-password-reset", {"email": "bob@example.com"}, headers={"X-Forwarded-Host": "evil.example.com"}),
    mail("mail to bob", "bob@example.com", save={"token": "token"}),
    *(post(f"confirm: {name}", f"{USERS}/confirm-password-reset", {"token": "${token}", **body}) for name, body in {
        "no password": {}, "empty password": {"password": "", "passwordConfirm": ""}, "no confirmation": {"password": NEW}, "other confirmation": {"password": NEW, "passwordConfirm": "x"},
        "short": {"password": "short", "passwordConfirm": "short"}, "256 characters": {"password": "a" * 256, "passwordConfirm": "a" * 256},
        "72 characters": {"password": "a" * 72, "passwordConfirm": "a" * 72}, "number as password": {"password": 12345678, "passwordConfirm": 12345678},
        "all wrong": {"password": "x", "passwordConfirm": "y"},
    }.items()),
    post("in another collection", "/api/collections/members/confirm-password-reset", {"token": "${token}", "password": NEW, "passwordConfirm": NEW}),
    post("for a verification", f"{USERS}/confirm-verification", {"token": "${token}"}),
    post("for a change of address", f"{USERS}/confirm-email-change", {"token": "${token}", "password": PASSWORD}),
    post("as a sign-in token", f"{USERS}/auth-refresh", headers={"Authorization": "${token}"}),
    post("with a sign-in token", f"{USERS}/confirm-password-reset", {"token": "${bob}", "password": NEW, "passwordConfirm": NEW}),
    get("origins before", "/api/collections/_authOrigins/records", who="superuser", query={"fields": "items.recordRef"}),
    post("request again", f"{USERS}/request-password-reset", {"email": "bob@example.com"}),
    post("confirmed", f"{USERS}/confirm-password-reset", {"token": "${token}", "password": NEW, "passwordConfirm": NEW}),
    get("bob is verified by it", BOB, who="superuser"),
    get("origins after", "/api/collections/_authOrigins/records", who="superuser", query={"fields": "items.recordRef"}),
    post("confirmed again", f"{USERS}/confirm-password-reset", {"token": "${token}", "password": NEW, "passwordConfirm": NEW}),
    post("sessions are dead", f"{USERS}/auth-refresh", headers={"Authorization": "${bob}"}),
    _sign_in("the old password", "bob"),
    _sign_in("the new one", "bob", NEW),
    post("request after the confirmation", f"{USERS}/request-password-reset", {"email": "bob@example.com"}),
    mail("second mail to bob", "bob@example.com", save={"second": "token"}),
    patch("bob unverified, elsewhere", BOB, {"verified": False}, who="superuser"),
    patch("passwords off", USERS, {"passwordAuth": {"enabled": False}, "otp": {"enabled": True}}, who="superuser"),
    post("confirm with passwords off", f"{USERS}/confirm-password-reset", {"token": "${second}", "password": PASSWORD, "passwordConfirm": PASSWORD}),
    get("bob is verified again", BOB, who="superuser"),
    post("request for a superuser", "/api/collections/_superusers/request-password-reset", {"email": "root@example.com"}),
    mail("mail to the superuser", "root@example.com", save={"root": "token"}),
    post("superuser: short", "/api/collections/_superusers/confirm-password-reset", {"token": "${root}", "password": "short", "passwordConfirm": "short"}),
    post("superuser: confirmed", "/api/collections/_superusers/confirm-password-reset", {"token": "${root}", "password": NEW, "passwordConfirm": NEW}),
    get("superuser: sessions are dead", "/api/settings", who="superuser"),
    post("superuser: the new password", "/api/collections/_superusers/auth-with-password", {"identity": "root@example.com", "password": NEW}),
    post("request for the stand-in", "/api/collections/_superusers/request-password-reset", {"email": "__pbinstaller@example.com"}),
)

CHANGE = (
    *(post(f"request: {name}", f"{USERS}/request-email-change", body if not isinstance(body, dict) else {"newEmail": body["email"]} if "email" in body else body, who="ann")
      for name, body in _EMAILS.items() if name not in ("unknown", "form", "multipart", "other key case", "upper case")),
    *(post(f"confirm: {name}", f"{USERS}/confirm-email-change", body) for name, body in _TOKENS.items()),
    *(post(f"confirm: {name}, with a password", f"{USERS}/confirm-email-change", {**body, "password": PASSWORD}) for name, body in _TOKENS.items() if isinstance(body, dict)),
    post("request by a guest", f"{USERS}/request-email-change", {"newEmail": "new@example.com"}),
    post("request by a guest, empty", f"{USERS}/request-email-change", {}),
    post("request by a member", f"{USERS}/request-email-change", {"newEmail": "new@example.com"}, who="mia"),
    post("request by a superuser among users", f"{USERS}/request-email-change", {"newEmail": "new@example.com"}, who="superuser"),
    post("request by a superuser", "/api/collections/_superusers/request-email-change", {"newEmail": "new@example.com"}, who="superuser"),
    post("request for superusers by a user", "/api/collections/_superusers/request-email-change", {"newEmail": "new@example.com"}, who="ann"),
    post("request for superusers by a guest", "/api/collections/_superusers/request-email-change", {"newEmail": "new@example.com"}),
    post("request in no auth collection", "/api/collections/items/request-email-change", {"newEmail": "new@example.com"}, who="ann"),
    post("request in an unknown collection", "/api/collections/nothing/request-email-change", {"newEmail": "new@example.com"}, who="ann"),
    post("request with a bad token", f"{USERS}/request-email-change", {"newEmail": "new@example.com"}, who="expired"),
    post("confirm for superusers", "/api/collections/_superusers/confirm-email-change", {"token": "x", "password": "x"}),
    post("confirm in no auth collection", "/api/collections/items/confirm-email-change", {"token": "x", "password": "x"}),
    post("the same address", f"{USERS}/request-email-change", {"newEmail": "bob@example.com"}, who="bob"),
    post("a taken address", f"{USERS}/request-email-change", {"newEmail": "ann@example.com"}, who="bob"),
    post("a taken address in another case", f"{USERS}/request-email-change", {"newEmail": "ANN@example.com"}, who="bob"),
    mail("mail to the other case", "ANN@example.com"),
    post("the address of a member", f"{USERS}/request-email-change", {"newEmail": "mia@example.com"}, who="bob"),
    mail("mail to the member", "mia@example.com"),
    post("request for bob", f"{USERS}/request-email-change", {"newEmail": "robert@example.com"}, who="bob", headers={"X-Forwarded-Host": "evil.example.com"}),
    mail("mail to robert", "robert@example.com", save={"token": "token"}),
    post("request again at once", f"{USERS}/request-email-change", {"newEmail": "robert@example.com"}, who="bob"),
    mail("second mail to robert", "robert@example.com", save={"second": "token"}),
    get("nothing has changed", BOB, who="superuser"),
    *(post(f"confirm: {name}", f"{USERS}/confirm-email-change", {"token": "${token}", **body}) for name, body in {
        "no password": {}, "empty password": {"password": ""}, "wrong password": {"password": "wrong"}, "101 characters": {"password": "a" * 101}, "number as password": {"password": 5},
    }.items()),
    post("in another collection", "/api/collections/members/confirm-email-change", {"token": "${token}", "password": PASSWORD}),
    post("for a verification", f"{USERS}/confirm-verification", {"token": "${token}"}),
    post("for a password reset", f"{USERS}/confirm-password-reset", {"token": "${token}", "password": NEW, "passwordConfirm": NEW}),
    post("with a sign-in token", f"{USERS}/auth-refresh", headers={"Authorization": "${token}"}),
    post("confirmed", f"{USERS}/confirm-email-change", {"token": "${token}", "password": PASSWORD}),
    get("bob is robert, and verified", BOB, who="superuser"),
    get("sessions are dead", BOB, who="bob"),
    post("confirmed again", f"{USERS}/confirm-email-change", {"token": "${token}", "password": PASSWORD}),
    post("the other link", f"{USERS}/confirm-email-change", {"token": "${second}", "password": PASSWORD}),
    _sign_in("the old address", "bob"),
    _sign_in("the new address", "robert", save={"robert": "token"}),
    post("request for robert", f"{USERS}/request-email-change", {"newEmail": "cyd@example.com"}, headers={"Authorization": "${robert}"}),
    mail("mail to cyd", "cyd@example.com", save={"cyd": "token"}),
    patch("cid is faster", CID, {"email": "cyd@example.com"}, who="superuser"),
    post("too late", f"{USERS}/confirm-email-change", {"token": "${cyd}", "password": PASSWORD}),
    # The owner's own change, without a mail, is refused.
    patch("ann changes hers directly", ANN, {"email": "anna@example.com"}, who="ann"),
    patch("a superuser changes it", ANN, {"email": "anna@example.com"}, who="superuser"),
    get("which ends sessions", ANN, who="ann"),
)
