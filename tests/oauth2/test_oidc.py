"""An issuer found by discovery: whose word is taken, and where the server lets itself be led."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from fastcms.oauth2 import discovery
from fastcms.oauth2.errors import TokenError, UserError
from fastcms.oauth2.id_token import MAX_LENGTH, check_signed_by, header_and_claims
from fastcms.oauth2.provider import User, challenge
from fastcms.oauth2.providers.oidc import OIDC
from fastcms.oauth2.token import Token
from fastcms.schema.options import OAuth2Provider
from tests.oauth2.issuer import (
    CLIENT,
    claims,
    public,
    sign,
    signed_by_public_key,
    tampered,
    unsigned,
)

VERIFIER = "v" * 43


class _Issuer(BaseHTTPRequestHandler):
    """Publishes what a test tells it to; `asked` are the paths that were asked for."""

    document: ClassVar[dict[str, Any]] = {}
    keys: ClassVar[list[dict[str, Any]]] = []
    person: ClassVar[dict[str, Any]] = {}
    status: ClassVar[int] = 200
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path.endswith("/openid-configuration"):
            self._send(self.status, self.document)
        elif self.path == "/keys":
            self._send(200, {"keys": self.keys})
        else:
            self._send(200, self.person)

    def _send(self, status: int, value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def listening() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Issuer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def issuer(listening: str, monkeypatch: pytest.MonkeyPatch) -> str:
    _Issuer.document = {
        "issuer": listening,
        "authorization_endpoint": f"{listening}/login",
        "token_endpoint": f"{listening}/token",
        "jwks_uri": f"{listening}/keys",
    }
    _Issuer.keys, _Issuer.person, _Issuer.status = [public("rsa"), public("ec")], {}, 200
    _Issuer.asked.clear()
    monkeypatch.setattr(discovery, "_kept", {})
    return listening


def _provider(issuer: str, **config: Any) -> OIDC:
    return OIDC(
        OAuth2Provider(
            name="oidc", clientId=CLIENT, clientSecret="s", extra={"issuer": issuer}, **config
        )
    )


def _nonce(provider: OIDC) -> str:
    asyncio.run(provider.prepare())
    query = parse_qs(urlsplit(provider.login_url("state", VERIFIER)).query)
    return query["nonce"][0]


def _sign_in(issuer: str, id_token: Any, **config: Any) -> User:
    async def run() -> User:
        provider = _provider(issuer, **config)
        await provider.prepare()
        provider.verifier = VERIFIER
        return await provider.user(Token("access", "", "Bearer", None, {"id_token": id_token}))

    return asyncio.run(run())


def _right(issuer: str, **more: Any) -> dict[str, Any]:
    return claims(iss=issuer, nonce=_nonce(_provider(issuer)), **more)


def test_login_page_of_a_discovered_issuer(issuer: str) -> None:
    provider = _provider(issuer)
    asyncio.run(provider.prepare())
    url = urlsplit(provider.login_url("the-state", VERIFIER))
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{issuer}/login"
    query = parse_qs(url.query, keep_blank_values=True)
    assert query.keys() == {
        "client_id", "code_challenge", "code_challenge_method", "nonce", "redirect_uri",
        "response_type", "scope", "state",
    }  # fmt: skip
    assert query["code_challenge"] == [challenge(VERIFIER)]
    # It tells nothing of the verifier that the challenge does not tell.
    assert VERIFIER not in url.query
    assert query["nonce"] != query["code_challenge"]


@pytest.mark.parametrize("by", ["rsa", "ec"])
def test_right_token(issuer: str, by: str) -> None:
    user = _sign_in(issuer, sign(_right(issuer), by))
    assert user[:4] == ("person-1", "Person One", "", "person@example.com")


def test_token_for_several_clients_that_was_made_for_this_one(issuer: str) -> None:
    token = sign(_right(issuer, aud=["other", CLIENT], azp=CLIENT))
    assert _sign_in(issuer, token).id == "person-1"


_WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example.com"},
    "no issuer": {"iss": None},
    "another client": {"aud": "other"},
    "no client": {"aud": None},
    "made for another client": {"aud": ["other", CLIENT], "azp": "other"},
    "another sign-in": {"nonce": "of another sign-in"},
    "no nonce": {"nonce": None},
    "nonce is no text": {"nonce": 5},
    "over": {"exp": 1_500_000_000},
    "no end": {"exp": None},
    "end is no time": {"exp": "soon"},
    "end is a flag": {"exp": True},
    "from the future": {"iat": 4_000_000_000},
    "not valid yet": {"nbf": 4_000_000_000},
}


@pytest.mark.parametrize("wrong", _WRONG.values(), ids=_WRONG)
def test_signed_but_wrong_claims(issuer: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        _sign_in(issuer, sign({**_right(issuer), **wrong}))


def test_wrong_signatures(issuer: str) -> None:
    right = _right(issuer)
    for token in (
        tampered(sign(right), sub="person-2"),
        unsigned(right),
        unsigned(right, "None"),
        signed_by_public_key(right),
        sign(right, "rsa-2"),
        sign(right, "rsa-2", kid="rsa"),
        sign(right, "ec", kid="rsa"),
        sign(right, alg="RS512"),
        sign(right, alg="HS256"),
        sign(right, kid=None),
        sign(right, kid=["rsa"]),
        sign(right, crit=["exp"]),
        sign(right, crit=["b64"], b64=False),
        sign(right, crit=[]),
        # Five parts are those of an encrypted one.
        f"{sign(right)}.x.y",
        sign({**right, "padding": "x" * MAX_LENGTH}),
        "",
        None,
        5,
    ):
        with pytest.raises(UserError):
            _sign_in(issuer, token)


def test_oversized_tokens_are_not_even_taken_apart() -> None:
    with pytest.raises(UserError, match="too long"):
        header_and_claims("a" * (MAX_LENGTH + 1))


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "oct", "kid": "rsa", "k": "c2VjcmV0"},
        {"kty": "RSA", "kid": "rsa"},
        {"kty": "RSA", "kid": "rsa", "n": "x", "e": "AQAB"},
        {"kid": "rsa"},
        {"kty": None},
    ],
)
def test_keys_that_are_none(issuer: str, key: dict[str, Any]) -> None:
    _Issuer.keys = [key]
    with pytest.raises(UserError):
        _sign_in(issuer, sign(_right(issuer)))


def test_keys_that_are_not_for_signing(issuer: str) -> None:
    _Issuer.keys = [public("rsa", use="enc")]
    with pytest.raises(UserError, match="algorithm"):
        _sign_in(issuer, sign(_right(issuer)))


def test_two_keys_of_one_name_are_no_key() -> None:
    with pytest.raises(UserError, match="unknown"):
        check_signed_by(sign(claims()), [public("rsa"), public("rsa-2", kid="rsa")])


def test_a_token_may_leave_out_the_name_of_the_only_key(issuer: str) -> None:
    _Issuer.keys = [public("rsa", alg=None)]
    assert _sign_in(issuer, sign(_right(issuer), kid=None)).id == "person-1"


def test_a_new_key_counts_at_once_and_an_old_one_no_more(issuer: str) -> None:
    old, new = sign(_right(issuer)), sign(_right(issuer), "rsa-2")
    assert _sign_in(issuer, old).id == "person-1"
    with pytest.raises(UserError):
        _sign_in(issuer, new)
    _Issuer.keys = [public("rsa-2")]
    assert _sign_in(issuer, new).id == "person-1"
    with pytest.raises(UserError):
        _sign_in(issuer, old)


def test_without_pkce_there_is_no_nonce(issuer: str) -> None:
    provider = _provider(issuer, pkce=False)
    asyncio.run(provider.prepare())
    assert "nonce" not in provider.login_url("state", "")
    assert _sign_in(issuer, sign(claims(iss=issuer)), pkce=False).id == "person-1"


def test_profile_of_the_same_person_counts_before_the_token(issuer: str) -> None:
    _Issuer.document["userinfo_endpoint"] = f"{issuer}/me"
    _Issuer.person = {"sub": "person-1", "name": "By profile", "preferred_username": "one"}
    user = _sign_in(issuer, sign(_right(issuer)))
    assert user[:4] == ("person-1", "By profile", "one", "person@example.com")
    _Issuer.person["sub"] = "person-2"
    with pytest.raises(UserError, match="somebody else"):
        _sign_in(issuer, sign(_right(issuer)))


# -- where the server lets itself be led ----------------------------------------------------------


@pytest.mark.parametrize("endpoint", ["jwks_uri", "userinfo_endpoint"])
def test_a_document_cannot_lead_into_our_own_network(issuer: str, endpoint: str) -> None:
    """`localhost` is another place than the issuer's own, 127.0.0.1, and no public one."""
    elsewhere = issuer.replace("127.0.0.1", "localhost")
    _Issuer.document[endpoint] = f"{elsewhere}/{endpoint}"
    with pytest.raises(UserError, match="not public"):
        _sign_in(issuer, sign(_right(issuer)))
    assert f"/{endpoint}" not in _Issuer.asked


def test_nor_can_it_draw_the_code_there(issuer: str) -> None:
    _Issuer.document["token_endpoint"] = issuer.replace("127.0.0.1", "localhost") + "/token"

    async def run() -> None:
        provider = _provider(issuer)
        await provider.prepare()
        await provider.token("code", VERIFIER, "")

    with pytest.raises(TokenError, match="not public"):
        asyncio.run(run())


def test_what_the_operator_configured_may_be_there(issuer: str) -> None:
    _Issuer.person = {"sub": "person-1", "name": "Beside us"}
    beside = issuer.replace("127.0.0.1", "localhost") + "/beside"
    assert _sign_in(issuer, sign(_right(issuer)), userInfoURL=beside).name == "Beside us"


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://other.example.com"},
        {"issuer": None},
        {"jwks_uri": None},
        {"token_endpoint": 5},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_documents_that_cannot_be_used(issuer: str, change: dict[str, Any]) -> None:
    _Issuer.document |= change
    with pytest.raises(TokenError):
        asyncio.run(_provider(issuer).prepare())


def test_an_issuer_with_a_slash_is_another_one(issuer: str) -> None:
    with pytest.raises(TokenError):
        asyncio.run(_provider(f"{issuer}/").prepare())


def test_a_document_is_read_once_and_a_failure_not_at_once_again(issuer: str) -> None:
    for _ in range(3):
        asyncio.run(_provider(issuer).prepare())
    assert len(_Issuer.asked) == 1
    _Issuer.status = 500
    for _ in range(3):
        with pytest.raises(TokenError):
            asyncio.run(_provider(f"{issuer}/other").prepare())
    assert len(_Issuer.asked) == 2


def test_a_document_serves_on_while_the_issuer_is_away(
    issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "KEEP", 0.0)
    asyncio.run(_provider(issuer).prepare())
    _Issuer.status = 503
    asyncio.run(_provider(issuer).prepare())
    assert len(_Issuer.asked) == 2
