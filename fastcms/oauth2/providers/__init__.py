"""All providers, in the order in which the dashboard offers them."""

from __future__ import annotations

from collections.abc import Sequence

from fastcms.oauth2.provider import Provider
from fastcms.oauth2.providers.apple import Apple
from fastcms.oauth2.providers.bitbucket import Bitbucket
from fastcms.oauth2.providers.box import Box
from fastcms.oauth2.providers.discord import Discord
from fastcms.oauth2.providers.facebook import Facebook
from fastcms.oauth2.providers.gitea import Gitea
from fastcms.oauth2.providers.gitee import Gitee
from fastcms.oauth2.providers.github import GitHub
from fastcms.oauth2.providers.gitlab import GitLab
from fastcms.oauth2.providers.google import Google
from fastcms.oauth2.providers.instagram2 import Instagram
from fastcms.oauth2.providers.kakao import Kakao
from fastcms.oauth2.providers.lark import Lark
from fastcms.oauth2.providers.linear import Linear
from fastcms.oauth2.providers.livechat import LiveChat
from fastcms.oauth2.providers.mailcow import Mailcow
from fastcms.oauth2.providers.microsoft import Microsoft
from fastcms.oauth2.providers.monday import Monday
from fastcms.oauth2.providers.notion import Notion
from fastcms.oauth2.providers.oidc import OIDC, OIDC2, OIDC3
from fastcms.oauth2.providers.patreon import Patreon
from fastcms.oauth2.providers.planningcenter import PlanningCenter
from fastcms.oauth2.providers.spotify import Spotify
from fastcms.oauth2.providers.strava import Strava
from fastcms.oauth2.providers.trakt import Trakt
from fastcms.oauth2.providers.twitch import Twitch
from fastcms.oauth2.providers.twitter import Twitter
from fastcms.oauth2.providers.vk import VK
from fastcms.oauth2.providers.wakatime import WakaTime
from fastcms.oauth2.providers.yandex import Yandex
from fastcms.schema.options import OAuth2Provider

PROVIDERS: tuple[type[Provider], ...] = (
    Apple,
    Google,
    Microsoft,
    Yandex,
    Facebook,
    Instagram,
    GitHub,
    GitLab,
    Bitbucket,
    Gitee,
    Gitea,
    Discord,
    Twitter,
    Kakao,
    VK,
    Linear,
    Notion,
    Monday,
    Lark,
    Box,
    Spotify,
    Trakt,
    Twitch,
    Patreon,
    Strava,
    WakaTime,
    LiveChat,
    Mailcow,
    PlanningCenter,
    OIDC,
    OIDC2,
    OIDC3,
)

NAMES = tuple(provider.name for provider in PROVIDERS)

# With those that plugins have added.
_BY_NAME = dict(zip(NAMES, PROVIDERS, strict=True))


def is_known(name: str) -> bool:
    """Whether a collection may configure a provider of that name."""
    return name in _BY_NAME


def check(providers: Sequence[type[Provider]]) -> None:
    """Raises ValueError for providers that :func:`add` cannot take."""
    names = set(_BY_NAME)
    for provider in providers:
        name = getattr(provider, "name", "")
        if not name or name in names:
            raise ValueError(f"{provider.__name__} has no name that is free, but {name!r}")
        names.add(name)
        if not provider(OAuth2Provider()).logo.lstrip().startswith("<svg"):
            raise ValueError(f"{provider.__name__}.logo is no SVG")


def add(providers: Sequence[type[Provider]]) -> None:
    """Providers of a plugin, for the rest of the process."""
    _BY_NAME.update({provider.name: provider for provider in providers})


def configured(config: OAuth2Provider) -> Provider | None:
    """The provider of a configuration, None for one that is unknown."""
    found = _BY_NAME.get(config.name)
    return found(config) if found is not None else None


def offered() -> list[dict[str, str]]:
    """What there is to choose from: names, what people call them, and their signs as SVG."""
    blank = [provider(OAuth2Provider()) for provider in _BY_NAME.values()]
    return [{"name": one.name, "displayName": one.display_name, "logo": one.logo} for one in blank]
