"""Which events a server fires, in their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from fastcms.core import App
from fastcms.hooks import Event, Handler

FIRST = -(10**9)  # priority: before whoever stops the event


class Events:
    """`names` has all that were fired, `counts` how often each was."""

    def __init__(self) -> None:
        self.names: list[str] = []

    @property
    def counts(self) -> Counter[str]:
        """How often each event was fired; 0 for those that were not."""
        return Counter(self.names)

    def against(self, wanted: Mapping[str, int]) -> list[str]:
        """What is not as it was wanted, a line each; `"*": 0` wants no others than those named."""
        counts = self.counts
        wrong = [
            f"{name} was fired {counts[name]} times, not {count}"
            for name, count in wanted.items()
            if name != "*" and counts[name] != count
        ]
        others = [name for name in counts if name not in wanted]
        if wanted.get("*", len(others)) != len(others):
            wrong.append(f"others were fired: {', '.join(others) or 'none'}")
        return wrong


@contextmanager
def recorded(app: App, do: Callable[[Callable[[], None]], None]) -> Iterator[Events]:
    """All events of an app from now on; `do` has something done on its loop."""
    seen, hooks = Events(), app.hooks.by_name()
    notes = {name: _note(seen, name) for name in hooks}

    def begin() -> None:
        for name, hook in hooks.items():
            hook.add(notes[name], priority=FIRST)

    def end() -> None:
        for name, hook in hooks.items():
            hook.remove(notes[name])

    do(begin)
    try:
        yield seen
    finally:
        do(end)


def _note(seen: Events, name: str) -> Handler[Event]:
    async def note(event: Event) -> None:
        seen.names.append(name)
        await event.next()

    return note
