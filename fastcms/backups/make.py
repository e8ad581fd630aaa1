"""Makes the zip of a backup beside the running server: nobody waits for it."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import sys
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TypeAlias, TypeVar

from fastcms.backups.archive import DATABASES, SPARE_BYTES
from fastcms.backups.content import ContentError, Found, files_of
from fastcms.backups.manifest import Manifest
from fastcms.backups.zipping import Writer
from fastcms.core import App
from fastcms.store import snapshot
from fastcms.store.errors import StoreError

T = TypeVar("T")
# Takes a step in a word, and how many bytes of how many of it are done; from a thread.
Tell: TypeAlias = Callable[[str, int, int], object]

NICE = 5  # of the thread: requests come first
TOLD_BYTES = 1 << 20  # between two reports of how far it is
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class BackupError(Exception):
    """A backup could not be made; the text says why."""


class StoppedError(BackupError):
    """It was given up, since nobody wants it any more or the server stops."""

    def __init__(self) -> None:
        super().__init__("it was stopped before it was done")


class Made(NamedTuple):
    """A zip that is complete."""

    path: Path
    manifest: Manifest
    # Names in the data directory, with the reason.
    left_out: dict[str, str]
    # Of the zip.
    size: int = 0


class Steps:
    """How far it is: tells who wants to know, and stops the work where it is to stop."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._stop = threading.Event()
        self._step = ""
        self._done = self._total = self._untold = 0

    def begin(self, step: str, total: int) -> None:
        """Begins a step of so many bytes."""
        self._step, self._done, self._total, self._untold = step, 0, total, 0
        self._tell(step, 0, total)

    def add(self, count: int) -> None:
        """So many bytes more are done."""
        if self._stop.is_set():
            raise StoppedError
        self._done += count
        self._untold += count
        if self._untold >= TOLD_BYTES:
            self._untold = 0
            self._tell(self._step, self._done, self._total)

    def stop(self) -> None:
        """Has the work raise StoppedError at its next byte."""
        self._stop.set()


@asynccontextmanager
async def made(app: App, tell: Tell) -> AsyncIterator[Made]:
    """The zip of the directory as its databases are now; gone after the block. Raises BackupError.

    The lock, which the caller holds, keeps every file that these name where it is; so none of them
    can be missing.
    """
    # What killed ones have left, gigabytes maybe.
    await app.removals.inherit(await asyncio.to_thread(app.scratch.inherit))
    folder = app.scratch.fresh()
    try:
        try:
            result = await apart(lambda steps: _make(app.data_dir, folder, steps), tell)
        except (OSError, StoreError, ContentError) as error:
            raise BackupError(reason(error)) from error
        yield result
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def apart(work: Callable[[Steps], T], tell: Tell) -> T:
    """What `work` returns, done on a thread of its own that gives way to all others.

    Ends only when the thread has: cancelled, it makes it stop.
    """
    steps = Steps(tell)
    with ThreadPoolExecutor(1, "backup", initializer=_give_way) as threads:
        working = asyncio.get_running_loop().run_in_executor(threads, work, steps)
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            steps.stop()
            await asyncio.wait([working])
            raise


def reason(error: Exception) -> str:
    """One line of what went wrong."""
    if isinstance(error, OSError):
        if error.errno in _NO_SPACE:
            return "there is no space left on the disk; free some and try again"
        return f"{error.filename or 'a file'}: {error.strerror or error}"
    return str(error)


def _make(data_dir: Path, folder: Path, steps: Steps) -> Made:
    folder.mkdir()
    sizes = {name: (data_dir / name).stat().st_size for name in DATABASES}
    if sum(sizes.values()) + SPARE_BYTES > shutil.disk_usage(folder).free:
        raise BackupError("there is not even room for copies of the databases on the disk")
    steps.begin("copying", sum(sizes.values()))
    rows = {}
    for name in DATABASES:
        snapshot.copy(data_dir / name, folder / name, steps.add)
        rows[name] = snapshot.row_counts(folder / name)
    # After the copies: what they name is there by now.
    found = list(files_of(data_dir))
    left_out = {ascii(name)[1:-1]: why for _, name, _, why in found if why}
    taken = [Found(folder / name, name, (folder / name).stat().st_size) for name in DATABASES]
    taken += [one for one in found if not one.left_out]
    steps.begin("zipping", sum(one.size for one in taken))
    zipped = folder / "backup.zip"
    writer = Writer(zipped, steps.add)
    try:
        for path, name, _, _ in taken:
            writer.add(path, name)
            if name in DATABASES:
                path.unlink()
        manifest = Manifest(files=writer.files - len(DATABASES), bytes=writer.bytes, rows=rows)
        writer.finish(manifest)
    except BaseException:
        writer.give_up()
        raise
    return Made(zipped, manifest, left_out, zipped.stat().st_size)


def _give_way() -> None:
    # Elsewhere it is of the whole process, or not at all.
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
