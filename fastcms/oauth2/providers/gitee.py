"""Gitee: https://gitee.com/api/v5/swagger#/getV5User"""

from __future__ import annotations

from urllib.parse import urljoin

from fastcms.fields.email import is_email
from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import NO_PERMISSION, Provider, User
from fastcms.oauth2.token import Token


class Gitee(Provider):
    name = "gitee"
    display_name = "Gitee"
    auth_url = "https://gitee.com/oauth/authorize"
    token_url = "https://gitee.com/oauth/token"
    user_info_url = "https://gitee.com/api/v5/user"
    scopes = ("user_info", "emails")

    async def user_from(self, profile: Profile, token: Token) -> User:
        public = profile.text("email")
        return User(
            id=profile.numbered_id("id"),
            name=profile.text("name"),
            username=profile.text("login"),
            email=public if is_email(public) else await self._email(token),
            avatar_url=profile.text("avatar_url"),
        )

    async def _email(self, token: Token) -> str:
        """The confirmed address of those who show none in public."""
        answer = await self.ask("GET", urljoin(self.user_info_url, "emails"), token)
        # Of somebody who keeps all addresses private it is an object instead of a list.
        if answer.status in NO_PERMISSION or not answer.body.lstrip().startswith(b"["):
            return ""
        for entry in Profile.parse(b'{"emails":%b}' % answer.body).items("emails"):
            scopes = entry.raw.get("scope") or []
            address = entry.text("email")
            if entry.text("state") == "confirmed" and "primary" in scopes and is_email(address):
                return address
        return ""
