"""Values that one process keeps for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Any, TypeAlias

# A value by its key, and when it expires.
Entries: TypeAlias = OrderedDict[str, tuple[Any, float]]

MOST = 10_000  # entries; those that were not used for longest go first


class Cache:
    """`app.cache`: lost at the end of the process, and each process has its own."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._all: Entries = OrderedDict()
        self._apart: ContextVar[Entries | None] = ContextVar("apart", default=None)

    @property
    def _entries(self) -> Entries:
        apart = self._apart.get()
        return self._all if apart is None else apart

    @contextmanager
    def apart(self) -> Iterator[None]:
        """While this lasts, what the task keeps is kept for itself, and then forgotten."""
        token = self._apart.set(self._all.copy())
        try:
            yield
        finally:
            self._apart.reset(token)

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key, `default` if it has none or it has expired."""
        value, end = self._entries.get(key, (default, 0.0))
        if end <= monotonic():
            self._entries.pop(key, None)
            return default
        self._entries.move_to_end(key)
        return value

    def set(self, key: str, value: Any, *, ttl: float = float("inf")) -> None:
        """Keeps a value, for `ttl` seconds at most."""
        self._entries[key] = (value, monotonic() + ttl)
        self._entries.move_to_end(key)
        while len(self._entries) > self._most:
            self._entries.popitem(last=False)

    def delete(self, key: str) -> None:
        """Forgets a key."""
        self._entries.pop(key, None)
