"""What all OAuth2 providers have in common; each of them is a subclass in `providers/`."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from fastcms.fetch import Fetched, FetchError, fetch
from fastcms.oauth2.errors import UserError
from fastcms.oauth2.profile import Profile
from fastcms.oauth2.token import Client, Token, exchange
from fastcms.resources import shipped
from fastcms.schema.options import OAuth2Provider

NO_PERMISSION = (401, 403, 404)


class User(NamedTuple):
    """Who has signed in. `email` is an address that the provider has verified, "" for none."""

    id: str
    name: str = ""
    username: str = ""
    email: str = ""
    avatar_url: str = ""
    # Instead of the provider's whole answer, where that is not all there is to tell.
    raw: Mapping[str, Any] | None = None


class Provider:
    """A provider as a collection has configured it.

    Its addresses, scopes and whether it understands PKCE are the class's unless the configuration
    says otherwise.
    """

    name: ClassVar[str]
    display_name = ""
    # Of the file in `shipped/`, where it is not the provider's.
    logo_name = ""
    auth_url = ""
    token_url = ""
    user_info_url = ""
    scopes: tuple[str, ...] = ()
    pkce = True

    def __init__(self, config: OAuth2Provider) -> None:
        self.client_id = config.clientId
        self.client_secret = config.clientSecret
        self.extra: Mapping[str, Any] = config.extra or {}
        self.display_name = config.displayName or self.display_name or self.name
        self.auth_url = config.authURL or self.auth_url
        self.token_url = config.tokenURL or self.token_url
        self.user_info_url = config.userInfoURL or self.user_info_url
        if config.pkce is not None:
            self.pkce = config.pkce
        # What the browser that signs in has kept to itself, once it has shown it.
        self.verifier = ""
        # Addresses that a remote party has named: they may not lead into our own networks. Those
        # that the operator has configured may, where a provider runs beside us.
        self.named_by_others: frozenset[str] = frozenset()

    @property
    def user_info_headers(self) -> Mapping[str, str]:
        """Headers that the profile's address asks for."""
        return {}

    @property
    def logo(self) -> str:
        """Its sign, as SVG."""
        return _logo(self.logo_name or self.name)

    async def prepare(self) -> None:
        """Learns what has to be asked of the provider before its addresses are known.

        Raises TokenError if the provider cannot be used.
        """

    def login_url(self, state: str, verifier: str) -> str:
        """Where people sign in; the address to come back to is to be put at its end."""
        params = {"client_id": self.client_id, "response_type": "code", "state": state}
        if self.scopes:
            params["scope"] = " ".join(self.scopes)
        if self.pkce:
            params |= {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
        params |= self.auth_params(verifier)
        separator = "&" if "?" in self.auth_url else "?"
        query = urlencode(sorted(params.items()))
        return f"{self.auth_url}{separator}{query}&redirect_uri="

    def auth_params(self, verifier: str) -> dict[str, str]:
        """More query parameters of the address where people sign in."""
        return {}

    async def token(self, code: str, verifier: str, redirect_url: str) -> Token:
        """The token for a code. Raises TokenError."""
        fields = {"grant_type": "authorization_code", "code": code}
        if redirect_url:
            fields["redirect_uri"] = redirect_url
        if self.pkce:
            fields["code_verifier"] = verifier
            self.verifier = verifier
        client = Client(self.client_id, self.client_secret, self.token_url)
        return await exchange(client, fields, public_only=self.token_url in self.named_by_others)

    async def user(self, token: Token) -> User:
        """Who the token is of. Raises UserError."""
        profile = await self.profile(token)
        user = await self.user_from(profile, token)
        return user if user.raw is not None else user._replace(raw=profile.raw)

    async def profile(self, token: Token) -> Profile:
        """All that the provider tells. Raises UserError."""
        answer = await self.ask("GET", self.user_info_url, token, self.user_info_headers)
        if answer.status >= 400:
            raise UserError(f"the profile's address answers {answer.status}")
        return Profile.parse(answer.body)

    async def user_from(self, profile: Profile, token: Token) -> User:
        """The person whom a profile tells of. Raises UserError."""
        raise NotImplementedError

    async def ask(
        self,
        method: str,
        url: str,
        token: Token,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Fetched:
        """Asks one of the provider's addresses in the name of the person. Raises UserError."""
        sent = {"authorization": token.authorization, **(headers or {})}
        try:
            return await fetch(
                method, url, headers=sent, body=body, public_only=url in self.named_by_others
            )
        except FetchError as error:
            raise UserError(str(error)) from error


def challenge(verifier: str) -> str:
    """The PKCE challenge (S256) of a code verifier."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@lru_cache(maxsize=64)
def _logo(name: str) -> str:
    return (shipped("oauth2") / f"{name}.svg").read_text()
