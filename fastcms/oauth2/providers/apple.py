"""Apple: https://developer.apple.com/documentation/signinwithapple"""

from __future__ import annotations

from fastcms.oauth2.errors import UserError
from fastcms.oauth2.id_token import (
    check_audience,
    check_signature,
    check_times,
    header_and_claims,
)
from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token

ISSUER = "https://appleid.apple.com"


class Apple(Provider):
    name = "apple"
    display_name = "Apple"
    auth_url = f"{ISSUER}/auth/authorize"
    token_url = f"{ISSUER}/auth/token"
    keys_url = f"{ISSUER}/auth/keys"
    scopes = ("name", "email")

    def auth_params(self, verifier: str) -> dict[str, str]:
        # Apple tells name and address in no other way.
        return {"response_mode": "form_post"}

    async def profile(self, token: Token) -> Profile:
        id_token = token.extra.get("id_token")
        if not isinstance(id_token, str):
            raise UserError("there is no id token")
        _, claims = header_and_claims(id_token)
        check_times(claims, must_expire=True)
        check_audience(claims, self.client_id)
        if claims.get("iss") != ISSUER:
            raise UserError("the id token is of another issuer")
        await check_signature(id_token, self.keys_url, public_only=False)
        return Profile(claims)

    async def user_from(self, profile: Profile, token: Token) -> User:
        # Also of people who hide their address: then it is one of privaterelay.appleid.com.
        is_verified = profile.loose_flag("email_verified")
        return User(
            id=profile.text("sub"),
            name=profile.text("name"),
            email=profile.text("email") if is_verified else "",
        )
