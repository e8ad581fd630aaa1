"""What is done to an image between its upload and its place: fewer bytes, no metadata."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastcms.fields.file import FileField
from fastcms.ids import random_text
from fastcms.images.images import MOST_BYTES, Images
from fastcms.images.jobs import Busy, Job, Unmade
from fastcms.images.metadata import without_metadata

_RECOMPRESSED = frozenset({"image/jpeg", "image/png", "image/webp"})
# Images in which nobody hides a place. All others that we cannot clean are refused.
_HARMLESS = frozenset({"image/bmp", "image/svg+xml", "image/x-icon"})

log = logging.getLogger("fastcms.images")


class Unclean(Exception):
    """The metadata of an image could not be taken out; the text says why."""


async def optimised(
    images: Images, field: FileField, source: Path | bytes, content_type: str
) -> bytes | None:
    """The content to keep in the place of an upload, None where it stays as it is.

    Raises Unclean if the field demands images without metadata and this one may have some. An
    image that cannot be made smaller is no trouble.
    """
    made: bytes | None = None
    if field.optimize and content_type in _RECOMPRESSED:
        job: Job = {"do": "recompress", "lossy": field.optimize == "lossy"}
        try:
            made = await _worked(images, source, job) or None
        except (Unmade, Busy) as error:
            log.info("an upload is kept as it came: %s", error)
    if not field.strip_metadata or not content_type.startswith("image/"):
        return made
    if content_type in _HARMLESS:
        return made
    try:
        if content_type == "image/avif":
            return await _worked(images, source, {"do": "repaint"})
        return await asyncio.to_thread(_cleaned, source if made is None else made, content_type)
    except (Unmade, Busy, ValueError) as error:
        raise Unclean(str(error)) from error


async def _worked(images: Images, source: Path | bytes, job: Job) -> bytes:
    async with images.pool.turn() as work:
        with _on_disk(images.scratch, source) as path:
            made = await work({**job, "path": str(path)})
    return made.content


def _cleaned(source: Path | bytes, content_type: str) -> bytes:
    if isinstance(source, Path):
        if source.stat().st_size > MOST_BYTES:
            raise ValueError("the file is too large")
        source = source.read_bytes()
    return without_metadata(source, content_type)


@contextmanager
def _on_disk(scratch: Path, source: Path | bytes) -> Iterator[Path]:
    if isinstance(source, Path):
        yield source
        return
    path = scratch / random_text(20)
    path.parent.mkdir(exist_ok=True, parents=True)
    try:
        path.write_bytes(source)
        yield path
    finally:
        path.unlink(missing_ok=True)
