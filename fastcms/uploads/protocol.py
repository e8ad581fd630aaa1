"""What tus 1.0.0 (https://tus.io/protocols/resumable-upload) asks of headers."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from functools import wraps
from typing import TypeAlias

from fastcms.core import App
from fastcms.errors import ApiError, bad_request
from fastcms.http.reply import Reply
from fastcms.http.request import Request
from fastcms.uploads.arrivals import Arrival
from fastcms.uploads.receive import ALGORITHMS, Checksum

Handler: TypeAlias = Callable[[Request], Awaitable[Reply]]
Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination,checksum"
OCTETS = "application/offset+octet-stream"
UNKNOWN_CHECKSUM = f"The header Upload-Checksum must be one of {', '.join(ALGORITHMS)} and base64."

ABILITIES: Headers = (
    (b"tus-version", VERSION.encode()),
    (b"tus-extension", EXTENSIONS.encode()),
    (b"tus-checksum-algorithm", ",".join(ALGORITHMS).encode()),
)
# What scripts of other origins may read.
_EXPOSED = (
    b"Location, Tus-Resumable, Tus-Version, Tus-Extension, Tus-Checksum-Algorithm, Upload-Offset,"
    b" Upload-Length, Upload-Metadata, Upload-Expires, Upload-Record"
)


def spoken(handler: Handler) -> Handler:
    """The handler with the headers that each answer has, also one that refuses.

    Another version of the protocol is refused with 412.
    """

    @wraps(handler)
    async def speak(request: Request) -> Reply:
        headers: Headers = ((b"tus-resumable", VERSION.encode()),)
        if request.header(b"origin"):
            headers += ((b"access-control-expose-headers", _EXPOSED),)
        try:
            if request.header(b"tus-resumable") != VERSION:
                raise _other_version()
            reply = await handler(request)
        except ApiError as error:
            error.headers += headers
            raise
        return reply._replace(headers=(*reply.headers, *headers))

    return speak


def _other_version() -> ApiError:
    error = ApiError(412, f"The header Tus-Resumable must be {VERSION}.")
    error.headers = ((b"tus-version", VERSION.encode()),)
    return error


def progress(app: App, arrival: Arrival) -> Headers:
    """How far an upload is and how long it is kept."""
    headers: Headers = (
        (b"upload-offset", str(arrival.offset(app)).encode()),
        (b"upload-expires", formatdate(arrival.expires, usegmt=True).encode()),
    )
    if arrival.used:
        headers += ((b"upload-record", arrival.used.encode()),)
    return headers


def number(request: Request, name: bytes) -> int:
    """A header that is a number of bytes. Raises 400 for any other."""
    text = request.header(name)
    # More digits than any file has bytes are no number either.
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise bad_request(f"The header {name.decode().title()} must be a number of bytes.")
    return int(text)


def checksum(request: Request) -> Checksum | None:
    """What the header `Upload-Checksum` says. Raises 400 for an unknown algorithm."""
    header = request.header(b"upload-checksum")
    if not header:
        return None
    algorithm, _, digest = header.partition(" ")
    try:
        decoded = base64.b64decode(digest, validate=True)
    except binascii.Error as error:
        raise bad_request(UNKNOWN_CHECKSUM) from error
    if algorithm not in ALGORITHMS or not decoded:
        raise bad_request(UNKNOWN_CHECKSUM)
    return Checksum(algorithm, decoded)
