"""What is sent of a file: the file itself, or another that was made of it."""

from __future__ import annotations

from typing import NamedTuple

from fastcms.fields.file import FileField
from fastcms.files.storage import Stored
from fastcms.http.request import Request


class Original(NamedTuple):
    """A file of a record that the caller may have."""

    field: FileField
    key: str
    # As the record holds it.
    name: str
    stored: Stored


class Representation(NamedTuple):
    """A file to be sent."""

    key: str
    # What the client is told to call it.
    name: str
    stored: Stored


async def represent(_: Request, original: Original) -> Representation:
    """What is sent of the file as the request's query asks for it."""
    return Representation(original.key, original.name, original.stored)
