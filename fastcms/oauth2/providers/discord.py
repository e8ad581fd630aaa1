"""Discord: https://discord.com/developers/docs/resources/user#get-current-user"""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token

_AVATARS = "https://cdn.discordapp.com/avatars"


class Discord(Provider):
    name = "discord"
    display_name = "Discord"
    auth_url = "https://discord.com/api/oauth2/authorize"
    token_url = "https://discord.com/api/oauth2/token"
    user_info_url = "https://discord.com/api/users/@me"
    scopes = ("identify", "email")

    async def user_from(self, profile: Profile, token: Token) -> User:
        user_id, username, picture = (profile.text(key) for key in ("id", "username", "avatar"))
        # Accounts of before 2023 may still have a number behind their name; "0" is none.
        number = profile.text("discriminator")
        full_name = username if number in {"", "0"} else f"{username}#{number}"
        return User(
            id=user_id,
            name=profile.text("global_name") or full_name,
            username=username,
            email=profile.text("email") if profile.flag("verified") else "",
            avatar_url=f"{_AVATARS}/{user_id}/{picture}.png" if picture else "",
        )
