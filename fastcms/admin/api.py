"""The dashboard at `/_/`: files that a browser runs as they are.

It talks to the public API alone, and its policy forbids whatever does not come from this server.
"""

from __future__ import annotations

import gzip
import posixpath
import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from fastcms import resources
from fastcms.errors import ApiError
from fastcms.files.kinds import kind_of
from fastcms.http.endpoint import Route, endpoint, no_route
from fastcms.http.reply import Headers, Reply
from fastcms.http.request import Request

ROOT = "/_/"
INDEX = "index.html"
PLUGINS = "plugins/"  # below the root: what plugins bring, each in a folder of its name
# Previews of files that were chosen are `blob:`, QR codes for authenticator apps `data:`.
_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PART_HEADERS: Headers = (
    # Names carry no version, so a browser has to ask.
    (b"cache-control", b"no-cache"),
    (b"vary", b"Accept-Encoding"),
)
_HEADERS: Headers = (
    (b"content-security-policy", _POLICY),
    (b"referrer-policy", b"no-referrer"),
    *_PART_HEADERS,
)
# Parts of a page, for which its own policy holds; a browser heeds none that they bring.
_PARTS = frozenset({".css", ".js"})
_SCRIPT = b'<script type="module"'
# Of modules that are loaded at once; `import(…)` is of those that may come later.
_IMPORT = re.compile(r'\b(?:from|import) ?"(\.[^"]+)"')
_GZIP = (b"content-encoding", b"gzip")
# The reference's dashboard asks for what plugins add to it.
_EXTENSIONS = Reply(b"", 200, b"text/javascript", _HEADERS)


class Shipped(NamedTuple):
    """A file as it is sent: as it is, or compressed if that makes it shorter."""

    plain: Reply
    compressed: Reply
    # Of both: what they hold is the same.
    etag: str


async def show(request: Request) -> Reply:
    """GET /_/{path...}"""
    path = unquote(request.scope["whole_path"])
    if path == f"{ROOT}extensions.js":
        return _EXTENSIONS
    name = path.removeprefix(ROOT)
    if name.startswith(PLUGINS):
        return _of_plugin(request, name.removeprefix(PLUGINS))
    if moved := _moved(name):
        return Reply(b"", 301, b"", (*_HEADERS, (b"location", moved), (b"content-length", b"0")))
    file = _files().get(name or INDEX)
    if file is None:
        error: ApiError = no_route(request.method)
        error.headers = _HEADERS
        raise error
    shipped = _shipped(file)
    if request.header(b"if-none-match") == shipped.etag:
        return Reply(b"", 304, b"", shipped.plain.headers)
    if "gzip" in request.header(b"accept-encoding"):
        return shipped.compressed
    return shipped.plain


def _of_plugin(request: Request, name: str) -> Reply:
    """A file that a plugin has for the dashboard: read anew each time, as it is made by hand."""
    plugins = request.app.plugins
    plugin, _, path = name.partition("/")
    file = plugins.file(plugin, path) if plugins is not None else None
    if file is None:
        error: ApiError = no_route(request.method)
        error.headers = _HEADERS
        raise error
    return Reply(file.read_bytes(), 200, kind_of(file).encode(), _HEADERS)


@cache
def _files() -> Mapping[str, Path]:
    """All that is shipped, by path below the root."""
    root = resources.static("admin")
    return {file.relative_to(root).as_posix(): file for file in root.rglob("*") if file.is_file()}


@cache
def _folders() -> frozenset[str]:
    return frozenset(
        str(folder) for name in _files() for folder in Path(name).parents if folder != Path()
    )


def _moved(name: str) -> bytes:
    """Where a path leads that is nearly right, b"" if it is none."""
    if name == INDEX or name.endswith(f"/{INDEX}"):
        name = name.removesuffix(INDEX)
    elif name in _folders():
        name += "/"
    elif name.endswith("/") and name.rstrip("/") in _files():
        name = name.rstrip("/")
    else:
        return b""
    return f"{ROOT}{name}".encode()


def needed(start: str = "main.js") -> list[str]:
    """The modules that one cannot do without, itself the first of them."""
    found: list[str] = []
    waiting = [start]
    root = resources.static("admin")
    while waiting:
        name = waiting.pop(0)
        if name not in found and name in _files():
            found.append(name)
            folder = Path(name).parent
            paths = _IMPORT.findall((root / name).read_text())
            waiting += [posixpath.normpath(f"{folder.as_posix()}/{path}") for path in paths]
    return found


def _page(content: bytes) -> bytes:
    """The page with links to all modules that it needs: a browser need not find them one by one."""
    links = "".join(f'<link rel="modulepreload" href="{name}">\n  ' for name in needed())
    return content.replace(_SCRIPT, links.encode() + _SCRIPT)


@cache
def _shipped(file: Path) -> Shipped:
    content = file.read_bytes()
    if file.name == INDEX:
        content = _page(content)
    etag = f'W/"{sha256(content).hexdigest()[:32]}"'
    headers = _PART_HEADERS if file.suffix in _PARTS else _HEADERS
    plain = Reply(content, 200, kind_of(file).encode(), (*headers, (b"etag", etag.encode())))
    shorter = gzip.compress(content, mtime=0)
    if len(shorter) >= len(content):
        return Shipped(plain, plain, etag)
    return Shipped(plain, plain._replace(body=shorter, headers=(*plain.headers, _GZIP)), etag)


ROUTES: tuple[Route, ...] = (endpoint("/_/{path...}", GET=show)._replace(quiet=True),)
