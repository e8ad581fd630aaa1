"""What a text is: its charset, and what it is written in."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

import msgspec

# Content type, extension and other names.
Found: TypeAlias = tuple[str, str, tuple[str, ...]]

# Control characters that no text has.
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\0\0\xfe\xff", "utf-32be"),
    (codecs.BOM_UTF32_LE, "utf-32le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
)
_SPACE = b"\t\n\x0c\r "

_read_json = msgspec.json.Decoder(msgspec.Raw).decode


def is_text(head: bytes) -> bool:
    """Whether these bytes are those of a text."""
    return head.startswith(tuple(mark for mark, _ in _MARKS)) or not _BINARY.search(head)


def sniff(head: bytes, *, is_whole: bool) -> Found:
    """What the text is; `is_whole` tells that nothing comes after."""
    for rule in _RULES:
        if (found := rule(head, is_whole)) is not None:
            return found
    return _with_charset("text/plain", _charset(head)), ".txt", ()


# -- charsets -------------------------------------------------------------------------------------


def _with_charset(content_type: str, charset: str) -> str:
    return f"{content_type}; charset={charset}" if charset else content_type


def _charset(head: bytes) -> str:
    """The charset of a plain text, "" if it is none that is known."""
    for mark, charset in _MARKS:
        if head.startswith(mark):
            return charset
    if not head or b"\x7f" in head:
        return ""
    try:
        # The last letter may be cut.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    controls = {byte for byte in head if 0x80 <= byte <= 0x9F}
    if controls - {0x85}:
        return ""
    return "windows-1252" if controls else "iso-8859-1"


_META = re.compile(rb"<meta[\s/]([^>]*)", re.IGNORECASE)
_ENCODING = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_META_CHARSET = re.compile(rb"""\bcharset\s*=\s*["']?\s*([^\s"'/>;]+)""", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)


def _charset_of_html(head: bytes) -> str:
    if not head.startswith(tuple(mark for mark, _ in _MARKS)):
        for attributes in _META.findall(_COMMENT.sub(b"", head)):
            if found := _META_CHARSET.search(attributes):
                return found[1].decode("ascii", "replace").lower()
    return _charset(head)


def _charset_of_xml(head: bytes) -> str:
    if found := _ENCODING.search(head):
        return found[1].decode("ascii", "replace")
    return _charset(head)


# -- markup ---------------------------------------------------------------------------------------

_HTML = re.compile(
    rb"(?:<!doctype html|<(?:html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p))"
    rb"(?=[ >])|<!--",
    re.IGNORECASE,
)
_OTHER_NAMES_OF_XML = ("application/xml",)
# An element's name, and what is among its attributes; "" for any.
_XML: tuple[tuple[str, Sequence[str], Found], ...] = (
    ("rss", [""], ("application/rss+xml", ".rss", ("text/rss",))),
    ("feed", ['xmlns="http://www.w3.org/2005/Atom"'], ("application/atom+xml", ".atom", ())),
    (
        "X3D",
        ['xmlns:xsd="http://www.w3.org/2001/XMLSchema-instance"'],
        ("model/x3d+xml", ".x3d", ()),
    ),
    (
        "kml",
        [
            'xmlns="http://www.opengis.net/kml/2.2"',
            *(f'xmlns="http://earth.google.com/kml/2.{n}"' for n in (0, 1, 2)),
        ],
        ("application/vnd.google-earth.kml+xml", ".kml", ()),
    ),
    (
        "xliff",
        ['xmlns="urn:oasis:names:tc:xliff:document:1.2"'],
        ("application/x-xliff+xml", ".xlf", ()),
    ),
    (
        "COLLADA",
        ['xmlns="http://www.collada.org/2005/11/COLLADASchema"'],
        ("model/vnd.collada+xml", ".dae", ()),
    ),
    (
        "",
        [f'xmlns:gml="http://www.opengis.net/gml{end}"' for end in ("", "/3.2", "/3.3/exr")],
        ("application/gml+xml", ".gml", ()),
    ),
    ("gpx", ['xmlns="http://www.topografix.com/GPX/1/1"'], ("application/gpx+xml", ".gpx", ())),
    (
        "TrainingCenterDatabase",
        ['xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"'],
        ("application/vnd.garmin.tcx+xml", ".tcx", ()),
    ),
    ("amf", [""], ("application/x-amf", ".amf", ())),
    (
        "model",
        ['xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02"'],
        ("application/vnd.ms-package.3dmanufacturing-3dmodel+xml", ".3mf", ()),
    ),
    ("xfdf", ['xmlns="http://ns.adobe.com/xfdf/"'], ("application/vnd.adobe.xfdf", ".xfdf", ())),
    ("Ontology", ['xmlns="http://www.w3.org/2002/07/owl#"'], ("application/owl+xml", ".owl", ())),
    ("html", ['xmlns="http://www.w3.org/1999/xhtml"'], ("application/xhtml+xml", ".html", ())),
)


def _html(head: bytes, _: bool) -> Found | None:
    start = _without_mark(head).lstrip(_SPACE)
    if _HTML.match(start):
        return _with_charset("text/html", _charset_of_html(head)), ".html", ()
    return None


_SVG = re.compile(rb"<svg[ >]|<\?xml.*?<svg", re.DOTALL)


def _svg(head: bytes, _: bool) -> Found | None:
    if _SVG.match(head):
        return "image/svg+xml", ".svg", ()
    return None


def _xml(head: bytes, _: bool) -> Found | None:
    text = _without_mark(head).lstrip(_SPACE)
    if text[:5].lower() != b"<?xml":
        return None
    for element, attributes, found in _XML:
        place = text.find(b"<" + element.encode()) if element else 0
        if place >= 0 and any(a.encode() in text[place:] for a in attributes):
            return found
    return _with_charset("text/xml", _charset_of_xml(head)), ".xml", _OTHER_NAMES_OF_XML


def _without_mark(head: bytes) -> bytes:
    return head.removeprefix(codecs.BOM_UTF8)


# -- data -----------------------------------------------------------------------------------------

_GEO_JSON = re.compile(
    rb'"type"\s*:\s*"(?:Feature|FeatureCollection|Point|LineString|Polygon|MultiPoint'
    rb'|MultiLineString|MultiPolygon|GeometryCollection)"'
)
_HAR = re.compile(rb'"log"\s*:\s*\{.*?"(?:version|creator|entries)"', re.DOTALL)
_GLTF = re.compile(rb'"asset"\s*:\s*\{[^}]*"version"\s*:\s*"[12]\.0"', re.DOTALL)
_TOKEN = re.compile(rb'"(?:[^"\\\x00-\x1f]|\\.)*"|[-+.\w]+|[][{}:,]|\s+', re.DOTALL)


def _json(head: bytes, is_whole: bool) -> Found | None:
    text = head.lstrip(_SPACE)
    if text[:1] not in {b"[", b"{"} or not (_is_json(text) if is_whole else _begins_json(text)):
        return None
    if text[:1] == b"{":
        first = text.find(b'"type"')
        if first >= 0 and _GEO_JSON.match(text, first):
            return "application/geo+json", ".geojson", ()
        if _HAR.search(text):
            return "application/json", ".har", ()
        if _GLTF.search(text):
            return "model/gltf+json", ".gltf", ()
    return "application/json", ".json", ()


def _is_json(text: bytes) -> bool:
    try:
        _read_json(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _begins_json(text: bytes) -> bool:
    """Whether JSON can go on after this: brackets match, and values and commas take turns."""
    open_: list[bytes] = []
    place, wants_value = 0, True
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            # A text that is cut.
            return wants_value and text[place : place + 1] == b'"'
        place, word = token.end(), token[0]
        if word.isspace():
            continue
        if word in {b"[", b"{"}:
            open_.append(word)
            wants_value = True
        elif word in {b"]", b"}"}:
            if not open_ or open_.pop() != {b"]": b"[", b"}": b"{"}[word]:
                return False
            wants_value = False
        elif word in {b",", b":"}:
            if wants_value:
                return False
            wants_value = True
        elif not wants_value:
            return False
        else:
            wants_value = False
    return True


def _json_lines(head: bytes, is_whole: bool) -> Found | None:
    lines = [line for line in _whole_lines(head, is_whole) if line.strip(_SPACE)]
    has_more = any(line.lstrip(_SPACE)[:1] in {b"[", b"{"} for line in lines)
    if len(lines) > 1 and has_more and all(map(_is_json, lines)):
        return "application/x-ndjson", ".ndjson", ()
    return None


def _whole_lines(head: bytes, is_whole: bool) -> list[bytes]:
    lines = head.split(b"\n")
    return lines if is_whole else lines[:-1]


def _table(separator: bytes, found: Found) -> Callable[[bytes, bool], Found | None]:
    field = re.compile(
        rb'(?:"(?:[^"]|"")*"?|[^'
        + re.escape(separator)
        + rb"\n]*)(["
        + re.escape(separator)
        + rb"\n]|\Z)"
    )

    def rule(head: bytes, is_whole: bool) -> Found | None:
        text = head if is_whole else head[: head.rfind(b"\n") + 1]
        text = text.replace(b"\r\n", b"\n")
        counts, place = [], 0
        while place < len(text):
            if text[place : place + 1] in {b"\n", b"#"}:
                # Nothing, or a comment.
                end = text.find(b"\n", place)
                place = len(text) if end < 0 else end + 1
                continue
            count = 0
            while (value := field.match(text, place)) is not None:
                count, place = count + 1, value.end()
                if value[1] != separator:
                    break
            if value is None:
                return None
            counts.append(count)
            if count < 2 or count != counts[0]:
                return None
        return found if len(counts) > 1 else None

    return rule


def _subtitles(head: bytes, _: bool) -> Found | None:
    lines = [line.removesuffix(b"\r") for line in head.split(b"\n", 3)]
    if len(lines) < 3 or lines[0] != b"1" or not lines[2]:
        return None
    times = re.fullmatch(rb"(\d\d:\d\d:\d\d,\d{3}) --> (\d\d:\d\d:\d\d,\d{3})", lines[1])
    if times is None:
        return None
    try:
        start, end = (datetime.strptime(t.decode(), "%H:%M:%S,%f") for t in times.groups())  # noqa: DTZ007
    except ValueError:
        return None
    return (
        ("application/x-subrip", ".srt", ("application/x-srt", "text/x-srt"))
        if start <= end
        else None
    )


# -- what its first line tells --------------------------------------------------------------------


def _starting(pattern: bytes, found: Found) -> Callable[[bytes, bool], Found | None]:
    matches = re.compile(pattern, re.IGNORECASE).match
    return lambda head, _: found if matches(head) else None


def _script(programs: bytes, found: Found) -> Callable[[bytes, bool], Found | None]:
    paths = rb"(?:/usr/local/bin/|/usr/bin/env |/usr/bin/|/bin/)"
    return _starting(rb"#![ \t]*" + paths + rb"(?:" + programs + rb")", found)


_MAIL = re.compile(rb"(?:[A-Za-z-]+: [^\n]*\n)+", re.IGNORECASE)


def _mail(head: bytes, _: bool) -> Found | None:
    names = {line.split(b":", 1)[0].lower() for line in head.split(b"\n\n", 1)[0].split(b"\n")}
    first = head.split(b":", 1)[0].lower()
    known = {b"from", b"to", b"subject", b"date", b"message-id", b"received", b"return-path"}
    if first in known and len(names & known) > 1:
        return "message/rfc822", ".eml", ()
    return None


_RULES: tuple[Callable[[bytes, bool], Found | None], ...] = (
    _svg,
    _html,
    _xml,
    _starting(rb"<\?(?:php|[\n\r ])", ("text/x-php", ".php", ())),
    _script(rb"php", ("text/x-php", ".php", ())),
    _script(
        rb"node", ("text/javascript", ".js", ("application/x-javascript", "application/javascript"))
    ),
    _script(rb"lua", ("text/x-lua", ".lua", ())),
    _script(rb"perl", ("text/x-perl", ".pl", ())),
    _script(rb"python", ("text/x-python", ".py", ("text/x-script.python", "application/x-python"))),
    _script(rb"ruby", ("text/x-ruby", ".rb", ("application/x-ruby",))),
    _json,
    _json_lines,
    _starting(rb"\{\\rtf", ("text/rtf", ".rtf", ("application/rtf",))),
    _subtitles,
    _script(rb"tcl|wish", ("text/x-tcl", ".tcl", ("application/x-tcl",))),
    _table(b",", ("text/csv", ".csv", ())),
    _table(b"\t", ("text/tab-separated-values", ".tsv", ())),
    _starting(rb"BEGIN:VCARD\r?\n", ("text/vcard", ".vcf", ())),
    _starting(rb"BEGIN:VCALENDAR\r?\n", ("text/calendar", ".ics", ())),
    _starting(rb"WARC/1\.[01]", ("application/warc", ".warc", ())),
    _starting(rb"(?:\xef\xbb\xbf)?WEBVTT(?:[\n\r \t]|\Z)", ("text/vtt", ".vtt", ())),
    _script(
        rb"sh|bash|dash|ksh|zsh|csh|tcsh|fish",
        (
            "text/x-shellscript",
            ".sh",
            ("text/x-sh", "application/x-shellscript", "application/x-sh"),
        ),
    ),
    _starting(rb"P[14][\s]", ("image/x-portable-bitmap", ".pbm", ())),
    _starting(rb"P[25][\s]", ("image/x-portable-graymap", ".pgm", ())),
    _starting(rb"P[36][\s]", ("image/x-portable-pixmap", ".ppm", ())),
    _starting(rb"[ \t]*0\r?\nSECTION\r?\n[ \t]*2\r?\nHEADER", ("image/vnd.dxf", ".dxf", ())),
    _mail,
)
