"""Work that nobody waits for: mails, clean-up. It is finished before the server stops."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from time import monotonic
from typing import Any

DRAIN_SECONDS = 10  # that work gets when the server stops

log = logging.getLogger("fastcms.background")


class Background:
    """The tasks of one app that run beside the requests."""

    def __init__(self) -> None:
        # The event loop itself keeps only weak references.
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def tasks(self) -> frozenset[asyncio.Task[None]]:
        """What runs at this moment."""
        return frozenset(self._tasks)

    def start(self, what: str, work: Coroutine[Any, Any, None]) -> None:
        """Runs `work` soon. If it fails, one line of the log says so, by the name `what`."""
        task = asyncio.get_running_loop().create_task(self._run(what, work), name=what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Returns when all work is done, and what that began; what takes too long is given up."""
        deadline = monotonic() + DRAIN_SECONDS
        while self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=max(deadline - monotonic(), 0))
            for task in late:
                task.cancel()
            if late:
                log.error("%d tasks were given up at the stop of the server", len(late))
                await asyncio.wait(late)

    async def _run(self, what: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 (nobody else would hear of it)
            log.error("%s failed: %s: %s", what, type(error).__name__, error)
