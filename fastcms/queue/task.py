"""What a task is, how tasks of one kind are worked on, and when a failed one is tried again."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

FIRST_SECONDS = 5.0  # until the second attempt; each further wait is twice as long
MOST_SECONDS = 3600.0  # that one waits at most
JITTER = 0.25  # part of the wait by which it may be shorter, so that tasks do not come in crowds


class GiveUpError(Exception):
    """A task failed and would fail again: no further attempt is made."""


class NewTask(NamedTuple):
    """Something to be done. `payload` is JSON; `label` says in words what it is, without secrets.

    With a `key` it is left out while another one of its kind and key waits. `due` and `expires` are
    Unix seconds: not before, and not at all after.
    """

    kind: str
    payload: Mapping[str, Any]
    label: str
    key: str = ""
    due: float = 0
    expires: float | None = None


class Task(NamedTuple):
    """A task that is worked on. The first `attempt` is 1."""

    id: int
    kind: str
    label: str
    payload: dict[str, Any]
    attempt: int
    expires: float | None


async def _nothing(_: Task, __: str) -> None:
    """Nobody cares."""


class Kind(NamedTuple):
    """How tasks of a kind are done. A task may be done twice: when a process dies just after it.

    `run` raises GiveUpError where trying again is in vain; any other exception is tried again.
    `given_up` is told of a task that will not be done any more, and why.
    """

    name: str
    run: Callable[[Task], Awaitable[None]]
    given_up: Callable[[Task, str], Awaitable[None]] = _nothing
    # What is given up stays as a dead letter, which may be tried again.
    is_kept: bool = True
    attempts: int = 12
    seconds: float = 60.0  # that one attempt may take


def backoff(attempt: int) -> float:
    """Seconds between a failed attempt and the next one."""
    wait = min(FIRST_SECONDS * 2.0 ** (attempt - 1), MOST_SECONDS)
    return wait * (1 - JITTER * random.random())
