"""What the log forgets, and when."""

from __future__ import annotations

import logging
from datetime import timedelta

from fastcms import clock
from fastcms.core import App
from fastcms.settings.load import load_own
from fastcms.settings.logs import LogSettings
from fastcms.store.connection import Connection
from fastcms.store.errors import StoreError

MEGABYTE = 1_000_000
# A log that is too large shrinks by a tenth, in steps that others need not wait for.
LEFT = 0.9
STEP = 5_000  # entries
# The file is written anew when so much of it holds nothing; less is soon filled again.
EMPTY, EMPTY_SHARE = 16 * MEGABYTE, 0.25

LONGEST = 365_000  # days; more than that is for ever, and before the calendar begins

_UNWANTED = "DELETE FROM _logs WHERE created < ? OR level < ?"
_OLDEST = (
    "DELETE FROM _logs WHERE rowid IN (SELECT rowid FROM _logs ORDER BY rowid LIMIT ?) RETURNING 1"
)

log = logging.getLogger("fastcms.logs")


async def sweep(app: App) -> None:
    """Deletes what the settings do not want: too old, of too low a level, or more than is room."""
    logs = app.settings.logs
    oldest = clock.to_text(clock.now() - timedelta(days=min(logs.max_days, LONGEST)))

    def run(connection: Connection) -> None:
        connection.execute(_UNWANTED, (oldest, logs.min_level))

    await app.log_store.unfold()
    await app.log_store.write(run)
    await trim(app)


async def trim(app: App) -> None:
    """Deletes the oldest entries of a log that is too large, and gives back what it left."""
    store = app.log_store
    most = (load_own(app.store.read_now, "logs") or LogSettings()).max_size * MEGABYTE
    size, empty = await store.sizes()
    if most and size - empty > most:
        await store.unfold()
        while size - empty > most * LEFT and await store.write(_delete_oldest):
            size, empty = await store.sizes()
    if empty >= EMPTY and empty >= size * EMPTY_SHARE:
        try:
            await store.shrink()
        except StoreError as error:
            log.warning("the log's file could not be made smaller: %s", error)


def _delete_oldest(connection: Connection) -> int:
    return len(connection.execute(_OLDEST, (STEP,)))
