"""Rows on their way into the database: judged, bound, and kept in a file until all are there.

A chunk of rows is one MessagePack text in an unnamed temporary file, so that an import of any
length needs the memory of one chunk.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

_encode = msgspec.msgpack.Encoder().encode


class Bound(msgspec.Struct, frozen=True, array_like=True):
    """One row as parameters of its statement."""

    number: int
    id: str
    # The columns that an update sets; None for a new record.
    changed: list[str] | None
    # Of type SqlValue, which the decoder cannot check.
    params: list[Any]
    # Relations to the collection itself, which rows of the same file may answer.
    own: list[tuple[str, list[str]]] = []


_decode = msgspec.msgpack.Decoder(list[Bound]).decode


class Stage:
    """Chunks of bound rows, written once, read in order as often as wanted."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by close)

    def add(self, rows: Sequence[Bound]) -> None:
        """Appends a chunk."""
        text = _encode(rows)
        self._file.write(len(text).to_bytes(8, "big"))
        self._file.write(text)

    def __iter__(self) -> Iterator[Bound]:
        self._file.seek(0)
        while head := self._file.read(8):
            yield from _decode(self._file.read(int.from_bytes(head, "big")))

    def close(self) -> None:
        """Frees the file."""
        self._file.close()
