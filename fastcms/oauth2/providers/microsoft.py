"""Microsoft: https://learn.microsoft.com/en-us/graph/api/user-get"""

from __future__ import annotations

from typing import Any

from fastcms.oauth2.errors import UserError
from fastcms.oauth2.id_token import check_times, header_and_claims
from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token
from fastcms.schema.options import OAuth2Provider

_LOGIN = "https://login.microsoftonline.com/common/oauth2/v2.0"


class Microsoft(Provider):
    name = "microsoft"
    display_name = "Microsoft"
    auth_url = f"{_LOGIN}/authorize"
    token_url = f"{_LOGIN}/token"
    user_info_url = "https://graph.microsoft.com/v1.0/me"
    scopes: tuple[str, ...] = ("User.Read",)

    def __init__(self, config: OAuth2Provider) -> None:
        super().__init__(config)
        # Which claim of the id token is trusted as the address, "" for the profile's `mail`.
        self.email_claim = str(self.extra.get("idTokenEmailClaim") or "")
        if self.email_claim:
            self.scopes = (*self.scopes, "openid")

    async def user_from(self, profile: Profile, token: Token) -> User:
        return User(
            id=profile.text("id"),
            name=profile.text("displayName"),
            email=self._email(profile, token),
        )

    def _email(self, profile: Profile, token: Token) -> str:
        match self.email_claim:
            case "email":
                return _text(_claims(token), "email")
            case "verified_primary_email":
                return _text(_claims(token), "verified_primary_email")
            case "email_and_xms_edov":
                return _of_verified_domain(_claims(token))
            case "any_verified":
                claims = _claims(token)
                return _text(claims, "verified_primary_email") or _of_verified_domain(claims)
            case _:
                return profile.text("mail")


def _claims(token: Token) -> dict[str, Any]:
    """What the id token says; nothing if it is out of its time.

    It came straight from the token address, so there is nobody else whose word it could be.
    """
    id_token = token.extra.get("id_token")
    try:
        _, claims = header_and_claims(id_token if isinstance(id_token, str) else "")
        check_times(claims)
    except UserError:
        return {}
    return claims


def _of_verified_domain(claims: dict[str, Any]) -> str:
    return _text(claims, "email") if Profile(claims).loose_flag("xms_edov") else ""


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""
