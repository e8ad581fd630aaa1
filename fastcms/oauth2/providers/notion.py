"""Notion: https://developers.notion.com/reference/get-self"""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class Notion(Provider):
    name = "notion"
    display_name = "Notion"
    auth_url = "https://api.notion.com/v1/oauth/authorize"
    token_url = "https://api.notion.com/v1/oauth/token"
    user_info_url = "https://api.notion.com/v1/users/me"

    @property
    def user_info_headers(self) -> dict[str, str]:
        return {"Notion-Version": "2022-06-28"}

    async def user_from(self, profile: Profile, token: Token) -> User:
        person = profile.part("bot", "owner", "user")
        return User(
            id=person.text("id"),
            name=person.text("name"),
            email=person.text("person", "email"),
            avatar_url=person.text("avatar_url"),
        )
