"""Strava: https://developers.strava.com/docs/reference/#api-Athletes-getLoggedInAthlete"""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class Strava(Provider):
    name = "strava"
    display_name = "Strava"
    auth_url = "https://www.strava.com/oauth/authorize"
    token_url = "https://www.strava.com/api/v3/oauth/token"
    user_info_url = "https://www.strava.com/api/v3/athlete"
    scopes = ("profile:read_all",)

    async def user_from(self, profile: Profile, token: Token) -> User:
        return User(
            id=profile.numbered_id("id"),
            name=f"{profile.text('firstname')} {profile.text('lastname')}",
            username=profile.text("username"),
            avatar_url=profile.text("profile"),
        )
