"""Kakao: https://developers.kakao.com/docs/latest/en/kakaologin/rest-api#req-user-info"""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class Kakao(Provider):
    name = "kakao"
    display_name = "Kakao"
    auth_url = "https://kauth.kakao.com/oauth/authorize"
    token_url = "https://kauth.kakao.com/oauth/token"
    user_info_url = "https://kapi.kakao.com/v2/user/me"
    scopes = ("account_email", "profile_nickname", "profile_image")

    async def user_from(self, profile: Profile, token: Token) -> User:
        account = profile.part("kakao_account")
        is_proven = account.flag("is_email_valid") and account.flag("is_email_verified")
        return User(
            id=profile.numbered_id("id"),
            username=profile.text("properties", "nickname"),
            email=account.text("email") if is_proven else "",
            avatar_url=profile.text("properties", "profile_image"),
        )
