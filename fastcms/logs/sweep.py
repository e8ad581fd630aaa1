"""What the log forgets, and when."""

from __future__ import annotations

from datetime import timedelta

from fastcms import clock
from fastcms.app import App
from fastcms.store.connection import Connection

LONGEST = 365_000  # days; more than that is for ever, and before the calendar begins

_UNWANTED = "DELETE FROM _logs WHERE created < ? OR level < ?"


async def sweep(app: App) -> None:
    """Deletes what the settings do not want: entries that are too old, or of too low a level."""
    logs = app.settings.logs
    oldest = clock.to_text(clock.now() - timedelta(days=min(logs.max_days, LONGEST)))

    def run(connection: Connection) -> None:
        connection.execute(_UNWANTED, (oldest, logs.min_level))

    await app.log_store.unfold()
    await app.log_store.write(run)
