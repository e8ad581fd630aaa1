"""Every provider reads its profiles, and is told of in the documentation."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fastcms.oauth2.errors import UserError
from fastcms.oauth2.providers import NAMES, PROVIDERS, configured
from fastcms.oauth2.token import Token
from fastcms.schema.options import OAuth2Provider
from tests.oauth2.profiles import CASES, Case
from tests.parity import provider as elsewhere

_DOCUMENT = Path(__file__).parents[2] / "docs" / "oauth2.md"
_ALL = [(name, case) for name, cases in CASES.items() for case in cases]


def _token(case: Case, extra: Mapping[str, Any] | None = None) -> Token:
    access = elsewhere.code(case.user, emails=case.emails, emails_status=case.emails_status)
    return Token(access, "", "Bearer", None, extra or case.token)


def _user_of(name: str, case: Case) -> dict[str, Any]:
    config = OAuth2Provider(
        name=name,
        clientId="client",
        clientSecret="secret",
        userInfoURL=f"{elsewhere.address()}/user",
        extra=case.extra,
    )
    provider = configured(config)
    assert provider is not None
    user = asyncio.run(provider.user(_token(case)))
    return {key: value for key, value in user._asdict().items() if key != "raw"}


@pytest.mark.parametrize(("name", "case"), _ALL, ids=[f"{n}: {c.name}" for n, c in _ALL])
def test_profile(name: str, case: Case) -> None:
    if case.expected is None:
        with pytest.raises(UserError):
            _user_of(name, case)
    else:
        assert _user_of(name, case) == case.expected


_MAIN = {"email": "a@example.com", "state": "confirmed", "scope": ["primary", "notified"]}


@pytest.mark.parametrize(
    ("emails", "status", "expected"),
    [
        ([_MAIN], 200, "a@example.com"),
        ([{**_MAIN, "state": "unconfirmed"}], 200, ""),
        ([{**_MAIN, "scope": ["notified"]}], 200, ""),
        ([{**_MAIN, "email": "no address"}], 200, ""),
        ({"email": "1+ann@user.noreply.gitee.com"}, 200, ""),
        ({}, 401, ""),
        ({}, 404, ""),
    ],
)  # fmt: skip
def test_gitee_address_that_is_not_public(emails: Any, status: int, expected: str) -> None:
    user = {"id": 1, "login": "ann", "email": None}
    case = Case("private", user, None, emails=emails, emails_status=status)
    assert _user_of("gitee", case)["email"] == expected


def test_every_provider_has_cases_and_a_sign() -> None:
    # Apple's people come in signed tokens: test_apple.
    assert {*CASES, "apple"} == set(NAMES)
    assert len(NAMES) == len(set(NAMES)) == 32
    for provider in PROVIDERS:
        logo = provider(OAuth2Provider(name=provider.name)).logo
        assert logo.startswith("<svg")
        assert "<script" not in logo


def test_every_provider_is_documented() -> None:
    rows = re.findall(r"^\| `(\w+)`", _DOCUMENT.read_text(), re.MULTILINE)
    assert rows == list(NAMES)


def test_an_unknown_provider_is_none() -> None:
    assert configured(OAuth2Provider(name="myspace")) is None
