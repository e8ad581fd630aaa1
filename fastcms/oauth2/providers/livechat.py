"""LiveChat: https://platform.text.com/docs/authorization"""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class LiveChat(Provider):
    name = "livechat"
    display_name = "LiveChat"
    auth_url = "https://accounts.livechat.com/"
    token_url = "https://accounts.livechat.com/token"
    user_info_url = "https://accounts.livechat.com/v2/accounts/me"

    async def user_from(self, profile: Profile, token: Token) -> User:
        return User(
            id=profile.text("account_id"),
            name=profile.text("name"),
            email=profile.text("email") if profile.flag("email_verified") else "",
            avatar_url=profile.text("avatar_url"),
        )
