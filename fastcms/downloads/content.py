"""How a file is described to the client: its type, its name, and what browsers may do with it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from fastcms.downloads.conditions import http_date
from fastcms.files.storage import Stored
from fastcms.http.reply import Headers

# Shown by browsers, the rest is saved. By what the content is; nothing here can run a script.
INLINE = frozenset(
    {
        "image/png",
        "image/jpg",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/x-icon",
        "image/bmp",
        "video/webm",
        "video/mp4",
        "video/3gpp",
        "video/quicktime",
        "video/x-ms-wmv",
        "audio/basic",
        "audio/aiff",
        "audio/mpeg",
        "audio/midi",
        "audio/mp3",
        "audio/wave",
        "audio/wav",
        "audio/x-wav",
        "audio/x-mpeg",
        "audio/x-m4a",
        "audio/aac",
        "application/pdf",
        "application/x-pdf",
    }
)
# What the content does not tell, and pages need to use the file.
_OFFICE = "application/vnd.openxmlformats-officedocument."
BY_EXTENSION = {
    ".svg": "image/svg+xml",
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".xlsx": _OFFICE + "spreadsheetml.sheet",
    ".docx": _OFFICE + "wordprocessingml.document",
    ".pptx": _OFFICE + "presentationml.presentation",
}
# Whatever the file is: opened by itself it is a page without scripts and without an origin.
POLICY = b"default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
CACHE = b"max-age=2592000, stale-while-revalidate=86400"

_PLAIN = re.compile(r"[\w\-. ]*", re.ASCII)
_BREAKS_LINE = re.compile(r"[^\x20-\x7e]")


class Description(NamedTuple):
    """What the headers say of a file."""

    media_type: bytes
    # As `ETag` has it, and the second of `Last-Modified`.
    etag: str
    modified: int
    # Of every answer with the file or about it, and of those with a part of it or none.
    headers: Headers
    dated: Headers


@lru_cache(maxsize=1_000)
def describe(stored: Stored, name: str, *, download: bool) -> Description:
    """The headers of a file under this name; kept, since the same files are asked for again."""
    etag, modified = f'"{stored.etag}"', int(stored.modified)
    headers = (
        (b"content-disposition", disposition(stored.content_type, name, download=download)),
        (b"content-security-policy", POLICY),
    )
    dated = (
        *headers,
        (b"cache-control", CACHE),
        (b"last-modified", http_date(modified)),
        (b"etag", etag.encode()),
    )
    media_type = content_type(stored.content_type, name)
    return Description(media_type, etag, modified, headers, dated)


def content_type(stored: str, name: str) -> bytes:
    """The media type that is sent."""
    found = BY_EXTENSION.get(_extension(name), stored)
    # It comes from a file beside the file, which others may have written.
    return b"application/octet-stream" if _BREAKS_LINE.search(found) else found.encode()


def disposition(stored: str, name: str, *, download: bool) -> bytes:
    """Whether the file is shown or saved, and under which name."""
    kind = "inline" if stored in INLINE and not download else "attachment"
    return f'{kind}; filename="{_escaped(name)}"'.encode()


def _extension(name: str) -> str:
    _, dot, extension = name.rpartition(".")
    return dot + extension


def _escaped(name: str) -> str:
    """A name between double quotes, as Go quotes it: nothing ends the quotes or the line."""
    if _PLAIN.fullmatch(name):
        return name
    return "".join(map(_escaped_character, name))


def _escaped_character(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
