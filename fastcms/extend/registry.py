"""What the files of users register, gathered while they are loaded and put in place together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple

import msgspec


class HandlerAt(NamedTuple):
    """A function for a hook."""

    hook: str
    function: Callable[..., Any]
    tags: tuple[str, ...]
    priority: int
    id: str
    # The event has to please it; None for all.
    when: Callable[[Any], bool] | None
    # Seconds after which it is reported, and on the loop given up; 0 for none.
    timeout: float
    # Whether the rest of the chain is called for it: "" by itself, else "before" or "after" it.
    around: str


class CronAt(NamedTuple):
    """A function for the clock."""

    id: str
    expression: str
    function: Callable[..., Any]


class Registry(msgspec.Struct):
    """All that one generation of files registers, with the file that it is from."""

    handlers: list[tuple[HandlerAt, Path]] = msgspec.field(default_factory=list)
    crons: list[tuple[CronAt, Path]] = msgspec.field(default_factory=list)


_gathering: ContextVar[tuple[Registry, Path] | None] = ContextVar("gathering", default=None)


@contextmanager
def gathering(registry: Registry, file: Path) -> Iterator[None]:
    """While this lasts, what decorators register goes here."""
    token = _gathering.set((registry, file))
    try:
        yield
    finally:
        _gathering.reset(token)


def here() -> tuple[Registry, Path]:
    """Where decorators put what they find. Raises RuntimeError outside of files of hooks."""
    found = _gathering.get()
    if found is None:
        raise RuntimeError(
            "hooks and crons are registered while a file of pb_hooks is loaded, "
            "not from a function that runs later"
        )
    return found
