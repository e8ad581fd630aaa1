"""Writes down requests: kept in memory for a moment, then many together, on a thread.

A request pays for one entry of a list (under 1 µs); texts, JSON and rows are made on the thread of
the log's database.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from time import time
from typing import TypeAlias

from fastcms import ids
from fastcms.app import App
from fastcms.logs.entry import INFO, row_of
from fastcms.logs.sweep import sweep
from fastcms.observe.events import RequestDone
from fastcms.schema.snapshot import Schema
from fastcms.settings.model import Logs
from fastcms.store.connection import Connection
from fastcms.store.errors import StoreError

SECONDS = 3  # that an entry waits for others
ENTRIES = 8_000  # that wait at most

# What is asked too often to be worth a line, as long as it works.
_QUIET = ("/_/", "/api/logs", "/api/oauth2-redirect", "/api/realtime")
_INSERT = "INSERT INTO _logs (id, created, level, message, data) VALUES (?, ?, ?, ?, ?)"
_ERROR = 8
_RANDOM, _COUNTED = 9, 6  # letters of an id

Waiting: TypeAlias = tuple[float, RequestDone]

log = logging.getLogger("fastcms.logs")


class Journal:
    """The log of one serving process."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._waiting: list[Waiting] = []
        self._timer: asyncio.TimerHandle | None = None
        self._kept = app.settings.logs
        app.request_listeners.append(self.note)
        app.schema_listeners.append(self._reloaded)

    def note(self, done: RequestDone) -> None:
        """Takes a request down."""
        logs = self._app.settings.logs
        failed = done.status >= 400
        if not logs.max_days or logs.min_level > (_ERROR if failed else INFO):
            return
        if not failed and done.url.startswith(_QUIET):
            return
        self._waiting.append((time(), done))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SECONDS, self._start)
        elif len(self._waiting) >= ENTRIES:
            self._start()

    async def flush(self) -> None:
        """Writes what waits; what cannot be written is given up."""
        waiting = self._take()
        if not waiting:
            return
        logs = self._app.settings.logs

        def run(connection: Connection) -> None:
            connection.execute_many(_INSERT, _rows(waiting, logs))

        try:
            await self._app.log_store.write(run)
        except StoreError as error:
            log.error("%d entries of the log are lost: %s", len(waiting), error)

    def _start(self) -> None:
        self._app.background.start("the log", self.flush())

    def _take(self) -> list[Waiting]:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        return waiting

    def _reloaded(self, _: Schema) -> None:
        """Forgets at once what the settings no longer want."""
        if self._app.settings.logs != self._kept:
            self._kept = self._app.settings.logs
            self._app.background.start("the log's clean-up", sweep(self._app))


def _rows(waiting: Sequence[Waiting], logs: Logs) -> list[tuple[str, str, int, str, bytes]]:
    # Ids in one order: a random one for each would cost more than all the rest of its row, and its
    # place in the index as much again.
    first = ids.record_id()[:_RANDOM]
    return [
        (f"{first}{number:0{_COUNTED}}", *row_of(at, done, logs))
        for number, (at, done) in enumerate(waiting)
    ]
