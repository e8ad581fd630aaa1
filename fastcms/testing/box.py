"""What left the server during a test, kept instead of sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar, overload

T = TypeVar("T")


class Box(Sequence[T], Generic[T]):
    """A list that is complete whenever it is looked at: it waits for what the server still does."""

    def __init__(self, what: str, wait: Callable[[], None]) -> None:
        self._what = what
        self._wait = wait
        self._items: list[T] = []

    def put(self, item: T) -> None:
        """Takes one in; on any thread."""
        self._items.append(item)

    def clear(self) -> None:
        """Forgets all that came up to now."""
        self._wait()
        self._items.clear()

    @property
    def last(self) -> T:
        """The one that came last. Raises AssertionError where none came."""
        self._wait()
        assert self._items, f"no {self._what} was sent"
        return self._items[-1]

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...

    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        self._wait()
        return self._items[index]

    def __len__(self) -> int:
        self._wait()
        return len(self._items)

    def __iter__(self) -> Iterator[T]:
        self._wait()
        return iter(tuple(self._items))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._items!r})"
