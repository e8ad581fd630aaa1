"""Apple's people come in signed tokens; its client secrets are signed too."""

import asyncio
from typing import Any

import pytest

from fastcms.oauth2.errors import UserError
from fastcms.oauth2.provider import User
from fastcms.oauth2.providers.apple import ISSUER, Apple
from fastcms.oauth2.token import Token
from fastcms.schema.options import OAuth2Provider
from tests.oauth2.issuer import CLIENT, claims, sign, signed_by_public_key, tampered, unsigned
from tests.parity import provider as elsewhere

_RELAY = "dpdcnf87nu@privaterelay.appleid.com"


def _claims(**more: Any) -> dict[str, Any]:
    return claims(**{"iss": ISSUER, "name": None, **more})


def _user_of(id_token: Any) -> User:
    apple = Apple(OAuth2Provider(name="apple", clientId=CLIENT, clientSecret="s"))
    apple.keys_url = f"{elsewhere.address()}/keys"
    return asyncio.run(apple.user(Token("access", "", "Bearer", None, {"id_token": id_token})))


@pytest.mark.parametrize(
    ("told", "email"),
    [
        ({}, "person@example.com"),
        ({"email_verified": "true"}, "person@example.com"),
        ({"email": _RELAY, "email_verified": "true", "is_private_email": "true"}, _RELAY),
        ({"email_verified": False}, ""),
        ({"email_verified": "false"}, ""),
        ({"email_verified": None}, ""),
        ({"email": None}, ""),
    ],
)
def test_people(told: dict[str, Any], email: str) -> None:
    user = _user_of(sign(_claims(**told)))
    assert (user.id, user.email, user.name) == ("person-1", email, "")


@pytest.mark.parametrize(
    "token",
    [
        sign(_claims(iss="https://evil.example.com")),
        sign(_claims(iss=None)),
        sign(_claims(aud="other")),
        sign(_claims(exp=None)),
        sign(_claims(exp=1_500_000_000)),
        sign(_claims(), "rsa-3"),
        sign(_claims(), "rsa-3", kid="rsa"),
        tampered(sign(_claims()), sub="person-2"),
        unsigned(_claims()),
        signed_by_public_key(_claims()),
        "",
        None,
    ],
    ids=range(12),
)
def test_tokens_that_are_not_apples(token: Any) -> None:
    with pytest.raises(UserError):
        _user_of(token)
