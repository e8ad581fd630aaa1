"""X, once Twitter: https://docs.x.com/x-api/users/get-my-user"""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class Twitter(Provider):
    name = "twitter"
    display_name = "X/Twitter"
    auth_url = "https://x.com/i/oauth2/authorize"
    token_url = "https://api.x.com/2/oauth2/token"
    user_info_url = (
        "https://api.x.com/2/users/me"
        "?user.fields=id,name,username,profile_image_url,confirmed_email"
    )
    # The last one is of no use here, but the profile is refused without it.
    scopes = ("users.read", "users.email", "tweet.read")

    async def user_from(self, profile: Profile, token: Token) -> User:
        return User(
            id=profile.text("data", "id"),
            name=profile.text("data", "name"),
            username=profile.text("data", "username"),
            email=profile.text("data", "confirmed_email"),
            avatar_url=profile.text("data", "profile_image_url"),
        )
