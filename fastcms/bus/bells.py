"""Wakes the processes of a directory when there is something new for them to read.

A bell is a named pipe in the directory's `.notify`, one for each process that listens. Its name is
the process's name on the bus, and while its reader lives, so does that process. Where there are no
named pipes the one serving process looks every `LOOK_SECONDS`.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable
from pathlib import Path

LOOK_SECONDS = 0.05
HAS_PIPES = hasattr(os, "mkfifo")


class Bells:
    """The bells of one directory, and the one of this process once it is hung.

    Those of another `purpose` are heard apart.
    """

    def __init__(self, folder: Path, purpose: str = "bell") -> None:
        self._folder = folder
        self._suffix = f".{purpose}"
        self._all = f"*{self._suffix}"
        self.name = f"fastcms-{os.getpid()}-{secrets.token_hex(4)}"
        self._pipe: int | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._looking: asyncio.Task[None] | None = None

    def hang(self, wake: Callable[[], None]) -> None:
        """From now on `wake` is called on this event loop whenever anybody rings."""
        if self._loop is not None:
            return
        self._loop = asyncio.get_running_loop()
        if not HAS_PIPES:  # pragma: no cover (Windows)
            self._looking = self._loop.create_task(_look(wake))
            return
        # It gets its name when it is open: others take one down that nobody listens to.
        unnamed = self._folder / self.name
        os.mkfifo(unnamed, 0o600)
        # For writing too: a pipe without writers would be readable, at its end, for ever.
        pipe = self._pipe = os.open(unnamed, os.O_RDWR | os.O_NONBLOCK)
        unnamed.rename(self._path(self.name))

        def rung() -> None:
            os.read(pipe, 4_096)
            wake()

        self._loop.add_reader(pipe, rung)

    def ring(self) -> None:
        """Wakes every process that listens; from any thread."""
        for path in self._folder.glob(self._all):
            self._ring(path)

    def is_alive(self, name: str) -> bool:
        """Whether the process with this name on the bus still lives."""
        return name == self.name or self._ring(self._path(name))

    def tidy(self) -> None:
        """Takes down the bells of processes that died."""
        for path in self._folder.glob(self._all):
            if not self._ring(path):
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Takes this process's bell down."""
        if self._looking is not None:  # pragma: no cover (Windows)
            self._looking.cancel()
        if self._pipe is not None and self._loop is not None:
            self._loop.remove_reader(self._pipe)
            self._path(self.name).unlink(missing_ok=True)
            os.close(self._pipe)
            self._pipe = None

    def _path(self, name: str) -> Path:
        return self._folder / (name + self._suffix)

    def _ring(self, path: Path) -> bool:
        """Whether somebody is there to hear it."""
        try:
            pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            # Gone, or nobody holds its other end.
            return False
        try:
            os.write(pipe, b"!")
        except BlockingIOError:
            # Full of rings that it has yet to answer.
            pass
        except OSError:
            return False
        finally:
            os.close(pipe)
        return True


async def _look(wake: Callable[[], None]) -> None:  # pragma: no cover (Windows)
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        wake()
