"""The log as lines of JSON on standard output, for programs that collect logs.

One line a request and one a warning or an error. They are written on a thread, a moment later: who
reads slowly stops no request, and loses lines when too many wait.
"""

from __future__ import annotations

import asyncio
import logging
import os
import select
from collections.abc import Iterator
from random import random

import msgspec

from fastcms import clock
from fastcms.core import App
from fastcms.logs.entry import details_of, fitted
from fastcms.observe.events import RequestDone, Warned

SECONDS = 0.1  # that a line waits for others
WAIT_SECONDS = 1.0  # for a reader, between two looks whether the server stops
WAITING = 10_000  # lines at most
# A pipe takes so many bytes as a whole: lines of several processes are not mixed.
WHOLE = 4_096
# So that a line is hardly ever longer: characters of its message, bytes of its details.
MESSAGE, DATA = 500, 3_000

_LEVELS = {0: "info", 4: "warning", 8: "error"}
_encode = msgspec.json.Encoder().encode

log = logging.getLogger("fastcms.logs")


class Stream:
    """The lines of one serving process. Of requests that worked, a `sample` share is written."""

    def __init__(self, app: App, sample: float, file: int = 1) -> None:
        self._app = app
        self._sample = sample
        self._file = file
        self._lines: list[bytes] = []
        self._lost = 0
        self._timer: asyncio.TimerHandle | None = None
        self._is_writing = False
        self._is_over = False
        self._loop = asyncio.get_running_loop()
        app.names_requests = True
        app.request_listeners.append(self.note)
        app.warning_listeners.append(self.warn)
        app.closers.append(self.close)

    def note(self, done: RequestDone) -> None:
        """Takes a request down."""
        failed = done.status >= 400
        if failed or self._sample >= 1 or random() < self._sample:
            details = details_of(done, self._app.settings.logs)
            message = f"{details.method} {details.url}"[:MESSAGE]
            self._add(_line(done.at, 8 if failed else 0, message, fitted(details, DATA)))

    def warn(self, warned: Warned) -> None:
        """Takes a warning or an error of the server down, on any thread."""
        line = _line(warned.at, warned.level, warned.message, _encode(warned.data))
        self._loop.call_soon_threadsafe(self._add, line)

    async def close(self) -> None:
        """Writes what waits, unless nobody reads any more."""
        # What a thread said last is then among the lines.
        await asyncio.sleep(0)
        self._is_over = True
        if self._timer is not None:
            self._timer.cancel()
        await self._write()

    def _add(self, line: bytes) -> None:
        if len(self._lines) >= WAITING:
            self._lost += 1
            return
        self._lines.append(line)
        if self._timer is None and not self._is_writing:
            self._timer = self._loop.call_later(SECONDS, self._start)

    def _start(self) -> None:
        self._timer = None
        self._is_writing = True
        self._app.background.start("the log on standard output", self._write())

    async def _write(self) -> None:
        try:
            while self._lines:
                lines, self._lines = self._lines, []
                await asyncio.to_thread(self._print, lines)
        except OSError as error:
            self._app.request_listeners.remove(self.note)
            self._app.warning_listeners.remove(self.warn)
            log.error("no log on standard output any more: %s", error)
        finally:
            self._is_writing = False
        if lost := self._lost:
            self._lost = 0
            log.warning("%d lines of the log were not read in time and are lost", lost)

    def _print(self, lines: list[bytes]) -> None:
        for piece in _pieces(lines):
            while not _takes(self._file, WAIT_SECONDS):
                if self._is_over:
                    return
            left = memoryview(piece)
            while left:
                left = left[os.write(self._file, left) :]


def _line(at: float, level: int, message: str, details: bytes) -> bytes:
    """One object, the details' keys among its own."""
    begin = {"time": clock.seconds_text(at), "level": _LEVELS[level], "message": message}
    return b"%b,%b\n" % (_encode(begin)[:-1], details[1:])


def _takes(file: int, seconds: float) -> bool:
    """Whether so much can be written as a pipe takes as a whole, without waiting for longer."""
    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    poll.register(file, select.POLLOUT)
    return bool(poll.poll(seconds * 1000))


def _pieces(lines: list[bytes]) -> Iterator[bytes]:
    """The lines in pieces that are written as a whole."""
    piece = b""
    for line in lines:
        if len(piece) + len(line) > WHOLE:
            yield piece
            piece = b""
        piece += line
    yield piece
