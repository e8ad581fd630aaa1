"""The macros at moments where calendars are tricky."""

from datetime import UTC, datetime

import pytest

from fastcms.filters.macros import MACROS

NEW_YEARS_EVE = datetime(2023, 12, 31, 23, 59, 58, 123_456, tzinfo=UTC)
LEAP_FEBRUARY = datetime(2024, 2, 29, 0, 0, 0, 0, tzinfo=UTC)
SUNDAY = datetime(2024, 6, 30, 12, 0, 0, 0, tzinfo=UTC)

VALUES = [
    (NEW_YEARS_EVE, "@now", "2023-12-31 23:59:58.123Z"),
    (NEW_YEARS_EVE, "@tomorrow", "2024-01-01 23:59:58.123Z"),
    (NEW_YEARS_EVE, "@yesterday", "2023-12-30 23:59:58.123Z"),
    (NEW_YEARS_EVE, "@second", 58),
    (NEW_YEARS_EVE, "@minute", 59),
    (NEW_YEARS_EVE, "@hour", 23),
    (NEW_YEARS_EVE, "@day", 31),
    (NEW_YEARS_EVE, "@month", 12),
    (NEW_YEARS_EVE, "@year", 2023),
    (NEW_YEARS_EVE, "@today", "2023-12-31"),
    (NEW_YEARS_EVE, "@todayStart", "2023-12-31 00:00:00.000Z"),
    (NEW_YEARS_EVE, "@todayEnd", "2023-12-31 23:59:59.999Z"),
    (NEW_YEARS_EVE, "@monthStart", "2023-12-01 00:00:00.000Z"),
    (NEW_YEARS_EVE, "@monthEnd", "2023-12-31 23:59:59.999Z"),
    (LEAP_FEBRUARY, "@monthEnd", "2024-02-29 23:59:59.999Z"),
    (LEAP_FEBRUARY, "@yearStart", "2024-01-01 00:00:00.000Z"),
    (LEAP_FEBRUARY, "@yearEnd", "2024-12-31 23:59:59.999Z"),
    (SUNDAY, "@weekday", 0),
    (LEAP_FEBRUARY, "@weekday", 4),
    (SUNDAY, "@monthEnd", "2024-06-30 23:59:59.999Z"),
]


@pytest.mark.parametrize(("now", "name", "value"), VALUES)
def test_value(now: datetime, name: str, value: str | int) -> None:
    assert MACROS[name](now) == value


def test_all_are_covered() -> None:
    assert {name for _, name, _ in VALUES} == set(MACROS)
