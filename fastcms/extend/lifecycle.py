"""Functions of users that run when a process begins to go by their file, and when it ends that."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from fastcms.embed.app import app as public
from fastcms.extend.calls import Calls
from fastcms.extend.faults import is_cancelled, tell
from fastcms.extend.load import told
from fastcms.extend.placing import Placing, where
from fastcms.extend.registry import Registered, register

F = TypeVar("F", bound=Callable[..., Any])

SHUTDOWN_SECONDS = 10.0  # that each function gets at the end

log = logging.getLogger("fastcms.hooks")


class LifecycleAt(NamedTuple):
    """A function for "startup" or "shutdown"."""

    id: str
    function: Callable[..., Any]


def startup(function: F) -> F:
    """Runs the function once in each process: when the server starts, and when its file is new or
    another one. Requests do not wait for it.
    """
    register(LifecycleAt("startup", function))
    return function


def shutdown(function: F) -> F:
    """Runs the function when the server stops, and when its file is removed or another one."""
    register(LifecycleAt("shutdown", function))
    return function


class _Step(NamedTuple):
    """One of them, ready to run."""

    at: LifecycleAt
    file: Path
    place: str
    call: Callable[..., Awaitable[Any]]
    calls: Calls

    async def run(self) -> str:
        """Runs it; what it raises is told and goes no further. What that was in a line, or ""."""
        self.calls.count += 1
        try:
            takes_app = inspect.signature(self.at.function).parameters
            await self.call(*([public] if takes_app else []))
        except BaseException as error:
            if is_cancelled(error):
                raise
            self.calls.failed(error)
            tell(error, self.place)
            return f"{self.place} failed: {told(self.file, error).error}"
        return ""


class _Alive:
    """The functions of one file, from its startup to its shutdown."""

    def __init__(
        self, source: bytes | None, steps: list[_Step], after: asyncio.Task[None] | None
    ) -> None:
        self.source = source
        self.functions = [step.at.function for step in steps]
        self._steps = steps
        # Of the startup, "" while there is none.
        self.problem = ""
        self.start = asyncio.get_running_loop().create_task(self._run(after))

    async def _run(self, after: asyncio.Task[None] | None) -> None:
        if after is not None:
            # Not `await`: should this one be cancelled, that one goes on.
            await asyncio.wait({after})
        for step in self._steps:
            if step.at.id == "startup":
                problem = await step.run()
                self.problem = self.problem or problem

    async def end(self) -> None:
        """Ends the startup if it still goes on, and runs the shutdown."""
        self.start.cancel()
        await asyncio.wait({self.start})
        for step in self._steps:
            if step.at.id == "shutdown":
                try:
                    async with asyncio.timeout(SHUTDOWN_SECONDS):
                        await step.run()
                except TimeoutError:
                    log.error("%s was given up after %g s", step.place, SHUTDOWN_SECONDS)


class Lifecycle:
    """Those of an app, by file."""

    def __init__(self) -> None:
        self._alive: dict[Path, _Alive] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def put(self, placing: Placing, registered: Iterable[Registered]) -> None:
        """Starts those of files that are new or others, and ends what was in their place."""
        steps: dict[Path, list[_Step]] = {}
        for at, file in registered:
            calls = placing.note(at.id, at.id, at.function, file)
            place = where(file, at.function, at.id)
            step = _Step(at, file, place, placing.runner.callable(at.function), calls)
            steps.setdefault(file, []).append(step)
        before, self._alive = self._alive, {}
        for file, those in steps.items():
            source, old = placing.sources.get(file), before.pop(file, None)
            # Of a file that is broken now, the functions are those that it had.
            if old is not None and (
                (source is not None and source == old.source)
                or old.functions == [step.at.function for step in those]
            ):
                self._alive[file] = old
            else:
                self._alive[file] = _Alive(source, those, self._end(old) if old else None)
        for old in before.values():
            self._end(old)

    def _end(self, old: _Alive) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(old.end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        return task

    async def started(self, seconds: float) -> str:
        """Returns when all have started, or after so long: the first failure in a line, or ""."""
        if starts := {alive.start for alive in self._alive.values()}:
            await asyncio.wait(starts, timeout=seconds)
        return next((alive.problem for alive in self._alive.values() if alive.problem), "")

    @property
    def problem(self) -> str:
        """The first that is wrong with a start, "" where all have come to their ends."""
        for file, alive in self._alive.items():
            if alive.problem:
                return alive.problem
            if not alive.start.done():
                return f"the functions of {file.name} for startup do not come to their end"
        return ""

    async def stop(self) -> None:
        """Ends all of them, for good."""
        for alive in self._alive.values():
            self._end(alive)
        self._alive.clear()
        if self._ending:
            await asyncio.wait(set(self._ending))
