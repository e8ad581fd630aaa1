"""What the log forgets, and when."""

from __future__ import annotations

from datetime import timedelta

from fastcms import clock
from fastcms.app import App
from fastcms.store.connection import Connection

_OLD = "DELETE FROM _logs WHERE created < ?"


async def sweep(app: App) -> None:
    """Deletes entries that are older than the settings want them."""
    oldest = clock.to_text(clock.now() - timedelta(days=app.settings.logs.max_days))

    def run(connection: Connection) -> None:
        connection.execute(_OLD, (oldest,))

    await app.log_store.write(run)
