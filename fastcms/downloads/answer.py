"""The answer with a file: whole, in parts, or not at all if the client's copy will do."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from io import FileIO
from pathlib import Path

from fastcms.downloads.conditions import Verdict, judge, lets_range
from fastcms.downloads.content import describe
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


async def answer(request: Request, files: Storage, sent: Representation) -> Reply:
    """The answer to a request for a file in that place. Raises StorageError if it is gone."""
    whole = sent.stored.size
    download = is_true(request.query.get("download", ""))
    media_type, etag, modified, described, dated = describe(
        sent.stored, sent.name, download=download
    )
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
            return await _with_part(request, files, sent.key, Part(0, whole), reply)
        case [part]:
            headers += ((b"content-range", part.content_range(whole)),)
            reply = Reply(b"", 206, media_type, headers, of_file=True)
            return await _with_part(request, files, sent.key, part, reply)
        case _:
            several = Multipart(parts, whole, media_type)
            reply = Reply(b"", 206, several.content_type, headers, of_file=True)
            stream = several.body(lambda part: files.read(sent.key, *part))
            return _with_stream(reply, several.size, stream)


async def _with_part(request: Request, files: Storage, key: str, part: Part, reply: Reply) -> Reply:
    """The answer with one part of the file as its body."""
    path = files.path(key)
    if path is None or request.method == "HEAD":
        return _with_stream(reply, part.size, files.read(key, *part))
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
