"""Instagram: https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login"""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class Instagram(Provider):
    name = "instagram2"
    display_name = "Instagram"
    auth_url = "https://www.instagram.com/oauth/authorize"
    token_url = "https://api.instagram.com/oauth/access_token"
    user_info_url = (
        "https://graph.instagram.com/me?fields=id,username,account_type,user_id,name,"
        "profile_picture_url,followers_count,follows_count,media_count"
    )
    scopes = ("instagram_business_basic",)

    async def user_from(self, profile: Profile, token: Token) -> User:
        raw = dict(profile.raw)
        if (permissions := token.extra.get("permissions")) is not None:
            raw.setdefault("permissions", permissions)
        return User(
            id=profile.text("user_id"),
            name=profile.text("name"),
            username=profile.text("username"),
            avatar_url=profile.text("profile_picture_url"),
            raw=raw,
        )
