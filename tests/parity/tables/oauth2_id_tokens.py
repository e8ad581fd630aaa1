"""OpenID Connect without an address of profiles: who people are by their id tokens."""

from typing import Any

from tests.oauth2.issuer import ISSUER, claims, sign, signed_by_public_key, tampered, unsigned
from tests.parity.scenario import Row
from tests.parity.tables.oauth2_sign_in import configure, provider
from tests.parity.tables.oauth2_sign_in import sign as sign_in

_LONG_AGO = 1_500_000_000
_FAR = 4_000_000_000


def _by(name: str, token: Any, which: str = "oidc") -> Row:
    return sign_in(name, None, which, extra={"token": {"id_token": token}})


def _checked(**extra: Any) -> dict[str, Any]:
    # Both each time: what an update leaves out of `extra` stays in the reference.
    return provider("oidc", userInfoURL="", extra={"issuers": [], "jwksURL": "", **extra})


def _soon(seconds: int) -> int:
    return int(claims()["iat"]) + seconds


_SIGNED = {"jwksURL": "${provider}/keys"}

ROWS = (
    configure("unchecked", "users", _checked(), provider("oidc2", userInfoURL=""), createRule=""),
    _by("right", sign(claims())),
    _by("right again", sign(claims())),
    _by("signature is nobody's", tampered(sign(claims()), sub="person-2")),
    _by("without a signature", unsigned(claims(sub="person-3"))),
    _by("for another client", sign(claims(aud="other"))),
    _by("for several clients", sign(claims(aud=["other", "client"]))),
    _by("for nobody", sign(claims(aud=None))),
    _by("for an empty list", sign(claims(aud=[]))),
    _by("client as a number", sign(claims(aud=5))),
    _by("from another issuer", sign(claims(iss="https://evil.example.com"))),
    _by("over", sign(claims(exp=_LONG_AGO))),
    _by("over for a minute", sign(claims(exp=_soon(-60)))),
    _by("over for six minutes", sign(claims(exp=_soon(-360)))),
    _by("no end", sign(claims(exp=None))),
    _by("end as text", sign(claims(exp="soon"))),
    _by("from the future", sign(claims(iat=_FAR))),
    _by("from a minute ahead", sign(claims(iat=_soon(60)))),
    _by("no time of issue", sign(claims(iat=None))),
    _by("not before long", sign(claims(nbf=_FAR))),
    _by("no person", sign(claims(sub=None, email="nobody@example.com"))),
    _by("address not verified", sign(claims(sub="person-4", email_verified=False))),
    *(_by(f"token: {token!r}", token) for token in ("", "x", "a.b", "a.b.c", "..", "e30.e30.", "e30.W10.", "e30.bnVsbA.")),
    configure("issuers", "users", _checked(issuers=[ISSUER, "https://second.example.com"])),
    _by("known issuer", sign(claims())),
    _by("second issuer", sign(claims(iss="https://second.example.com"))),
    _by("issuer with a slash", sign(claims(iss=f"{ISSUER}/"))),
    _by("unknown issuer", sign(claims(iss="https://evil.example.com"))),
    _by("no issuer", sign(claims(iss=None))),
    configure("signed", "users", _checked(**_SIGNED)),
    _by("signed by the first key", sign(claims())),
    _by("signed by the second key", sign(claims(), "rsa-2")),
    _by("signed by Ed25519", sign(claims(), "okp")),
    _by("signed by a key that is not there", sign(claims(), "rsa-3")),
    _by("signed by another key than it names", sign(claims(), "rsa-3", kid="rsa")),
    _by("names no key", sign(claims(), kid=None)),
    _by("tampered with", tampered(sign(claims()), sub="person-5")),
    _by("alg none", unsigned(claims())),
    _by("alg None in another case", unsigned(claims(), "nOnE")),
    _by("shared secret instead of the public key", signed_by_public_key(claims())),
    _by("another algorithm of the same type", sign(claims(), alg="RS512")),
    _by("signed, but for another client", sign(claims(aud="other"))),
    configure("no keys", "users", _checked(jwksURL="${provider}/keys/none")),
    _by("no keys", sign(claims())),
    configure("broken keys", "users", _checked(jwksURL="${provider}/keys/broken")),
    _by("broken keys", sign(claims())),
    configure("missing keys", "users", _checked(jwksURL="${provider}/keys/missing")),
    _by("missing keys", sign(claims())),
    configure("keys without an algorithm", "users", _checked(jwksURL="${provider}/keys/without-algorithm")),
    _by("key without an algorithm", sign(claims())),
    configure("elliptic keys", "users", _checked(jwksURL="${provider}/keys/elliptic")),
    _by("elliptic key", sign(claims(), "ec")),
    _by("elliptic key for RSA", sign(claims(), kid="ec")),
    configure("keys and an address of profiles", "users", {**_checked(**_SIGNED), "userInfoURL": "${provider}/user"}),
    sign_in("the profile counts", {"sub": "person-1", "name": "By profile"}, extra={"token": {"id_token": "x"}}),
)
