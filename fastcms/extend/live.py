"""The functions of a folder, put in place in a running app and exchanged as the files change."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from fastcms.app import App, Job
from fastcms.extend.calls import Calls, Runner
from fastcms.extend.load import NOTHING, Loaded, load
from fastcms.extend.on import EVENTS
from fastcms.extend.registry import CronAt, HandlerAt
from fastcms.hooks.chain import Bound

LOOK_SECONDS = 2.0  # until it is seen that the folder was made

log = logging.getLogger("fastcms.hooks")


class InPlace(NamedTuple):
    """A function that was put in place."""

    # The event, the path or the cron expression that it is for.
    what: str
    file: str
    line: int
    name: str
    tags: tuple[str, ...]
    priority: int
    calls: Calls


class Live:
    """What the folder holds, in one app of one process."""

    def __init__(self, app: App, folder: Path) -> None:
        self._app = app
        self.folder = folder
        self._runner = Runner()
        self._loaded = NOTHING
        self._crons: set[str] = set()
        self.in_place: tuple[InPlace, ...] = ()
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
        return {"folder": str(self.folder), "functions": functions, "broken": broken}

    async def reload(self) -> None:
        """Loads the folder as it is now; what runs already goes on as it began."""
        # Files may take their time, and requests go on meanwhile.
        loaded = await asyncio.to_thread(load, self.folder, self._loaded)
        self._take(loaded)

    def load(self) -> None:
        """The same, before anything is served."""
        self._take(load(self.folder, self._loaded))

    def _take(self, loaded: Loaded) -> None:
        self._loaded = loaded
        for file, line, trace in self._loaded.broken:
            kept = " (what it registered before stays)" if file in self._loaded.registries else ""
            log.error("%s was not loaded%s: %s\n%s", file.name, kept, line, trace)
        self._put_in_place(self._loaded)

    def _put_in_place(self, loaded: Loaded) -> None:
        placed: list[InPlace] = []
        bounds: dict[str, list[Bound]] = {name: [] for name in EVENTS}
        jobs: dict[str, Job] = {}
        for registry in loaded.registries.values():
            for at, file in registry.handlers:
                calls = Calls()
                placed.append(_placed(at.hook, file, at.function, calls, at))
                run = self._runner.handler(at, _where(file, at.function, at.hook), calls)
                bounds[at.hook].append(Bound(run, frozenset(at.tags), at.priority, at.id))
            for cron, file in registry.crons:
                if cron.id in self._app.jobs.keys() - self._crons:
                    log.error("%s: there is a job %s already", file.name, cron.id)
                    continue
                calls = Calls()
                placed.append(_placed(cron.expression, file, cron.function, calls))
                jobs[cron.id] = Job(cron.id, cron.expression, self._job(cron, file, calls))
        for name, guests in bounds.items():
            getattr(self._app.hooks, name).invite(guests)
        kept = {id_: job for id_, job in self._app.jobs.items() if id_ not in self._crons}
        self._app.jobs = {**kept, **jobs}
        self._crons = set(jobs)
        self.in_place = tuple(placed)

    def _job(self, cron: CronAt, file: Path, calls: Calls) -> Callable[[App], Any]:
        takes_app = bool(inspect.signature(cron.function).parameters)

        async def run(app: App) -> None:
            calls.count += 1
            try:
                await self._runner.call(cron.function, *([app] if takes_app else []))
            except Exception as error:
                calls.failed(error)
                log.exception("%s failed", _where(file, cron.function, cron.expression))
                raise

        return run


def _placed(
    what: str, file: Path, function: Callable[..., Any], calls: Calls, at: HandlerAt | None = None
) -> InPlace:
    line = inspect.unwrap(function).__code__.co_firstlineno
    tags, priority = (at.tags, at.priority) if at else ((), 0)
    return InPlace(what, file.name, line, function.__name__, tags, priority, calls)


def _where(file: Path, function: Callable[..., Any], hook: str) -> str:
    return f"{function.__name__} in {file.name}, for {hook},"


async def watch(live: Live) -> None:
    """Loads the folder anew whenever a file in it changes, until it is cancelled."""
    while True:
        if live.folder.is_dir():
            # Not before there is something to watch: most directories have no hooks.
            from watchfiles import PythonFilter, awatch

            async for _ in awatch(live.folder, watch_filter=PythonFilter(), debounce=50, step=10):
                await live.reload()
                if not live.folder.is_dir():
                    break
        else:
            await asyncio.sleep(LOOK_SECONDS)
            if live.folder.is_dir():
                await live.reload()


def start(app: App, folder: Path, *, watches: bool) -> Live:
    """Loads the folder into an app; with `watches` also its changes, until the server stops."""
    live = Live(app, folder)
    live.load()
    if watches:
        watching = asyncio.get_running_loop().create_task(watch(live))
        app.stop_listeners.append(partial(_cancel, watching))
    return live


def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
