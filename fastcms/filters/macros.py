"""The macros: names of moments, computed anew for each request. All in UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from fastcms import clock
from fastcms.values import SqlValue


def _start(day: datetime) -> str:
    return clock.to_text(day.replace(hour=0, minute=0, second=0, microsecond=0))


def _end(day: datetime) -> str:
    return clock.to_text(day.replace(hour=23, minute=59, second=59, microsecond=999_000))


def _month_end(now: datetime) -> str:
    # Four days after the 28th is always in the next month.
    next_month = now.replace(day=28) + timedelta(days=4)
    return _end(next_month - timedelta(days=next_month.day))


MACROS: dict[str, Callable[[datetime], SqlValue]] = {
    "@now": clock.to_text,
    # The day alone, of which every moment of the day is a continuation: `created ~ @today`.
    "@today": lambda now: clock.to_text(now)[:10],
    "@yesterday": lambda now: clock.to_text(now - timedelta(days=1)),
    "@tomorrow": lambda now: clock.to_text(now + timedelta(days=1)),
    "@second": lambda now: now.second,
    "@minute": lambda now: now.minute,
    "@hour": lambda now: now.hour,
    "@day": lambda now: now.day,
    "@month": lambda now: now.month,
    "@weekday": lambda now: now.isoweekday() % 7,
    "@year": lambda now: now.year,
    "@todayStart": _start,
    "@todayEnd": _end,
    "@monthStart": lambda now: _start(now.replace(day=1)),
    "@monthEnd": _month_end,
    "@yearStart": lambda now: _start(now.replace(month=1, day=1)),
    "@yearEnd": lambda now: _end(now.replace(month=12, day=31)),
}
