"""WakaTime: https://wakatime.com/developers#users"""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class WakaTime(Provider):
    name = "wakatime"
    display_name = "WakaTime"
    auth_url = "https://wakatime.com/oauth/authorize"
    token_url = "https://wakatime.com/oauth/token"
    user_info_url = "https://wakatime.com/api/v1/users/current"
    scopes = ("email",)

    async def user_from(self, profile: Profile, token: Token) -> User:
        person = profile.part("data")
        return User(
            id=person.text("id"),
            name=person.text("display_name"),
            username=person.text("username"),
            email=person.text("email") if person.flag("is_email_confirmed") else "",
            avatar_url=person.text("photo") if person.flag("photo_public") else "",
        )
