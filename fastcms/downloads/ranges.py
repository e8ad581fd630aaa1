"""The `Range` header, and answers of several parts, as Go's `http.ServeContent` has them."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from typing import NamedTuple

MAX_PARTS = 100  # each costs more than its bytes; who asks for more gets the whole file
MAX_INT = 2**63 - 1

_SPACES = " \t\r\n"
_UNIT = "bytes="
_NUMBER = re.compile(r"[+-]?[0-9]+", re.ASCII)


class Part(NamedTuple):
    """Bytes of a file that were asked for."""

    start: int
    size: int

    def content_range(self, whole: int) -> bytes:
        """The value of `Content-Range`."""
        return b"bytes %d-%d/%d" % (self.start, self.start + self.size - 1, whole)


class RangeError(ValueError):
    """A header that cannot be understood, or that asks for nothing that is there."""

    def __init__(self, text: str, *, overlaps: bool = True) -> None:
        super().__init__(text)
        self.overlaps = overlaps


def parse_range(text: str, whole: int) -> list[Part]:
    """The parts of a file of so many bytes; none of them if the whole shall be sent.

    Raises RangeError. Takes a time in proportion to the header's length: parts are neither sorted
    nor merged.
    """
    if not text:
        return []
    if not text.startswith(_UNIT):
        raise RangeError("invalid range")
    parts: list[Part] = []
    misses = False
    for piece in text[len(_UNIT) :].split(","):
        trimmed = piece.strip(_SPACES)
        if not trimmed:
            continue
        part = _part(trimmed, whole)
        if part is None:
            misses = True
        else:
            parts.append(part)
    if misses and not parts and whole:
        raise RangeError("invalid range: failed to overlap", overlaps=False)
    if sum(part.size for part in parts) > whole or len(parts) > MAX_PARTS:
        return []
    return parts


def _part(text: str, whole: int) -> Part | None:
    """One part; None if it begins behind the end."""
    first, dash, last = (piece.strip(_SPACES) for piece in text.partition("-"))
    if not dash:
        raise RangeError("invalid range")
    if not first:
        if not last or last.startswith("-"):
            raise RangeError("invalid range")
        size = min(_number(last), whole)
        return Part(whole - size, size)
    start = _number(first)
    if start >= whole:
        return None
    if not last:
        return Part(start, whole - start)
    end = _number(last)
    if end < start:
        raise RangeError("invalid range")
    return Part(start, min(end, whole - 1) - start + 1)


def _number(text: str) -> int:
    # Python refuses to read very long ones; what is too long for Go is no number.
    if len(text) > 1_000 or not _NUMBER.fullmatch(text):
        raise RangeError("invalid range")
    number = int(text)
    if not 0 <= number <= MAX_INT:
        raise RangeError("invalid range")
    return number


class Multipart:
    """Several parts as the body of one answer."""

    def __init__(self, parts: Sequence[Part], whole: int, content_type: bytes) -> None:
        boundary = secrets.token_hex(30).encode()
        self.content_type = b"multipart/byteranges; boundary=" + boundary
        self._parts = parts
        self._heads = [
            b"%b--%b\r\nContent-Range: %b\r\nContent-Type: %b\r\n\r\n"
            % (b"\r\n" if place else b"", boundary, part.content_range(whole), content_type)
            for place, part in enumerate(parts)
        ]
        self._end = b"\r\n--%b--\r\n" % boundary

    @property
    def size(self) -> int:
        """The bytes of the whole body."""
        return sum(map(len, self._heads)) + sum(p.size for p in self._parts) + len(self._end)

    async def body(self, read: Callable[[Part], AsyncIterator[bytes]]) -> AsyncIterator[bytes]:
        """The body in pieces."""
        for head, part in zip(self._heads, self._parts, strict=True):
            yield head
            async for piece in read(part):
                yield piece
        yield self._end
