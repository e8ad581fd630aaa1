"""Planning Center: https://developer.planning.center/docs/#/overview/authentication"""

from __future__ import annotations

from fastcms.oauth2.errors import UserError
from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token


class PlanningCenter(Provider):
    name = "planningcenter"
    display_name = "Planning Center"
    auth_url = "https://api.planningcenteronline.com/oauth/authorize"
    token_url = "https://api.planningcenteronline.com/oauth/token"
    user_info_url = "https://api.planningcenteronline.com/people/v2/me"
    scopes = ("people",)

    async def user_from(self, profile: Profile, token: Token) -> User:
        attributes = profile.part("data", "attributes")
        if attributes.text("status") != "active":
            raise UserError("the account is not active")
        # People can have several addresses, none of them marked as verified.
        return User(
            id=profile.text("data", "id"),
            name=attributes.text("name"),
            avatar_url=attributes.text("avatar"),
        )
