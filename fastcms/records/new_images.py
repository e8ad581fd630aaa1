"""What file fields want done to new images, before these are kept."""

from __future__ import annotations

import msgspec

from fastcms.core import App
from fastcms.errors import Problem
from fastcms.images.upload import Unclean, optimised
from fastcms.records.compiled import Compiled
from fastcms.records.record import Record
from fastcms.values import to_unique_texts


async def optimise(app: App, compiled: Compiled, record: Record) -> dict[str, Problem]:
    """Puts smaller or cleaner images in the place of the record's new ones.

    Problems by field, where an image may still tell what the field wants nobody to be told.
    """
    problems: dict[str, Problem] = {}
    for field in compiled.file_fields:
        if not field.optimize and not field.strip_metadata:
            continue
        for name in to_unique_texts(record.values[field.name]):
            upload = record.uploads.get(name)
            if upload is None:
                continue
            try:
                made = await optimised(app.images, field, upload.source, upload.content_type)
            except Unclean:
                problems[field.name] = Problem(
                    "validation_invalid_image",
                    f"Failed to upload {upload.original_name} - "
                    "the metadata of this image cannot be removed.",
                    {"file": upload.original_name},
                )
            else:
                if made is not None:
                    smaller = msgspec.structs.replace(upload, source=made, size=len(made))
                    record.uploads[name] = smaller
    return problems
