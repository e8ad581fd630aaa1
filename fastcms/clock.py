"""The time, in the one text form that the database and the wire use."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The current moment in UTC."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """`YYYY-MM-DD HH:MM:SS.mmmZ` in UTC, milliseconds cut, not rounded."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def now_text() -> str:
    """The current moment as stored and sent."""
    global _second, _prefix
    nanoseconds = time.time_ns()
    second, rest = divmod(nanoseconds, 1_000_000_000)
    if second != _second:
        # All but the milliseconds is the same for every write of a second.
        _prefix = f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S}."
        _second = second
    return f"{_prefix}{rest // 1_000_000:03d}Z"


_second = -1
_prefix = ""
