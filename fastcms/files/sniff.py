"""What a file is by its first bytes, named as PocketBase names it."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from fastcms.files import sniff_text
from fastcms.files.signatures import SIGNATURES, Kind

HEAD = 3072  # bytes that are looked at; PocketBase's


OCTETS = Kind("application/octet-stream")


def sniff(head: bytes) -> Kind:
    """The type of a file that begins like this, `application/octet-stream` if nothing tells."""
    for offset, signature, kind in SIGNATURES:
        if head.startswith(signature, offset):
            return kind
    for rule in _RULES:
        if (found := rule(head)) is not None:
            return found
    if sniff_text.is_text(head):
        return Kind(*sniff_text.sniff(head, is_whole=len(head) < HEAD))
    return OCTETS


# -- what has to be looked at closer ---------------------------------------------------------------

_PORTABLE_EXECUTABLE = Kind("application/vnd.microsoft.portable-executable", ".exe")
_ZIP = Kind("application/zip", ".zip", ("application/x-zip", "application/x-zip-compressed"))
_OFFICE_OPEN = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"


def _png(head: bytes) -> Kind | None:
    if head[:8] != b"\x89PNG\r\n\x1a\n":
        return None
    return Kind("image/apng", ".apng") if head[37:41] == b"acTL" else Kind("image/png", ".png")


def _pdf(head: bytes) -> Kind | None:
    if b"%PDF-" in head[:1024]:
        return Kind("application/pdf", ".pdf", ("application/x-pdf",))
    return None


_FONT_TABLES = frozenset(
    b"acnt ankr avar bdat bhed bloc bsln cmap cvar EBSC fdsc feat fmtx fond fpgm fvar gasp gcid"
    b" glyf gvar hdmx head hhea hmtx hvgl hvpm just kern kerx lcar loca ltag maxp meta mort morx"
    b" name opbd OS/2".split()
) | {b"cvt "}


def _font(head: bytes) -> Kind | None:
    if head[:4] == b"\0\x01\0\0" and head[12:16] in _FONT_TABLES and head[4:6] < b"\0\x31":
        other = ("font/sfnt", "application/x-font-ttf", "application/font-sfnt")
        return Kind("font/ttf", ".ttf", other)
    if head[:5] == b"OTTO\0" and len(head) > 48 and b"CFF " in head[12:48]:
        return Kind("font/otf", ".otf")
    if head[34:36] == b"LP" and head[8:11] in {b"\x02\0\x01", b"\x01\0\0", b"\x02\0\x02"}:
        return Kind("application/vnd.ms-fontobject", ".eot")
    return None


def _riff(head: bytes) -> Kind | None:
    if head[:4] != b"RIFF":
        return None
    wave = ("audio/x-wav", "audio/vnd.wave", "audio/wave")
    match head[8:12]:
        case b"WEBP":
            return Kind("image/webp", ".webp")
        case b"WAVE":
            return Kind("audio/wav", ".wav", wave)
        case b"AVI " if head[8:16] == b"AVI LIST":
            return Kind("video/x-msvideo", ".avi", ("video/avi", "video/msvideo"))
        case b"QLCM":
            return Kind("audio/qcelp", ".qcp")
    return None


def _iff(head: bytes) -> Kind | None:
    if head[:4] == b"FORM" and head[8:12] == b"AIFF":
        return Kind("audio/aiff", ".aiff", ("audio/x-aiff",))
    if head[:8] == b"AT&TFORM" and head[12:16] in {b"DJVU", b"DJVM", b"DJVI", b"THUM"}:
        return Kind("image/vnd.djvu", ".djvu")
    return None


def _jpeg_2000(head: bytes) -> Kind | None:
    if head[:12] != b"\x00\x00\x00\x0cjP  \r\n\x87\n" or len(head) < 24:
        return None
    match head[20:24]:
        case b"jp2 ":
            return Kind("image/jp2", ".jp2")
        case b"jpx ":
            return Kind("image/jpx", ".jpf")
        case b"jpm ":
            return Kind("image/jpm", ".jpm", ("video/jpm",))
    return None


def _brands(kind: Kind, *brands: str) -> Iterator[tuple[bytes, Kind]]:
    return ((brand.encode(), kind) for brand in brands)


_QUICKTIME = Kind("video/quicktime", ".mov")
_FTYP = dict(
    [
        *_brands(Kind("image/avif", ".avif"), "avif", "avis"),
        *_brands(Kind("image/heic", ".heic"), "heic", "heix"),
        *_brands(Kind("image/heic-sequence", ".heic"), "hevc", "hevx"),
        *_brands(Kind("image/heif", ".heif"), "mif1", "heim", "heis", "avic"),
        *_brands(Kind("image/heif-sequence", ".heif"), "msf1", "hevm", "hevs", "avcs"),
        *_brands(_QUICKTIME, "qt  ", "moov"),
        *_brands(Kind("video/quicktime", ".mqv"), "mqt "),
        *_brands(Kind("audio/x-m4a", ".m4a"), "M4A "),
        *_brands(Kind("video/x-m4v", ".m4v"), "M4V ", "M4VH", "M4VP"),
        *_brands(
            Kind("audio/mp4", ".mp4", ("audio/x-mp4a",)),
            *("F4A ", "F4B ", "M4B ", "M4P ", "MSNV", "NDAS"),
        ),
        *_brands(
            Kind("video/3gpp", ".3gp", ("video/3gp", "audio/3gpp")),
            *("3gp1", "3gp2", "3gp3", "3gp4", "3gp5", "3gp6", "3gp7", "3gs7", "3ge6", "3ge7"),
            "3gg6",
        ),
        *_brands(
            Kind("video/3gpp2", ".3g2", ("video/3g2", "audio/3gpp2")),
            *("3g24", "3g25", "3g26", "3g2a", "3g2b", "3g2c", "KDDI"),
        ),
        *_brands(Kind("video/mj2", ".mj2"), "mj2s", "mjp2", "MFSM", "MGSV"),
        *_brands(
            Kind("video/vnd.dvb.file", ".dvb"),
            *("dby1", "dsms", "dts1", "dts2", "dts3", "dxo ", "dmb1", "dmpf", "drc1", "dv1a"),
            *("dv1b", "dv2a", "dv2b", "dv3a", "dv3b", "dvr1", "dvt1", "emsg"),
        ),
    ]
)


def _iso_media(head: bytes) -> Kind | None:
    """Films and pictures in boxes, of which the first tells the brand."""
    if len(head) < 12:
        return None
    if head[4:8] == b"ftyp":
        if (kind := _FTYP.get(head[8:12])) is not None:
            return kind
        return Kind("video/mp4", ".mp4") if head[0] == 0 else None
    old = (b"moov\0", b"mdat\0", b"free\0", b"skip\0", b"pnot\0")
    if head[4:9] in old or head[:8] == b"\0\0\0\x08wide":
        return _QUICKTIME
    return None


def _matroska(head: bytes) -> Kind | None:
    if head[:4] != b"\x1a\x45\xdf\xa3":
        return None
    place = head.find(b"\x42\x82", 4, 4096)
    if place < 0 or len(head) <= place + 2:
        return None
    # The element's length takes as many bytes as its first byte has leading zeros, and one.
    start = place + 2 + (9 - head[place + 2].bit_length())
    if head.startswith(b"webm", start):
        return Kind("video/webm", ".webm", ("audio/webm",))
    if head.startswith(b"matroska", start):
        return Kind("video/matroska", ".mkv", ("video/x-matroska",))
    return None


def _ogg(head: bytes) -> Kind | None:
    if head[:5] != b"OggS\0":
        return None
    audio = (b"\x7fFLAC", b"\x01vorbis", b"OpusHead", b"Speex\x20\x20\x20")
    video = (b"\x80theora", b"fishead\0", b"\x01video\0\0\0")
    if head.startswith(audio, 28):
        return Kind("audio/ogg", ".oga")
    if head.startswith(video, 28):
        return Kind("video/ogg", ".ogv")
    return Kind("application/ogg", ".ogg", ("application/x-ogg",))


def _mp3(head: bytes) -> Kind | None:
    frames = {
        b"\xff\xfb",
        b"\xff\xf3",
        b"\xff\xf2",
        b"\xff\xfa",
        b"\xff\xe2",
        b"\xff\xe3",
        b"\xff\xfd",
    }
    if head[:3] == b"ID3" or head[:2] in frames:
        return Kind("audio/mpeg", ".mp3", ("audio/x-mpeg", "audio/mp3"))
    return None


def _mpeg(head: bytes) -> Kind | None:
    if len(head) > 3 and head[:3] == b"\0\0\x01" and 0xB0 <= head[3] <= 0xBF:
        return Kind("video/mpeg", ".mpeg")
    return None


def _bitmap(head: bytes) -> Kind | None:
    if head[:2] == b"BM":
        return Kind("image/bmp", ".bmp", ("image/x-bmp", "image/x-ms-bmp"))
    if head[:4] in {b"\0\0\x01\0", b"\0\0\x02\0"}:
        return Kind("image/x-icon", ".ico")
    return None


def _program(head: bytes) -> Kind | None:
    if head[:2] == b"MZ":
        return _PORTABLE_EXECUTABLE
    if head[:4] == b"\x7fELF":
        return _elf(head)
    if head[:4] == b"\xca\xfe\xba\xbe" and len(head) > 7 and head[7] > 30:
        return Kind("application/x-java-applet", ".class")
    magic = {b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"}
    if head[:4] in magic or head[:4] == b"\xca\xfe\xba\xbe":
        return Kind("application/x-mach-binary", ".macho")
    return None


def _elf(head: bytes) -> Kind:
    if len(head) > 17:
        match struct.unpack(">H" if head[5] == 2 else "<H", head[16:18])[0]:
            case 1:
                return Kind("application/x-object")
            case 2:
                return Kind("application/x-executable")
            case 3:
                return Kind("application/x-sharedlib", ".so")
            case 4:
                return Kind("application/x-coredump")
    return Kind("application/x-elf")


def _tar(head: bytes) -> Kind | None:
    """Archives without the mark of later versions, by the checksum of their first header."""
    if len(head) < 512:
        return None
    digits = head[148:156].strip(b" \0")
    if not digits or digits.strip(b"01234567"):
        return None
    header = head[:148] + b" " * 8 + head[156:512]
    if sum(header) == int(digits, 8):
        return Kind("application/x-tar", ".tar")
    return None


def _zip(head: bytes) -> Kind | None:
    if head[:4] not in {b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"}:
        return None
    if head[30:38] == b"mimetype":
        for name, kind in _NAMED_ZIPS:
            if head.startswith(name, 38):
                return kind
    for name in _names_in_zip(head):
        for starts, kind in _ZIPS:
            if name.startswith(starts):
                return kind
    return _ZIP


def _names_in_zip(head: bytes) -> Iterator[bytes]:
    place = 0
    while (place := head.find(b"PK\x03\x04", place)) >= 0 and place + 30 <= len(head):
        (length,) = struct.unpack_from("<H", head, place + 26)
        yield head[place + 30 : place + 30 + length]
        place += 30 + length


def _open_document(name: str, extension: str) -> Iterator[tuple[bytes, Kind]]:
    content_type = f"{_OPEN_DOCUMENT}.{name}"
    yield (
        content_type.encode(),
        Kind(content_type, extension, (f"application/x-vnd.oasis.opendocument.{name}",)),
    )


_NAMED_ZIPS = (
    (b"application/epub+zip", Kind("application/epub+zip", ".epub")),
    *_open_document("text-template", ".ott"),
    *_open_document("text", ".odt"),
    *_open_document("spreadsheet-template", ".ots"),
    *_open_document("spreadsheet", ".ods"),
    *_open_document("presentation-template", ".otp"),
    *_open_document("presentation", ".odp"),
    *_open_document("graphics-template", ".otg"),
    *_open_document("graphics", ".odg"),
    *_open_document("formula", ".odf"),
    *_open_document("chart", ".odc"),
    (b"application/vnd.sun.xml.calc", Kind("application/vnd.sun.xml.calc", ".sxc")),
)
_ZIPS: tuple[tuple[bytes, Kind], ...] = (
    (b"xl/", Kind(f"{_OFFICE_OPEN}.spreadsheetml.sheet", ".xlsx")),
    (b"word/", Kind(f"{_OFFICE_OPEN}.wordprocessingml.document", ".docx")),
    (b"ppt/", Kind(f"{_OFFICE_OPEN}.presentationml.presentation", ".pptx")),
    (b"visio/", Kind("application/vnd.ms-visio.drawing.main+xml", ".vsdx")),
    (b"META-INF/MANIFEST.MF", Kind("application/java-archive", ".jar", ("application/jar",))),
    (b"AndroidManifest.xml", Kind("application/vnd.android.package-archive", ".apk")),
    (b"doc.kml", Kind("application/vnd.google-earth.kmz", ".kmz")),
)


def _compound(head: bytes) -> Kind | None:
    """Microsoft's files before they were archives: what is inside tells what they are."""
    if head[:8] != b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return None
    for kind, starts, name, class_ids in _COMPOUNDS:
        if head.startswith(starts, 512) or (name and name.encode("utf-16-le") in head[1152:]):
            return kind
        if any(_class_id(head).startswith(id_) for id_ in class_ids):
            return kind
    return Kind("application/x-ole-storage")


def _class_id(head: bytes) -> bytes:
    if len(head) <= 512:
        return b""
    place = 512 * (1 + struct.unpack_from("<I", head, 48)[0]) + 80
    return head[place : place + 16]


_COMPOUNDS: tuple[tuple[Kind, tuple[bytes, ...], str, tuple[bytes, ...]], ...] = (
    (
        Kind("application/vnd.ms-excel", ".xls", ("application/msexcel",)),
        (
            b"\x09\x08\x10\0\0\x06\x05\0",
            *(b"\xfd\xff\xff\xff" + bytes([n]) for n in (0x10, 0x1F, 0x22, 0x23, 0x28, 0x29)),
        ),
        "WksSSWorkBook",
        (b"\x10\x08\x02\0\0\0\0\0", b"\x20\x08\x02\0\0\0\0\0"),
    ),
    (
        Kind("application/vnd.ms-powerpoint", ".ppt", ("application/mspowerpoint",)),
        (b"\xa0\x46\x1d\xf0", b"\0\x6e\x1e\xf0", b"\x0f\0\xe8\x03"),
        "",
        (
            bytes.fromhex("108d81649b4fcf1186ea00aa00b929e8"),
            bytes.fromhex("70ae7bea3bfbcd11a90300aa00510ea3"),
        ),
    ),
    (
        Kind("application/msword", ".doc", ("application/vnd.ms-word",)),
        (),
        "",
        (bytes.fromhex("0609020000000000c000000000000046"),),
    ),
    (
        Kind("application/vnd.ms-outlook", ".msg"),
        (),
        "",
        (bytes.fromhex("0b0d020000000000c000000000000046"),),
    ),
)  # fmt: skip

_RULES = (
    _png,
    _pdf,
    _font,
    _zip,
    _compound,
    _riff,
    _iff,
    _jpeg_2000,
    _iso_media,
    _matroska,
    _ogg,
    _mp3,
    _mpeg,
    _bitmap,
    _program,
    _tar,
)
