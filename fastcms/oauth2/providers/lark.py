"""Lark and Feishu: outside China the same addresses at larksuite.com."""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class Lark(Provider):
    name = "lark"
    display_name = "Lark"
    auth_url = "https://accounts.feishu.cn/open-apis/authen/v1/authorize"
    token_url = "https://open.feishu.cn/open-apis/authen/v2/oauth/token"
    user_info_url = "https://open.feishu.cn/open-apis/authen/v1/user_info"

    async def user_from(self, profile: Profile, token: Token) -> User:
        return User(
            id=profile.text("data", "union_id"),
            name=profile.text("data", "name"),
            avatar_url=profile.text("data", "avatar_url"),
        )
