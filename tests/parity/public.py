"""The folder of static files that the servers of some tables are started with."""

import os
from collections.abc import Sequence
from pathlib import Path

MODIFIED = 1_700_000_000.0  # "Tue, 14 Nov 2023 22:13:20 GMT"
EXTENSIONS = (
    "html", "htm", "css", "js", "mjs", "json", "xml", "svg", "png", "jpg", "jpeg", "gif", "webp",
    "avif", "ico", "bmp", "wasm", "woff", "woff2", "ttf", "pdf", "zip", "gz", "tar", "mp3", "mp4",
    "webm", "ogg", "wav", "csv", "md", "ics", "vtt", "rss", "atom", "docx", "xlsx", "pptx", "glb",
    "map", "webmanifest", "otf", "eot", "ts", "unknownkind",
)  # fmt: skip
FILES = {
    "index.html": "<h1>root</h1>",
    "sub/index.html": "<h1>sub</h1>",
    "sub/noindex.html": "<p>not an index</p>",
    "sub/deeper/page.html": "<p>page</p>",
    "bare/a.txt": "in a folder without an index",
    "a.txt": "0123456789",
    "empty.txt": "",
    "empty": "",
    "README": "plain text without an extension",
    "page": "<!doctype html><p>a page without an extension",
    "data": "\0\1\2\3",
    "UPPER.HTML": "<p>upper</p>",
    "two.dots.css": "p {}",
    "a b.txt": "space",
    "é.txt": "accent",
    "b\\c.txt": "backslash",
    "100%.txt": "percent",
    "q?.txt": "question",
    "<b>.txt": "angle",
    ".well-known/security.txt": "Contact: a@example.com",
    ".hidden": "dot",
    "~x/a..b": "dots in a name",
    "big.bin": "x" * 200_000,
    **{f"kind.{extension}": extension for extension in EXTENSIONS},
}
# Tables by the flags of their servers.
_FLAGS: dict[str, tuple[str, ...]] = {
    "public": (),
    "public_kinds": (),
    "public_without_fallback": ("--indexFallback=false",),
}


def arguments(table: str, place: Path) -> Sequence[str]:
    """The flags of a server for a table; makes the folder beside its data if they name one."""
    if table not in _FLAGS:
        return ()
    folder = place / "public"
    for name, content in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        os.utime(file, (MODIFIED, MODIFIED))
    (place / "secret.txt").write_text("beside the folder")
    (folder / "link.txt").symlink_to("a.txt")
    return ("--publicDir", str(folder), *_FLAGS[table])
