"""Places."""

from __future__ import annotations

from typing import Any

import pytest

from fastcms.values import GeoPoint
from tests.fields.made import code, field


@pytest.mark.parametrize(
    ("options", "raw", "expected"),
    [
        ({}, {"lon": 0, "lat": 0}, ""),
        ({"required": True}, {"lon": 0, "lat": 0}, "required"),
        ({"required": True}, "abc", "required"),
        ({"required": True}, {"lat": 1}, ""),
        ({}, {"lon": -180, "lat": 90}, ""),
        ({}, {"lat": -90.001}, "invalid_latitude"),
        ({}, {"lon": 180.001}, "invalid_longitude"),
        ({}, {"lon": 200, "lat": 91}, "invalid_latitude"),
    ],
)
def test_values(options: dict[str, Any], raw: object, expected: str) -> None:
    assert code(field("geoPoint", **options), raw) == expected


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ({"type": "Point", "coordinates": [1.5, 2]}, GeoPoint(1.5, 2)),
        ({"type": "Point", "coordinates": [1.5, 2, 100]}, GeoPoint(1.5, 2)),
        ('{"type":"Point","coordinates":[1.5,2]}', GeoPoint(1.5, 2)),
        ({"type": "Point", "coordinates": [1]}, GeoPoint()),
        ({"type": "Point", "coordinates": [True, 2]}, GeoPoint()),
        ({"type": "Point", "coordinates": {"lon": 1}}, GeoPoint()),
        ({"type": "Point", "coordinates": [1, 2], "lon": 5}, GeoPoint(5, 0)),
        ({"type": "Polygon", "coordinates": [1, 2]}, GeoPoint()),
    ],
)
def test_geojson_points(raw: object, value: GeoPoint) -> None:
    assert field("geoPoint").prepare(raw) == value


def test_longitude_is_stored_first() -> None:
    assert field("geoPoint").to_db(GeoPoint(1.5, 2)) == '{"lon":1.5,"lat":2}'


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        (None, GeoPoint()),
        ("", GeoPoint()),
        ('{"lon":1.5,"lat":2}', GeoPoint(1.5, 2)),
        ('{"lat":2}', GeoPoint(0, 2)),
        ("broken", GeoPoint()),
        (5, GeoPoint()),
    ],
)
def test_reading_is_tolerant(stored: Any, value: GeoPoint) -> None:
    assert field("geoPoint").from_db(stored) == value
