"""Spotify: https://developer.spotify.com/documentation/web-api/reference/."""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class Spotify(Provider):
    name = "spotify"
    display_name = "Spotify"
    auth_url = "https://accounts.spotify.com/authorize"
    token_url = "https://accounts.spotify.com/api/token"
    user_info_url = "https://api.spotify.com/v1/me"
    scopes = ("user-read-private",)

    async def user_from(self, profile: Profile, token: Token) -> User:
        images = profile.items("images")
        # Spotify does not say whether the address is verified, so there is none.
        return User(
            id=profile.text("id"),
            name=profile.text("display_name"),
            avatar_url=images[0].text("url") if images else "",
        )
