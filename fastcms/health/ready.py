"""Whether the server can do its work right now: read, write, and go on doing so."""

from __future__ import annotations

import asyncio
import shutil
from time import monotonic

from fastcms import swap
from fastcms.core import App
from fastcms.store.errors import StoreError
from fastcms.store.store import Tx

KEPT = 1.0  # seconds that an answer holds: however often it is asked for, little is done
PATIENCE = 2.0  # seconds for the database to answer
LEAST_FREE = 16 << 20  # bytes of disk; with less, writes are about to fail


class Readiness:
    """The answer of one serving process, shared by all who ask at about the same time."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._is_stopping = False
        self._asked = -KEPT
        self._answer = ""
        self._looking: asyncio.Task[str] | None = None
        app.stop_listeners.append(self._stop)

    async def why_not(self) -> str:
        """Why it is not ready, "" if it is."""
        if self._is_stopping:
            return "The server is stopping."
        if monotonic() - self._asked < KEPT:
            return self._answer
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        # One who hangs up takes the answer from nobody.
        return await asyncio.shield(self._looking)

    def _stop(self) -> None:
        self._is_stopping = True

    async def _look(self) -> str:
        try:
            self._answer = await self._found()
            self._asked = monotonic()
            return self._answer
        finally:
            self._looking = None

    async def _found(self) -> str:
        app = self._app
        if swap.pending(app.data_dir) is not None:
            return "A backup is being restored."
        if shutil.disk_usage(app.data_dir).free < LEAST_FREE:
            return "The disk is full."
        try:
            async with asyncio.timeout(PATIENCE):
                await app.store.read("SELECT 1 FROM _collections LIMIT 1")
                # Takes the lock for writing, and writes nothing.
                await app.store.write(_nothing)
        except TimeoutError:
            return "The database does not answer."
        except StoreError as error:
            return f"The database does not work: {error}."
        return ""


def _nothing(_: Tx) -> None:
    return None
