"""What an image process is asked for, and what it answers: a line of JSON and bytes."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypedDict

COMMAND = "image-worker"  # by which the executable starts itself as an image process
JOB_SECONDS = 30  # that one image may take


class Job(TypedDict, total=False):
    """One piece of work on the image file at `path`."""

    do: Literal["thumb", "variant", "recompress", "repaint"]
    path: str
    # thumb: `100x100`, `100x0`, `100x100f` …
    size: str
    # variant: 0 is "as it comes", an empty format the source's own.
    width: int
    height: int
    fit: str
    format: str
    quality: int
    # recompress: whether pixels may change.
    lossy: bool


class Made(NamedTuple):
    """A new image; without content where the old one is as good."""

    content: bytes
    content_type: str


class Unmade(Exception):
    """No image came out of it: it is broken, too large, or took too long. The text says which."""


class Busy(Exception):
    """Too many images are being made; later it may work."""
