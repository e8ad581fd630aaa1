"""monday.com: https://developer.monday.com/api-reference/reference/me"""

from __future__ import annotations

from fastcms.oauth2.errors import UserError
from fastcms.oauth2.graphql import ask_graphql
from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token

_QUERY = "query { me { id enabled name email is_verified photo_small }}"


class Monday(Provider):
    name = "monday"
    display_name = "monday.com"
    auth_url = "https://auth.monday.com/oauth2/authorize"
    token_url = "https://auth.monday.com/oauth2/token"
    user_info_url = "https://api.monday.com/v2"
    scopes = ("me:read",)

    async def profile(self, token: Token) -> Profile:
        return await ask_graphql(self, token, _QUERY)

    async def user_from(self, profile: Profile, token: Token) -> User:
        me = profile.part("data", "me")
        if not me.flag("enabled"):
            raise UserError("the account is not enabled")
        return User(
            id=me.text("id"),
            name=me.text("name"),
            email=me.text("email") if me.flag("is_verified") else "",
            avatar_url=me.text("photo_small"),
        )
