"""Id tokens for tests: keys, and tokens that are right or wrong in one way each."""

import base64
import hmac
import json
import time
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey, OKPKey, RSAKey

ISSUER = "https://issuer.example.com"
CLIENT = "client"


@cache
def key(name: str) -> Any:
    """A key by its name, which is its `kid` and says of what type it is: `rsa`, `rsa-2`, `ec`, …"""
    kind = name.partition("-")[0]
    if kind == "ec":
        return ECKey.generate_key("P-256", {"kid": name})
    if kind == "okp":
        return OKPKey.generate_key("Ed25519", {"kid": name})
    return RSAKey.generate_key(2048, {"kid": name})


def public(name: str, **more: Any) -> dict[str, Any]:
    """The key as a set of keys shows it; None takes a member out."""
    shown = {**key(name).as_dict(private=False), "use": "sig", "alg": algorithm(name), **more}
    return {member: value for member, value in shown.items() if value is not None}


def algorithm(name: str) -> str:
    return {"ec": "ES256", "okp": "EdDSA"}.get(name.partition("-")[0], "RS256")


def claims(**more: Any) -> dict[str, Any]:
    """Right ones; None takes a claim out."""
    now = int(time.time())
    all_of_them = {
        "iss": ISSUER,
        "aud": CLIENT,
        "sub": "person-1",
        "iat": now,
        "exp": now + 3600,
        "email": "person@example.com",
        "email_verified": True,
        "name": "Person One",
        **more,
    }
    return {claim: value for claim, value in all_of_them.items() if value is not None}


def sign(content: dict[str, Any], by: str = "rsa", **header: Any) -> str:
    """A token signed by a key; members of the header may be replaced, or taken out by None."""
    members = {"alg": algorithm(by), "kid": by, **header}
    members = {member: value for member, value in members.items() if value is not None}
    signed = f"{_part(members)}.{_part(content)}"
    return f"{signed}.{_encode(_signature(key(by), signed.encode()))}"


def _signature(by: Any, content: bytes) -> bytes:
    private = by.private_key
    if isinstance(by, RSAKey):
        return bytes(private.sign(content, padding.PKCS1v15(), hashes.SHA256()))
    if isinstance(by, OKPKey):
        return bytes(private.sign(content))
    r, s = decode_dss_signature(private.sign(content, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def unsigned(content: dict[str, Any], alg: str = "none", **header: Any) -> str:
    return f"{_part({'alg': alg, 'kid': 'rsa', **header})}.{_part(content)}."


def signed_by_public_key(content: dict[str, Any]) -> str:
    """HS256 with the text of the public RSA key as its secret: the classic confusion."""
    signed = f"{_part({'alg': 'HS256', 'kid': 'rsa'})}.{_part(content)}"
    secret = key("rsa").as_pem(private=False)
    return f"{signed}.{_encode(hmac.digest(secret, signed.encode(), 'sha256'))}"


def tampered(token: str, **changes: Any) -> str:
    """The same signature under other claims."""
    header, body, signature = token.split(".")
    content = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return f"{header}.{_part({**content, **changes})}.{signature}"


def _part(value: Any) -> str:
    return _encode(json.dumps(value).encode())


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
