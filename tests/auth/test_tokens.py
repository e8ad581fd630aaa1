"""Tokens: what is issued, what is taken, and every way in which one can be wrong."""

import base64
import hashlib
import hmac
import json
import time

import pytest

from fastcms.auth.tokens import auth_token, is_signed, new_token, parse_token
from fastcms.schema.options import AuthOptions, TokenOptions

KEY = "k" * 50
OPTIONS = AuthOptions(
    auth_token=TokenOptions("a" * 50, 1000), file_token=TokenOptions("f" * 50, 180)
)
RECORD = {"id": "ann000000000000", "tokenKey": KEY}


def part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signed(claims: object, *, header: object = None, key: str = KEY + "a" * 50) -> str:
    head = part(header or {"alg": "HS256", "typ": "JWT"})
    text = f"{head}.{part(claims)}"
    return f"{text}.{part(hmac.digest(key.encode(), text.encode(), hashlib.sha256))}"


def is_valid(token: str, key: str = KEY) -> bool:
    parsed = parse_token(token)
    return parsed is not None and is_signed(parsed, key, OPTIONS)


def claims(**changes: object) -> dict[str, object]:
    base = {"id": "x", "collectionId": "c", "type": "auth", "exp": time.time() + 60}
    return {key: value for key, value in (base | changes).items() if value is not None}


def test_a_token_has_the_references_form():
    token = auth_token(RECORD, "pbc_1", OPTIONS)
    head, body, _ = token.split(".")
    assert base64.urlsafe_b64decode(head + "==") == b'{"alg":"HS256","typ":"JWT"}'
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    assert said.pop("exp") - time.time() == pytest.approx(1000, abs=5)
    assert said == {
        "collectionId": "pbc_1",
        "id": "ann000000000000",
        "refreshable": True,
        "type": "auth",
    }
    assert is_valid(token)


def test_seconds_overrule_the_collections_lifetime():
    token = auth_token(RECORD, "pbc_1", OPTIONS, refreshable=False, seconds=30)
    parsed = parse_token(token)
    assert parsed.claims.exp - time.time() == pytest.approx(30, abs=5)
    assert not parsed.claims.refreshable


def test_another_key_or_type_ends_a_token():
    token = auth_token(RECORD, "pbc_1", OPTIONS)
    assert not is_valid(token, "other" * 10)
    file_token = new_token("file", "x", KEY, "c", OPTIONS)
    assert is_valid(file_token)
    # The text of one type signed with the secret of another.
    assert not is_valid(signed(claims(type="file")))


def test_a_token_made_elsewhere_with_the_right_key_is_valid():
    assert is_valid(signed(claims()))


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "..",
        signed(claims()) + ".x",
        signed(claims())[:-2],
        signed(claims()) + "=",
        signed(claims()).replace(".", "..", 1),
        "ä.ö.ü",
        "a" * 100_000,
        signed([]),
        signed({"id": "x"}),
        signed(claims(id=5)),
        signed(claims(type="other")),
        signed(claims(exp="soon")),
        signed(claims(exp=None)),
        signed(claims(exp=0)),
        signed(claims(exp=time.time() - 1)),
        signed(claims(nbf=time.time() + 60)),
        signed(claims(iat=time.time() + 60)),
        signed(claims(), header={"alg": "none"}),
        signed(claims(), header={"alg": "HS512"}),
        signed(claims(), header={"alg": "HS256", "crit": ["b64"], "b64": False}),
        signed(claims(), header=b"[]"),
        signed(claims(), header=b"{"),
        f"{part({'alg': 'none'})}.{part(claims())}.",
        signed(claims(), key="a" * 50),
        signed(claims(), key=""),
    ],
)
def test_everything_else_is_refused(token):
    assert not is_valid(token)
