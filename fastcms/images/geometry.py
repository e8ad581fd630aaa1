"""What becomes of an image's width and height, for thumbs as in the reference, and for variants."""

from __future__ import annotations

import re
from math import floor
from typing import NamedTuple

_SIZE = re.compile(r"(\d{1,9})x(\d{1,9})([tbf]?)", re.ASCII)
# Smaller images are scaled before they are cut, so that a cut is not a few large pixels.
_CUT_FIRST = 100


class Box(NamedTuple):
    """A rectangle: left, top, right, bottom."""

    left: int
    top: int
    right: int
    bottom: int


class Plan(NamedTuple):
    """A part of the upright source is scaled, and of that a part is kept."""

    part: Box
    scaled: tuple[int, int]
    kept: Box

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the result."""
        return self.kept.right - self.kept.left, self.kept.bottom - self.kept.top


def thumb(size: str, width: int, height: int) -> Plan:
    """What the reference makes of a `width` by `height` image for a size like `100x100t`.

    Each rounding is that of the library which the reference uses. ValueError for another text.
    """
    match = _SIZE.fullmatch(size)
    if not match:
        raise ValueError(f"no size of a thumb: {size!r}")
    to_width, to_height, kind = int(match[1]), int(match[2]), match[3]
    if not to_width and not to_height:
        raise ValueError(f"a thumb without any size: {size!r}")
    if not to_width or not to_height:
        return _scale(width, height, to_width, to_height)
    if kind == "f":
        return _fit(width, height, to_width, to_height)
    return _fill(width, height, to_width, to_height, kind)


def inside(width: int, height: int, most_width: int, most_height: int) -> Plan:
    """The whole image, made as small as the limits ask for, and never larger."""
    by = min(1.0, most_width / width, most_height / height)
    return _scale(width, height, max(1, round(width * by)), max(1, round(height * by)))


def cut(width: int, height: int, to_width: int, to_height: int) -> Plan:
    """The largest middle part of that shape, scaled to that size, and never larger than it is."""
    by = min(1.0, width / to_width, height / to_height)
    to_width, to_height = max(1, round(to_width * by)), max(1, round(to_height * by))
    part = _middle_part(width, height, to_width, to_height, "")
    return _whole(part, to_width, to_height)


def _scale(width: int, height: int, to_width: int, to_height: int) -> Plan:
    """A size of 0 follows from the other one."""
    to_width = to_width or max(1, floor(to_height * width / height + 0.5))
    to_height = to_height or max(1, floor(to_width * height / width + 0.5))
    return _whole(Box(0, 0, width, height), to_width, to_height)


def _fit(width: int, height: int, to_width: int, to_height: int) -> Plan:
    if width <= to_width and height <= to_height:
        return _scale(width, height, width, height)
    ratio = width / height
    if ratio > to_width / to_height:
        return _scale(width, height, to_width, int(to_width / ratio))
    return _scale(width, height, int(to_height * ratio), to_height)


def _fill(width: int, height: int, to_width: int, to_height: int, anchor: str) -> Plan:
    if (width, height) == (to_width, to_height):
        return _scale(width, height, width, height)
    if width >= _CUT_FIRST and height >= _CUT_FIRST:
        part = _middle_part(width, height, to_width, to_height, anchor)
        return _whole(part, to_width, to_height)
    if width / height < to_width / to_height:
        plan = _scale(width, height, to_width, 0)
    else:
        plan = _scale(width, height, 0, to_height)
    return plan._replace(kept=_anchored(*plan.scaled, to_width, to_height, anchor))


def _middle_part(width: int, height: int, to_width: int, to_height: int, anchor: str) -> Box:
    """The largest part with the shape of `to_width` by `to_height`."""
    if width / height < to_width / to_height:
        tall = int(max(1.0, width * to_height / to_width) + 0.5)
        return _anchored(width, height, width, tall, anchor)
    wide = int(max(1.0, height * to_width / to_height) + 0.5)
    return _anchored(width, height, wide, height, anchor)


def _anchored(width: int, height: int, to_width: int, to_height: int, anchor: str) -> Box:
    """A part at the top, at the bottom or in the middle."""
    to_width, to_height = min(width, to_width), min(height, to_height)
    left = (width - to_width) // 2
    top = {"t": 0, "b": height - to_height}.get(anchor, (height - to_height) // 2)
    return Box(left, top, left + to_width, top + to_height)


def _whole(part: Box, to_width: int, to_height: int) -> Plan:
    return Plan(part, (to_width, to_height), Box(0, 0, to_width, to_height))
