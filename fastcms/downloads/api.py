"""Files of records, as clients get them."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

from fastcms.downloads.access import issue_token, may_download
from fastcms.downloads.conditions import Verdict, http_date, judge, lets_range
from fastcms.downloads.content import CACHE, POLICY, content_type, disposition
from fastcms.downloads.events import FileDownloadEvent
from fastcms.downloads.find import Found, find, key_of
from fastcms.downloads.ranges import Multipart, Part, RangeError, parse_range
from fastcms.downloads.represent import Original, Representation, represent
from fastcms.errors import not_found
from fastcms.files.storage import StorageError
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.params import is_true
from fastcms.http.reply import Headers, Reply, error_reply
from fastcms.http.request import Request

TEXT = b"text/plain; charset=utf-8"

log = logging.getLogger("fastcms.downloads")


async def download(request: Request) -> Reply:
    """GET /api/files/{collection}/{record}/{name}"""
    collection = request.schema.find(request.params["collection"])
    if collection is None:
        raise not_found("Missing or invalid collection context.")
    found = await find(request, collection, request.params["record"], request.params["name"])
    if found is None or (found.field.protected and not await may_download(request, found)):
        raise not_found()
    key = await key_of(request, found)
    if key is None:
        raise not_found()
    try:
        stored = await request.app.files.find(key)
        if stored is not None:
            original = Original(found.field, key, found.name, stored)
            return await _sent(request, found, await represent(request, original))
    except (StorageError, ValueError) as error:
        # For the client the file is not there; the operator learns why.
        log.warning("%s: %s", key, error)
    return error_reply(not_found())._replace(framable=True)


async def _sent(request: Request, found: Found, sent: Representation) -> Reply:
    hook = request.app.hooks.file_download_request
    if not hook:
        return _reply(request, sent)
    event = FileDownloadEvent(request, found.plan.collection, found.field, sent)
    reply: list[Reply] = []

    async def execute(event: FileDownloadEvent) -> None:
        reply.append(_reply(request, event.sent))

    await hook.run(event, execute)
    if not reply:
        raise not_found()
    return reply[0]


def _reply(request: Request, sent: Representation) -> Reply:
    stored = sent.stored
    modified, etag = int(stored.modified), f'"{stored.etag}"'
    media_type = content_type(stored.content_type, sent.name)
    name = disposition(
        stored.content_type, sent.name, download=is_true(request.query.get("download", ""))
    )
    described: Headers = (
        (b"content-disposition", name),
        (b"content-security-policy", POLICY),
    )
    dated = (
        *described,
        (b"cache-control", CACHE),
        (b"last-modified", http_date(modified)),
        (b"etag", etag.encode()),
    )
    verdict = judge(request.headers, etag, modified)
    if verdict is Verdict.NOT_MODIFIED:
        return Reply(b"", 304, b"", dated, framable=True)
    if verdict is Verdict.FAILED:
        return Reply(b"", 412, media_type, dated, framable=True)
    try:
        parts = _parts(request, etag, modified, stored.size)
    except RangeError as error:
        if not error.overlaps:
            described += ((b"content-range", b"bytes */%d" % stored.size),)
        return Reply(f"{error}\n".encode(), 416, TEXT, described, framable=True)

    def read(part: Part) -> AsyncIterator[bytes]:
        return request.app.files.read(sent.key, part.start, part.size)

    headers: Headers = (*dated, (b"accept-ranges", b"bytes"))
    match parts:
        case []:
            whole = Part(0, stored.size)
            return _streamed(200, media_type, headers, stored.size, read(whole))
        case [part]:
            headers += ((b"content-range", part.content_range(stored.size)),)
            return _streamed(206, media_type, headers, part.size, read(part))
        case _:
            several = Multipart(parts, stored.size, media_type)
            return _streamed(206, several.content_type, headers, several.size, several.body(read))


def _parts(request: Request, etag: str, modified: int, size: int) -> list[Part]:
    wanted = request.headers.get("range", "")
    if not wanted or not lets_range(request.headers, etag, modified):
        return []
    return parse_range(wanted, size)


def _streamed(
    status: int,
    media_type: bytes,
    headers: Headers,
    size: int,
    stream: AsyncIterator[bytes],
) -> Reply:
    headers += ((b"content-length", b"%d" % size),)
    return Reply(b"", status, media_type, headers, stream=stream, framable=True)


ROUTES: tuple[Route, ...] = (
    endpoint("/api/files/token", POST=issue_token),
    endpoint("/api/files/{collection}/{record}/{name}", GET=download).tagged(GET=("file",)),
)
