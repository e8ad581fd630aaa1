"""In which ways a client wants its messages: what a connection asks for beyond the reference."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from fastcms.errors import Problem, bad_request
from fastcms.http.params import is_true
from fastcms.realtime.client import Position

_ID = re.compile(r"(?P<client>[^:]+):(?P<seq>[0-9]{1,18})(?:\.(?P<part>[0-9]{1,6}))?")

MAX_BATCH_MS = 10_000
MAX_HEARTBEAT_SECONDS = 300


class Last(NamedTuple):
    """The last message that a client got before it lost its connection."""

    client: str
    position: Position


class Ways(NamedTuple):
    """The defaults are what the reference does."""

    # For so long messages are gathered and sent as one; 0 sends each at once.
    batch_seconds: float = 0
    # After so long without a message there is a sign of life; 0 for none, and an end when idle.
    heartbeat_seconds: float = 0
    # Whether messages carry their position, so that the client can come back to it.
    resumes: bool = False
    last: Last | None = None


def ways_of(query: Mapping[str, str], last_event_id: str) -> Ways:
    """What `batch`, `heartbeat`, `resume` and `lastEventId` say. Raises 400 for bad numbers."""
    resumes = is_true(query.get("resume", ""))
    last = query.get("lastEventId", last_event_id) if resumes else ""
    return Ways(
        _number(query, "batch", MAX_BATCH_MS) / 1_000,
        _number(query, "heartbeat", MAX_HEARTBEAT_SECONDS),
        resumes,
        last_of(last),
    )


def id_of(client: str, position: Position) -> str:
    """The id of a message of which a client can come back."""
    seq, part = position
    return f"{client}:{seq}.{part}" if part else f"{client}:{seq}"


def last_of(text: str) -> Last | None:
    """What such an id says; None for anything else."""
    found = _ID.fullmatch(text)
    if found is None:
        return None
    return Last(found["client"], Position(int(found["seq"]), int(found["part"] or 0)))


def _number(query: Mapping[str, str], name: str, limit: int) -> int:
    text = query.get(name, "")
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not 0 < int(text) <= limit:
        problem = Problem("validation_invalid_number", f"Must be a whole number from 1 to {limit}.")
        raise bad_request("", {name: problem})
    return int(text)
