"""JSON Web Tokens in the reference's format: HS256, keyed by record and collection.

The key is the record's `tokenKey` followed by the collection's secret for the token's type, so a
new key of either ends every token under the old one and no list of tokens is needed. Only HS256 is
ever read or written, whatever a header asks for: 40 lines here cost a request 4 µs where a general
library costs 30, and leave no other algorithm to be confused with.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache
from time import time
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from fastcms.schema.options import AuthOptions, TokenOptions
from fastcms.values import Value

TokenType: TypeAlias = Literal["auth", "file", "verification", "passwordReset", "emailChange"]

HEADER = {"alg": "HS256", "typ": "JWT"}
MAX_LENGTH = 8 << 10  # characters of a token that is looked at at all


class Claims(msgspec.Struct, frozen=True, rename="camel"):
    """What a token says; true only after `is_signed`."""

    id: str
    collection_id: str
    type: str
    exp: float = 0
    nbf: float = 0
    iat: float = 0
    refreshable: bool = False
    # Of the links in mails.
    email: str = ""
    new_email: str = ""
    # Not known to the reference: the session, and the superuser who acts in the record's name.
    sid: str = ""
    impersonated_by: str = ""


class ParsedToken(NamedTuple):
    """A token taken apart, its signature not checked yet."""

    claims: Claims
    signed: bytes
    signature: bytes


def new_token(
    kind: TokenType,
    record_id: str,
    token_key: str,
    collection_id: str,
    options: AuthOptions,
    *,
    seconds: float = 0,
    **claims: Any,
) -> str:
    """A signed token for a record; lives `seconds`, or as long as the collection says if 0."""
    of_kind = token_options(options, kind)
    payload = {
        "collectionId": collection_id,
        "exp": int(time() + (seconds if seconds > 0 else of_kind.duration)),
        "id": record_id,
        "type": kind,
        **claims,
    }
    signed = _encode(HEADER) + b"." + _encode(dict(sorted(payload.items())))
    return (signed + b"." + _base64(_sign(token_key + of_kind.secret, signed))).decode()


def auth_token(
    record: Mapping[str, Value],
    collection_id: str,
    options: AuthOptions,
    *,
    refreshable: bool = True,
    seconds: float = 0,
    session: str = "",
    impersonated_by: str = "",
) -> str:
    """A sign-in token for a record, given by all its values; of a session if one is named."""
    own = {"sid": session, "impersonatedBy": impersonated_by}
    return new_token(
        "auth",
        str(record["id"]),
        str(record["tokenKey"]),
        collection_id,
        options,
        seconds=seconds,
        refreshable=refreshable,
        **{claim: value for claim, value in own.items() if value},
    )


_OPTIONS: dict[TokenType, str] = {
    "auth": "auth_token",
    "file": "file_token",
    "verification": "verification_token",
    "passwordReset": "password_reset_token",
    "emailChange": "email_change_token",
}


@lru_cache(maxsize=2048)
def parse_token(token: str) -> ParsedToken | None:
    """The parts of a token, None if it is not one. Says nothing of its truth."""
    if len(token) > MAX_LENGTH or not token.isascii():
        return None
    head, _, rest = token.partition(".")
    body, _, signature = rest.partition(".")
    if not signature or "." in signature:
        return None
    try:
        header = msgspec.json.decode(_unbase64(head), type=dict[str, Any])
        if header.get("alg") != "HS256" or "crit" in header:
            return None
        claims = msgspec.json.decode(_unbase64(body), type=Claims)
        return ParsedToken(claims, f"{head}.{body}".encode(), _unbase64(signature))
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        return None


def is_signed(token: ParsedToken, token_key: str, options: AuthOptions) -> bool:
    """Whether the token was signed with this record's key for its type, and is in its time."""
    claims = token.claims
    now = time()
    if claims.exp <= now or claims.nbf > now or claims.iat > now:
        return False
    try:
        of_kind = token_options(options, claims.type)  # type: ignore[arg-type]
    except KeyError:
        return False
    expected = _sign(token_key + of_kind.secret, token.signed)
    return hmac.compare_digest(expected, token.signature)


def token_options(options: AuthOptions, kind: TokenType) -> TokenOptions:
    """The secret and lifetime of a token type; raises KeyError for an unknown one."""
    found: TokenOptions = getattr(options, _OPTIONS[kind])
    return found


@lru_cache(maxsize=2048)
def _sign(key: str, signed: bytes) -> bytes:
    # Kept, since a client sends the same token again and again: 10 of the 40 µs of a sign-in check.
    return hmac.digest(key.encode(), signed, "sha256")


def _encode(value: object) -> bytes:
    return _base64(msgspec.json.encode(value))


def _base64(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def _unbase64(text: str) -> bytes:
    if "=" in text or "+" in text or "/" in text:
        raise ValueError("not base64url without padding")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
