"""Lists as GeoJSON: the same records, rules and picks, in another form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.inprocess import Answer, Client, served

FIELDS = [
    {"type": "text", "name": "title"},
    {"type": "geoPoint", "name": "place"},
    {"type": "geoPoint", "name": "exit"},
    {"type": "geoPoint", "name": "cache", "hidden": True},
]
SPOTS = {"name": "spots", "listRule": "title != 'secret'", "fields": FIELDS}
RECORDS = "/api/collections/spots/records"


def _id(name: str) -> str:
    return name.ljust(15, "0")


async def _made(client: Client) -> None:
    assert (await client("POST", "/api/collections", SPOTS)).status == 200
    for title, place in (
        ("berlin", {"type": "Point", "coordinates": [13.4, 52.5]}),
        ("paris", {"lon": 2.35, "lat": 48.86}),
        ("nowhere", None),
        ("secret", {"lon": 1, "lat": 1}),
    ):
        hidden = {"lon": 7, "lat": 7}
        body = {"id": _id(title), "title": title, "place": place, "cache": hidden}
        assert (await client("POST", RECORDS, body)).status == 200


def _told(answer: Answer) -> dict[str, Any]:
    """Feature id → its geometry's coordinates."""
    assert answer.status == 200, answer.body
    features = answer.json()["features"]
    return {f["id"].rstrip("0"): f["geometry"] and f["geometry"]["coordinates"] for f in features}


def test_a_list_as_features(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await _made(client)
        answer = await client("GET", f"{RECORDS}?format=geojson&sort=title&perPage=2", token="")
        assert answer.headers["content-type"] == "application/geo+json"
        body = answer.json()
        assert (body["type"], body["totalItems"], body["perPage"]) == ("FeatureCollection", 3, 2)
        assert body["features"][0] == {
            "type": "Feature",
            "id": _id("berlin"),
            "geometry": {"type": "Point", "coordinates": [13.4, 52.5]},
            "properties": {
                "collectionId": client.app.schema.find("spots").id,
                "collectionName": "spots",
                "exit": {"lon": 0, "lat": 0},
                "id": _id("berlin"),
                "title": "berlin",
            },
        }
        assert body["features"][1]["geometry"] is None

    served(tmp_path / "pb_data", scenario)


def test_rules_filters_picks_and_hidden_fields_count(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await _made(client)

        async def ask(query: str, **more: Any) -> Answer:
            return await client("GET", f"{RECORDS}?format=geojson&{query}", **more)

        everywhere = {"berlin": [13.4, 52.5], "paris": [2.35, 48.86], "nowhere": None}
        assert _told(await ask("", token="")) == everywhere
        assert _told(await ask("")) == {**everywhere, "secret": [1, 1]}
        near = await ask("filter=geoDistance(place.lon,place.lat,13,52)%3C100", token="")
        assert _told(near) == {"berlin": [13.4, 52.5]}
        box = await ask("filter=geoWithinBox(place,0,40,5,60)=true", token="")
        assert _told(box) == {"paris": [2.35, 48.86]}
        picked = (await ask("fields=title&sort=title", token="")).json()["features"]
        assert picked[0]["properties"] == {"title": "berlin"}
        assert picked[0]["geometry"]["coordinates"] == [13.4, 52.5]
        assert set(_told(await ask("geometry=exit", token=""))) == set(everywhere)
        # What one may not see is not there.
        assert (await ask("geometry=cache", token="")).status == 400
        assert _told(await ask("geometry=cache"))["paris"] == [7, 7]
        assert (await ask("geometry=title")).json()[
            "message"
        ] == "There is no geoPoint field title."

    served(tmp_path / "pb_data", scenario)


def test_other_formats_are_ignored_and_closed_lists_stay_closed(tmp_path: Path) -> None:
    async def scenario(client: Client) -> None:
        await _made(client)
        assert "items" in (await client("GET", f"{RECORDS}?format=xml", token="")).json()
        await client("PATCH", "/api/collections/spots", {"listRule": None})
        assert (await client("GET", f"{RECORDS}?format=geojson", token="")).status == 403
        plain = {"name": "plain", "listRule": "", "fields": FIELDS[:1]}
        await client("POST", "/api/collections", plain)
        path = "/api/collections/plain/records?format=geojson"
        answer = await client("GET", path, token="")
        assert (answer.status, answer.json()["message"]) == (400, "There is no geoPoint field.")

    served(tmp_path / "pb_data", scenario)
