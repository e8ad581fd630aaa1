"""Files of records, as clients get them."""

from __future__ import annotations

import logging

from fastcms.downloads.access import issue_token, may_download
from fastcms.downloads.answer import answer
from fastcms.downloads.events import FileDownloadEvent
from fastcms.downloads.find import Found, find, key_of
from fastcms.downloads.represent import Original, Representation, represent, thumb_size
from fastcms.errors import not_found
from fastcms.files.storage import StorageError
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import Reply, error_reply
from fastcms.http.request import Request

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
        if thumb_size(found.field, request.query):
            # The reference looks for the image before it begins to answer with a file.
            raise not_found()
    except (StorageError, ValueError) as error:
        # For the client the file is not there; the operator learns why.
        log.warning("%s: %s", key, error)
    return error_reply(not_found())._replace(of_file=True)


async def _sent(request: Request, found: Found, sent: Representation) -> Reply:
    hook = request.app.hooks.file_download_request
    if not hook:
        return await answer(request, request.app.files, sent)
    event = FileDownloadEvent(request, found.plan.collection, found.field, sent)
    reply: list[Reply] = []

    async def execute(event: FileDownloadEvent) -> None:
        reply.append(await answer(request, request.app.files, event.sent))

    await hook.run(event, execute)
    if not reply:
        raise not_found()
    return reply[0]


ROUTES: tuple[Route, ...] = (
    endpoint("/api/files/token", POST=issue_token),
    endpoint("/api/files/{collection}/{record}/{name}", GET=download).tagged(GET=("file",)),
)
