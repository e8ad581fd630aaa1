"""Functions of users that run by the clock."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple, TypeVar

from fastcms.core import App, Job
from fastcms.embed.app import app as public
from fastcms.extend.faults import is_cancelled, tell
from fastcms.extend.placing import Placing, where
from fastcms.extend.registry import Registered, register
from fastcms.observe.warnings import named
from fastcms.settings.cron import check_cron

F = TypeVar("F", bound=Callable[..., Any])

log = logging.getLogger("fastcms.hooks")


class CronAt(NamedTuple):
    """A function for the clock."""

    id: str
    expression: str
    function: Callable[..., Any]


def cron(expression: str, *, id: str = "") -> Callable[[F], F]:
    """Runs a function by the clock (UTC), as five fields or a macro say: `@cron("*/5 * * * *")`.

    It is called `id`, otherwise as the function. However many processes serve the directory, each
    run happens once. Raises ValueError for an expression that cannot be read, TypeError for none.
    """
    if callable(expression):
        raise TypeError('a job needs its times: @cron("*/5 * * * *")')
    check_cron(expression)

    def put(function: F) -> F:
        register(CronAt(id or function.__name__, expression, function))
        return function

    return put


class Crons:
    """Those among the jobs of an app."""

    def __init__(self) -> None:
        self._ids: frozenset[str] = frozenset()

    def put(self, placing: Placing, registered: Iterable[Registered]) -> None:
        """Makes jobs of them; one whose name is taken by the server's own is told and left out."""
        app = placing.app
        own = {id_: job for id_, job in app.jobs.items() if id_ not in self._ids}
        jobs: dict[str, Job] = {}
        for at, file in registered:
            if at.id in own:
                log.error("%s: there is a job %s already", file.name, at.id)
                continue
            jobs[at.id] = Job(at.id, at.expression, _job(placing, at, file))
        app.jobs = {**own, **jobs}
        self._ids = frozenset(jobs)


def _job(placing: Placing, at: CronAt, file: Path) -> Callable[[App], Awaitable[None]]:
    takes_app = bool(inspect.signature(at.function).parameters)
    calls = placing.note("cron", at.expression, at.function, file)
    call = placing.runner.callable(at.function)

    async def run(_: App) -> None:
        calls.count += 1
        started = perf_counter()
        try:
            await call(*([public] if takes_app else []))
        except BaseException as error:
            if is_cancelled(error):
                raise
            calls.failed(error)
            tell(error, where(file, at.function, at.expression))
            if isinstance(error, Exception):
                raise
            # One that ends a process must not end this one.
            raise RuntimeError(named(error)) from error
        finally:
            seconds = perf_counter() - started
            calls.seconds += seconds
            calls.recent.append(seconds)

    return run
