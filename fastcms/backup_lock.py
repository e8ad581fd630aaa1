"""The lock that one backup or restore of a directory holds, whoever does it: a server or a command.

It is a lock on a file, which the system frees however its holder ends. Holders write into the file
how far they are. Meanwhile no file of a record is removed: see :mod:`fastcms.files.removals`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from fastcms import clock, swap

try:
    import fcntl
except ImportError:  # pragma: no cover (Windows has one process on a directory)
    fcntl = None  # type: ignore[assignment]

# The reference's words.
BUSY = "Try again later - another backup/restore process has already been started."
FILE = "fastcms.backup"  # below `.notify`
SIZE = 4096  # bytes of the file; what is said is written in one go, so nobody reads half of it
ERROR_LENGTH = 500  # characters

# Directories of this process whose lock is held, for systems without such locks.
_held: set[Path] = set()


class BusyError(Exception):
    """Another backup or restore of the directory is under way."""

    def __init__(self) -> None:
        super().__init__(BUSY)


class Progress(msgspec.Struct, frozen=True, rename="camel"):
    """How far a backup or restore is."""

    # "backup", "restore", or another word of who holds the lock.
    action: str
    # Of the zip.
    key: str
    # What it is at, in a word.
    step: str = ""
    # Bytes, as far as they are known.
    done: int = 0
    total: int = 0
    started: str = ""
    # Why the last one came to nothing, where nobody has waited for it.
    error: str = ""


class Hold:
    """The lock in the hands of its holder."""

    def __init__(self, file: int, action: str, key: str) -> None:
        self._file = file
        self.error = ""
        self._progress = Progress(action, key, started=clock.now_text())
        self.tell("")

    def tell(self, step: str, done: int = 0, total: int = 0) -> None:
        """Says to whoever asks how far it is; from any thread."""
        self._progress = msgspec.structs.replace(self._progress, step=step, done=done, total=total)
        text = msgspec.json.encode(self._progress)
        os.pwrite(self._file, text[:SIZE].ljust(SIZE), 0)

    def fail(self, error: str) -> None:
        """Leaves for whoever asks later why it came to nothing."""
        self.error = error[:ERROR_LENGTH]

    def leave(self) -> None:
        """Takes away what was said, but for a failure."""
        os.ftruncate(self._file, 0)
        if self.error:
            failed = Progress("", self._progress.key, error=self.error)
            os.pwrite(self._file, msgspec.json.encode(failed), 0)


@contextmanager
def hold(data_dir: Path, action: str, key: str) -> Iterator[Hold]:
    """Has the lock while the block runs. Raises :class:`BusyError` if somebody else has it."""
    path = _path(data_dir)
    path.parent.mkdir(exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _take(file, path):
            raise BusyError
        try:
            holder = Hold(file, action, key)
            try:
                yield holder
            finally:
                holder.leave()
        finally:
            _held.discard(path)
    finally:
        # Also frees it.
        os.close(file)


def free(data_dir: Path) -> bool:
    """Whether no backup or restore is under way."""
    path = _path(data_dir)
    if swap.pending(data_dir) is not None:
        return False
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return True
    try:
        if fcntl is not None:
            # Shared, so that those who ask at once do not see each other.
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(file)
    return path not in _held


def progress(data_dir: Path) -> Progress | None:
    """How far the backup or restore is that is under way; None if there is none."""
    said = _said(data_dir)
    return None if free(data_dir) else said


def failure(data_dir: Path) -> Progress | None:
    """Why the last restore came to nothing; None if it did not, or another one has begun."""
    said = _said(data_dir)
    return said if said is not None and said.error else None


def _said(data_dir: Path) -> Progress | None:
    try:
        text = _path(data_dir).read_bytes()
    except FileNotFoundError:
        return None
    try:
        return msgspec.json.decode(text, type=Progress)
    except msgspec.DecodeError:
        # It has begun, or ended, this very moment.
        return None


def _take(file: int, path: Path) -> bool:
    """Whether the lock is this process's now."""
    if path in _held or swap.pending(path.parent.parent) is not None:
        return False
    while fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if not free(path.parent.parent):
                return False
            # Only somebody who asked whether it is free: tried again.
    _held.add(path)
    return True


def _path(data_dir: Path) -> Path:
    return data_dir.absolute() / ".notify" / FILE
