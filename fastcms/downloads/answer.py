"""The answer with a file: whole, in parts, or not at all if the client's copy will do."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from functools import partial
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from fastcms.downloads.conditions import Verdict, judge, lets_range
from fastcms.downloads.content import Description, describe
from fastcms.downloads.ranges import Multipart, Part, RangeError, parse_range
from fastcms.downloads.represent import Representation
from fastcms.files.storage import Storage, StorageError
from fastcms.http.params import is_true
from fastcms.http.reply import FilePart, Reply
from fastcms.http.request import Request
from fastcms.http.sendfile import read_at_hand

SMALL = 64 << 10  # bytes that are read at once and sent in one write

_ASKS_MORE = frozenset(
    {
        b"range",
        b"if-range",
        b"if-match",
        b"if-none-match",
        b"if-modified-since",
        b"if-unmodified-since",
    }
)
_TEXT = b"text/plain; charset=utf-8"


class Source(NamedTuple):
    """Where the bytes of a file come from."""

    size: int
    # Where it is on this machine's disk, None if it is elsewhere.
    path: Path | None
    read: Callable[[int, int], AsyncIterator[bytes]]


async def answer(request: Request, files: Storage, sent: Representation) -> Reply:
    """The answer to a request for a file in that place. Raises StorageError if it is gone."""
    download = is_true(request.query.get("download", ""))
    description = describe(sent.stored, sent.name, download=download)
    source = Source(sent.stored.size, files.path(sent.key), partial(files.read, sent.key))
    return await answer_with(request, description, source)


async def answer_with(request: Request, description: Description, source: Source) -> Reply:
    """The answer with a file of whatever kind. Raises StorageError if it is not there any more."""
    whole = source.size
    media_type, etag, modified, described, dated = description
    parts: list[Part] = []
    if request.has_any(_ASKS_MORE):
        verdict = judge(request.headers, etag, modified)
        if verdict is Verdict.NOT_MODIFIED:
            return Reply(b"", 304, b"", dated, of_file=True)
        if verdict is Verdict.FAILED:
            return Reply(b"", 412, media_type, dated, of_file=True)
        try:
            if lets_range(request.headers, etag, modified):
                parts = parse_range(request.headers.get("range", ""), whole)
        except RangeError as error:
            if not error.overlaps:
                described += ((b"content-range", b"bytes */%d" % whole),)
            return Reply(f"{error}\n".encode(), 416, _TEXT, described, of_file=True)
    headers = (*dated, (b"accept-ranges", b"bytes"))
    match parts:
        case []:
            reply = Reply(b"", 200, media_type, headers, of_file=True)
            return await _with_part(request, source, Part(0, whole), reply)
        case [part]:
            headers += ((b"content-range", part.content_range(whole)),)
            reply = Reply(b"", 206, media_type, headers, of_file=True)
            return await _with_part(request, source, part, reply)
        case _:
            several = Multipart(parts, whole, media_type)
            reply = Reply(b"", 206, several.content_type, headers, of_file=True)
            stream = several.body(lambda part: source.read(*part))
            return _with_stream(reply, several.size, stream)


async def _with_part(request: Request, source: Source, part: Part, reply: Reply) -> Reply:
    """The answer with one part of the file as its body."""
    path = source.path
    if path is None or request.method == "HEAD":
        return _with_stream(reply, part.size, source.read(*part))
    if part.size > SMALL:
        try:
            return reply._replace(file=FilePart(FileIO(path), part.start, part.size))
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error
    return reply._replace(body=await _read(path, part))


def _with_stream(reply: Reply, size: int, stream: AsyncIterator[bytes]) -> Reply:
    length = (b"content-length", b"%d" % size)
    return reply._replace(headers=(*reply.headers, length), stream=stream)


async def _read(path: Path, part: Part) -> bytes:
    """A small part; on a thread if the disk has to be waited for."""
    start, size = part
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    try:
        content = read_at_hand(handle, start, size)
        if content is None:
            content = await asyncio.to_thread(os.pread, handle, size, start)
    finally:
        os.close(handle)
    if len(content) != size:
        raise StorageError(f"{path} is shorter than it was")
    return content
