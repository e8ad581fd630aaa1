"""Bitbucket: https://developer.atlassian.com/cloud/bitbucket/rest/api-group-users/"""

from __future__ import annotations

from fastcms.oauth2.errors import UserError
from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class Bitbucket(Provider):
    name = "bitbucket"
    display_name = "Bitbucket"
    auth_url = "https://bitbucket.org/site/oauth2/authorize"
    token_url = "https://bitbucket.org/site/oauth2/access_token"
    user_info_url = "https://api.bitbucket.org/2.0/user"
    scopes = ("account",)
    pkce = False

    async def user_from(self, profile: Profile, token: Token) -> User:
        if profile.text("account_status") != "active":
            raise UserError("the account is not active")
        return User(
            id=profile.text("uuid"),
            name=profile.text("display_name"),
            username=profile.text("username"),
            email=await self._email(token),
            avatar_url=profile.text("links", "avatar", "href"),
        )

    async def _email(self, token: Token) -> str:
        answer = await self.ask("GET", f"{self.user_info_url}/emails", token)
        if answer.status >= 400:
            return ""
        for entry in Profile.parse(answer.body).items("values"):
            if entry.flag("is_primary") and entry.flag("is_confirmed"):
                return entry.text("email")
        return ""
