"""What was exported and is imported again is the same, for every format and type of field."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastcms.directory import open_directory
from fastcms.records.compiled import compiled
from fastcms.records.record import Record
from fastcms.records.write import save
from fastcms.transfer.formats import NAMES
from tests.transfer.place import Place, number, text

TARGETS = [f"target{n:09}" for n in range(3)]
CHOICES = ["red", "dark, green", 'b"lue', "[x]", "a;b", "true"]

# Text of these formats cannot hold every character; the docs say which.
LACKING = {"csv": "\0", "tsv": "\0", "xlsx": "\0\ufffe\uffff"}


def texts(format_name: str) -> st.SearchStrategy[str]:
    excluded = LACKING.get(format_name, "")
    return st.text(
        st.one_of(
            st.sampled_from("=+-@\t\r\n\"',;| [{é\u2028😀_x0041_"),
            st.characters(exclude_categories=["Cs"], exclude_characters=excluded),
        ).filter(lambda char: char not in excluded),
        max_size=20,
    )


def values(format_name: str) -> st.SearchStrategy[dict[str, Any]]:
    some = texts(format_name)
    plain = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | some
    return st.fixed_dictionaries(
        {
            "title": some,
            "body": some,
            "views": st.integers(-(2**53), 2**53) | st.floats(-1e300, 1e300),
            "live": st.booleans(),
            "mail": st.sampled_from(["", "a@example.com", "x+y@example.co.uk"]),
            "link": st.sampled_from(["", "https://example.com/?a=1,2&b=;"]),
            "at": st.sampled_from(["", "2024-02-29 12:34:56.789Z", "0123-01-01 00:00:00.000Z"]),
            "color": st.sampled_from(["", *CHOICES]),
            "colors": st.lists(st.sampled_from(CHOICES), unique=True),
            "one": st.sampled_from(["", *TARGETS]),
            "many": st.lists(st.sampled_from(TARGETS), unique=True),
            "data": st.recursive(
                plain, lambda inner: st.lists(inner) | st.dictionaries(some, inner)
            ),
            "place": st.builds(
                lambda lon, lat: {"lon": lon, "lat": lat},
                st.floats(-180, 180),
                st.floats(-90, 90),
            ),
        }
    )


async def make(place: Place) -> None:
    await place.make("targets")
    await place.load("targets", "id\n" + "\n".join(TARGETS))
    targets = place.app.refresh().find("targets")
    assert targets is not None
    for name in ("source", "copy"):
        await place.make(
            name,
            text("title"),
            {"name": "body", "type": "editor", "hidden": True},
            number("views"),
            {"name": "live", "type": "bool"},
            {"name": "mail", "type": "email"},
            {"name": "link", "type": "url"},
            {"name": "at", "type": "date"},
            {"name": "made", "type": "autodate", "onCreate": True, "onUpdate": True},
            {"name": "color", "type": "select", "values": CHOICES},
            {"name": "colors", "type": "select", "values": CHOICES, "maxSelect": 6},
            {"name": "one", "type": "relation", "collectionId": targets.id},
            {"name": "many", "type": "relation", "collectionId": targets.id, "maxSelect": 3},
            {"name": "data", "type": "json"},
            {"name": "place", "type": "geoPoint"},
        )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("round")
    app = open_directory(folder / "pb_data")
    place = Place(app, folder)
    asyncio.run(make(place))
    yield place
    app.close()


@pytest.mark.parametrize("format_name", NAMES)
def test_what_comes_out_goes_in(place: Place, format_name: str) -> None:
    @settings(
        max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
    )
    @given(st.lists(values(format_name), min_size=1, max_size=4))
    def check(records: list[dict[str, Any]]) -> None:
        asyncio.run(_check(place, format_name, records))

    check()


BLANK = {
    "title": "", "body": "", "views": 0, "live": False, "mail": "", "link": "", "at": "",
    "color": "", "colors": [], "one": "", "many": [], "data": None,
    "place": {"lon": 0.0, "lat": 0.0},
}  # fmt: skip


@pytest.mark.parametrize("format_name", NAMES)
@pytest.mark.parametrize("data", [3.179501352760597e16, 1e22, 5e-324, "5", "1e5", [1.5]])
def test_numbers_in_json(place: Place, format_name: str, data: object) -> None:
    asyncio.run(_check(place, format_name, [{**BLANK, "data": data}]))


async def _check(place: Place, format_name: str, records: list[dict[str, Any]]) -> None:
    app = place.app
    for table in ("source", "copy"):
        await app.store.write_one(f"DELETE FROM {table}", ())
    schema = app.refresh()
    source = schema.find("source")
    assert source is not None
    for values_ in records:
        record = Record.blank(source)
        for name, raw in values_.items():
            # As JSON text, because bare texts with odd characters are refused.
            given_ = json.dumps(raw) if name == "data" else raw
            record.values[name] = source.by_name[name].prepare(given_)
        await save(app, compiled(schema, source), record)
    path = await place.dump("source", format_name, hidden=True)
    report = await place.load("copy", path, format_name, keep_dates=True)
    assert report.bad_rows == []
    assert report.created == len(records)
    assert shown(place, "copy") == shown(place, "source")


def shown(place: Place, table: str) -> list[list[Any]]:
    """The stored rows; JSON by what it says, its spaces do not count."""
    collection = place.app.schema.find(table)
    assert collection is not None
    names = [field.name for field in collection.fields]
    columns = ", ".join(f'"{name}"' for name in names)
    rows = place.rows(f"SELECT {columns} FROM {table} ORDER BY id")
    data = names.index("data")
    return [
        [
            json.loads(value) if at == data and isinstance(value, str) else value
            for at, value in enumerate(row)
        ]
        for row in rows
    ]
