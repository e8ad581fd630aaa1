"""The time, in the one text form that the database and the wire use."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache


def now() -> datetime:
    """The current moment in UTC."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """`YYYY-MM-DD HH:MM:SS.mmmZ` in UTC, milliseconds cut, not rounded."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def seconds_text(seconds: float) -> str:
    """A moment given by Unix seconds."""
    return to_text(datetime.fromtimestamp(seconds, UTC))


def now_text() -> str:
    """The current moment as stored and sent."""
    second, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    return f"{_to_the_second(second)}.{nanoseconds // 1_000_000:03d}Z"


# All but the milliseconds is the same for every write of a second.
@lru_cache(maxsize=2)
def _to_the_second(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S}"
