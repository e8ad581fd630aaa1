"""What is written down of a request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias
from urllib.parse import unquote

import msgspec
from msgspec import UNSET, UnsetType, field

from fastcms.observe.events import RequestDone, Warned
from fastcms.observe.secrets import masked, may_hide
from fastcms.settings.model import Logs

INFO, ERROR = 0, 8
URL_LENGTH, HEADER_LENGTH = 3_000, 2_000  # characters
DATA_SIZE = 16_000  # bytes
CUT = "__pb_truncated__"

Line: TypeAlias = tuple[float, int, str, msgspec.Raw]

_encode = msgspec.json.Encoder().encode


class Details(msgspec.Struct, rename="camel", kw_only=True, gc=False):
    """The details of a request, in the order of the reference's keys."""

    auth: str
    auth_id: str | UnsetType
    details: Any | UnsetType
    error: str | UnsetType
    exec_time: float
    method: str
    referer: str
    remote_ip: str | UnsetType = field(name="remoteIP")
    request_id: str | UnsetType
    status: int
    type: str = "request"
    url: str
    user_agent: str
    user_ip: str | UnsetType = field(name="userIP")


def lines_of(waiting: Iterable[RequestDone], warnings: Iterable[Warned], logs: Logs) -> bytes:
    """The lines of requests and warnings as :mod:`fastcms.store.side` keeps them."""
    lines: list[RequestDone | Line]
    if not logs.log_ip or logs.max_data_size:
        lines = [_line(done, logs) for done in waiting]
    else:
        # Most requests can be written down as they are, all in one run of the encoder.
        lines = [done if _is_plain(done) else _line(done, logs) for done in waiting]
    lines += [line(it.at, it.level, it.message, it.data, logs) for it in warnings]
    return _encode(lines)


def _is_plain(done: RequestDone) -> bool:
    """Whether there is nothing in a request that the log must hide, cut or tell."""
    url = done.url
    return not (
        done.status >= 400
        or done.auth_id
        or done.referer
        or done.request_id
        or may_hide(url)
        or len(url) + len(done.user_agent) > HEADER_LENGTH
    )


def _line(done: RequestDone, logs: Logs) -> Line:
    told = details_of(done, logs)
    message = f"{told.method} {unquote(told.url)}"
    return line(done.at, ERROR if done.status >= 400 else INFO, message, told, logs)


def details_of(done: RequestDone, logs: Logs) -> Details:
    """What of a request is written down."""
    failed = done.status >= 400
    return Details(
        auth=done.auth,
        auth_id=done.auth_id if logs.log_auth_id and done.auth_id else UNSET,
        details=(done.details or None) if failed else UNSET,
        error=done.error if failed else UNSET,
        exec_time=done.milliseconds,
        method=done.method,
        referer=_cut(masked(done.referer), HEADER_LENGTH),
        remote_ip=done.remote_ip if logs.log_ip else UNSET,
        request_id=done.request_id or UNSET,
        status=done.status,
        url=_cut(masked(done.url), URL_LENGTH),
        user_agent=_cut(done.user_agent, HEADER_LENGTH),
        user_ip=done.user_ip if logs.log_ip else UNSET,
    )


def line(at: float, level: int, message: str, data: object, logs: Logs) -> Line:
    """A line with a level, a message and as much of its data as there is room for."""
    text = fitted(data, logs.max_data_size or DATA_SIZE)
    return at, level, message, msgspec.Raw(text)


def fitted(data: object, most: int) -> bytes:
    """Data as JSON of so many bytes at most, or a few more."""
    text = _encode(data)
    return text if len(text) <= most else _shortened(msgspec.json.decode(text), most)


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
