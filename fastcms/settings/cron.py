"""Cron expressions: checked with the reference's words, and when one is due next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


class CronError(ValueError):
    """The expression is not valid; the text says why."""


class _Segment(NamedTuple):
    least: int
    most: int


# Minute, hour, day of month, month, day of week (0 is Sunday).
_SEGMENTS = (_Segment(0, 59), _Segment(0, 23), _Segment(1, 31), _Segment(1, 12), _Segment(0, 6))
_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)


def check_cron(expression: str) -> None:
    """Raises CronError unless it is a macro or five segments in one-space distance."""
    parts = MACROS.get(expression, expression).split(" ")
    if len(parts) != len(_SEGMENTS):
        raise CronError(
            "invalid cron expression - must be a valid macro or "
            "to have exactly 5 space separated segments"
        )
    for part, segment in zip(parts, _SEGMENTS, strict=True):
        for item in part.split(","):
            _check_item(item, segment)


def next_run(expression: str, after: datetime) -> datetime | None:
    """The first minute after a moment at which a valid expression is due, in the moment's zone.

    As in the reference all five segments must match. None for one that never is, as on 31 February.
    """
    parts = MACROS.get(expression, expression).split(" ")
    minutes, hours, days, months, weekdays = (
        set(_due(part, segment)) for part, segment in zip(parts, _SEGMENTS, strict=True)
    )
    start = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
    # The longest that a date and its day of the week keep apart is forty years.
    for number in range(40 * 366):
        day = start + timedelta(days=number)
        weekday = day.isoweekday() % 7
        if day.month not in months or day.day not in days or weekday not in weekdays:
            continue
        for hour in sorted(hours):
            for minute in sorted(minutes):
                due = day.replace(hour=hour, minute=minute)
                if due >= start:
                    return due
    return None


def is_due(expression: str, moment: datetime) -> bool:
    """Whether a valid expression is due at this minute."""
    parts = MACROS.get(expression, expression).split(" ")
    weekday = moment.isoweekday() % 7
    numbers = (moment.minute, moment.hour, moment.day, moment.month, weekday)
    return all(
        number in _due(part, segment)
        for number, part, segment in zip(numbers, parts, _SEGMENTS, strict=True)
    )


def _due(part: str, segment: _Segment) -> Iterator[int]:
    """The numbers that a valid segment stands for."""
    for item in part.split(","):
        span, _, step = item.partition("/")
        low, _, high = span.partition("-")
        if span == "*":
            least, most = segment
        else:
            least, most = int(low), int(high or low)
        yield from range(least, most + 1, int(step or 1))


def _check_item(item: str, segment: _Segment) -> None:
    """One of `*`, `n`, `a-b`, `*/n` and `a-b/n`."""
    span, *steps = item.split("/")
    if len(steps) > 1:
        raise CronError("invalid segment step format - must be in the format */n or 1-30/n")
    step = _integer(steps[0]) if steps else 1
    if not 1 <= step <= segment.most:
        raise CronError(
            f"invalid segment step boundary - the step must be between 1 and the {segment.most}"
        )
    if span == "*":
        return
    bounds = span.split("-")
    if len(bounds) > 2:
        raise CronError("invalid segment range format - the range must have 1 or 2 parts")
    if len(bounds) == 2:
        _check_range(_integer(bounds[0]), bounds[1], segment)
    elif step > 1:
        raise CronError(
            "invalid segment step - step > 1 could be used only with the wildcard or range format"
        )
    elif not segment.least <= _integer(span) <= segment.most:
        raise CronError("invalid segment value - must be between the min and max of the segment")


def _check_range(low: int, text: str, segment: _Segment) -> None:
    if not segment.least <= low <= segment.most:
        raise CronError(
            f"invalid segment range minimum - must be between {segment.least} and {segment.most}"
        )
    if not low <= _integer(text) <= segment.most:
        raise CronError(f"invalid segment range maximum - must be between {low} and {segment.most}")


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        # What the reference's language says of such text.
        quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
        raise CronError(f'strconv.Atoi: parsing "{quoted}": invalid syntax')
    return int(text)
