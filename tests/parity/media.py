"""The part of the seed for downloads: files under names that rows can say, and views over them.

The records name their files by SQL and the files are put on the disk, as no upload chooses names.
"""

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import apsw

from tests.servers import Server

RECORD = "media0000000000"
OTHER = "media0000000001"
MODIFIED = 1_700_000_000.75  # 2023-11-14 22:13:20 GMT and three quarters
DIGITS = b"0123456789"
LONG = bytes(range(256)) * 400
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<script>alert(document.domain)</script>"
_OFFICE = "application/vnd.openxmlformats-officedocument"


def _zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as written:
        written.writestr(zipfile.ZipInfo("a.txt"), "in a zip")
    return content.getvalue()


# Among the backups, though it is none of a directory.
BACKUP = "seeded.zip"
ZIP = _zip()

# Name → stored type and content. None: the record names it, and it is not there.
FILES: dict[str, tuple[str, bytes] | None] = {
    "digits.txt": ("text/plain; charset=utf-8", DIGITS),
    "long.bin": ("application/octet-stream", LONG),
    "empty.txt": ("text/plain; charset=utf-8", b""),
    "gone.txt": None,
    "no_type.txt": ("", DIGITS),
    "page.html": ("text/html; charset=utf-8", HTML),
    "drawing.svg": ("image/svg+xml", SVG),
    "upper.SVG": ("image/svg+xml", SVG),
    "sniffed.svg": ("text/xml; charset=utf-8", SVG),
    "style.css": ("text/plain; charset=utf-8", b"a{}"),
    "script.js": ("text/plain; charset=utf-8", b"1"),
    "module.mjs": ("text/plain; charset=utf-8", b"1"),
    "upper.JS": ("text/plain; charset=utf-8", b"1"),
    "sheet.xlsx": ("application/zip", b"PK"),
    "letter.docx": ("application/zip", b"PK"),
    "slides.pptx": (f"{_OFFICE}.presentationml.presentation", b"PK"),
    "image_as.js": ("image/png", b"PNG"),
    "picture.png": ("image/png", b"PNG"),
    "picture.jpg": ("image/jpeg", b"JPG"),
    "picture.gif": ("image/gif", b"GIF"),
    "picture.webp": ("image/webp", b"WEBP"),
    "picture.bmp": ("image/bmp", b"BMP"),
    "picture.ico": ("image/x-icon", b"ICO"),
    "picture.avif": ("image/avif", b"AVIF"),
    "film.mp4": ("video/mp4", b"MP4"),
    "film.webm": ("video/webm", b"WEBM"),
    "film.mkv": ("video/x-matroska", b"MKV"),
    "sound.mp3": ("audio/mpeg", b"MP3"),
    "sound.wav": ("audio/wav", b"WAV"),
    "sound.ogg": ("audio/ogg", b"OGG"),
    "paper.pdf": ("application/pdf", b"PDF"),
    "pdf_with_more.pdf": ("application/pdf; version=1", b"PDF"),
    "data.json": ("application/json", b"{}"),
    "no_extension": ("text/plain; charset=utf-8", DIGITS),
    ".hidden": ("text/plain; charset=utf-8", DIGITS),
    "dots.tar.gz": ("application/gzip", DIGITS),
    "a b.txt": ("text/plain; charset=utf-8", DIGITS),
    'qu"ote.txt': ("text/plain; charset=utf-8", DIGITS),
    "back\\slash.txt": ("text/plain; charset=utf-8", DIGITS),
    "semi;colon.txt": ("text/plain; charset=utf-8", DIGITS),
    "percent%41.txt": ("text/plain; charset=utf-8", DIGITS),
    "plus+.txt": ("text/plain; charset=utf-8", DIGITS),
    "ünï.txt": ("text/plain; charset=utf-8", DIGITS),
    "日本.txt": ("text/plain; charset=utf-8", DIGITS),
    "smile😀.txt": ("text/plain; charset=utf-8", DIGITS),
    "delete\x7f.txt": ("text/plain; charset=utf-8", DIGITS),
    "line\r\nX-Made-Up: 1.txt": None,
    "../climbs.txt": None,
    "../../../data.db": None,
    "..": None,
}
SINGLE, HUSH, SECRET, MANY_SECRETS = "single.txt", "hush.txt", "secret.txt", "secrets.txt"
OTHERS = "other.txt"

_RULES: dict[str, str | None] = {
    "nobody": None,
    "everybody": "",
    "owner": "owner = @request.auth.id && @request.auth.id != ''",
    "signed_in": "@request.auth.id != ''",
    "editors": "@request.auth.role = 'editor'",
    "context": "@request.context = 'protectedFile'",
    "query": "@request.query.key = 'open'",
    "header": "@request.headers.x_key = 'open'",
    "method": "@request.method = 'GET'",
    "other_file": "title = 'no such title'",
}
GUARDED = tuple(f"guarded_{name}" for name in _RULES)


def _field(name: str, **options: Any) -> dict[str, Any]:
    return {"type": "file", "name": name, "maxSelect": 1, **options}


def _collections() -> list[dict[str, Any]]:
    media = [
        _field("single"),
        _field("files", maxSelect=99),
        _field("hush", hidden=True),
        _field("secret", protected=True),
        _field("secrets", protected=True, maxSelect=9),
        {"type": "text", "name": "title"},
    ]
    guarded = [
        _field("secret", protected=True),
        _field("single"),
        {"type": "text", "name": "title"},
        {"type": "text", "name": "owner"},
    ]
    views = {
        # Each over the one before; PocketBase looks through five.
        f"media_view{level}": "SELECT id, single, files, secret, title"
        f" FROM {'media' if level == 1 else f'media_view{level - 1}'}"
        for level in range(1, 8)
    }
    return [
        {"name": "media", "type": "base", "fields": media},
        {"name": "media_none", "type": "base", "fields": [{"type": "text", "name": "title"}]},
        *(
            {"name": f"guarded_{name}", "type": "base", "viewRule": rule, "fields": guarded}
            for name, rule in _RULES.items()
        ),
        *(
            {"name": name, "type": "view", "viewQuery": query, "viewRule": "@request.auth.id != ''"}
            for name, query in views.items()
        ),
        {
            "name": "media_renamed",
            "type": "view",
            "viewQuery": "SELECT id, single AS one, files AS many, title AS name FROM media",
        },
        {
            "name": "media_numbered",
            "type": "view",
            "viewQuery": "SELECT (ROW_NUMBER() OVER()) AS id, single, files FROM media",
        },
        {
            "name": "media_computed",
            "type": "view",
            "viewQuery": "SELECT id, (single || '') AS single FROM media",
        },
        {
            "name": "media_joined",
            "type": "view",
            "viewQuery": "SELECT m.id, m.single, g.secret FROM media m"
            " LEFT JOIN guarded_owner g ON g.title = m.title",
            "viewRule": "",
        },
    ]


def fill(server: Server, root: str, owner: str) -> None:
    """Collections and records, without files yet."""
    for collection in _collections():
        server.expect("POST", "/api/collections", token=root, json_body=collection)
    for name in ("media", "media_none", *GUARDED):
        for record in (RECORD, OTHER):
            body = {"id": record, "title": record, "owner": owner}
            server.expect("POST", f"/api/collections/{name}/records", token=root, json_body=body)


def place(directory: Path) -> None:
    """The files, and their names in the records; no server may run on the directory."""
    database = apsw.Connection(str(directory / "data.db"))
    database.execute(
        "UPDATE media SET files = ?, single = ?, hush = ?, secret = ?, secrets = ? WHERE id = ?",
        (json.dumps(list(FILES)), SINGLE, HUSH, SECRET, json.dumps([MANY_SECRETS]), RECORD),
    )
    database.execute("UPDATE media SET single = ? WHERE id = ?", (OTHERS, OTHER))
    for name in GUARDED:
        database.execute(
            f"UPDATE {name} SET secret = ?, single = ? WHERE id = ?", (SECRET, SINGLE, RECORD)
        )
    ids = dict(database.execute("SELECT name, id FROM _collections"))
    database.close()
    plain = ("text/plain; charset=utf-8", DIGITS)
    _put(directory / "backups" / BACKUP, "application/zip", ZIP)
    folder = directory / "storage" / ids["media"] / RECORD
    for name, file in FILES.items():
        if file is not None:
            _put(folder / name, *file)
    for name in (SINGLE, HUSH, SECRET, MANY_SECRETS, "not_named.txt"):
        _put(folder / name, *plain)
    _put(directory / "storage" / ids["media"] / OTHER / OTHERS, *plain)
    for name in GUARDED:
        for file in (SECRET, SINGLE):
            _put(directory / "storage" / ids[name] / RECORD / file, *plain)


def _put(path: Path, kind: str, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (MODIFIED, MODIFIED))
    if kind:
        path.with_name(path.name + ".attrs").write_text(json.dumps({"user.content_type": kind}))
