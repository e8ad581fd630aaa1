"""Facebook: https://developers.facebook.com/docs/graph-api/reference/user/"""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class Facebook(Provider):
    name = "facebook"
    display_name = "Facebook"
    auth_url = "https://www.facebook.com/v3.2/dialog/oauth"
    token_url = "https://graph.facebook.com/v3.2/oauth/access_token"
    user_info_url = "https://graph.facebook.com/me?fields=name,email,picture.type(large)"
    scopes = ("email",)

    async def user_from(self, profile: Profile, token: Token) -> User:
        return User(
            id=profile.text("id"),
            name=profile.text("name"),
            email=profile.text("email"),
            avatar_url=profile.text("picture", "data", "url"),
        )
