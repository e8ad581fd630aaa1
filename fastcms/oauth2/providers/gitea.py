"""Gitea and Forgejo: https://docs.gitea.com/api/#tag/user/operation/userGetCurrent"""

from __future__ import annotations

from fastcms.oauth2.emails import verified_primary_email
from fastcms.oauth2.errors import UserError
from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class Gitea(Provider):
    name = "gitea"
    display_name = "Gitea/Forgejo"
    auth_url = "https://gitea.com/login/oauth/authorize"
    token_url = "https://gitea.com/login/oauth/access_token"
    user_info_url = "https://gitea.com/api/v1/user"
    scopes = ("read:user", "user:email")

    async def user_from(self, profile: Profile, token: Token) -> User:
        if not profile.flag("active"):
            raise UserError("the account is not active")
        return User(
            id=profile.numbered_id("id"),
            name=profile.text("full_name"),
            username=profile.text("login"),
            email=await verified_primary_email(self, token),
            avatar_url=profile.text("avatar_url"),
        )
