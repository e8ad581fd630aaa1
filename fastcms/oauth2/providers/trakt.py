"""Trakt: https://trakt.docs.apiary.io/#reference/users/settings"""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class Trakt(Provider):
    name = "trakt"
    display_name = "Trakt"
    auth_url = "https://trakt.tv/oauth/authorize"
    token_url = "https://api.trakt.tv/oauth/token"
    user_info_url = "https://api.trakt.tv/users/settings"

    @property
    def user_info_headers(self) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "trakt-api-key": self.client_id,
            "trakt-api-version": "2",
        }

    async def user_from(self, profile: Profile, token: Token) -> User:
        return User(
            id=profile.text("user", "ids", "uuid"),
            name=profile.text("user", "name"),
            username=profile.text("user", "username"),
            avatar_url=profile.text("user", "images", "avatar", "full"),
        )
