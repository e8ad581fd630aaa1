"""Client secrets for Apple: signed statements that live for some months, instead of a password."""

from __future__ import annotations

import re
from collections.abc import Mapping
from time import time
from typing import Any

import msgspec

from fastcms.auth.form import UNREADABLE, text
from fastcms.errors import REQUIRED, ApiError, Problem, Problems, bad_request
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request

AUDIENCE = "https://appleid.apple.com"
ID_LENGTH = 10
MAX_SECONDS = 15_777_000  # six months, Apple's limit

_FAILED = "Failed to generate client secret. Raw error: \n"
_NO_KEY = "invalid key: Key must be a PEM encoded PKCS1 or PKCS8 key"
_KEY = re.compile(r"-----BEGIN PRIVATE KEY----[\s\S]+-----END PRIVATE KEY-----")
_PEM = re.compile(
    r"^-----BEGIN PRIVATE KEY-----\r?\n[\w+/=\s]+-----END PRIVATE KEY-----\s*$",
    re.ASCII | re.MULTILINE,
)


async def generate(request: Request) -> Reply:
    """POST /api/settings/apple/generate-client-secret; nothing of it is stored."""
    request.require_superuser()
    body = await _read(request)
    request.body = body
    client_id, team_id, key_id, key = (
        text(request, name) for name in ("clientId", "teamId", "keyId", "privateKey")
    )
    duration = _whole(body)
    if found := _problems(client_id, team_id, key_id, key, duration):
        raise bad_request("Invalid client secret data.", found)
    now = int(time())
    claims = {
        "aud": [AUDIENCE],
        "exp": now + duration,
        "iat": now,
        "iss": team_id,
        "sub": client_id,
    }
    return json_reply({"secret": _signed(claims, key_id, key)})


def _signed(claims: Mapping[str, Any], key_id: str, key: str) -> str:
    # 200 ms for cryptography that little else needs.
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey

    pem = _PEM.search(key.strip())
    if pem is None:
        raise bad_request(_FAILED + _NO_KEY)
    header = {"alg": "ES256", "kid": key_id, "typ": "JWT"}
    try:
        return jws.serialize_compact(
            header, msgspec.json.encode(claims), ECKey.import_key(pem[0]), algorithms=["ES256"]
        )
    except (JoseError, ValueError, TypeError) as error:
        raise bad_request(f"{_FAILED}{error}") from error


async def _read(request: Request) -> dict[str, Any]:
    try:
        return await request.read_body()
    except ApiError as error:
        if error.status != 400:
            raise
        raise bad_request(UNREADABLE) from error


def _whole(body: Mapping[str, Any]) -> int:
    value = body.get("duration") or 0
    if isinstance(value, bool) or not isinstance(value, int):
        raise bad_request(UNREADABLE)
    return value


def _problems(client_id: str, team_id: str, key_id: str, key: str, duration: int) -> Problems:
    problems: dict[str, Problem] = {}
    if not client_id:
        problems["clientId"] = REQUIRED
    for name, value in (("teamId", team_id), ("keyId", key_id)):
        if not value:
            problems[name] = REQUIRED
        elif len(value.encode()) != ID_LENGTH:
            problems[name] = Problem(
                "validation_length_invalid",
                f"The length must be exactly {ID_LENGTH}.",
                {"max": ID_LENGTH, "min": ID_LENGTH},
            )
    if not key:
        problems["privateKey"] = REQUIRED
    elif not _KEY.search(key):
        problems["privateKey"] = Problem("validation_match_invalid", "Must be in a valid format.")
    if not duration:
        problems["duration"] = REQUIRED
    elif duration < 1:
        problems["duration"] = Problem(
            "validation_min_greater_equal_than_required",
            "Must be no less than 1.",
            {"threshold": 1},
        )
    elif duration > MAX_SECONDS:
        problems["duration"] = Problem(
            "validation_max_less_equal_than_required",
            f"Must be no greater than {MAX_SECONDS}.",
            {"threshold": MAX_SECONDS},
        )
    return problems
