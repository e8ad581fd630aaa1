"""Multipart bodies by python-multipart, with limits on what a hostile one may cost."""

from __future__ import annotations

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from fastcms.errors import bad_request
from fastcms.values import Upload

MAX_PARTS = 1_000
MAX_HEADER_BYTES = 16 << 10  # of one part


class _Parts:
    """Collects the parts as the parser's callbacks tell them."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str | Upload]] = []
        self._name = b""
        self._value = b""
        self._headers: dict[bytes, bytes] = {}
        self._header_bytes = 0
        self._data: list[bytes] = []

    def on_part_begin(self) -> None:
        if len(self.found) >= MAX_PARTS:
            raise FormParserError("too many parts")
        self._headers, self._data, self._header_bytes = {}, [], 0

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._value += data[start:end]

    def on_header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._data.append(data[start:end])

    def on_part_end(self) -> None:
        # Only the plain `name` and `filename` count: `filename*` has smuggled names past checks.
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"name", b"").decode("utf-8", "replace")
        content = b"".join(self._data)
        filename = options.get(b"filename")
        if filename is None:
            self.found.append((name, content.decode("utf-8", "replace")))
        else:
            kind = self._headers.get(b"content-type", b"").decode("latin-1")
            self.found.append((name, Upload(filename.decode("utf-8", "replace"), content, kind)))

    def _count(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > MAX_HEADER_BYTES:
            raise FormParserError("part headers too long")


def parse_multipart(raw: bytes, content_type: str, error: str) -> list[tuple[str, str | Upload]]:
    """The parts in order. Raises 400 for a body that is no complete multipart form."""
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise bad_request(error)
    parts = _Parts()
    finished = False

    def on_end() -> None:
        nonlocal finished
        finished = True

    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": parts.on_part_begin,
                "on_header_field": parts.on_header_field,
                "on_header_value": parts.on_header_value,
                "on_header_end": parts.on_header_end,
                "on_part_data": parts.on_part_data,
                "on_part_end": parts.on_part_end,
                "on_end": on_end,
            },
        )
        parser.write(raw)
        parser.finalize()
    except FormParserError as reason:
        raise bad_request(error) from reason
    if not finished:
        raise bad_request(error)
    return parts.found
