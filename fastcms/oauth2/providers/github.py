"""GitHub: https://docs.github.com/en/rest/users/users#get-the-authenticated-user"""

from __future__ import annotations

from fastcms.oauth2.emails import verified_primary_email
from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class GitHub(Provider):
    name = "github"
    display_name = "GitHub"
    auth_url = "https://github.com/login/oauth/authorize"
    token_url = "https://github.com/login/oauth/access_token"
    user_info_url = "https://api.github.com/user"
    scopes = ("read:user", "user:email")

    async def user_from(self, profile: Profile, token: Token) -> User:
        return User(
            id=profile.numbered_id("id"),
            name=profile.text("name"),
            username=profile.text("login"),
            email=await verified_primary_email(self, token),
            avatar_url=profile.text("avatar_url"),
        )
