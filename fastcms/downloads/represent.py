"""What is sent of a file: the file itself, or another that was made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from fastcms.errors import bad_request
from fastcms.fields.file import FileField
from fastcms.files.storage import Stored
from fastcms.http.request import Request
from fastcms.images.images import ALWAYS, THUMB_TYPES
from fastcms.images.variants import SOURCES, file_name, is_wanted, variant_of


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


def thumb_size(field: FileField, query: Mapping[str, str]) -> str:
    """The size of the thumb that a query asks for; "" for none, and for one the field has not."""
    size = query.get("thumb", "")
    return size if size == ALWAYS or size in field.thumbs else ""


async def represent(request: Request, original: Original) -> Representation:
    """What is sent of the file as the request's query asks for it.

    Thumbs as in the reference, whose place the original takes where there is none; variants where
    the field lets requests ask for them. Raises ApiError for a variant that cannot be made.
    """
    query, field = request.query, original.field
    if field.transform and is_wanted(query):
        return await _variant(request, original)
    size = thumb_size(field, query)
    if size and original.stored.content_type in THUMB_TYPES:
        thumb = await request.app.images.thumb(request.app.files, original.key, size)
        if thumb is not None:
            return Representation(thumb.key, f"{size}_{original.name}", thumb.stored)
    return Representation(original.key, original.name, original.stored)


async def _variant(request: Request, original: Original) -> Representation:
    variant = variant_of(request.query)
    if original.stored.content_type not in SOURCES:
        raise bad_request("The file is not an image that can be transformed.")
    made = await request.app.images.variant(request.app.files, original.key, variant)
    name = file_name(original.name, made.stored.content_type)
    return Representation(made.key, name, made.stored)
