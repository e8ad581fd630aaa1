"""The functions of a folder, put in place in a running app and exchanged as the files change."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from pathlib import Path

from fastcms.core import App
from fastcms.extend.calls import Runner
from fastcms.extend.crons import CronAt, Crons
from fastcms.extend.environment import LOCK
from fastcms.extend.handlers import HandlerAt, Handlers
from fastcms.extend.load import NOTHING, Loaded, load, sources
from fastcms.extend.placing import InPlace, Kind, Placing
from fastcms.extend.routes import RouteAt, Routes
from fastcms.extend.sqlite_guard import guard

LOOK_SECONDS = 2.0  # until it is seen that the folder was made

log = logging.getLogger("fastcms.hooks")


class Live:
    """What the folder holds, in one app of one process."""

    def __init__(self, app: App, folder: Path) -> None:
        self._app = app
        self.folder = folder
        self._runner = Runner()
        self._loaded = NOTHING
        # Requirements that are not met, a line each.
        self._lacking: list[str] = []
        # By the class of what is registered, in the order in which they are put in place.
        self._kinds: dict[type, Kind] = {
            HandlerAt: Handlers(),
            CronAt: Crons(),
            RouteAt: Routes(),
        }
        self.in_place: tuple[InPlace, ...] = ()
        guard(app.data_dir)
        app.closers.append(self._close)
        app.guests = self

    async def _close(self) -> None:
        self._runner.close()

    def to_json(self) -> dict[str, object]:
        """What superusers are told: the functions with their calls, and the files that failed."""
        functions = [
            {
                "event": placed.what,
                "file": placed.file,
                "line": placed.line,
                "name": placed.name,
                "tags": placed.tags,
                "priority": placed.priority,
                "calls": placed.calls.count,
                "errors": placed.calls.errors,
                "milliseconds": round(placed.calls.seconds * 1e3, 3),
                "lastError": placed.calls.last_error,
                "lastErrorAt": placed.calls.last_error_at,
            }
            for placed in self.in_place
        ]
        broken = [
            {"file": file.name, "error": error, "trace": trace}
            for file, error, trace in self._loaded.broken
        ]
        return {
            "folder": str(self.folder),
            "functions": functions,
            "broken": broken,
            "lacking": self._lacking,
        }

    async def reload(self) -> None:
        """Loads the folder as it is now; what runs already goes on as it began.

        One save is often seen as several changes: where no source is another, nothing is done.
        """
        # Files may take their time, and requests go on meanwhile.
        loaded = await asyncio.to_thread(self._load_if_changed)
        if loaded is not None:
            self._take(loaded)

    def load(self) -> None:
        """The same, before anything is served."""
        self._take(load(self.folder, self._loaded))

    def _load_if_changed(self) -> Loaded | None:
        if sources(self.folder) == self._loaded.sources:
            return None
        return load(self.folder, self._loaded)

    def _take(self, loaded: Loaded) -> None:
        self._loaded = loaded
        for file, line, trace in self._loaded.broken:
            kept = " (what it registered before stays)" if file in self._loaded.registries else ""
            log.error("%s was not loaded%s: %s\n%s", file.name, kept, line, trace)
        self._lacking = _lacking(self.folder) if self._loaded.sources else []
        for line in self._lacking:
            log.warning("%s", line)
        self._put_in_place(self._loaded)

    def _put_in_place(self, loaded: Loaded) -> None:
        placing = Placing(self._app, self._runner)
        plugins = self._app.plugins
        registries = [] if plugins is None else list(plugins.registries)
        registries += loaded.registries.values()
        for item, kind in self._kinds.items():
            kind.put(
                placing,
                [
                    registered
                    for registry in registries
                    for registered in registry.all
                    if isinstance(registered.item, item)
                ],
            )
        self.in_place = tuple(placing.placed)


def _lacking(folder: Path) -> list[str]:
    # Reading requirements takes modules that most servers do without.
    from fastcms.extend.packages import lacking

    return lacking(folder)


async def watch(live: Live) -> None:
    """Loads the folder anew whenever a file in it changes, until it is cancelled."""
    while True:
        if live.folder.is_dir():
            # Not before there is something to watch: most directories have no hooks.
            from watchfiles import PythonFilter, awatch

            seen = PythonFilter(extra_extensions=(LOCK,))
            async for _ in awatch(live.folder, watch_filter=seen, debounce=50, step=10):
                await live.reload()
                if not live.folder.is_dir():
                    break
        else:
            await asyncio.sleep(LOOK_SECONDS)
            if live.folder.is_dir():
                await live.reload()


def start(app: App, folder: Path, *, watches: bool) -> Live:
    """Loads the folder into an app; with `watches` also its changes, until the server stops."""
    App.served, app.loop = app, asyncio.get_running_loop()
    live = Live(app, folder)
    live.load()
    if watches:
        watching = asyncio.get_running_loop().create_task(watch(live))
        app.stop_listeners.append(partial(_cancel, watching))
    return live


def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
