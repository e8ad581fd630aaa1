"""Records of auth collections: form checks, hidden emails, managers, token keys."""

from typing import Any

from tests.parity.scenario import Row, delete, get, multipart, patch, post
from tests.parity.seed import PASSWORD, rid

USERS, MEMBERS = "/api/collections/users/records", "/api/collections/members/records"
BOB, MOE = f"{USERS}/{rid('bob')}", f"{MEMBERS}/{rid('moe')}"
NEW = "new-password-1"

_PAIR = {"password": NEW, "passwordConfirm": NEW}
_SIGN_UPS: dict[str, dict[str, Any]] = {
    "nothing": {}, "no password": {"email": "a@b.co"}, "no confirmation": {"email": "a@b.co", "password": NEW},
    "no email": _PAIR, "blank email": {"email": "", **_PAIR}, "other confirmation": {"email": "a@b.co", "password": NEW, "passwordConfirm": "x"},
    "short password": {"email": "a@b.co", "password": "short", "passwordConfirm": "short"},
    "long password": {"email": "a@b.co", "password": "a" * 72, "passwordConfirm": "a" * 72},
    "long in bytes": {"email": "a@b.co", "password": "ä" * 40, "passwordConfirm": "ä" * 40},
    "number as password": {"id": rid("numpass"), "email": "num@b.co", "password": 12345678, "passwordConfirm": 12345678},
    "number and its text": {"id": rid("numtext"), "email": "numtext@b.co", "password": 12345678, "passwordConfirm": "12345678"},
    "null password": {"email": "a@b.co", "password": None, "passwordConfirm": None},
    "list as password": {"email": "a@b.co", "password": ["x"], "passwordConfirm": ["x"]},
    "bad email": {"email": "nobody", **_PAIR}, "taken email": {"email": "ann@example.com", **_PAIR},
    "taken email in another case": {"id": rid("annupper"), "email": "ANN@example.com", **_PAIR},
    "verified by oneself": {"email": "v@b.co", "verified": True, **_PAIR}, "verified false": {"id": rid("verfalse"), "email": "vf@b.co", "verified": False, **_PAIR},
    "verified as text": {"email": "vt@b.co", "verified": "true", **_PAIR},
    "token key": {"id": rid("tokkey"), "email": "tk@b.co", "tokenKey": "k" * 40, **_PAIR}, "right": {"id": rid("right"), "email": "right@b.co", **_PAIR},
    "visible": {"id": rid("visible"), "email": "vis@b.co", "emailVisibility": True, **_PAIR}, "id of a member": {"id": rid("mia"), "email": "mia2@b.co", **_PAIR},
    "id of a user": {"id": rid("ann"), "email": "ann2@b.co", **_PAIR}, "hidden field": {"id": rid("hidden"), "email": "h@b.co", "secret": "x", **_PAIR},
    "form and field errors": {"email": "x", "password": NEW, "passwordConfirm": "y"}, "old password": {"id": rid("oldpass"), "email": "op@b.co", "oldPassword": "x", **_PAIR},
}
_OWN_CHANGES: dict[str, dict[str, Any]] = {
    "name": {"name": "Bobby"}, "same email": {"email": "bob@example.com"}, "email": {"email": "robert@example.com"}, "empty email": {"email": ""},
    "verified": {"verified": True}, "same verified": {"verified": False}, "visibility": {"emailVisibility": True}, "token key": {"tokenKey": "k" * 40},
    "hidden field": {"secret": "x"}, "password alone": {"password": NEW}, "empty password": {"password": ""}, "confirmation alone": {"passwordConfirm": NEW},
    "old password alone": {"oldPassword": PASSWORD}, "without the old one": _PAIR, "wrong old one": {"oldPassword": "wrong", **_PAIR},
    "other confirmation": {"oldPassword": PASSWORD, "password": NEW, "passwordConfirm": "x"}, "short": {"oldPassword": PASSWORD, "password": "x", "passwordConfirm": "x"},
    "null password": {"password": None}, "number as old one": {"oldPassword": 5, **_PAIR}, "id": {"id": rid("robert")},
}


def _lists(who: str) -> tuple[Row, ...]:
    return (
        get(f"members as {who}", MEMBERS, who=who, query={"sort": "id"}),
        get(f"users as {who}", USERS, who=who, query={"sort": "id"}),
        get(f"view of a hidden email as {who}", MOE, who=who),
        get(f"view of a visible email as {who}", f"{MEMBERS}/{rid('max')}", who=who),
        get(f"view of a user as {who}", BOB, who=who),
    )


ROWS = (
    *(row for who in ("guest", "bob", "mia", "max", "moe", "superuser", "expired") for row in _lists(who)),
    *(post(f"sign up: {name}", USERS, body) for name, body in _SIGN_UPS.items()),
    *(post(f"superuser creates: {name}", MEMBERS, {"username": name, **body}, who="superuser")
      for name, body in _SIGN_UPS.items()
      if name in ("nothing", "no confirmation", "verified by oneself", "token key", "id of a user")),
    post("manager creates a verified one", MEMBERS,
         {"id": rid("managed"), "username": "managed", "email": "managed@b.co", "verified": True, **_PAIR}, who="mia"),
    post("plain member creates a verified one", MEMBERS, {"username": "m2", "email": "m2@b.co", "verified": True, **_PAIR}, who="max"),
    post("sign up by a form", USERS, multipart(("id", rid("formed")), ("email", "formed@b.co"),
                                               ("password", NEW), ("passwordConfirm", NEW))),
    post("sign up with a password of digits by a form", USERS, multipart(
        ("id", rid("digits")), ("email", "digits@b.co"), ("password", "12345678"), ("passwordConfirm", "12345678"))),
    post("sign up where only superusers may", "/api/collections/closed/records", {"email": "c@b.co", **_PAIR}),
    post("taken username", MEMBERS, {"email": "mm@b.co", "username": "MIA", **_PAIR}, who="superuser"),
    *(patch(f"own: {name}", BOB, body, who="bob") for name, body in _OWN_CHANGES.items()),
    *(patch(f"guest: {name}", BOB, body) for name, body in _OWN_CHANGES.items() if name in ("name", "email")),
    *(patch(f"other user: {name}", BOB, body, who="ann") for name, body in _OWN_CHANGES.items() if name in ("name", "email")),
    patch("plain member changes another", MOE, {"name": "x"}, who="max"),
    patch("own change without an email in the answer", MOE, {"rank": 5}, who="moe"),
    patch("manager: rank", MOE, {"rank": 7}, who="mia"),
    patch("manager: verified", MOE, {"verified": True}, who="mia"),
    patch("manager: email", MOE, {"email": "moe2@example.com"}, who="mia"),
    get("token after the email changed", MEMBERS, who="moe", query={"filter": "rank = 7"}),
    patch("own change with the dead token", MOE, {"rank": 9}, who="moe"),
    patch("manager: password without confirmation", MOE, {"password": NEW}, who="mia"),
    patch("manager: password", MOE, _PAIR, who="mia"),
    post("sign in with it", "/api/collections/members/auth-with-password", {"identity": "moe2@example.com", "password": NEW}),
    patch("manager: token key", MOE, {"tokenKey": "k" * 40}, who="mia"),
    patch("superuser: token key", MOE, {"tokenKey": "k" * 40}, who="superuser"),
    patch("superuser: short token key", MOE, {"tokenKey": "k"}, who="superuser"),
    patch("superuser: empty token key", MOE, {"tokenKey": ""}, who="superuser"),
    patch("superuser: taken token key", f"{MEMBERS}/{rid('max')}", {"tokenKey": "k" * 40}, who="superuser"),
    patch("superuser: password with a wrong old one", MOE, {"oldPassword": "x", **_PAIR}, who="superuser"),
    patch("superuser: verified", BOB, {"verified": True}, who="superuser"),
    patch("own right password", BOB, {"oldPassword": PASSWORD, **_PAIR}, who="bob"),
    patch("own change with the dead token of bob", BOB, {"name": "x"}, who="bob"),
    get("own record with the dead token", BOB, who="bob"),
    post("sign in with the old password", "/api/collections/users/auth-with-password", {"identity": "bob@example.com", "password": PASSWORD}),
    post("sign in with the new password", "/api/collections/users/auth-with-password", {"identity": "bob@example.com", "password": NEW}),
    post("superuser makes a superuser", "/api/collections/_superusers/records", {"id": rid("root2"), "email": "root2@b.co", **_PAIR}, who="superuser"),
    post("user makes a superuser", "/api/collections/_superusers/records", {"email": "root3@b.co", **_PAIR}, who="ann"),
    post("superuser without verified", "/api/collections/_superusers/records",
         {"id": rid("root4"), "email": "root4@b.co", "verified": False, **_PAIR}, who="superuser"),
    patch("superuser unverified", f"/api/collections/_superusers/records/{rid('root2')}", {"verified": False}, who="superuser"),
    patch("superuser's password", f"/api/collections/_superusers/records/{rid('root2')}", _PAIR, who="superuser"),
    delete("second superuser", f"/api/collections/_superusers/records/{rid('root2')}", who="superuser"),
    delete("own account", f"{USERS}/{rid('ann')}", who="ann"),
    post("refresh of the deleted", "/api/collections/users/auth-refresh", who="ann"),
    get("users at the end", USERS, who="superuser", query={"sort": "email", "perPage": "50"}),
)
