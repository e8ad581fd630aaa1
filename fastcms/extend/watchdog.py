"""Tells the operator which function of a user takes long, and which one holds the event loop."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from pathlib import Path
from time import perf_counter
from types import FrameType

from fastcms.extend.calls import Runner

LOOK_SECONDS = 0.25  # how long the loop may stand still

log = logging.getLogger("fastcms.hooks")


class Watchdog:
    """Looks at the event loop that it is made on, and at the calls that go on, from a thread."""

    def __init__(self, runner: Runner, folder: Path) -> None:
        self._runner = runner
        self._folders = (f"{folder}{os.sep}", f"{folder.resolve()}{os.sep}")
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._is_over = threading.Event()
        self._turned = threading.Event()
        self._is_started = False

    def start(self) -> None:
        """Looks from now on."""
        if not self._is_started:
            self._is_started = True
            threading.Thread(target=self._look, name="hooks watchdog", daemon=True).start()

    def close(self) -> None:
        """Looks no more."""
        self._is_over.set()

    def _look(self) -> None:
        is_told = True
        self._turned.set()
        while not self._is_over.wait(LOOK_SECONDS):
            if self._turned.is_set():
                self._turned.clear()
                is_told = False
                try:
                    self._loop.call_soon_threadsafe(self._turned.set)
                except RuntimeError:  # it is closed
                    return
            elif not is_told and (place := self._holder()):
                is_told = True
                log.error(
                    "%s holds the event loop: nothing else is answered meanwhile; "
                    "an async def must not block (a plain def may)",
                    place,
                )
            self._tell_slow()

    def _holder(self) -> str:
        """Where the loop is in the code of users; "" if it is elsewhere."""
        frame: FrameType | None = sys._current_frames().get(self._loop_thread)
        while frame is not None:
            code = frame.f_code
            if code.co_filename.startswith(self._folders):
                name = Path(code.co_filename).name
                return f"{code.co_qualname} in {name}, line {frame.f_lineno},"
            frame = frame.f_back
        return ""

    def _tell_slow(self) -> None:
        now = perf_counter()
        for call in list(self._runner.calls):
            if not call.is_told and not call.is_waiting and now - call.started > call.limit:
                call.is_told = True
                log.warning("%s takes longer than %g s", call.where, call.limit)
