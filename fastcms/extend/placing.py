"""One exchange of all that users put in place: what each kind of it works with."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from fastcms.core import App
from fastcms.extend.calls import Calls, Runner
from fastcms.extend.registry import Registered


class InPlace(NamedTuple):
    """A function that was put in place."""

    # "event", "route", "cron", …
    kind: str
    # The event, the path or the cron expression that it is for.
    what: str
    # The plugin that it belongs to, "" for none.
    plugin: str
    file: str
    line: int
    name: str
    tags: tuple[str, ...]
    priority: int
    calls: Calls


def _key(placed: InPlace) -> tuple[object, ...]:
    return placed[:-1]


class Placing:
    """The exchange, while it goes on."""

    def __init__(
        self,
        app: App,
        runner: Runner,
        before: Iterable[InPlace],
        sources: Mapping[Path, bytes],
        plugins: Iterable[str] = (),
    ) -> None:
        self.app = app
        self.runner = runner
        # A digest of each file of the folder, as it was loaded.
        self.sources = sources
        self._plugins = frozenset(plugins)
        self.placed: list[InPlace] = []
        # What was in place and is as it was: its counts go on.
        self._before = {_key(placed): placed.calls for placed in before}

    def note(
        self,
        kind: str,
        what: str,
        function: Callable[..., Any],
        file: Path,
        *,
        tags: tuple[str, ...] = (),
        priority: int = 0,
    ) -> Calls:
        """Lists a function for superusers; its calls are to be counted in what is returned."""
        code = inspect.unwrap(function).__code__
        # Those of a plugin are registered under its name.
        plugin = str(file) if str(file) in self._plugins else ""
        source = Path(code.co_filename).name if plugin else file.name
        placed = InPlace(
            kind,
            what,
            plugin,
            source,
            code.co_firstlineno,
            function.__name__,
            tags,
            priority,
            Calls(),
        )
        placed = placed._replace(calls=self._before.get(_key(placed), placed.calls))
        self.placed.append(placed)
        return placed.calls


class Kind(Protocol):
    """One kind of what users register, in one app."""

    def put(self, placing: Placing, registered: Iterable[Registered]) -> None:
        """Puts those of this kind in the place of all that were put before."""


def where(file: Path, function: Callable[..., Any], what: str) -> str:
    """What people are told of the place of a function."""
    return f"{function.__name__} in {file.name}, for {what},"
