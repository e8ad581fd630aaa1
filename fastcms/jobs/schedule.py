"""Runs the jobs of a directory at their minutes, each once however many processes serve it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from fastcms import clock
from fastcms.core import App
from fastcms.jobs import runs
from fastcms.settings.cron import is_due

_MINUTE = timedelta(minutes=1)


def start(app: App) -> None:
    """Keeps time from now on, until the server is about to stop."""
    keeping = asyncio.get_running_loop().create_task(keep(app))

    def stop() -> None:
        keeping.cancel()

    app.stop_listeners.append(stop)


async def keep(app: App) -> None:
    """Begins what is due at each full minute (UTC), until it is cancelled."""
    last = _begin(clock.now())
    while True:
        now = clock.now()
        await asyncio.sleep((_begin(now) + _MINUTE - now).total_seconds())
        # The loop's clock and the wall's are not the same.
        minute = _begin(clock.now() + timedelta(seconds=1))
        # An earlier one counts: the clock may be set back, and what has run is not claimed again.
        if minute == last:
            continue
        last = minute
        # Not here: whatever keeps the writer busy, or fails, costs no other minute.
        app.background.start(f"the jobs of {clock.to_text(minute)}", tick(app, minute))


async def tick(app: App, minute: datetime) -> None:
    """Begins what is due at this minute and what no other process has begun."""
    app.refresh()
    for job in tuple(app.jobs.values()):
        if not is_due(job.expression, minute):
            continue
        id_ = await runs.claim(app, job.id, int(minute.timestamp()))
        if id_ is not None:
            # Beside the others: a job that takes long holds nothing up.
            app.background.start(job.id, runs.run(app, job, id_))


def _begin(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
