"""Transformations as requests ask for them: `?w=&h=&fit=&format=&quality=`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from fastcms.errors import Problem, bad_request
from fastcms.images.jobs import Job

KEYS = ("w", "h", "fit", "format", "quality")
MOST_SIDE = 4096
FITS = ("fit", "fill", "crop")
FORMATS = ("jpeg", "png", "webp", "avif")
# Sniffed types that can be transformed.
SOURCES = frozenset(
    {"image/png", "image/jpg", "image/jpeg", "image/gif", "image/webp", "image/avif"}
)
# The beginning of a file's path in the folder of an image's thumbs and variants.
FILE = re.compile(r"/\d+x\d+-")
_NUMBER = re.compile(r"[0-9]{1,5}", re.ASCII)
_ENDING = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/avif": ".avif",
}


class Variant(NamedTuple):
    """One form of an image. 0 and an empty format are "as it comes"."""

    width: int = 0
    height: int = 0
    fit: str = "fit"
    format: str = ""
    quality: int = 0

    @property
    def name(self) -> str:
        """What its file is called in front of the image's name; never the size of a thumb."""
        size = f"{self.width}x{self.height}"
        return f"{size}-{self.fit}-{self.format or 'own'}-{self.quality}"

    def job(self, path: str) -> Job:
        """The work of making it."""
        return {
            "do": "variant",
            "path": path,
            "width": self.width,
            "height": self.height,
            "fit": self.fit,
            "format": self.format,
            "quality": self.quality,
        }


def is_wanted(query: Mapping[str, str]) -> bool:
    """Whether a request asks for a transformation at all."""
    return any(query.get(key) for key in KEYS)


def variant_of(query: Mapping[str, str]) -> Variant:
    """The variant that a request wants. Raises ApiError that tells each wrong parameter."""
    given = {key: query.get(key, "") for key in (*KEYS, "thumb")}
    problems = dict(_problems(given))
    if problems:
        raise bad_request("The transformation is not valid.", problems)
    return Variant(
        width=int(given["w"] or 0),
        height=int(given["h"] or 0),
        fit=given["fit"] or "fit",
        format=given["format"],
        # PNG has no quality: one file for all of them.
        quality=0 if given["format"] == "png" else int(given["quality"] or 0),
    )


def file_name(name: str, content_type: str) -> str:
    """The name of an image's file with the ending of another type."""
    stem, dot, _ = name.rpartition(".")
    return (stem if dot else name) + _ENDING[content_type]


def _problems(given: Mapping[str, str]) -> Iterator[tuple[str, Problem]]:
    for key, most in (("w", MOST_SIDE), ("h", MOST_SIDE), ("quality", 100)):
        text = given[key]
        if text and not (_NUMBER.fullmatch(text) and 1 <= int(text) <= most):
            message = f"Must be a whole number from 1 to {most}."
            yield key, Problem("validation_invalid_number", message, {"max": most, "min": 1})
        elif not text and key != "quality" and given["fit"] in {"fill", "crop"}:
            yield key, Problem("validation_required", f"Required with fit={given['fit']}.")
    for key, known in (("fit", FITS), ("format", FORMATS)):
        if given[key] and given[key] not in known:
            message = f"Must be one of: {', '.join(known)}."
            yield key, Problem("validation_in_invalid", message)
    if given["thumb"]:
        message = "A thumb and a transformation are two things; ask for one of them."
        yield "thumb", Problem("validation_not_together", message)
