"""Multipart bodies, parsed while they come in: values stay in memory, files go to disk.

What a body may cost is limited: parts, the headers of each, the bytes of all values together. Files
cost a fixed amount of memory, however long they are.
"""

from __future__ import annotations

import asyncio
import errno
import re
from collections.abc import AsyncIterable, Callable
from pathlib import Path
from typing import BinaryIO, TypeAlias

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from fastcms.errors import ApiError, bad_request
from fastcms.fields.upload import Upload
from fastcms.files.sniff import HEAD
from fastcms.files.upload import received

MAX_PARTS = 1_000
MAX_HEADER_BYTES = 16 << 10  # of one part
MAX_VALUE_BYTES = 42 << 20  # of all parts but files; the reference's limit
SMALL = 64 << 10  # bytes of a file that may stay in memory
MAX_SMALL_BYTES = 1 << 20  # of all such files
PIECE = 512 << 10  # bytes that are written to disk at once

Part: TypeAlias = tuple[str, str | Upload]

_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;"]*)', re.DOTALL)
# A backslash before anything else is itself: browsers on Windows have sent whole paths.
_ESCAPED = re.compile(r'\\([]()<>@,;:\\"/[?=])')
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class _Field:
    """A part that is a value; without a name it is of no use, and nothing of it is kept."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.data = bytearray()


class _File:
    """A part that is a file."""

    def __init__(self, name: str, client_name: str) -> None:
        self.name = name
        self.client_name = client_name
        self.size = 0
        self.head = b""
        # What is not on disk yet.
        self.data = bytearray()
        self.path: Path | None = None
        self.is_whole = False
        self._file: BinaryIO | None = None

    def write(self) -> None:
        """Brings what there is to disk; on a thread."""
        if self._file is None:
            assert self.path is not None
            self._file = self.path.open("xb", buffering=0)
        left = memoryview(self.data)
        while left:
            left = left[self._file.write(left) :]
        left.release()
        self.data = bytearray()
        if self.is_whole:
            self.close()

    def close(self) -> None:
        """Closes the file on disk."""
        if self._file is not None:
            self._file.close()

    def upload(self) -> Upload:
        """The whole file."""
        source = bytes(self.data) if self.path is None else self.path
        return received(self.client_name, source, self.size, self.head)


class _Parts:
    """Collects the parts as the parser's callbacks tell them."""

    def __init__(self, fresh: Callable[[], Path]) -> None:
        self.found: list[_Field | _File] = []
        self.is_whole = False
        self._fresh = fresh
        self._name = b""
        self._value = b""
        self._headers: dict[bytes, bytes] = {}
        self._header_bytes = 0
        self._value_bytes = 0
        self._small_bytes = 0
        self._parts = 0
        self._part: _Field | _File | None = None
        # Files with something to write.
        self._unwritten: dict[_File, None] = {}

    def on_part_begin(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise FormParserError("too many parts")
        self._headers, self._header_bytes = {}, 0

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._value += data[start:end]

    def on_header_end(self) -> None:
        self._headers.setdefault(self._name.lower(), self._value)
        self._name = self._value = b""

    def on_headers_finished(self) -> None:
        header = self._headers.get(b"content-disposition", b"").decode("utf-8", "replace")
        name, client_name = _names(header)
        if not name:
            self._part = None
            return
        self._part = _File(name, client_name) if client_name else _Field(name)
        self.found.append(self._part)

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        part, size = self._part, end - start
        if isinstance(part, _Field):
            self._value_bytes += size
            if self._value_bytes > MAX_VALUE_BYTES:
                raise ApiError(413)
            part.data += data[start:end]
        elif isinstance(part, _File):
            if part.size < HEAD:
                part.head += data[start : min(end, start + HEAD - part.size)]
            part.data += data[start:end]
            part.size += size
            if part.path is None:
                self._small_bytes += size
                if part.size > SMALL or self._small_bytes > MAX_SMALL_BYTES:
                    self._small_bytes -= part.size
                    part.path = self._fresh()
            if part.path is not None and len(part.data) >= PIECE:
                self._unwritten[part] = None

    def on_part_end(self) -> None:
        if isinstance(self._part, _File):
            self._part.is_whole = True
            if self._part.path is not None:
                self._unwritten[self._part] = None
        self._part = None

    def on_end(self) -> None:
        self.is_whole = True

    async def write(self) -> None:
        """Brings to disk what has become too much for the memory."""
        for file in self._unwritten:
            await asyncio.to_thread(file.write)
        self._unwritten.clear()

    def close(self) -> None:
        """Closes the files of a body that broke off."""
        for part in self.found:
            if isinstance(part, _File):
                part.close()

    def _count(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > MAX_HEADER_BYTES:
            raise FormParserError("part headers too long")


async def read_multipart(
    chunks: AsyncIterable[bytes], content_type: str, fresh: Callable[[], Path], error: str = ""
) -> list[Part] | None:
    """The parts in order, None of a body without any bytes.

    `fresh` gives the paths for files that are too long for the memory: these are the caller's to
    remove, whatever happens. Raises 400 for a body that is no complete multipart form, 413 for more
    values than anybody needs, 507 where the disk is full.
    """
    parts = _Parts(fresh)
    parser: MultipartParser | None = None
    try:
        is_empty = True
        async for chunk in chunks:
            if not chunk:
                continue
            is_empty = False
            if parser is None:
                # The parser skips line ends before the first boundary, too, but in another way for
                # each way in which they are cut into chunks.
                begun = chunk.lstrip(b"\r\n")
                if not begun:
                    continue
                parser = _parser(parts, content_type)
                parser.write(begun)
            else:
                parser.write(chunk)
            await parts.write()
        if is_empty:
            return None
        if parser is None:
            raise FormParserError("no boundary")
        parser.finalize()
    except FormParserError as reason:
        raise bad_request(error) from reason
    except OSError as reason:
        if reason.errno not in _NO_SPACE:
            raise
        raise ApiError(507, "There is no space left for the files.") from reason
    finally:
        parts.close()
    if not parts.is_whole:
        raise bad_request(error)
    return [
        (part.name, part.upload())
        if isinstance(part, _File)
        else (part.name, part.data.decode("utf-8", "replace"))
        for part in parts.found
    ]


def _parser(parts: _Parts, content_type: str) -> MultipartParser:
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise FormParserError("no boundary")
    return MultipartParser(
        boundary,
        {
            "on_part_begin": parts.on_part_begin,
            "on_header_field": parts.on_header_field,
            "on_header_value": parts.on_header_value,
            "on_header_end": parts.on_header_end,
            "on_headers_finished": parts.on_headers_finished,
            "on_part_data": parts.on_part_data,
            "on_part_end": parts.on_part_end,
            "on_end": parts.on_end,
        },
        max_header_size=MAX_HEADER_BYTES,
    )


def _names(disposition: str) -> tuple[str, str]:
    """The name of a part and its client's name of the file, "" for what is not said.

    Only the plain `name` and `filename` count, and only if each is said once: their extended and
    repeated forms have carried names past checks that read the other one.
    """
    kind, _, rest = disposition.partition(";")
    said = [(key.lower(), value) for key, value in _PARAMETER.findall(";" + rest)]
    options = dict(said)
    if kind.strip().lower() != "form-data" or len(options) < len(said):
        return "", ""
    return _unquoted(options.get("name", "")), _unquoted(options.get("filename", ""))


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value.strip()
    return _ESCAPED.sub(r"\1", value[1:-1])
