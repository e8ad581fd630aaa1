"""Answers as values."""

from __future__ import annotations

from collections.abc import AsyncIterator
from enum import Enum, auto
from io import FileIO
from typing import NamedTuple, TypeAlias

import msgspec

from fastcms.errors import ApiError

Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]

JSON = b"application/json"

encode_json = msgspec.json.Encoder().encode


class Picked(Enum):
    """What the query parameter `fields` picks from."""

    NOT = auto()
    BODY = auto()
    # The rows of a page, whose other keys stay.
    ITEMS = auto()


class FilePart(NamedTuple):
    """Some bytes of a file on this machine's disk, which is closed when they are sent."""

    file: FileIO
    start: int
    size: int


class Reply(NamedTuple):
    """Status, body and headers beyond those that every answer has."""

    body: bytes
    status: int = 200
    content_type: bytes = JSON
    headers: Headers = ()
    picked: Picked = Picked.NOT
    # In the place of a body that is too long for memory; its length is among the headers.
    stream: AsyncIterator[bytes] | None = None
    # In the place of a body, too: a part of an open file, whose length is not among the headers.
    file: FilePart | None = None
    # Whether it is about a file of a record, which pages of other origins may show in a frame.
    of_file: bool = False


NO_CONTENT = Reply(b"", 204, b"")


def json_reply(value: object, status: int = 200) -> Reply:
    """Any value as a JSON answer."""
    return Reply(encode_json(value), status, picked=Picked.BODY)


def page_reply(value: object) -> Reply:
    """A page of a list, with its rows under `items`."""
    return Reply(encode_json(value), picked=Picked.ITEMS)


def error_reply(error: ApiError) -> Reply:
    """An error as the wire shows it."""
    return Reply(encode_json(error.body()), error.status, headers=error.headers)
