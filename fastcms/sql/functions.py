"""Functions that SQLite lacks, in Python. None of them raises: an error that depends on what a row
holds would tell a caller about rows that it may not see.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any

import msgspec
import re2  # type: ignore[import-untyped]

from fastcms.values import SqlValue

MAX_PATTERN_BYTES = 1000
MAX_POSITIONS = 10_000
# Compiled patterns and polygons kept by a process.
_KEPT = 64

_options = re2.Options()
_options.log_errors = False
# For a pattern and what it learns of its texts; the automatons of all that are kept stay small.
_options.max_mem = 1 << 20


def pattern_error(pattern: str) -> str:
    """What is wrong with a regular expression, or nothing."""
    if len(pattern.encode()) > MAX_PATTERN_BYTES:
        return f"the pattern has more than {MAX_PATTERN_BYTES} bytes"
    compiled = _compiled(pattern)
    return compiled if isinstance(compiled, str) else ""


def matches(pattern: SqlValue, value: SqlValue) -> int | None:
    """Whether a regular expression occurs in a text, in time linear to it."""
    text = _text(value)
    compiled = _compiled(pattern) if isinstance(pattern, str) else ""
    if text is None or isinstance(compiled, str):
        return None
    return int(compiled.search(text.encode(errors="replace")) is not None)


@lru_cache(maxsize=_KEPT)
def _compiled(pattern: str) -> Any:
    """The compiled pattern, or the text of its error."""
    try:
        return re2.compile(pattern, _options)
    except re2.error as error:
        return str(error.args[0].decode(errors="replace"))


def fold(value: SqlValue) -> str | None:
    """A text without the difference between large and small letters of any script."""
    text = _text(value)
    return None if text is None else text.casefold()


def _text(value: SqlValue) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return None if isinstance(value, bytes) else str(value)


# -- polygons -----------------------------------------------------------------------------------

Position = tuple[float, float]
Ring = tuple[Position, ...]


class Area:
    """Polygons of a GeoJSON text, each an outer ring and its holes, and the box around them."""

    def __init__(self, polygons: list[tuple[Ring, ...]]) -> None:
        self.polygons = polygons
        outer = [position for rings in polygons for position in rings[0]]
        lons, lats = zip(*outer, strict=True)
        # West, south, east, north.
        self.box = (min(lons), min(lats), max(lons), max(lats))

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a point is inside or on a border."""
        return any(_in_polygon(rings, lon, lat) for rings in self.polygons)


def _in_polygon(rings: tuple[Ring, ...], lon: float, lat: float) -> bool:
    is_inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            side = (x2 - x1) * (lat - y1) - (y2 - y1) * (lon - x1)
            if (
                side == 0
                and min(x1, x2) <= lon <= max(x1, x2)
                and min(y1, y2) <= lat <= max(y1, y2)
            ):
                return True
            if (y1 > lat) != (y2 > lat) and (side > 0) == (y2 > y1):
                is_inside = not is_inside
    return is_inside


@lru_cache(maxsize=_KEPT)
def area(text: str) -> Area | str:
    """The polygons of a GeoJSON text, or what is wrong with it."""
    # All that decoding can raise is a ValueError.
    try:
        polygons = _polygons(msgspec.json.decode(text))
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError):
        return "expected a GeoJSON Polygon or MultiPolygon"
    if sum(len(ring) for rings in polygons for ring in rings) > MAX_POSITIONS:
        return f"a polygon has {MAX_POSITIONS} positions at most"
    return Area(polygons)


def _polygons(geometry: Any) -> list[tuple[Ring, ...]]:
    if geometry["type"] == "Feature":
        geometry = geometry["geometry"]
    match geometry["type"]:
        case "Polygon":
            polygons = [geometry["coordinates"]]
        case "MultiPolygon":
            polygons = geometry["coordinates"]
        case _:
            raise ValueError
    found = [tuple(map(_ring, rings)) for rings in polygons]
    if not found or not all(found):
        raise ValueError
    return found


def _ring(positions: Any) -> Ring:
    ring = tuple((float(position[0]), float(position[1])) for position in positions)
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError
    return ring


def within(text: SqlValue, lon: SqlValue, lat: SqlValue) -> int | None:
    """Whether a point is inside the polygons of a GeoJSON text."""
    known = area(text) if isinstance(text, str) else ""
    is_point = isinstance(lon, int | float) and isinstance(lat, int | float)
    if isinstance(known, str) or not is_point:
        return None
    return int(known.holds(lon, lat))  # type: ignore[arg-type]


# Name → the function and the number of its arguments.
FUNCTIONS: dict[str, tuple[Callable[..., SqlValue], int]] = {
    "fc_fold": (fold, 1),
    "fc_matches": (matches, 2),
    "fc_within": (within, 3),
}
