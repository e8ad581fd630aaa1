"""VK: https://dev.vk.com/method/users.get"""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class VK(Provider):
    name = "vk"
    display_name = "ВКонтакте"
    auth_url = "https://oauth.vk.com/authorize"
    token_url = "https://oauth.vk.com/access_token"
    user_info_url = "https://api.vk.com/method/users.get?fields=photo_max,screen_name&v=5.131"
    scopes = ("email",)
    pkce = False

    async def user_from(self, profile: Profile, token: Token) -> User:
        person = profile.first("response")
        # The address comes with the token alone.
        email = token.extra.get("email")
        return User(
            id=person.numbered_id("id"),
            name=f"{person.text('first_name')} {person.text('last_name')}".strip(),
            username=person.text("screen_name"),
            email=email if isinstance(email, str) else "",
            avatar_url=person.text("photo_max"),
        )
