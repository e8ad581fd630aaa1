"""The registry: from JSON to a field and back."""

from __future__ import annotations

from typing import Any

import pytest

from fastcms.fields import FIELD_TYPES, decode_field

COMMON = {"hidden": False, "id": "", "name": "f", "presentable": False, "system": False}
DESCRIBED = COMMON | {"help": "", "required": False}


@pytest.mark.parametrize(
    ("type_", "common", "options"),
    [
        (
            "text",
            DESCRIBED,
            {"autogeneratePattern": "", "max": 0, "min": 0, "pattern": "", "primaryKey": False},
        ),
        ("editor", DESCRIBED, {"convertURLs": False, "maxSize": 0}),
        ("email", DESCRIBED, {"exceptDomains": [], "onlyDomains": []}),
        ("url", DESCRIBED, {"exceptDomains": [], "onlyDomains": []}),
        ("number", DESCRIBED, {"max": None, "min": None, "onlyInt": False}),
        ("bool", DESCRIBED, {}),
        ("date", DESCRIBED, {"max": "", "min": ""}),
        ("autodate", COMMON, {"onCreate": False, "onUpdate": False}),
        ("select", DESCRIBED, {"maxSelect": 0, "values": []}),
        ("json", DESCRIBED, {"maxSize": 0}),
        (
            "relation",
            DESCRIBED,
            {"cascadeDelete": False, "collectionId": "", "maxSelect": 0, "minSelect": 0},
        ),
        (
            "file",
            DESCRIBED,
            {"maxSelect": 0, "maxSize": 0, "mimeTypes": [], "protected": False, "thumbs": []},
        ),
        (
            "manyToMany",
            DESCRIBED,
            {
                "collectionId": "",
                "junctionId": "",
                "maxSelect": 2**31 - 1,
                "minSelect": 0,
                "sourceId": "",
                "targetId": "",
            },
        ),
        (
            "polymorphic",
            DESCRIBED,
            {"collectionIds": [], "maxSelect": 0, "minSelect": 0, "onDelete": "", "onUpdate": ""},
        ),
        ("password", DESCRIBED, {"cost": 0, "max": 0, "min": 0, "pattern": ""}),
        ("geoPoint", DESCRIBED, {}),
    ],
)
def test_every_option_is_shown_in_alphabetical_order(
    type_: str, common: dict[str, Any], options: dict[str, Any]
) -> None:
    shown = decode_field({"type": type_, "name": "f"}).to_json()
    assert shown == common | options | {"type": type_}
    assert list(shown) == sorted(shown)
    assert decode_field(shown).to_json() == shown


def test_the_types_are_distinct() -> None:
    tags = [type_.__struct_config__.tag for type_ in FIELD_TYPES]
    assert len(set(tags)) == len(tags) == 16


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({"unknown": {"a": 1}, "Min": 5}, {"min": 0}),
        ({"min": None, "pattern": None, "required": None, "id": None}, {"min": 0, "pattern": ""}),
        ({"type": "select", "values": ["a", None]}, {"values": ["a", ""]}),
        ({"type": "select", "values": None}, {"values": []}),
        ({"type": "number", "min": 2.0, "max": 9007199254740993}, {"min": 2, "max": 2**53}),
        ({"type": "date", "min": "2024-01-01", "max": "xx"}, {"max": ""}),
        ({"type": "date", "min": "2024-01-01T02:00:00+02:00"}, {"min": "2024-01-01 00:00:00.000Z"}),
    ],
)
def test_what_is_read_leniently(options: dict[str, Any], shown: dict[str, Any]) -> None:
    assert shown.items() <= decode_field({"type": "text", "name": "f", **options}).to_json().items()


@pytest.mark.parametrize(
    "options",
    [
        {"type": "nope"},
        {"type": None},
        {"type": 5},
        {"name": 5},
        {"id": 5},
        {"hidden": 1},
        {"min": 1.0},
        {"min": 1.5},
        {"min": "1"},
        {"max": 2**63},
        {"pattern": 1},
        {"required": "true"},
        {"type": "number", "min": "2"},
        {"type": "date", "min": 5},
        {"type": "select", "values": "a"},
        {"type": "select", "values": ["a", 1]},
    ],
)
def test_wrong_json_types_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode_field({"type": "text", "name": "f", **options})


def test_a_type_is_demanded() -> None:
    with pytest.raises(ValueError, match="type"):
        decode_field({"name": "f"})
