"""Box: https://developer.box.com/reference/get-users-me/"""

from __future__ import annotations

from fastcms.oauth2.errors import UserError
from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class Box(Provider):
    name = "box"
    display_name = "Box"
    auth_url = "https://account.box.com/api/oauth2/authorize"
    token_url = "https://api.box.com/oauth2/token"
    user_info_url = "https://api.box.com/2.0/users/me"
    scopes = ("root_readonly",)

    async def user_from(self, profile: Profile, token: Token) -> User:
        if profile.text("status") != "active":
            raise UserError("the account is not active")
        return User(
            id=profile.text("id"),
            name=profile.text("name"),
            # Box lets nobody sign in elsewhere before the address is verified.
            email=profile.text("login"),
            avatar_url=profile.text("avatar_url"),
        )
