"""Who manages accounts: what the manage rule allows beyond the rules for records."""

from typing import Any

from tests.parity.scenario import Row, get, patch, post
from tests.parity.seed import PASSWORD, rid

MEMBERS = "/api/collections/members"
MIA, MAX, MOE = (f"{MEMBERS}/records/{rid(name)}" for name in ("mia", "max", "moe"))
NEW = "new-password-1"
_PAIR = {"password": NEW, "passwordConfirm": NEW}

_CHANGES: dict[str, dict[str, Any]] = {
    "bad email": {"email": "moe"}, "taken email": {"email": "max@example.com"}, "empty email": {"email": ""}, "visibility": {"emailVisibility": True}, "unverified": {"verified": False}, "verified as text": {"verified": "yes"},
    "short password": {"password": "x", "passwordConfirm": "x"}, "other confirmation": {"password": NEW, "passwordConfirm": "x"}, "confirmation alone": {"passwordConfirm": NEW}, "wrong old password": {"oldPassword": "x", **_PAIR},
    "old password alone": {"oldPassword": "x"}, "token key": {"tokenKey": "k" * 40}, "taken username": {"username": "mia"}, "everything at once": {"email": "moe3@example.com", "verified": True, "rank": 8, **_PAIR},
}


def _sign_in(name: str, who: str, password: str = PASSWORD, **rest: Any) -> Row:
    return post(name, f"{MEMBERS}/auth-with-password", {"identity": who, "password": password}, **rest)


ROWS = (
    *(patch(f"manager: {name}", MOE, body, who="mia") for name, body in _CHANGES.items()),
    get("what became of it", MOE, who="superuser"),
    _sign_in("with the new password", "moe", NEW, save={"moe": "token"}),
    *(patch(f"plain member: {name}", MAX, body, who="max") for name, body in _CHANGES.items()),
    get("what became of the plain one", MAX, who="superuser"),
    *(patch(f"plain member of another: {name}", MAX, body, headers={"Authorization": "${moe}"}) for name, body in _CHANGES.items() if name in ("bad email", "visibility", "short password")),
    *(patch(f"somebody of another collection: {name}", MAX, body, who="ann") for name, body in _CHANGES.items() if name in ("visibility", "short password")),
    patch("manager of herself: email", MIA, {"email": "mia2@example.com"}, who="mia", save={"mia": "email"}),
    get("which ends her sessions", MIA, who="mia"),
    _sign_in("she signs in again", "mia2@example.com", save={"mia": "token"}),
    patch("manager of herself: unverified", MIA, {"verified": False}, headers={"Authorization": "${mia}"}),
    patch("manager of herself: password", MIA, _PAIR, headers={"Authorization": "${mia}"}),
    _sign_in("with her new password", "mia", NEW, save={"mia": "token"}),
    *(post(f"manager creates: {name}", f"{MEMBERS}/records", {"id": rid(f"made{number}"), "username": f"made{number}", **body}, headers={"Authorization": "${mia}"}) for number, (name, body) in enumerate({
        "no password": {"email": "a@b.co"}, "no confirmation": {"email": "a@b.co", "password": NEW}, "unverified": {"email": "un@b.co", **_PAIR}, "verified": {"email": "ver@b.co", "verified": True, **_PAIR},
        "no email": _PAIR, "taken email": {"email": "max@example.com", **_PAIR},
    }.items())),
    patch("she is no chief any more", MIA, {"role": "plain"}, headers={"Authorization": "${mia}"}),
    patch("and manages nobody", MOE, {"verified": False}, headers={"Authorization": "${mia}"}),
    patch("nor herself", MIA, {"verified": True}, headers={"Authorization": "${mia}"}),
    patch("nobody manages", MEMBERS, {"manageRule": None}, who="superuser"),
    patch("a chief again", MIA, {"role": "chief"}, who="superuser"),
    patch("but without a rule", MOE, {"verified": False}, headers={"Authorization": "${mia}"}),
    patch("managers by record", MEMBERS, {"manageRule": "rank > 100 && @request.auth.rank < rank"}, who="superuser"),
    patch("rank too low", MOE, {"verified": False}, headers={"Authorization": "${mia}"}),
    patch("a high rank", MOE, {"rank": 200}, who="superuser"),
    patch("rank high enough", MOE, {"verified": False}, headers={"Authorization": "${mia}"}),
    patch("a rule on what is sent", MEMBERS, {"manageRule": "@request.body.rank = 9"}, who="superuser"),
    patch("sent", MOE, {"verified": True, "rank": 9}, headers={"Authorization": "${mia}"}),
    patch("not sent", MOE, {"verified": False, "rank": 8}, headers={"Authorization": "${mia}"}),
    patch("only verified ones sign in", MEMBERS, {"authRule": "verified = true"}, who="superuser"),
    _sign_in("unverified", "mia", NEW),
    _sign_in("verified", "moe", NEW),
)
