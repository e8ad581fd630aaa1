"""Writes down requests: kept in memory for a moment, then many together, on a thread.

A request pays for one entry of a list; lines of JSON are made of them on the thread of the log's
database, and rows of the lines when the server has time or too many wait: see
:mod:`fastcms.store.side`.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from fastcms.core import App
from fastcms.logs.entry import ERROR, INFO, lines_of
from fastcms.logs.sweep import sweep, trim
from fastcms.observe.events import RequestDone, Warned
from fastcms.schema.snapshot import Schema
from fastcms.settings.model import Logs
from fastcms.store.errors import StoreError

SECONDS = 1  # that a request waits for others
TOGETHER = 4_000  # that wait at most
BUSY = 200  # requests in that time show that there is no time for rows
# Lines without rows at most: to make rows of all takes a stop or a reader about 2 seconds.
PENDING = 200_000

# Requests written down by this process between two looks at the size of the log.
LOOK_AFTER = 100_000
# What cannot be written waits for better times, up to so many requests.
KEPT = 50_000

# What is asked too often to be worth a line, as long as it works.
_QUIET = ("/_/", "/api/logs", "/api/oauth2-redirect", "/api/realtime")

log = logging.getLogger("fastcms.logs")


class Journal:
    """The log of one serving process."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._waiting: list[RequestDone] = []
        self._warnings: list[Warned] = []
        self._written = 0
        self._kept = app.settings.logs
        self._loop = asyncio.get_running_loop()
        app.request_listeners.append(self.note)
        app.warning_listeners.append(self.warn)
        app.closers.append(self.close)
        app.schema_listeners.append(self._reloaded)
        # Others may have died and left lines without rows.
        self._timer: asyncio.TimerHandle | None = self._wake_up()

    def note(self, done: RequestDone) -> None:
        """Takes a request down."""
        logs = self._kept
        failed = done.status >= 400
        if not _wants(logs, ERROR if failed else INFO):
            return
        if not failed and done.url.startswith(_QUIET):
            return
        self._waiting.append(done)
        if self._timer is None:
            self._timer = self._wake_up()
        elif len(self._waiting) >= TOGETHER:
            self._start()

    def warn(self, warned: Warned) -> None:
        """Takes a warning or an error of the server down, on any thread."""
        # What the log itself has to say would only make it longer.
        if warned.data["logger"] != log.name and _wants(self._kept, warned.level):
            self._warnings.append(warned)
            self._loop.call_soon_threadsafe(self._expect)

    async def close(self) -> None:
        """Writes what waits, and makes rows of all there is."""
        self._app.request_listeners.remove(self.note)
        self._app.warning_listeners.remove(self.warn)
        await self._put(self._take(), kept=0)
        await self._app.log_store.unfold()

    def _expect(self) -> None:
        if self._timer is None:
            self._timer = self._wake_up()

    def _wake_up(self) -> asyncio.TimerHandle:
        return self._loop.call_later(SECONDS, self._start)

    def _start(self) -> None:
        waiting = self._take()
        if len(waiting) >= BUSY:
            # To look for time again.
            self._timer = self._wake_up()
        self._app.background.start("the log", self._write(waiting))

    def _take(self) -> list[RequestDone]:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        return waiting

    async def _write(self, waiting: list[RequestDone]) -> None:
        """Writes requests down, and makes rows if there is time."""
        is_busy = len(waiting) >= BUSY
        store = self._app.log_store
        pending = await self._put(waiting)
        while pending > PENDING or (pending and not is_busy and len(self._waiting) < BUSY):
            pending = await store.unfold_batch()
        self._written += len(waiting)
        if self._written >= LOOK_AFTER:
            self._written = 0
            await trim(self._app)

    async def _put(self, waiting: list[RequestDone], kept: int = KEPT) -> int:
        """Writes requests down, and the warnings; how many lines have no row now.

        What cannot be written is tried again, or lost if it is more than is `kept`.
        """
        warnings, self._warnings = self._warnings, []
        if not (count := len(waiting) + len(warnings)):
            return await self._app.log_store.unfold_batch()
        try:
            lines = partial(lines_of, waiting, warnings, self._kept)
            return await self._app.log_store.put(count, lines)
        except StoreError as error:
            if count + len(self._waiting) > kept:
                log.error("%d entries of the log are lost: %s", count, error)
                return 0
            self._waiting = waiting + self._waiting
            self._warnings = warnings + self._warnings
            self._expect()
            return 0

    def _reloaded(self, _: Schema) -> None:
        """Forgets at once what the settings no longer want."""
        if self._app.settings.logs != self._kept:
            self._kept = self._app.settings.logs
            self._app.background.start("the log's clean-up", self._sweep())

    async def _sweep(self) -> None:
        await self._write(self._take())
        await sweep(self._app)


def _wants(logs: Logs, level: int) -> bool:
    return bool(logs.max_days) and level >= logs.min_level
