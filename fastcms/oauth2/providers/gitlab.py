"""GitLab: https://docs.gitlab.com/api/users/#get-the-current-user"""

from __future__ import annotations

from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class GitLab(Provider):
    name = "gitlab"
    display_name = "GitLab"
    auth_url = "https://gitlab.com/oauth/authorize"
    token_url = "https://gitlab.com/oauth/token"
    user_info_url = "https://gitlab.com/api/v4/user"
    scopes = ("read_user",)

    async def user_from(self, profile: Profile, token: Token) -> User:
        return User(
            id=profile.numbered_id("id"),
            name=profile.text("name"),
            username=profile.text("username"),
            email=profile.text("email") if profile.text("confirmed_at") else "",
            avatar_url=profile.text("avatar_url"),
        )
