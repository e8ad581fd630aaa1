"""The work on one image file. Loaded by the image processes alone."""

from __future__ import annotations

import io
import os
from typing import Any, BinaryIO

from PIL import Image

from fastcms.images import geometry
from fastcms.images.jobs import Job, Made
from fastcms.images.source import MOST_PIXELS, Source, Unfit

MOST_SIDE = 4096  # of a variant whose request names no size
_SOURCES = ("JPEG", "PNG", "GIF", "WEBP")
_WHITE = (255, 255, 255)
_FORMATS = {
    "jpeg": ("JPEG", "image/jpeg"),
    "png": ("PNG", "image/png"),
    "gif": ("GIF", "image/gif"),
    "webp": ("WEBP", "image/webp"),
    "avif": ("AVIF", "image/avif"),
}
# What a variant has where its request names no format; the first frame of a GIF is a PNG.
_OWN = {"JPEG": "jpeg", "WEBP": "webp", "AVIF": "avif"}
_QUALITY = {"jpeg": 80, "webp": 80, "avif": 60}
# The work that WebP's and AVIF's encoders put in: a second or two for 12 megapixels.
_EFFORT: dict[str, dict[str, Any]] = {
    "webp": {"method": 3},
    "avif": {"speed": 8, "max_threads": 1},
    "jpeg": {"optimize": True, "progressive": True},
}
_WORTH = 0.95  # a new file must be smaller than that part of the old one


def work(job: Job) -> Made:
    """Does it. Raises whatever a decoder raises for a broken file, and Unfit."""
    with open(job["path"], "rb") as file:  # noqa: PTH123 (pathlib would be loaded for this alone)
        return _WORK[job["do"]](job, file)


def _thumb(job: Job, file: BinaryIO) -> Made:
    source = Source(file, _SOURCES, exif_of=("JPEG",))
    if source.format == "WEBP" and source.is_animated:
        raise Unfit("an animated WebP has no thumbs")
    image = source.draw(geometry.thumb(job["size"], source.width, source.height))
    if source.format == "JPEG":
        return _encoded(image, "jpeg", quality=95)
    return _encoded(image, "gif" if source.format == "GIF" else "png")


def _variant(job: Job, file: BinaryIO) -> Made:
    source = Source(file, (*_SOURCES, "AVIF"), exif_of=(*_SOURCES, "AVIF"))
    width, height = job["width"], job["height"]
    if job["fit"] == "crop":
        plan = geometry.cut(source.width, source.height, width, height)
    else:
        limits = width or MOST_SIDE, height or MOST_SIDE
        plan = geometry.inside(source.width, source.height, *limits)
    profile = source.image.info.get("icc_profile") if _is_rgb(source.image) else None
    image = source.draw(plan)
    format_ = job["format"] or _OWN.get(source.format, "png")
    if job["fit"] == "fill":
        image = _padded(image, width, height, opaque=format_ == "jpeg")
    options = dict(_EFFORT.get(format_, {}))
    if format_ in _QUALITY:
        options["quality"] = job["quality"] or _QUALITY[format_]
    if profile:
        options["icc_profile"] = profile
    return _encoded(image, format_, **options)


def _recompress(job: Job, file: BinaryIO) -> Made:
    """The same image in fewer bytes: its metadata stays, and its pixels unless `lossy`."""
    source = Source(file, ("JPEG", "PNG", "WEBP"), exif_of=())
    image = source.image
    content_type = Image.MIME.get(source.format, "")
    if source.is_animated:
        return Made(b"", content_type)
    before = os.fstat(file.fileno()).st_size
    deep = source.format == "PNG" and _bits(file) > 8
    known = ("exif", "icc_profile", "xmp", "dpi", "transparency")
    options = {key: image.info[key] for key in known if key in image.info}
    if source.format == "PNG" and not deep and "gamma" not in image.info:
        options |= {"optimize": True}
    elif source.format == "JPEG" and job["lossy"]:
        options |= _EFFORT["jpeg"] | {"quality": _QUALITY["jpeg"]}
    elif source.format == "WEBP" and job["lossy"]:
        options |= _EFFORT["webp"] | {"quality": _QUALITY["webp"]}
    else:
        return Made(b"", content_type)
    if image.width * image.height > MOST_PIXELS:
        raise Unfit("too many pixels")
    image.load()
    made = io.BytesIO()
    image.save(made, source.format, **options)
    content = made.getvalue()
    return Made(content if len(content) < before * _WORTH else b"", content_type)


def _repaint(job: Job, file: BinaryIO) -> Made:
    """The upright pixels alone, for a format whose metadata cannot be cut out."""
    source = Source(file, ("AVIF",), exif_of=("AVIF",))
    plan = geometry.inside(source.width, source.height, source.width, source.height)
    profile = source.image.info.get("icc_profile")
    image = source.draw(plan)
    options = _EFFORT["avif"] | {"quality": 80} | ({"icc_profile": profile} if profile else {})
    return _encoded(image, "avif", **options)


def _encoded(image: Image.Image, format_: str, **options: Any) -> Made:
    name, content_type = _FORMATS[format_]
    if name == "JPEG" and image.mode != "RGB":
        image = _padded(image, *image.size, opaque=True)
    made = io.BytesIO()
    # What the source said of itself (EXIF, comments, palettes) is not the new image's.
    image.info = {}
    image.save(made, name, **options)
    return Made(made.getvalue(), content_type)


def _padded(image: Image.Image, width: int, height: int, *, opaque: bool) -> Image.Image:
    """In the middle of a canvas, which is white or transparent."""
    if opaque:
        canvas = Image.new("RGB", (width, height), _WHITE)
    else:
        canvas = Image.new("RGBA", (width, height), (*_WHITE, 0))
    corner = (width - image.width) // 2, (height - image.height) // 2
    canvas.paste(image, corner, image if opaque and image.mode == "RGBA" else None)
    return canvas


def _bits(file: BinaryIO) -> int:
    """The bits of a PNG's samples; Pillow reads sixteen as eight."""
    place = file.tell()
    file.seek(24)
    bits = file.read(1)[0]
    file.seek(place)
    return bits


def _is_rgb(image: Image.Image) -> bool:
    """Whether a colour profile of the source is true of RGB pixels as well."""
    return image.mode in {"RGB", "RGBA", "P", "PA"}


_WORK = {"thumb": _thumb, "variant": _variant, "recompress": _recompress, "repaint": _repaint}
