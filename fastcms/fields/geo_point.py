"""A place on earth."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fastcms.errors import REQUIRED, Problem
from fastcms.fields.base import DescribedField, JsonSchema, Kind
from fastcms.values import GeoPoint, SqlValue, Value, to_geo_point

_NOWHERE = GeoPoint()


class GeoPointField(DescribedField, frozen=True, kw_only=True, rename="camel", tag="geoPoint"):
    """Longitude and latitude in degrees. 0/0 counts as no place."""

    kind = Kind.GEO

    def zero(self) -> GeoPoint:
        return _NOWHERE

    def prepare(self, raw: object) -> GeoPoint:
        return to_geo_point(raw)

    def validate(self, value: Value) -> Iterator[Problem]:
        place = value if isinstance(value, GeoPoint) else _NOWHERE
        if place == _NOWHERE:
            if self.required:
                yield REQUIRED
        elif not -90 <= place.lat <= 90:
            yield Problem(
                "validation_invalid_latitude", "Latitude must be between -90 and 90 degrees."
            )
        elif not -180 <= place.lon <= 180:
            yield Problem(
                "validation_invalid_longitude",
                "Longitude must be between -180 and 180 degrees.",
            )

    def shown_schema(self) -> JsonSchema:
        degrees = {"type": "number"}
        return {
            "type": "object",
            "title": "GeoPoint",
            "properties": {"lon": degrees, "lat": degrees},
            "required": ["lon", "lat"],
        }

    def to_db(self, value: Value) -> SqlValue:
        return msgspec.json.encode(value).decode()

    def from_db(self, raw: SqlValue) -> GeoPoint:
        return to_geo_point(raw)
