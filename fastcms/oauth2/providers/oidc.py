"""OpenID Connect: any provider that speaks it, found by its issuer or by configured addresses.

Of the configuration's `extra`, `issuer` is enough for one whose addresses are to be discovered;
`issuers` and `jwksURL` say whose id tokens are trusted where there is neither an issuer nor an
address of profiles.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from fastcms.oauth2.discovery import Metadata, discover
from fastcms.oauth2.errors import TokenError, UserError
from fastcms.oauth2.id_token import (
    check_audience,
    check_signature,
    check_times,
    header_and_claims,
)
from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider, User
from fastcms.oauth2.token import Token
from fastcms.schema.options import OAuth2Provider


class OIDC(Provider):
    name = "oidc"
    display_name = "OIDC"
    logo_name = "oidc"
    scopes = ("openid", "email", "profile")

    def __init__(self, config: OAuth2Provider) -> None:
        super().__init__(config)
        self.issuer = str(self.extra.get("issuer") or "")
        self._metadata: Metadata | None = None

    async def prepare(self) -> None:
        if not self.issuer:
            return
        self._metadata = found = await discover(self.issuer)
        if found is None:
            raise TokenError("the issuer cannot be discovered")
        self.auth_url = self.auth_url or found.authorization_endpoint
        self.token_url = self.token_url or found.token_endpoint
        self.user_info_url = self.user_info_url or found.userinfo_endpoint
        self.named_by_others = found.named_by_others

    def auth_params(self, verifier: str) -> dict[str, str]:
        return {"nonce": _nonce(verifier)} if self._has_nonce else {}

    async def profile(self, token: Token) -> Profile:
        if self._metadata is not None:
            return await self._proven(token, self._metadata)
        if self.user_info_url:
            return await super().profile(token)
        id_token = _id_token(token)
        _, claims = header_and_claims(id_token)
        check_times(claims)
        check_audience(claims, self.client_id)
        issuers = self.extra.get("issuers")
        known = [issuers] if isinstance(issuers, str) else list(issuers or [])
        if known and claims.get("iss") not in known:
            raise UserError("the id token is of another issuer")
        if keys_url := self.extra.get("jwksURL"):
            await check_signature(id_token, str(keys_url), public_only=False)
        return Profile(claims)

    async def user_from(self, profile: Profile, token: Token) -> User:
        is_verified = profile.loose_flag("email_verified")
        return User(
            id=profile.text("sub"),
            name=profile.text("name"),
            username=profile.text("preferred_username"),
            email=profile.text("email") if is_verified else "",
            avatar_url=profile.text("picture"),
        )

    @property
    def _has_nonce(self) -> bool:
        return bool(self.issuer) and self.pkce

    async def _proven(self, token: Token, metadata: Metadata) -> Profile:
        """The claims of an id token that is proven to be for this client and this sign-in."""
        id_token = _id_token(token)
        _, claims = header_and_claims(id_token)
        check_times(claims, must_expire=True)
        check_audience(claims, self.client_id)
        if claims.get("azp", self.client_id) != self.client_id:
            raise UserError("the id token is for another client")
        if claims.get("iss") != metadata.issuer:
            raise UserError("the id token is of another issuer")
        if self._has_nonce and not _is_equal(claims.get("nonce"), _nonce(self.verifier)):
            raise UserError("the id token is of another sign-in")
        public_only = metadata.jwks_uri in self.named_by_others
        await check_signature(id_token, metadata.jwks_uri, public_only=public_only)
        if not self.user_info_url:
            return Profile(claims)
        more = await super().profile(token)
        if more.text("sub") != claims.get("sub"):
            raise UserError("the profile is somebody else's")
        return Profile({**claims, **more.raw})


class OIDC2(OIDC):
    """Of three providers of this kind the second."""

    name = "oidc2"


class OIDC3(OIDC):
    """The third."""

    name = "oidc3"


def _nonce(verifier: str) -> str:
    """Made of the code verifier, which only the browser that signs in has, and the server forgets.

    So the id token belongs to that browser's sign-in, and the server need not remember anything.
    """
    digest = sha256(b"nonce " + verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _is_equal(given: object, wanted: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(), wanted.encode())


def _id_token(token: Token) -> str:
    found = token.extra.get("id_token")
    return found if isinstance(found, str) else ""
