"""mailcow, on the server of whoever configures it."""

from __future__ import annotations

from fastcms.oauth2.errors import UserError
from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class Mailcow(Provider):
    name = "mailcow"
    display_name = "mailcow"
    scopes = ("profile",)

    async def user_from(self, profile: Profile, token: Token) -> User:
        if profile.number("active") != 1:
            raise UserError("the account is not active")
        return User(
            id=profile.text("id"),
            name=profile.text("full_name"),
            # Usually the whole address.
            username=profile.text("username").partition("@")[0],
            email=profile.text("email"),
        )
