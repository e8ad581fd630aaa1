"""The type of a file of ours or of an operator: by its name, where that tells nothing by its bytes.

Files that others sent are not trusted so far: see :mod:`fastcms.files.sniff`.
"""

from __future__ import annotations

from io import FileIO
from pathlib import Path

from fastcms.files.sniff import HEAD, sniff

_TEXT = "; charset=utf-8"
_OFFICE = "application/vnd.openxmlformats-officedocument."

# The same on every machine, whatever tables its system has.
BY_EXTENSION = {
    ".atom": "application/atom+xml",
    ".avif": "image/avif",
    ".bin": "application/octet-stream",
    ".bmp": "image/bmp",
    ".css": "text/css" + _TEXT,
    ".csv": "text/csv" + _TEXT,
    ".docx": _OFFICE + "wordprocessingml.document",
    ".eot": "application/vnd.ms-fontobject",
    ".gif": "image/gif",
    ".glb": "model/gltf-binary",
    ".gz": "application/gzip",
    ".htm": "text/html" + _TEXT,
    ".html": "text/html" + _TEXT,
    ".ico": "image/vnd.microsoft.icon",
    ".ics": "text/calendar" + _TEXT,
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript" + _TEXT,
    ".json": "application/json",
    ".map": "application/json",
    ".md": "text/markdown" + _TEXT,
    ".mjs": "text/javascript" + _TEXT,
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".otf": "font/otf",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".pptx": _OFFICE + "presentationml.presentation",
    ".rss": "application/rss+xml",
    ".svg": "image/svg+xml",
    ".tar": "application/x-tar",
    ".ttf": "font/ttf",
    ".txt": "text/plain" + _TEXT,
    ".vtt": "text/vtt" + _TEXT,
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xlsx": _OFFICE + "spreadsheetml.sheet",
    ".xml": "text/xml" + _TEXT,
    ".zip": "application/zip",
}


def kind_of(file: Path) -> str:
    """The media type of a file that is there. Raises OSError if it cannot be read."""
    if found := BY_EXTENSION.get(file.suffix.lower()):
        return found
    with FileIO(file) as opened:
        found = sniff(opened.read(HEAD)).content_type
    return found + _TEXT if found == "text/plain" else found
