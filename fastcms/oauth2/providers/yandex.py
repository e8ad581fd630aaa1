"""Yandex: https://yandex.ru/dev/id/doc/en/user-information"""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token

_AVATARS = "https://avatars.yandex.net/get-yapic"


class Yandex(Provider):
    name = "yandex"
    display_name = "Yandex"
    auth_url = "https://oauth.yandex.com/authorize"
    token_url = "https://oauth.yandex.com/token"
    user_info_url = "https://login.yandex.ru/info"
    scopes = ("login:email", "login:avatar", "login:info")

    async def user_from(self, profile: Profile, token: Token) -> User:
        avatar = profile.text("default_avatar_id")
        has_avatar = not profile.flag("is_avatar_empty")
        return User(
            id=profile.text("id"),
            name=profile.text("real_name"),
            username=profile.text("login"),
            email=profile.text("default_email"),
            avatar_url=f"{_AVATARS}/{avatar}/islands-200" if has_avatar else "",
        )
