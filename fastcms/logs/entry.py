"""What is written down of a request, and what never is: passwords, tokens and other secrets."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import msgspec
from msgspec import UNSET, UnsetType, field

from fastcms.clock import moment_text
from fastcms.observe.events import RequestDone
from fastcms.settings.model import Logs

INFO, ERROR = 0, 8
URL_LENGTH, HEADER_LENGTH = 3_000, 2_000  # characters
DATA_SIZE = 16_000  # bytes
CUT = "__pb_truncated__"
MASK = "***"

_encode = msgspec.json.Encoder().encode

# Parameters that hold a secret, and anything that has the form of a token.
_SECRET = re.compile(
    r"([?&;#][^=&;#]*(?:token|secret|passw|pwd|signature|credential|api_?-?key|otp|code|state)"
    r"[^=&;#]*=)[^&;#]*",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"eyJ[\w-]{8,}(?:\.|%2e)[\w%.-]+", re.IGNORECASE)


class Details(msgspec.Struct, rename="camel", kw_only=True):
    """The details of a request, in the order of the reference's keys."""

    auth: str
    auth_id: str | UnsetType
    details: Any | UnsetType
    error: str | UnsetType
    exec_time: float
    method: str
    referer: str
    remote_ip: str | UnsetType = field(name="remoteIP")
    status: int
    type: str = "request"
    url: str
    user_agent: str
    user_ip: str | UnsetType = field(name="userIP")


def row_of(at: float, done: RequestDone, logs: Logs) -> tuple[str, int, str, bytes]:
    """Moment, level, message and details of a request."""
    failed = done.status >= 400
    url = _cut(masked(done.url), URL_LENGTH)
    text = _encode(
        Details(
            auth=done.auth,
            auth_id=done.auth_id if logs.log_auth_id and done.auth_id else UNSET,
            details=(done.details or None) if failed else UNSET,
            error=done.error if failed else UNSET,
            exec_time=round(done.seconds * 1000, 6),
            method=done.method,
            referer=_cut(masked(done.referer), HEADER_LENGTH),
            remote_ip=done.remote_ip if logs.log_ip else UNSET,
            status=done.status,
            url=url,
            user_agent=_cut(done.user_agent, HEADER_LENGTH),
            user_ip=done.user_ip if logs.log_ip else UNSET,
        )
    )
    most = logs.max_data_size or DATA_SIZE
    if len(text) > most:
        text = _shortened(msgspec.json.decode(text), most)
    message = f"{done.method} {unquote(url) if '%' in url else url}"
    return moment_text(at), ERROR if failed else INFO, message, text


def masked(url: str) -> str:
    """An address without the secrets in it; without its escapes if they hide some."""
    found = _masked(url)
    if "%" in found:
        plain = unquote(found)
        if (hidden := _masked(plain)) != plain:
            return hidden
    return found


def _masked(url: str) -> str:
    if "?" in url or "#" in url:
        url = _SECRET.sub(rf"\1{MASK}", url)
    return _TOKEN.sub(MASK, url) if "eyJ" in url else url


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}..."


def _shortened(data: dict[str, Any], most: int) -> bytes:
    """As many keys as there is room for; the first that is cut is null."""
    kept: dict[str, Any] = {CUT: True}
    size = 0
    for key, value in data.items():
        size += len(_encode({key: value}))
        if size > most:
            kept[key] = None
            break
        kept[key] = value
    return _encode(kept)
