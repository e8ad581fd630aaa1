"""A page of a list as a GeoJSON FeatureCollection, for maps: `?format=geojson`."""

from __future__ import annotations

from typing import Any

import msgspec

from fastcms.errors import bad_request
from fastcms.http.pick import picked
from fastcms.http.reply import Reply, encode_json, page_reply
from fastcms.http.request import Request
from fastcms.records.compiled import Compiled
from fastcms.values import GeoPoint

CONTENT_TYPE = b"application/geo+json"

_decode = msgspec.json.Decoder().decode


def is_wanted(request: Request) -> bool:
    """Whether the list is asked for as GeoJSON. Other formats are ignored, as unknown keys are."""
    return request.query.get("format") == "geojson"


def place_of(request: Request, compiled: Compiled) -> str:
    """The geoPoint field that gives features their place: `geometry`, or the first one.

    Raises 400 where the caller sees no such field.
    """
    wanted = request.query.get("geometry", "")
    for field in compiled.collection.fields:
        is_visible = request.is_superuser or not field.hidden
        if field.type == "geoPoint" and is_visible and wanted in ("", field.name):
            return field.name
    raise bad_request(
        f"There is no geoPoint field {wanted}." if wanted else "There is no geoPoint field."
    )


def feature_reply(request: Request, place: str, page: dict[str, Any]) -> Reply:
    """The page with a feature for each record; `fields` picks their properties."""
    records = page["items"]
    reply = page_reply(page)
    if fields := request.query.get("fields"):
        reply = picked(reply, fields)
    numbers = {key: value for key, value in page.items() if key != "items"}
    features = [
        {
            "type": "Feature",
            "id": record["id"],
            "geometry": _geometry(record[place]),
            "properties": {key: value for key, value in shown.items() if key != place},
        }
        for record, shown in zip(records, _decode(reply.body)["items"], strict=True)
    ]
    body = {"type": "FeatureCollection", "features": features, **numbers}
    return Reply(encode_json(body), content_type=CONTENT_TYPE)


def _geometry(value: object) -> dict[str, Any] | None:
    """A point; null for 0/0, which is no place."""
    if not isinstance(value, GeoPoint) or value == GeoPoint():
        return None
    return {"type": "Point", "coordinates": [value.lon, value.lat]}
