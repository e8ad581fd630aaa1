"""Resumable uploads by tus 1.0.0: begin, ask how far, go on, give up."""

from __future__ import annotations

from fastcms.errors import ApiError, bad_request, not_found
from fastcms.http.reply import NO_CONTENT, Reply
from fastcms.http.request import Request
from fastcms.uploads import arrivals, disk, metadata, sweep
from fastcms.uploads.arrivals import Arrival
from fastcms.uploads.attach import attach
from fastcms.uploads.begin import Wanted, begin
from fastcms.uploads.protocol import ABILITIES, OCTETS, checksum, number, progress, spoken
from fastcms.uploads.receive import Checksum, receive

WRONG_TYPE = f"The Content-Type must be {OCTETS}."


async def options(_: Request) -> Reply:
    """OPTIONS /api/uploads"""
    return NO_CONTENT._replace(headers=ABILITIES)


@spoken
async def create(request: Request) -> Reply:
    """POST /api/uploads: a new upload, with its first bytes if there is a body"""
    header = request.header(b"upload-metadata")
    told = metadata.parse(header)
    wanted = Wanted(
        collection=told.get("collection", ""),
        field=told.get("field", ""),
        record=told.get("record", ""),
        name=told.get("filename", ""),
        size=number(request, b"upload-length"),
        metadata=header,
    )
    expected = checksum(request)
    if request.has_body:
        _demand_octets(request)
    arrival = await begin(request, wanted)
    if request.has_body or not arrival.size:
        arrival = await _go_on(request, arrival, 0, expected)
    location = f"uploads/{arrival.id}".encode()
    headers = ((b"location", location), *progress(request.app, arrival))
    return Reply(b"", 201, b"", headers)


async def ask(request: Request) -> Reply:
    """HEAD /api/uploads/{id}"""
    arrival = await arrivals.find(request, request.params["id"])
    headers = (
        (b"cache-control", b"no-store"),
        (b"upload-length", str(arrival.size).encode()),
        *progress(request.app, arrival),
    )
    if arrival.metadata:
        headers += ((b"upload-metadata", arrival.metadata.encode("latin-1")),)
    return Reply(b"", 200, b"", headers)


async def go_on(request: Request) -> Reply:
    """PATCH /api/uploads/{id}"""
    _demand_octets(request)
    start = number(request, b"upload-offset")
    expected = checksum(request)
    arrival = await arrivals.find(request, request.params["id"])
    arrival = await _go_on(request, arrival, start, expected)
    return NO_CONTENT._replace(headers=progress(request.app, arrival))


async def give_up(request: Request) -> Reply:
    """DELETE /api/uploads/{id}"""
    arrival = await arrivals.find(request, request.params["id"])
    await sweep.end(request.app, arrival)
    return NO_CONTENT


_BY_METHOD = {"HEAD": ask, "PATCH": go_on, "DELETE": give_up}


@spoken
async def one(request: Request) -> Reply:
    """HEAD, PATCH and DELETE, and a POST that is what `X-HTTP-Method-Override` says.

    Of another method the header says nothing: a request that counts as safe stays safe.
    """
    is_post = request.method == "POST"
    handler = _BY_METHOD.get(
        request.header(b"x-http-method-override") if is_post else request.method
    )
    if handler is None:
        raise not_found()
    return await handler(request)


async def _go_on(
    request: Request, arrival: Arrival, start: int, expected: Checksum | None
) -> Arrival:
    """Takes the bytes of a request, and gives a whole file to the record that waits for it."""
    app = request.app
    if arrival.bucket_key:
        raise bad_request("The upload goes to the bucket, not through this server.")
    with disk.held(arrival.path(app)) as file:
        # As it is now that nobody else works with it.
        arrival = await arrivals.find(request, arrival.id)
        if start != arrival.offset(app):
            raise ApiError(409, "The header Upload-Offset is not where the upload ends.")
        if arrival.used:
            return arrival
        await receive(request, arrival, file, start, expected)
        arrival = await arrivals.find(request, arrival.id)
        if arrival.record and arrival.is_whole(app):
            return await attach(request, arrival)
    return arrival


def _demand_octets(request: Request) -> None:
    if request.header(b"content-type").partition(";")[0].strip() != OCTETS:
        raise ApiError(415, WRONG_TYPE)
