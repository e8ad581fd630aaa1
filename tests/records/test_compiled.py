"""Rows are shown by columns, and a single one by itself, as `to_wire` shows their records."""

from typing import Any

import msgspec

from fastcms.records.compiled import compiled
from fastcms.records.record import Record, to_wire
from tests.inprocess import Client, served

FIELDS: list[dict[str, Any]] = [
    {"type": "text", "name": "text"},
    {"type": "text", "name": "secret", "hidden": True},
    {"type": "number", "name": "whole"},
    {"type": "number", "name": "number"},
    {"type": "bool", "name": "flag"},
    {"type": "date", "name": "date"},
    {"type": "autodate", "name": "made", "onCreate": True},
    {"type": "select", "name": "one", "values": ["a", "b"], "maxSelect": 1},
    {"type": "select", "name": "many", "values": ["a", "b"], "maxSelect": 2},
    {"type": "json", "name": "json"},
    {"type": "geoPoint", "name": "point"},
    {"type": "password", "name": "word"},
]
VALUES: list[dict[str, Any]] = [
    {},
    {
        "text": "ä",
        "secret": "s",
        "whole": 7,
        "number": 1.5,
        "flag": True,
        "date": "2024-01-02 03:04:05.678Z",
        "one": "a",
        "many": ["b", "a"],
        "json": {"b": [1, None], "a": "x"},
        "point": {"lon": 1.5, "lat": -2},
        "word": "password123",
    },
    {"whole": -1, "number": 1e300, "many": ["a"], "json": "text"},
    {"whole": 2, "number": 2**60, "json": None},
]


def test_rows_are_shown_as_records_are(tmp_path):
    async def body(client: Client) -> None:
        collection = {"name": "things", "type": "base", "fields": FIELDS}
        assert (await client("POST", "/api/collections", collection)).status == 200
        for values in VALUES:
            made = await client("POST", "/api/collections/things/records", values)
            assert made.status == 200, made.body
        schema = client.app.refresh()
        for name in ("things", "_superusers"):
            plan = compiled(schema, schema.find(name))
            read = client.app.store.read_now
            order = f"FROM {plan.table} ORDER BY rowid"
            stored = read(f"SELECT {plan.stored.sql} {order}")
            records = [Record.of_stored(plan.collection, plan.stored.decode(row)) for row in stored]
            for superuser in (True, False):
                wire = plan.wire(superuser=superuser)
                rows = read(f"SELECT {wire.sql} {order}")
                expected = [_json(to_wire(record, superuser=superuser)) for record in records]
                assert list(map(_json, wire.show(rows))) == expected
                assert [_json(wire.show([row])[0]) for row in rows] == expected
                assert wire.show([]) == []

    served(tmp_path, body)


def _json(shown: object) -> bytes:
    return msgspec.json.encode(shown)
