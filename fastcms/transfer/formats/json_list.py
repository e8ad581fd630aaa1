"""JSON, a list of objects, and NDJSON, an object on each line."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from fastcms.fields.base import Field
from fastcms.transfer.table import (
    ABSENT,
    MAX_CELL,
    Cell,
    FileError,
    Line,
    ReadOptions,
    WriteOptions,
    unreadable,
)

_MARK = b"\xef\xbb\xbf"
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
# Values stay JSON text until a field asks for them.
_decode_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Objects:
    """What both have in common: the columns are the keys that any of the objects has."""

    columns: tuple[str, ...] = ()

    def _texts(self) -> Iterable[tuple[int, bytes | msgspec.Raw]]:
        raise NotImplementedError

    def _find_columns(self) -> None:
        keys: dict[str, None] = {}
        for _, text in self._texts():
            try:
                keys |= dict.fromkeys(_decode_object(text))
            except _ERRORS:
                continue  # found again, and named, when the rows are read
        self.columns = tuple(keys)

    def lines(self) -> Iterator[Line]:
        columns = self.columns
        for number, text in self._texts():
            try:
                found = _decode_object(text)
            except _ERRORS as error:
                yield Line(number, (), unreadable(f"Is no JSON object: {error}."))
                continue
            cells: list[Cell] = [found.get(name, ABSENT) for name in columns]
            yield Line(number, cells)


class NdjsonSource(_Objects):
    """Objects on lines of their own; blank lines are none."""

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self._size = max(path.stat().st_size, 1)
        self._file = path.open("rb")
        try:
            self._find_columns()
        except FileError:
            self._file.close()
            raise

    def _texts(self) -> Iterator[tuple[int, bytes]]:
        self._file.seek(0)
        number = 0
        while text := self._file.readline(MAX_CELL):
            number += 1
            if len(text) == MAX_CELL:
                raise FileError(f"line {number} is longer than {MAX_CELL >> 20} MB")
            text = (text.removeprefix(_MARK) if number == 1 else text).strip()
            if text:
                yield number, text

    def read_share(self) -> float:
        return min(self._file.tell() / self._size, 1.0)

    def close(self) -> None:
        self._file.close()


class JsonSource(_Objects):
    """A list of objects.

    The file is mapped, not read: of its text only the places of the objects are in memory.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self._objects: list[msgspec.Raw] = []
        self._done = 0
        if not path.stat().st_size:
            raise FileError("the file is empty; an empty list is []")
        with path.open("rb") as file:
            text = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        try:
            # Each item is a view of the map, which goes when the last of them goes.
            self._objects = _decode_list(text[len(_MARK) :] if text[:3] == _MARK else text)
        except _ERRORS as error:
            raise FileError(f"the file is no JSON list of objects: {error}") from error
        self._find_columns()

    def _texts(self) -> Iterator[tuple[int, msgspec.Raw]]:
        for number, item in enumerate(self._objects, 1):
            self._done = number
            yield number, item

    def read_share(self) -> float:
        return self._done / max(len(self._objects), 1)

    def close(self) -> None:
        self._objects = []


class NdjsonSink:
    """Writes an object on each line."""

    before, between, after = b"", b"\n", b"\n"

    def __init__(self, path: Path, fields: Sequence[Field], options: WriteOptions) -> None:
        self._file = path.open("wb")
        self._names = [field.name for field in fields]
        self._is_first = True

    def write(self, rows: Sequence[Sequence[object]]) -> None:
        names = self._names
        texts = [_one_line(dict(zip(names, row, strict=True))) for row in rows]
        if texts:
            self._file.write(self.before if self._is_first else self.between)
            self._file.write(self.between.join(texts))
            self._is_first = False

    def finish(self) -> None:
        self._file.write(self._empty() if self._is_first else self.after)
        self._file.close()

    def _empty(self) -> bytes:
        return b""


class JsonSink(NdjsonSink):
    """Writes a list of objects, one on each line."""

    before, between, after = b"[\n", b",\n", b"\n]\n"

    def _empty(self) -> bytes:
        return b"[]\n"


def _one_line(values: dict[str, object]) -> bytes:
    text = msgspec.json.encode(values)
    # JSON fields keep the text that was sent, line breaks included.
    return text if b"\n" not in text and b"\r" not in text else msgspec.json.format(text, indent=-1)
