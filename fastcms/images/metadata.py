"""Takes out of image files what says where, when and by whom they were made.

The pixels are not touched: parts of the file are left out, whole, and an orientation is written
again where there was one. No decoder runs, so this is safe in a server process.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

_ORIENTATION = 0x0112
_SHORT = 3  # the type of its value
_PNG = b"\x89PNG\r\n\x1a\n"
# Chunks that say how the pixels look or move. The critical ones begin with a capital letter.
_PNG_KEPT = frozenset(
    b"tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04  # flags of VP8X
_GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
# What ends a JPEG's compressed pixels: a marker that is neither a restart nor a stuffed zero.
_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")


def without_metadata(content: bytes, content_type: str) -> bytes:
    """The image without its metadata. ValueError for a broken file and for other types."""
    clean = {
        "image/jpeg": _jpeg,
        "image/png": _png,
        "image/apng": _png,
        "image/webp": _webp,
        "image/gif": _gif,
    }.get(content_type)
    if clean is None:
        raise ValueError(f"cannot tell what is metadata in {content_type}")
    try:
        return b"".join(clean(content))
    except (IndexError, struct.error) as error:
        raise ValueError("the file is cut off") from error


def _jpeg(content: bytes) -> Iterator[bytes]:
    if content[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    yield content[:2]
    segments = list(_segments(content))
    turn = next((turn for marker, body in segments if (turn := _turn_of(marker, body)) > 1), 1)
    if turn > 1:
        tiff = b"Exif\0\0" + _tiff(turn)
        yield b"\xff\xe1" + struct.pack(">H", len(tiff) + 2) + tiff
    for marker, body in segments:
        if marker == 0xE0 and body[2:7] == b"JFIF\0":
            # Without the small picture that it may have.
            yield b"\xff\xe0\x00\x10" + body[2:14] + b"\0\0"
        elif _shows(marker, body):
            yield bytes((0xFF, marker)) + body


def _shows(marker: int, body: bytes) -> bool:
    """Whether a segment has to do with how the pixels look."""
    if 0xE0 <= marker <= 0xEF or marker == 0xFE:
        return (marker == 0xE2 and body[2:14] == b"ICC_PROFILE\0") or (
            marker == 0xEE and body[2:7] == b"Adobe"
        )
    return True


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Markers with all that belongs to them, up to the end of the (first) image."""
    at = 2
    while True:
        found = _JPEG_MARKER.match(content, at)
        if found is None:
            raise ValueError("the file is cut off")
        marker, start = found[1][0], found.end()
        if marker == 0xD9:
            yield marker, b""
            return
        (size,) = struct.unpack_from(">H", content, start)
        end = start + size
        if marker == 0xDA:
            following = _JPEG_MARKER.search(content, end)
            end = following.start() if following else len(content)
        if size < 2 or end > len(content):
            raise ValueError("the file is cut off")
        yield marker, content[start:end]
        at = end


def _turn_of(marker: int, body: bytes) -> int:
    return _orientation(body[8:]) if marker == 0xE1 and body[2:8] == b"Exif\0\0" else 1


def _png(content: bytes) -> Iterator[bytes]:
    if content[:8] != _PNG:
        raise ValueError("no PNG")
    yield content[:8]
    chunks = list(_chunks(content))
    turn = next((_orientation(chunk[8:-4]) for name, chunk in chunks if name == b"eXIf"), 1)
    for name, chunk in chunks:
        if turn > 1 and name == b"IDAT":
            body = b"eXIf" + _tiff(turn)
            yield struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
            turn = 1
        if name in _PNG_KEPT or name[:1].isupper():
            yield chunk


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, name = 8, b""
    while name != b"IEND":
        size, name = struct.unpack_from(">I4s", content, at)
        if at + size + 12 > len(content):
            raise ValueError("the file is cut off")
        yield name, content[at : at + size + 12]
        at += size + 12


def _webp(content: bytes) -> Iterator[bytes]:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise ValueError("no WebP")
    kept: list[bytes] = []
    turn = 1
    for name, chunk in _riff(content):
        if name == b"EXIF":
            turn = _orientation(chunk[8:].removeprefix(b"Exif\0\0"))
        if name in _WEBP_KEPT:
            kept.append(chunk)
    if kept and kept[0][:4] == b"VP8X":
        flags = kept[0][8] & ~(_WEBP_EXIF | _WEBP_XMP)
        if turn > 1:
            flags |= _WEBP_EXIF
            tiff = _tiff(turn)
            kept.append(b"EXIF" + struct.pack("<I", len(tiff)) + tiff)
        kept[0] = kept[0][:8] + bytes((flags,)) + kept[0][9:]
    body = b"WEBP" + b"".join(kept)
    yield b"RIFF" + struct.pack("<I", len(body)) + body


def _riff(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    (size,) = struct.unpack_from("<I", content, 4)
    at, last = 12, size + 8
    if last > len(content):
        raise ValueError("the file is cut off")
    while at + 8 <= last:
        name, size = struct.unpack_from("<4sI", content, at)
        end = at + 8 + size + size % 2
        if end > last + 1:
            raise ValueError("the file is cut off")
        yield name, content[at:end]
        at = end


def _gif(content: bytes) -> Iterator[bytes]:
    if content[:6] not in {b"GIF87a", b"GIF89a"}:
        raise ValueError("no GIF")
    at = 13 + _palette(content[10])
    yield content[:at]
    while content[at] != 0x3B:
        if content[at] == 0x2C:
            pixels = at + 10 + _palette(content[at + 9]) + 1
            end = _blocks_end(content, pixels)
            yield content[at:end]
        elif content[at] == 0x21:
            end = _blocks_end(content, at + 2)
            label, name = content[at + 1], content[at + 3 : at + 14]
            if label == 0xF9 or (label == 0xFF and name in _GIF_LOOPS):
                yield content[at:end]
        elif content[at]:
            raise ValueError("no block of a GIF")
        else:
            end = at + 1  # some writers leave an empty block between others
        at = end
    yield b"\x3b"


def _palette(flags: int) -> int:
    """The bytes of a colour table."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks_end(content: bytes, at: int) -> int:
    while content[at]:
        at += content[at] + 1
    return at + 1


def _orientation(tiff: bytes) -> int:
    """The orientation that EXIF says; 1 where it says none that makes sense."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for place in range(start + 2, start + 2 + 12 * count, 12):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, place)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        pass  # what is there cannot be read, so nobody else reads it either
    return 1


def _tiff(turn: int) -> bytes:
    """EXIF that says an orientation and nothing else."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, _SHORT, 1, turn, 0, 0)
