"""Moments that the server sets."""

from __future__ import annotations

import pytest

from tests.fields.made import field, option_codes

OLD, NOW = "2020-01-01 00:00:00.000Z", "2024-01-01 00:00:00.000Z"


@pytest.mark.parametrize(
    ("on_create", "on_update", "is_new", "expected"),
    [
        (True, False, True, NOW),
        (True, False, False, OLD),
        (False, True, True, OLD),
        (False, True, False, NOW),
        (True, True, True, NOW),
        (True, True, False, NOW),
    ],
)
def test_when_it_is_set(on_create: bool, on_update: bool, is_new: bool, expected: str) -> None:
    made = field("autodate", onCreate=on_create, onUpdate=on_update)
    assert made.on_save(OLD, NOW, is_new=is_new) == expected


def test_one_flag_is_needed() -> None:
    assert option_codes(field("autodate")) == {"onCreate": "required", "onUpdate": "required"}
    assert option_codes(field("autodate", onUpdate=True)) == {}


def test_the_flags_of_a_system_field_stay() -> None:
    before = field("autodate", system=True, onCreate=True)
    more = field("autodate", system=True, onCreate=True, onUpdate=True)
    none = field("autodate", system=True)
    assert option_codes(before, before=before) == {}
    assert option_codes(more, before=before) == {"onUpdate": "values_mismatch"}
    assert option_codes(none, before=before) == {
        "onCreate": "values_mismatch",
        "onUpdate": "required",
    }
    assert option_codes(field("autodate", onUpdate=True), before=field("autodate")) == {}
