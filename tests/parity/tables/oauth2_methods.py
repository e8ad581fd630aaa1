"""What `auth-methods` tells of each OAuth2 provider, as it comes and as it is configured."""

from typing import Any

from tests.parity.scenario import Row, get, patch

NAMES = (
    "apple", "google", "microsoft", "yandex", "facebook", "instagram2", "github", "gitlab",
    "bitbucket", "gitee", "gitea", "discord", "twitter", "kakao", "vk", "linear", "notion",
    "monday", "lark", "box", "spotify", "trakt", "twitch", "patreon", "strava", "wakatime",
    "livechat", "mailcow", "planningcenter", "oidc", "oidc2", "oidc3",
)  # fmt: skip

PATH = "/api/collections/users"
_SECRET = {"clientId": "client & co", "clientSecret": "secret"}
_OWN = {"authURL": "https://id.example.com/login?tenant=1&x", "tokenURL": "https://id.example.com/token", "displayName": "Ours & theirs"}


def _masks(*pkce: bool) -> dict[str, str]:
    masks = {}
    for place in ("oauth2.providers", "authProviders"):
        for index, has_pkce in enumerate(pkce):
            masks[f"{place}.{index}.state"] = "[a-zA-Z0-9]{30}"
            if has_pkce:
                masks[f"{place}.{index}.codeVerifier"] = "[a-zA-Z0-9]{43}"
                masks[f"{place}.{index}.codeChallenge"] = r"[\w-]{43}"
    return masks


def _configure(name: str, *providers: dict[str, Any], enabled: bool = True) -> Row:
    listed = [{**_SECRET, **provider} for provider in providers]
    return patch(f"configure: {name}", PATH, {"oauth2": {"enabled": enabled, "providers": listed}}, who="superuser")


def _methods(name: str, *pkce: bool) -> Row:
    return get(f"methods: {name}", f"{PATH}/auth-methods", mask=_masks(*pkce))


_WITHOUT_PKCE = {"bitbucket", "vk", "linear"}

ROWS = (
    *(row for name in NAMES for row in (_configure(name, {"name": name}), _methods(name, name not in _WITHOUT_PKCE))),
    _configure("all", *({"name": name} for name in NAMES)),
    _methods("all", *(name not in _WITHOUT_PKCE for name in NAMES)),
    _configure("in another order", *({"name": name} for name in reversed(NAMES[:5]))),
    _methods("in another order", *[True] * 5),
    _configure("own addresses", {"name": "google", **_OWN}, {"name": "oidc", **_OWN}, {"name": "vk", **_OWN}),
    _methods("own addresses", True, True, False),
    _configure("PKCE switched", {"name": "vk", "pkce": True}, {"name": "google", "pkce": False}, {"name": "github", "pkce": None}),
    _methods("PKCE switched", True, False, True),
    *(row for claim in ("email", "any_verified", "", "nonsense") for row in (
        _configure(f"Microsoft's address by {claim}", {"name": "microsoft", "extra": {"idTokenEmailClaim": claim}}),
        _methods(f"Microsoft's address by {claim}", True),
    )),
    _configure("unknown", {"name": "myspace"}),
    _configure("twice", {"name": "google"}, {"name": "google"}),
    _configure("off", {"name": "google"}, enabled=False),
    _methods("off"),
)
