"""Twitch: https://dev.twitch.tv/docs/api/reference/#get-users"""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class Twitch(Provider):
    name = "twitch"
    display_name = "Twitch"
    auth_url = "https://id.twitch.tv/oauth2/authorize"
    token_url = "https://id.twitch.tv/oauth2/token"
    user_info_url = "https://api.twitch.tv/helix/users"
    scopes = ("user:read:email",)

    @property
    def user_info_headers(self) -> dict[str, str]:
        return {"Client-Id": self.client_id}

    async def user_from(self, profile: Profile, token: Token) -> User:
        person = profile.first("data")
        return User(
            id=person.text("id"),
            name=person.text("display_name"),
            username=person.text("login"),
            email=person.text("email"),
            avatar_url=person.text("profile_image_url"),
        )
