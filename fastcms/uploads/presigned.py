"""Uploads that go from the client straight to the bucket, by an address that is signed for one."""

from __future__ import annotations

from time import time
from typing import Any

from fastcms.clock import seconds_text
from fastcms.errors import Problem, bad_request
from fastcms.files.object_store import ObjectStorage
from fastcms.files.sniff import HEAD
from fastcms.files.upload import received
from fastcms.http.reply import Reply, json_reply
from fastcms.http.request import Request
from fastcms.uploads import arrivals
from fastcms.uploads.arrivals import Arrival, shown
from fastcms.uploads.attach import attach
from fastcms.uploads.begin import FAILED, Wanted, begin
from fastcms.uploads.bucket import ADDRESS_SECONDS, NOT_THERE, answering, check

LARGEST = 5000 << 20  # bytes that S3 and Azure both take at once
NO_BUCKET = "Files are kept on this server's disk: send them to it, there is no bucket to sign for."

_TOO_LARGE = Problem(
    "validation_max_less_equal_than_required",
    f"Must be no more than {LARGEST}; larger files can be sent to /api/uploads.",
    {"threshold": LARGEST},
)

# Azure wants to be told that the body is all of the file.
_AZURE = {"x-ms-blob-type": "BlockBlob"}


async def create(request: Request) -> Reply:
    """POST /api/uploads/presigned"""
    sent = await request.read_body()
    bucket = request.app.files
    if not isinstance(bucket, ObjectStorage):
        raise bad_request(NO_BUCKET)
    size = sent.get("size")
    wanted = Wanted(
        **{key: _text(sent, key) for key in ("collection", "field", "record")},
        name=_text(sent, "filename"),
        size=size if isinstance(size, int) and not isinstance(size, bool) else -1,
    )
    if wanted.size > LARGEST:
        raise bad_request(FAILED, {"size": _TOO_LARGE})
    with answering():
        arrival = await begin(request, wanted, in_bucket=True)
        url = await bucket.signed_put(arrival.bucket_key, ADDRESS_SECONDS)
    return json_reply(
        {
            "id": arrival.id,
            "method": "PUT",
            "url": url,
            "headers": _AZURE if request.app.places.chosen == "azure" else {},
            "expires": seconds_text(time() + ADDRESS_SECONDS),
        }
    )


async def complete(request: Request) -> Reply:
    """POST /api/uploads/{id}/complete: the client says that the bucket has the file."""
    arrival = await arrivals.find(request, request.params["id"])
    if not arrival.bucket_key:
        raise bad_request("The upload comes to this server, which sees by itself when it is whole.")
    if not arrival.used:
        with answering():
            await _check(request, arrival)
        await arrivals.prolong(request.app, arrival, None)
        arrival = await arrivals.find(request, arrival.id)
        if arrival.record:
            arrival = await attach(request, arrival)
    return json_reply(shown(request, arrival))


async def _check(request: Request, arrival: Arrival) -> None:
    """Raises 400 for an object that is not what was announced, or that the field does not take."""
    app = request.app
    await check(app, arrival)
    head = b"".join([piece async for piece in app.files.read(arrival.bucket_key, 0, HEAD)])
    _, field = arrivals.target(request, arrival)
    # Of a long file only the beginning is needed, and its size.
    upload = received(arrival.name, head, arrival.size)
    for problem in field.validate_files(None, [upload.name], {upload.name: upload}):
        raise bad_request(NOT_THERE, {field.name: problem})


def _text(sent: dict[str, Any], key: str) -> str:
    value = sent.get(key, "")
    return value if isinstance(value, str) else ""
