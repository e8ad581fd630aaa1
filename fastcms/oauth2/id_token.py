"""Id tokens: signed claims that a provider sends along with an access token."""

from __future__ import annotations

import os
import warnings
from base64 import urlsafe_b64decode
from time import time
from typing import Any

import msgspec

from fastcms.fetch import FetchError, fetch
from fastcms.oauth2.errors import UserError

MAX_LENGTH = 64 << 10
# Seconds that a provider's clock may be off; the name is the reference's.
LEEWAY = int(os.environ.get("PB_ID_TOKEN_LEEWAY") or 300)

# By type of key, so that no public key is ever taken for a shared secret.
_ALGORITHMS = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "EC": ("ES256", "ES384", "ES512"),
    "OKP": ("EdDSA", "Ed25519"),
}


def header_and_claims(id_token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a token says, its signature unseen. Raises UserError for what is none.

    A header with `crit` asks for extensions that nobody here knows: it is refused.
    """
    if not id_token or len(id_token) > MAX_LENGTH:
        raise UserError("there is no id token, or it is too long")
    parts = id_token.split(".")
    if len(parts) != 3:
        raise UserError("the id token does not have three parts")
    try:
        header, claims = (
            msgspec.json.decode(_decoded(part), type=dict[str, Any]) for part in parts[:2]
        )
    except (ValueError, RecursionError) as error:
        raise UserError("the id token is unreadable") from error
    if "crit" in header:
        raise UserError("the id token demands an unknown extension")
    return header, claims


def check_times(claims: dict[str, Any], *, must_expire: bool = False) -> None:
    """Raises UserError for a token that is over, or from the future."""
    now = time()
    if must_expire and "exp" not in claims:
        raise UserError("the id token has no end")
    if _seconds(claims, "exp", now + 1) + LEEWAY <= now:
        raise UserError("the id token is over")
    if max(_seconds(claims, "iat", 0), _seconds(claims, "nbf", 0)) - LEEWAY > now:
        raise UserError("the id token is not valid yet")


def check_audience(claims: dict[str, Any], client_id: str) -> None:
    """Raises UserError for a token that was made for somebody else."""
    audience = claims.get("aud")
    if client_id not in (audience if isinstance(audience, list) else [audience]):
        raise UserError("the id token is for another client")


async def check_signature(id_token: str, keys_url: str, *, public_only: bool) -> None:
    """Raises UserError unless a key of the set at that address has signed the token.

    The set is asked for each time: keys change, and people sign in rarely.
    """
    try:
        answer = await fetch("GET", keys_url, public_only=public_only)
    except FetchError as error:
        raise UserError(str(error)) from error
    if answer.status >= 400:
        raise UserError(f"the address of the keys answers {answer.status}")
    try:
        keys = msgspec.json.decode(answer.body, type=dict[str, Any])["keys"]
        candidates = [key for key in keys if key.get("kty") in _ALGORITHMS]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise UserError("the set of keys is unreadable") from error
    check_signed_by(id_token, candidates)


def check_signed_by(id_token: str, keys: list[dict[str, Any]]) -> None:
    """Raises UserError unless the key that the token names has signed it.

    The algorithm is the key's, never the token's choice alone. A token may leave the name out where
    there is but one key.
    """
    # 200 ms for the cryptography that only id tokens need.
    from joserfc import jws
    from joserfc.errors import JoseError, SecurityWarning
    from joserfc.jwk import import_key

    header, _ = header_and_claims(id_token)
    if "kid" in header:
        keys = [key for key in keys if key.get("kid") == header["kid"]]
    if len(keys) != 1:
        raise UserError("the key of the id token is unknown")
    key = keys[0]
    allowed = [
        name
        for name in _ALGORITHMS[key["kty"]]
        if key.get("alg", name) == name and key.get("use", "sig") == "sig"
    ]
    if header.get("alg") not in allowed:
        raise UserError("the algorithm of the id token is not the key's")
    try:
        with warnings.catch_warnings():
            # EdDSA has a newer name, which issuers do not use yet.
            warnings.simplefilter("ignore", SecurityWarning)
            jws.deserialize_compact(id_token, import_key(key), algorithms=allowed)
    except (JoseError, ValueError, TypeError) as error:
        raise UserError("the signature of the id token is wrong") from error


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _seconds(claims: dict[str, Any], name: str, default: float) -> float:
    value = claims.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UserError(f"{name} of the id token is no time")
    return float(value)
