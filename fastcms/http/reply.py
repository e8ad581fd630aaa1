"""Answers as values."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from fastcms.errors import ApiError

JSON = b"application/json"

encode_json = msgspec.json.Encoder().encode


class Reply(NamedTuple):
    """Status, body and headers beyond those that every answer has."""

    body: bytes
    status: int = 200
    content_type: bytes = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()


NO_CONTENT = Reply(b"", 204, b"")


def json_reply(value: object, status: int = 200) -> Reply:
    """Any value as a JSON answer."""
    return Reply(encode_json(value), status)


def error_reply(error: ApiError) -> Reply:
    """An error as the wire shows it."""
    return Reply(encode_json(error.body()), error.status)
