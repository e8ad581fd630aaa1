"""The functions of a folder, put in place in a running app and exchanged as the files change."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from stat import S_ISDIR
from typing import Any

from fastcms import clock
from fastcms.core import App
from fastcms.embed.app import app as public
from fastcms.errors import RefusedStartError
from fastcms.extend.calls import Runner
from fastcms.extend.commands import CommandAt, Commands, parameters
from fastcms.extend.crons import CronAt, Crons
from fastcms.extend.environment import LOCK
from fastcms.extend.handlers import HandlerAt, Handlers
from fastcms.extend.lifecycle import Lifecycle, LifecycleAt
from fastcms.extend.load import NOTHING, Broken, Loaded, load, settled
from fastcms.extend.middlewares import MiddlewareAt, Middlewares
from fastcms.extend.placing import InPlace, Kind, Placing
from fastcms.extend.routes import RouteAt, Routes
from fastcms.extend.sqlite_guard import guard
from fastcms.extend.threads import THREADS, Threads
from fastcms.extend.watchdog import Watchdog
from fastcms.hooks.server import ServeEvent

LOOK_SECONDS = 2.0  # until it is seen that the folder was made
LOAD_SECONDS = 5.0  # that files may take to be loaded
STRICT_SECONDS = 60.0  # that functions may take to start, where nothing is served before
LOADS_AT_ONCE = 8  # as many loads may hang

log = logging.getLogger("fastcms.hooks")


class Live:
    """What the folder holds, in one app of one process."""

    def __init__(self, app: App, folder: Path, threads: int = THREADS) -> None:
        self._app = app
        self.folder = folder
        self._runner = Runner(threads)
        self._watchdog = Watchdog(self._runner, folder)
        # Files are loaded beside the loop: one that hangs holds neither requests nor the end.
        self._loading = Threads(LOADS_AT_ONCE)
        self._loaded = NOTHING
        # When each file was loaded as what runs of it.
        self._since: dict[Path, str] = {}
        # Requirements that are not met, a line each.
        self._lacking: list[str] = []
        self._lifecycle = Lifecycle()
        # By the class of what is registered, in the order in which they are put in place.
        self._kinds: dict[type, Kind] = {
            HandlerAt: Handlers(),
            CronAt: Crons(),
            RouteAt: Routes(),
            MiddlewareAt: Middlewares(),
            LifecycleAt: self._lifecycle,
            CommandAt: Commands(),
        }
        self.in_place: tuple[InPlace, ...] = ()
        # By name; the command line has its own.
        self.commands: dict[str, CommandAt] = {}
        guard(app.data_dir)
        app.closers.append(self._close)
        app.guests = self

    async def run_command(self, name: str, arguments: Sequence[Any], options: Any) -> None:
        """Calls the function of a command, which gets the app object where it wants one."""
        function = self.commands[name].function
        apps, others = parameters(function)
        names = [parameter.name for parameter in others]
        if len(arguments) > len(names):
            raise TypeError(f"the command {name} takes {len(names)} arguments")
        given = dict(zip(names, arguments, strict=False))
        bound = partial(function, **given, **options, **dict.fromkeys(apps, public))
        await self._runner.callable(bound)()

    async def started(self, seconds: float) -> str:
        """Returns when what starts with the server has, or after so long: the first failure in a
        line, or "".
        """
        return await self._lifecycle.started(seconds)

    async def serve_strictly(self, event: ServeEvent) -> None:
        """Goes on once what starts with the server has. Raises RefusedStartError if it fails."""
        await self._lifecycle.started(STRICT_SECONDS)
        if problem := self._lifecycle.problem:
            raise RefusedStartError(f"{problem}; mend it, or start without --hooksStrict")
        await event.next()

    async def _close(self) -> None:
        await self._lifecycle.stop()
        self._watchdog.close()
        self._loading.close()
        self._runner.close()

    def to_json(self) -> dict[str, object]:
        """What superusers are told: the functions with their calls, and the files that failed."""
        functions = [
            {
                "kind": placed.kind,
                "event": placed.what,
                "plugin": placed.plugin,
                "file": placed.file,
                "line": placed.line,
                "name": placed.name,
                "tags": placed.tags,
                "priority": placed.priority,
                "calls": placed.calls.count,
                "errors": placed.calls.errors,
                "milliseconds": round(placed.calls.seconds * 1e3, 3),
                "p50": placed.calls.quantile(0.5),
                "p95": placed.calls.quantile(0.95),
                "slowest": placed.calls.quantile(1),
                "lastError": placed.calls.last_error,
                "lastErrorAt": placed.calls.last_error_at,
            }
            for placed in self.in_place
        ]
        broken = [
            {"file": file.name, "error": error, "trace": trace, "since": self._runs_since(file)}
            for file, error, trace in self._loaded.broken
        ]
        return {
            "folder": str(self.folder),
            # Each counts for itself.
            "process": os.getpid(),
            "functions": functions,
            "broken": broken,
            "lacking": self._lacking,
        }

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong with files, by their names."""
        problems: dict[str, str] = {}
        for file, error, _ in self._loaded.broken:
            since = self._runs_since(file)
            good = f"its last good version runs since {since}" if since else "nothing of it runs"
            problems[file.name] = f"{error}; {good}"
        return problems

    @property
    def running(self) -> Sequence[str]:
        """Those at events that run at this moment, but for those that wait for others."""
        return [call.where for call in self._runner.calls if not call.is_waiting]

    def _runs_since(self, file: Path) -> str:
        """When the version of a broken file was loaded that still runs, "" if none does."""
        return self._since.get(file, "") if file in self._loaded.registries else ""

    async def reload(self) -> None:
        """Loads the folder as it is now; what runs already goes on as it began.

        One save is often seen as several changes: where no source is another, nothing is done.
        """
        file = self.folder

        def begins(now: Path) -> None:
            nonlocal file
            file = now

        try:
            async with asyncio.timeout(LOAD_SECONDS):
                outcome = await self._loading.run(self._load_if_changed, (begins,))
        except TimeoutError:
            # The next save is loaded nevertheless.
            line = f"{file.name} takes longer than {LOAD_SECONDS:g} s"
            loaded = self._loaded
            self._take(loaded._replace(broken=(*loaded.broken, Broken(file, line, ""))))
            return
        if outcome.error is not None:
            raise outcome.error
        if outcome.result is not None:
            self._take(outcome.result)

    def load(self) -> None:
        """The same, before anything is served."""
        told: list[threading.Timer] = []

        def begins(file: Path) -> None:
            for timer in told:
                timer.cancel()
            text = "%s takes longer than %g s to load; the server starts when it is done"
            timer = threading.Timer(LOAD_SECONDS, log.warning, (text, file.name, LOAD_SECONDS))
            timer.daemon = True
            timer.start()
            told.append(timer)

        try:
            self._take(load(self.folder, self._loaded, begins))
        finally:
            for timer in told:
                timer.cancel()

    def _load_if_changed(self, begins: Callable[[Path], None]) -> Loaded | None:
        if settled(self.folder) == self._loaded.sources:
            return None
        return load(self.folder, self._loaded, begins)

    def _take(self, loaded: Loaded) -> None:
        before, self._loaded = self._loaded, loaded
        for file, line, trace in loaded.broken:
            kept = " (what it registered before stays)" if file in loaded.registries else ""
            log.error("%s was not loaded%s: %s\n%s", file.name, kept, line, trace)
        self._lacking = _lacking(self.folder) if loaded.sources else []
        for line in self._lacking:
            log.warning("%s", line)
        same = {
            file.name
            for file in loaded.registries
            if before.sources.get(file) == loaded.sources.get(file)
        }
        now, failed = clock.now_text(), {broken.file for broken in loaded.broken}
        for file in loaded.registries.keys() - failed:
            if file.name not in same or file not in self._since:
                self._since[file] = now
        going_on = [one for one in self.in_place if one.plugin or one.file in same]
        self._put_in_place(loaded, going_on)

    def _put_in_place(self, loaded: Loaded, before: Iterable[InPlace]) -> None:
        plugins = self._app.plugins
        names = () if plugins is None else plugins.loaded
        placing = Placing(self._app, self._runner, before, loaded.sources, names)
        registries = [] if plugins is None else list(plugins.registries)
        registries += loaded.registries.values()
        self.commands = {
            registered.item.name: registered.item
            for registry in registries
            for registered in registry.all
            if isinstance(registered.item, CommandAt)
        }
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
        if self.in_place:
            self._watchdog.start()


def _lacking(folder: Path) -> list[str]:
    # Reading requirements takes modules that most servers do without.
    from fastcms.extend.packages import lacking

    return lacking(folder)


async def watch(live: Live) -> None:
    """Loads the folder anew whenever a file in it changes, until it is cancelled."""
    while True:
        try:
            # Not before there is something to watch: most directories have no hooks.
            if identity := _identity(live.folder):
                await _watch(live, identity)
            else:
                await asyncio.sleep(LOOK_SECONDS)
            if _identity(live.folder) != identity:
                await live.reload()
        except Exception:
            log.exception("hooks cannot be watched for changes")
            await asyncio.sleep(LOOK_SECONDS)


async def _watch(live: Live, identity: tuple[int, int]) -> None:
    """The same, while the folder is the one that it was."""
    from watchfiles import PythonFilter, awatch

    is_first = True
    async for changes in awatch(
        live.folder,
        watch_filter=PythonFilter(extra_extensions=(LOCK,)),
        debounce=50,
        step=10,
        rust_timeout=int(LOOK_SECONDS * 1000),
        yield_on_timeout=True,
    ):
        # A file may have changed before anybody looked.
        if changes or is_first:
            is_first = False
            await live.reload()
        if _identity(live.folder) != identity:
            break


def _identity(folder: Path) -> tuple[int, int] | None:
    """Which folder it is: another one may come in its place. None if there is none."""
    try:
        stat = folder.stat()
    except OSError:
        return None
    return (stat.st_dev, stat.st_ino) if S_ISDIR(stat.st_mode) else None


def start(
    app: App, folder: Path, *, watches: bool, threads: int = THREADS, is_strict: bool = False
) -> Live:
    """Loads the folder into an app; with `watches` also its changes, until the server stops.

    So many `threads` are for plain functions. With `is_strict` nothing is served before what starts
    with the server has come to its end, without a fault.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        # What functions print is to be seen when they do, wherever it goes.
        sys.stdout.reconfigure(line_buffering=True)
    App.served, app.loop = app, asyncio.get_running_loop()
    live = Live(app, folder, threads)
    live.load()
    if is_strict:
        app.hooks.serve.add(live.serve_strictly)
    if watches:
        watching = asyncio.get_running_loop().create_task(watch(live))
        app.stop_listeners.append(partial(_cancel, watching))
    return live


def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
