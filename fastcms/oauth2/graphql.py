"""Profiles of providers that answer nothing but GraphQL queries."""

from __future__ import annotations

import msgspec

from fastcms.oauth2.errors import UserError
from fastcms.oauth2.profile import Profile
from fastcms.oauth2.provider import Provider
from fastcms.oauth2.token import Token


async def ask_graphql(provider: Provider, token: Token, query: str) -> Profile:
    """The answer to a query at the provider's profile address. Raises UserError."""
    headers = {"content-type": "application/json"}
    body = msgspec.json.encode({"query": query})
    answer = await provider.ask("POST", provider.user_info_url, token, headers, body)
    if answer.status >= 400:
        raise UserError(f"the profile's address answers {answer.status}")
    return Profile.parse(answer.body)
