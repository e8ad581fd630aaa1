"""Google: https://developers.google.com/identity/openid-connect/openid-connect"""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class Google(Provider):
    name = "google"
    display_name = "Google"
    auth_url = "https://accounts.google.com/o/oauth2/v2/auth"
    token_url = "https://oauth2.googleapis.com/token"
    user_info_url = "https://www.googleapis.com/oauth2/v3/userinfo"
    scopes = (
        "https://www.googleapis.com/auth/userinfo.profile",
        "https://www.googleapis.com/auth/userinfo.email",
    )

    async def user_from(self, profile: Profile, token: Token) -> User:
        return User(
            id=profile.text("sub"),
            name=profile.text("name"),
            email=profile.text("email") if profile.flag("email_verified") else "",
            avatar_url=profile.text("picture"),
        )
