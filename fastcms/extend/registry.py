"""What the files of users register, gathered while they are loaded and put in place together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple

import msgspec


class Registered(NamedTuple):
    """Something that a file registered: a handler, a cron, … as the module of its kind has it."""

    item: Any
    file: Path


class Registry(msgspec.Struct):
    """All that one file registers, in its order."""

    file: Path
    all: list[Registered] = msgspec.field(default_factory=list)


_gathering: ContextVar[Registry | None] = ContextVar("gathering", default=None)


@contextmanager
def gathering(registry: Registry) -> Iterator[None]:
    """While this lasts, what decorators register goes here."""
    token = _gathering.set(registry)
    try:
        yield
    finally:
        _gathering.reset(token)


def register(item: Any) -> None:
    """Registers what a decorator found. Raises RuntimeError outside of files of hooks."""
    registry = _gathering.get()
    if registry is None:
        raise RuntimeError(
            "hooks and crons are registered while a file of pb_hooks is loaded, "
            "not from a function that runs later"
        )
    registry.all.append(Registered(item, registry.file))
