"""Linear: https://linear.app/developers/graphql"""

from __future__ import annotations

from fastcms.oauth2.errors import UserError
from fastcms.oauth2.graphql import ask_graphql
from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token

_QUERY = "query Me { viewer { id displayName name email avatarUrl active } }"


class Linear(Provider):
    name = "linear"
    display_name = "Linear"
    auth_url = "https://linear.app/oauth/authorize"
    token_url = "https://api.linear.app/oauth/token"
    user_info_url = "https://api.linear.app/graphql"
    scopes = ("read",)
    pkce = False

    async def profile(self, token: Token) -> Profile:
        return await ask_graphql(self, token, _QUERY)

    async def user_from(self, profile: Profile, token: Token) -> User:
        viewer = profile.part("data", "viewer")
        if not viewer.flag("active"):
            raise UserError("the account is not active")
        return User(
            id=viewer.text("id"),
            name=viewer.text("name"),
            username=viewer.text("displayName"),
            email=viewer.text("email"),
            avatar_url=viewer.text("avatarUrl"),
        )
