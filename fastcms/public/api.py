"""`GET /{path...}`: what no other route is, from the folder of static files."""

from __future__ import annotations

import os
import posixpath
import re
import stat
from collections.abc import AsyncIterator
from functools import lru_cache
from io import FileIO
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

from fastcms.downloads.answer import Source, answer_with
from fastcms.downloads.conditions import http_date
from fastcms.downloads.content import Description
from fastcms.files.kinds import kind_of
from fastcms.files.storage import StorageError
from fastcms.http.endpoint import FRAMES, Route, endpoint, no_route, pieces
from fastcms.http.reply import FilePart, Headers, Reply
from fastcms.http.request import Request

INDEX = "index.html"
# Answers about files leave it out, lest it break what shows them; these are whole pages.
_HEADERS: Headers = (FRAMES,)
_EMPTY: Headers = ((b"content-length", b"0"),)
# On Windows "\" parts a path as well, and ":" names a drive or a stream of a file.
_UNFIT = re.compile(r"\0" if os.name != "nt" else r"[\0\\:]")


async def show(request: Request) -> Reply:
    """The file of this path, or the folder's index where there is none."""
    folder = request.app.public_dir
    if folder is None:
        raise no_route(request.method)
    path = os.fsdecode(unquote_to_bytes(request.scope["whole_path"]))
    name = posixpath.normpath(path[1:].removeprefix("/"))
    file = folder / name
    found = _look(file) if _is_inside(name) else None
    if found is not None and stat.S_ISDIR(found.st_mode):
        if not path.endswith("/"):
            return _moved(path + "/")
        file /= INDEX
        found = _look(file)
    elif found is not None:
        if path.endswith("/"):
            return _moved(path.rstrip("/"))
        if path.endswith(f"/{INDEX}"):
            return _moved(path.removesuffix(INDEX))
    if not (found and _is_plain(found)) and request.app.index_fallback:
        file = folder / INDEX
        found = _look(file)
    if not (found and _is_plain(found)):
        raise no_route(request.method)
    try:
        return await _sent(request, file, found)
    except (OSError, StorageError) as error:
        # Not for this user to read, or gone this very moment.
        raise no_route(request.method) from error


def _is_inside(name: str) -> bool:
    """Whether a path without needless parts stays in the folder that it is joined to."""
    return not (name.startswith(("/", "../")) or name == ".." or _UNFIT.search(name))


def _look(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except OSError:
        return None


def _is_plain(found: os.stat_result) -> bool:
    """Whether it is a plain file: to open a pipe would wait for whoever writes to it."""
    return stat.S_ISREG(found.st_mode)


def _moved(path: str) -> Reply:
    # More slashes at the begin would name another host.
    place = "/" + path.lstrip("/\\")
    location = quote_from_bytes(os.fsencode(place)).encode()
    return Reply(b"", 301, b"", ((b"location", location), *_EMPTY))


async def _sent(request: Request, file: Path, found: os.stat_result) -> Reply:
    async def read(start: int, size: int) -> AsyncIterator[bytes]:
        async for piece in pieces(FilePart(FileIO(file), start, size)):
            yield piece

    policy = request.app.page_policy
    description = _describe(file, found.st_size, found.st_mtime_ns, policy)
    reply = await answer_with(request, description, Source(found.st_size, file, read))
    if reply.status == 412:
        # The reference looks at the type only when it is to be sent.
        return reply._replace(content_type=b"", headers=(*reply.headers, *_EMPTY))
    return reply


@lru_cache(maxsize=1_000)
def _describe(file: Path, size: int, changed: int, policy: str) -> Description:
    """The headers of a file; kept as long as it stays the same."""
    modified = changed // 1_000_000_000
    headers = _HEADERS
    if policy:
        headers += ((b"content-security-policy", policy.encode()),)
    dated = (*headers, (b"last-modified", http_date(modified)))
    return Description(kind_of(file).encode(), "", modified, headers, dated)


ROUTES: tuple[Route, ...] = (endpoint("/{path...}", GET=show)._replace(quiet=True),)
