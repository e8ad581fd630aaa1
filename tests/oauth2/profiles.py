"""What each provider tells of people, and who they are then: for unit tests and parity rows.

To add a provider, add its cases here.
"""

import base64
import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Case:
    """user: the profile. Expected are the parts of a user; None where the sign-in is refused.

    token: what came beside the access token. emails: the list of addresses at `…/emails`.
    extra: of the configuration.
    """

    name: str
    user: Any
    expected: dict[str, str] | None
    token: dict[str, Any] = field(default_factory=dict)
    emails: Any = None
    emails_status: int = 200
    extra: dict[str, Any] = field(default_factory=dict)


def id_token(**claims: Any) -> str:
    """An id token whose signature nobody looks at."""

    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'RS256', 'kid': 'k'})}.{part(claims)}.c2lnbmF0dXJl"


def _with(base: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**base, **changes}


def _who(
    id_: str, name: str = "", username: str = "", email: str = "", avatar: str = ""
) -> dict[str, str]:
    return {"id": id_, "name": name, "username": username, "email": email, "avatar_url": avatar}


def _refused(*cases: tuple[str, Any]) -> list[Case]:
    return [Case(name, user, None) for name, user in cases]


_PIC = "https://pics.example.com/1.png"
_GOOGLE = {
    "sub": "g1",
    "name": "Ann Lee",
    "given_name": "Ann",
    "picture": _PIC,
    "email": "ann@example.com",
    "email_verified": True,
}
_YANDEX = {
    "id": "y1",
    "login": "ann",
    "real_name": "Ann Lee",
    "default_email": "ann@yandex.example",
    "is_avatar_empty": False,
    "default_avatar_id": "31/x-1",
}
_FACEBOOK = {
    "id": "f1",
    "name": "Ann Lee",
    "email": "ann@example.com",
    "picture": {"data": {"url": _PIC}},
}
_INSTAGRAM = {
    "id": "other",
    "user_id": "i1",
    "name": "Ann Lee",
    "username": "ann",
    "profile_picture_url": _PIC,
}
_GITHUB = {
    "id": 101,
    "login": "ann",
    "name": "Ann Lee",
    "email": "public@example.com",
    "avatar_url": _PIC,
}
_EMAILS = [
    {"email": "second@example.com", "primary": False, "verified": True, "visibility": None},
    {"email": "ann@example.com", "primary": True, "verified": True, "visibility": "private"},
]
_GITLAB = {
    "id": 102,
    "username": "ann",
    "name": "Ann Lee",
    "email": "ann@example.com",
    "confirmed_at": "2012-05-23T09:05:22Z",
    "avatar_url": _PIC,
}
_BITBUCKET = {
    "uuid": "{b1}",
    "username": "ann",
    "display_name": "Ann Lee",
    "account_status": "active",
    "links": {"avatar": {"href": _PIC}},
}
_BITBUCKET_EMAILS = {
    "values": [
        {"email": "second@example.com", "is_primary": False, "is_confirmed": True},
        {"email": "ann@example.com", "is_primary": True, "is_confirmed": True},
    ]
}
_GITEE = {
    "id": 103,
    "login": "ann",
    "name": "Ann Lee",
    "email": "ann@example.com",
    "avatar_url": _PIC,
}
_GITEA = {
    "id": 104,
    "login": "ann",
    "full_name": "Ann Lee",
    "email": "public@example.com",
    "active": True,
    "avatar_url": _PIC,
}
_DISCORD = {
    "id": "80351110224678912",
    "username": "ann",
    "discriminator": "0",
    "global_name": "Ann Lee",
    "avatar": "8342729096",
    "verified": True,
    "email": "ann@example.com",
}
_TWITTER = {
    "data": {
        "id": "t1",
        "name": "Ann Lee",
        "username": "ann",
        "profile_image_url": _PIC,
        "confirmed_email": "ann@example.com",
    }
}
_KAKAO = {
    "id": 105,
    "properties": {"nickname": "ann", "profile_image": _PIC},
    "kakao_account": {
        "email": "ann@example.com",
        "is_email_valid": True,
        "is_email_verified": True,
    },
}
_VK = {
    "response": [
        {
            "id": 106,
            "first_name": "Ann",
            "last_name": "Lee",
            "screen_name": "ann",
            "photo_max": _PIC,
        }
    ]
}
_LINEAR = {
    "id": "l1",
    "displayName": "ann",
    "name": "Ann Lee",
    "email": "ann@example.com",
    "avatarUrl": _PIC,
    "active": True,
}
_NOTION = {
    "object": "user",
    "id": "bot",
    "type": "bot",
    "bot": {
        "owner": {
            "type": "user",
            "user": {
                "id": "n1",
                "name": "Ann Lee",
                "avatar_url": _PIC,
                "person": {"email": "ann@example.com"},
            },
        }
    },
}
_MONDAY = {
    "id": "m1",
    "enabled": True,
    "name": "Ann Lee",
    "email": "ann@example.com",
    "is_verified": True,
    "photo_small": _PIC,
}
_LARK = {
    "code": 0,
    "data": {
        "union_id": "on_1",
        "open_id": "ou_1",
        "name": "Ann Lee",
        "avatar_url": _PIC,
        "email": "ann@example.com",
    },
}
_BOX = {
    "id": "b1",
    "name": "Ann Lee",
    "login": "ann@example.com",
    "avatar_url": _PIC,
    "status": "active",
}
_SPOTIFY = {
    "id": "s1",
    "display_name": "Ann Lee",
    "email": "ann@example.com",
    "images": [{"url": _PIC, "height": 64}, {"url": "https://pics.example.com/2.png"}],
}
_TRAKT = {
    "user": {
        "username": "ann",
        "name": "Ann Lee",
        "ids": {"slug": "ann", "uuid": "b6589fc6"},
        "images": {"avatar": {"full": _PIC}},
    }
}
_TWITCH = {
    "data": [
        {
            "id": "tw1",
            "login": "ann",
            "display_name": "Ann Lee",
            "email": "ann@example.com",
            "profile_image_url": _PIC,
        }
    ]
}
_PATREON = {
    "data": {
        "id": "p1",
        "attributes": {
            "email": "ann@example.com",
            "full_name": "Ann Lee",
            "vanity": "ann",
            "image_url": _PIC,
            "is_email_verified": True,
        },
    }
}
_STRAVA = {"id": 107, "firstname": "Ann", "lastname": "Lee", "username": "ann", "profile": _PIC}
_WAKATIME = {
    "id": "w1",
    "display_name": "Ann Lee",
    "username": "ann",
    "email": "ann@example.com",
    "photo": _PIC,
    "photo_public": True,
    "is_email_confirmed": True,
}
_LIVECHAT = {
    "account_id": "lc1",
    "name": "Ann Lee",
    "email": "ann@example.com",
    "email_verified": True,
    "avatar_url": _PIC,
}
_MAILCOW = {
    "success": True,
    "id": "mc1",
    "username": "ann@mail.example",
    "email": "ann@mail.example",
    "full_name": "Ann Lee",
    "active": 1,
}
_PLANNING = {
    "data": {
        "id": "pc1",
        "attributes": {
            "name": "Ann Lee",
            "avatar": _PIC,
            "status": "active",
            "login_identifier": "ann@example.com",
        },
    }
}
_OIDC = {
    "sub": "o1",
    "name": "Ann Lee",
    "preferred_username": "ann",
    "picture": _PIC,
    "email": "ann@example.com",
    "email_verified": True,
}
_MICROSOFT = {
    "id": "ms1",
    "displayName": "Ann Lee",
    "mail": "mail@example.com",
    "userPrincipalName": "ann@tenant.example",
}


def _microsoft(name: str, claim: str, trusted: str, /, **claims: Any) -> Case:
    token = {"id_token": id_token(**claims)} if claims else {}
    return Case(
        name,
        _MICROSOFT,
        _who("ms1", "Ann Lee", email=trusted),
        token,
        extra={"idTokenEmailClaim": claim},
    )


def _graphql(key: str, user: dict[str, Any]) -> dict[str, Any]:
    return {"data": {key: user}}


CASES: dict[str, list[Case]] = {
    "google": [
        Case("all", _GOOGLE, _who("g1", "Ann Lee", email="ann@example.com", avatar=_PIC)),
        Case("unverified", _with(_GOOGLE, email_verified=False), _who("g1", "Ann Lee", avatar=_PIC)),
        Case("little", {"sub": "g2"}, _who("g2")),
        *_refused(("verified as text", _with(_GOOGLE, email_verified="true")), ("id as number", _with(_GOOGLE, sub=1))),
    ],
    "microsoft": [
        Case("mail", _MICROSOFT, _who("ms1", "Ann Lee", email="mail@example.com")),
        Case("no mail", _with(_MICROSOFT, mail=None), _who("ms1", "Ann Lee")),
        _microsoft("claim email", "email", "claim@example.com", email="claim@example.com"),
        _microsoft("claim email, no token", "email", ""),
        _microsoft("claim email, token is over", "email", "", email="claim@example.com", exp=1000),
        _microsoft("claim email, token from the future", "email", "", email="claim@example.com", iat=99999999999),
        _microsoft("verified primary", "verified_primary_email", "first@example.com", verified_primary_email="first@example.com", email="claim@example.com"),
        _microsoft("verified primary is missing", "verified_primary_email", "", email="claim@example.com"),
        _microsoft("verified primary is a list", "verified_primary_email", "", verified_primary_email=["first@example.com"]),
        _microsoft("domain owner verified", "email_and_xms_edov", "claim@example.com", email="claim@example.com", xms_edov=True),
        _microsoft("domain owner verified as text", "email_and_xms_edov", "claim@example.com", email="claim@example.com", xms_edov="1"),
        _microsoft("domain owner not verified", "email_and_xms_edov", "", email="claim@example.com", xms_edov=False),
        _microsoft("domain owner unknown", "email_and_xms_edov", "", email="claim@example.com"),
        _microsoft("any: primary", "any_verified", "first@example.com", verified_primary_email="first@example.com", email="claim@example.com", xms_edov=True),
        _microsoft("any: domain owner", "any_verified", "claim@example.com", email="claim@example.com", xms_edov=1),
        _microsoft("any: none", "any_verified", "", email="claim@example.com"),
        _microsoft("unknown claim", "nonsense", "mail@example.com", email="claim@example.com"),
    ],
    "yandex": [
        Case("all", _YANDEX, _who("y1", "Ann Lee", "ann", "ann@yandex.example", "https://avatars.yandex.net/get-yapic/31/x-1/islands-200")),
        Case("no picture", _with(_YANDEX, is_avatar_empty=True), _who("y1", "Ann Lee", "ann", "ann@yandex.example")),
    ],
    "facebook": [
        Case("all", _FACEBOOK, _who("f1", "Ann Lee", email="ann@example.com", avatar=_PIC)),
        Case("no address, no picture", {"id": "f2", "name": "Bob"}, _who("f2", "Bob")),
    ],
    "instagram2": [
        Case("all", _INSTAGRAM, _who("i1", "Ann Lee", "ann", avatar=_PIC)),
        Case("permissions come with the token", _INSTAGRAM, _who("i1", "Ann Lee", "ann", avatar=_PIC), {"permissions": ["basic"]}),
        Case("permissions of its own", _with(_INSTAGRAM, permissions="own"), _who("i1", "Ann Lee", "ann", avatar=_PIC), {"permissions": ["basic"]}),
    ],
    "github": [
        Case("all", _GITHUB, _who("101", "Ann Lee", "ann", "ann@example.com", _PIC), emails=_EMAILS),
        Case("primary is not verified", _GITHUB, _who("101", "Ann Lee", "ann", "", _PIC), emails=[{**_EMAILS[1], "verified": False}, _EMAILS[0]]),
        Case("no addresses", _GITHUB, _who("101", "Ann Lee", "ann", "", _PIC), emails=[]),
        *(Case(f"addresses: {status}", _GITHUB, _who("101", "Ann Lee", "ann", "", _PIC), emails={}, emails_status=status) for status in (401, 403, 404)),
        Case("addresses: 500", _GITHUB, None, emails={"message": "down"}, emails_status=500),
        Case("addresses are no list", _GITHUB, None, emails={"email": "x"}),
        Case("no name", _with(_GITHUB, name=None), _who("101", "", "ann", "ann@example.com", _PIC), emails=_EMAILS),
        *_refused(("id as text", _with(_GITHUB, id="101"))),
        Case("no id", {"login": "nobody"}, _who("", "", "nobody"), emails=[]),
    ],
    "gitlab": [
        Case("all", _GITLAB, _who("102", "Ann Lee", "ann", "ann@example.com", _PIC)),
        Case("not confirmed", _with(_GITLAB, confirmed_at=None), _who("102", "Ann Lee", "ann", "", _PIC)),
        Case("confirmation is empty", _with(_GITLAB, confirmed_at=""), _who("102", "Ann Lee", "ann", "", _PIC)),
    ],
    "bitbucket": [
        Case("all", _BITBUCKET, _who("{b1}", "Ann Lee", "ann", "ann@example.com", _PIC), emails=_BITBUCKET_EMAILS),
        Case("primary is not confirmed", _BITBUCKET, _who("{b1}", "Ann Lee", "ann", "", _PIC), emails={"values": [{"email": "ann@example.com", "is_primary": True, "is_confirmed": False}]}),
        Case("addresses: 500", _BITBUCKET, _who("{b1}", "Ann Lee", "ann", "", _PIC), emails={}, emails_status=500),
        Case("no addresses", _BITBUCKET, _who("{b1}", "Ann Lee", "ann", "", _PIC), emails={}),
        Case("addresses are a list", _BITBUCKET, None, emails=[]),
        *_refused(("inactive", _with(_BITBUCKET, account_status="inactive")), ("no status", {"uuid": "{b2}"})),
    ],
    "gitee": [
        Case("public address", _GITEE, _who("103", "Ann Lee", "ann", "ann@example.com", _PIC)),
    ],
    "gitea": [
        Case("all", _GITEA, _who("104", "Ann Lee", "ann", "ann@example.com", _PIC), emails=_EMAILS),
        Case("primary is not verified", _GITEA, _who("104", "Ann Lee", "ann", "", _PIC), emails=[{**_EMAILS[1], "verified": False}]),
        Case("addresses: 403", _GITEA, _who("104", "Ann Lee", "ann", "", _PIC), emails={}, emails_status=403),
        *_refused(("inactive", _with(_GITEA, active=False)), ("no status", {"id": 5, "login": "x"})),
    ],
    "discord": [
        Case("all", _DISCORD, _who("80351110224678912", "Ann Lee", "ann", "ann@example.com", "https://cdn.discordapp.com/avatars/80351110224678912/8342729096.png")),
        Case("no display name", _with(_DISCORD, global_name=None), _who("80351110224678912", "ann", "ann", "ann@example.com", "https://cdn.discordapp.com/avatars/80351110224678912/8342729096.png")),
        Case("older name with a number", _with(_DISCORD, global_name=None, discriminator="1337"), _who("80351110224678912", "ann#1337", "ann", "ann@example.com", "https://cdn.discordapp.com/avatars/80351110224678912/8342729096.png")),
        Case("display name and a number", _with(_DISCORD, discriminator="1337"), _who("80351110224678912", "Ann Lee", "ann", "ann@example.com", "https://cdn.discordapp.com/avatars/80351110224678912/8342729096.png")),
        Case("unverified, no picture", _with(_DISCORD, verified=False, avatar=None), _who("80351110224678912", "Ann Lee", "ann")),
    ],
    "twitter": [
        Case("all", _TWITTER, _who("t1", "Ann Lee", "ann", "ann@example.com", _PIC)),
        Case("little", {"data": {"id": "t2"}}, _who("t2")),
    ],
    "kakao": [
        Case("all", _KAKAO, _who("105", "", "ann", "ann@example.com", _PIC)),
        *(Case(f"not {name}", _with(_KAKAO, kakao_account={**_KAKAO["kakao_account"], name: False}), _who("105", "", "ann", "", _PIC)) for name in ("is_email_valid", "is_email_verified")),
        Case("little", {"id": 108}, _who("108")),
    ],
    "vk": [
        Case("all", _VK, _who("106", "Ann Lee", "ann", "ann@example.com", _PIC), {"email": "ann@example.com"}),
        Case("no address", _VK, _who("106", "Ann Lee", "ann", "", _PIC)),
        Case("one name", {"response": [{"id": 109, "first_name": "Ann"}]}, _who("109", "Ann")),
        *_refused(("nobody", {"response": []}), ("nothing", {"error": {"error_code": 5}})),
    ],
    "linear": [
        Case("all", _graphql("viewer", _LINEAR), _who("l1", "Ann Lee", "ann", "ann@example.com", _PIC)),
        *_refused(("inactive", _graphql("viewer", _with(_LINEAR, active=False))), ("errors", {"data": None, "errors": []})),
    ],
    "notion": [
        Case("all", _NOTION, _who("n1", "Ann Lee", email="ann@example.com", avatar=_PIC)),
    ],
    "monday": [
        Case("all", _graphql("me", _MONDAY), _who("m1", "Ann Lee", email="ann@example.com", avatar=_PIC)),
        Case("not verified", _graphql("me", _with(_MONDAY, is_verified=False)), _who("m1", "Ann Lee", avatar=_PIC)),
        *_refused(("not enabled", _graphql("me", _with(_MONDAY, enabled=False)))),
    ],
    "lark": [Case("all", _LARK, _who("on_1", "Ann Lee", avatar=_PIC))],
    "box": [
        Case("all", _BOX, _who("b1", "Ann Lee", email="ann@example.com", avatar=_PIC)),
        *_refused(("inactive", _with(_BOX, status="inactive"))),
    ],
    "spotify": [
        Case("all", _SPOTIFY, _who("s1", "Ann Lee", avatar=_PIC)),
        Case("no picture", _with(_SPOTIFY, images=[]), _who("s1", "Ann Lee")),
    ],
    "trakt": [Case("all", _TRAKT, _who("b6589fc6", "Ann Lee", "ann", avatar=_PIC))],
    "twitch": [
        Case("all", _TWITCH, _who("tw1", "Ann Lee", "ann", "ann@example.com", _PIC)),
        *_refused(("nobody", {"data": []})),
    ],
    "patreon": [
        Case("all", _PATREON, _who("p1", "Ann Lee", "ann", "ann@example.com", _PIC)),
        Case("not verified", {"data": {"id": "p1", "attributes": {**_PATREON["data"]["attributes"], "is_email_verified": False}}}, _who("p1", "Ann Lee", "ann", "", _PIC)),
    ],
    "strava": [Case("all", _STRAVA, _who("107", "Ann Lee", "ann", avatar=_PIC))],
    "wakatime": [
        Case("all", {"data": _WAKATIME}, _who("w1", "Ann Lee", "ann", "ann@example.com", _PIC)),
        Case("not confirmed, picture hidden", {"data": _with(_WAKATIME, is_email_confirmed=False, photo_public=False)}, _who("w1", "Ann Lee", "ann")),
    ],
    "livechat": [
        Case("all", _LIVECHAT, _who("lc1", "Ann Lee", email="ann@example.com", avatar=_PIC)),
        Case("not verified", _with(_LIVECHAT, email_verified=False), _who("lc1", "Ann Lee", avatar=_PIC)),
    ],
    "mailcow": [
        Case("all", _MAILCOW, _who("mc1", "Ann Lee", "ann", "ann@mail.example")),
        Case("plain username", _with(_MAILCOW, username="ann"), _who("mc1", "Ann Lee", "ann", "ann@mail.example")),
        *_refused(("inactive", _with(_MAILCOW, active=0)), ("active as a flag", _with(_MAILCOW, active=True))),
    ],
    "planningcenter": [
        Case("all", _PLANNING, _who("pc1", "Ann Lee", avatar=_PIC)),
        *_refused(("inactive", {"data": {"id": "pc1", "attributes": {"status": "inactive"}}})),
    ],
    **{
        name: [
            Case("all", _OIDC, _who("o1", "Ann Lee", "ann", "ann@example.com", _PIC)),
            Case("verified as text", _with(_OIDC, email_verified="true"), _who("o1", "Ann Lee", "ann", "ann@example.com", _PIC)),
            Case("unverified", _with(_OIDC, email_verified="false"), _who("o1", "Ann Lee", "ann", "", _PIC)),
        ]
        for name in ("oidc", "oidc2", "oidc3")
    },
}  # fmt: skip
