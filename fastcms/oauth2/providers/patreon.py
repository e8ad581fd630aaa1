"""Patreon: https://docs.patreon.com/#get-api-oauth2-v2-identity"""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class Patreon(Provider):
    name = "patreon"
    display_name = "Patreon"
    auth_url = "https://www.patreon.com/oauth2/authorize"
    token_url = "https://www.patreon.com/api/oauth2/token"
    user_info_url = (
        "https://www.patreon.com/api/oauth2/v2/identity"
        "?fields%5Buser%5D=full_name,email,vanity,image_url,is_email_verified"
    )
    scopes = ("identity", "identity[email]")

    async def user_from(self, profile: Profile, token: Token) -> User:
        attributes = profile.part("data", "attributes")
        return User(
            id=profile.text("data", "id"),
            name=attributes.text("full_name"),
            username=attributes.text("vanity"),
            email=attributes.text("email") if attributes.flag("is_email_verified") else "",
            avatar_url=attributes.text("image_url"),
        )
