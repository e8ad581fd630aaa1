"""Trades the code that a provider gave a browser for an access token."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote_plus, urlencode

import msgspec

from fastcms import clock
from fastcms.fetch import FetchError, fetch
from fastcms.oauth2.errors import TokenError


class Client(NamedTuple):
    """Who asks a provider for tokens."""

    id: str
    secret: str
    token_url: str


class Token(NamedTuple):
    """What a provider gave; `extra` is its whole answer."""

    access: str
    refresh: str
    kind: str
    expiry: datetime | None
    extra: Mapping[str, Any]

    @property
    def authorization(self) -> str:
        """The header that shows the token to the provider."""
        return f"{self.kind} {self.access}"


async def exchange(client: Client, fields: Mapping[str, str], *, public_only: bool) -> Token:
    """Sends the code, which is in the fields, and returns the token. Raises TokenError."""
    try:
        return await _ask(client, fields, in_header=True, public_only=public_only)
    except TokenError:
        # Some providers look for the client's secret in the body alone.
        return await _ask(client, fields, in_header=False, public_only=public_only)


async def _ask(
    client: Client, fields: Mapping[str, str], *, in_header: bool, public_only: bool
) -> Token:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    sent = dict(fields)
    if in_header:
        pair = f"{quote_plus(client.id)}:{quote_plus(client.secret)}"
        headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    else:
        sent |= {"client_id": client.id, "client_secret": client.secret}
    try:
        answer = await fetch(
            "POST",
            client.token_url,
            headers=headers,
            body=urlencode(sent).encode(),
            public_only=public_only,
        )
    except FetchError as error:
        raise TokenError(str(error)) from error
    if not 200 <= answer.status < 300:
        raise TokenError(f"the token address answers {answer.status}")
    return _read(answer.body, answer.headers.get("content-type", ""))


def _read(body: bytes, content_type: str) -> Token:
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind in {"application/x-www-form-urlencoded", "text/plain"}:
            extra: dict[str, Any] = dict(parse_qsl(body.decode()))
        else:
            extra = msgspec.json.decode(body, type=dict[str, Any])
        access, refresh, token_type = (
            _text(extra, key) for key in ("access_token", "refresh_token", "token_type")
        )
        seconds = int(float(extra.get("expires_in") or 0))
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, TypeError) as error:
        raise TokenError("the token address answers something unreadable") from error
    if not access or extra.get("error"):
        raise TokenError("the token address gives no access token")
    expiry = clock.now() + timedelta(seconds=seconds) if seconds > 0 else None
    # Providers write "bearer" and look for "Bearer".
    shown = "Bearer" if token_type.lower() in {"", "bearer"} else token_type
    return Token(access, refresh, shown, expiry, extra)


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    if value is not None and not isinstance(value, str):
        raise TypeError(key)
    return value or ""
