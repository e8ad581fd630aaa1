"""Folders for files that are not kept yet, one for each process on a data directory.

A process holds a lock on its folder for as long as it lives, however it ends. So another one can
tell, at its start, what nobody will ever come back to.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from fastcms.ids import random_text

try:
    import fcntl
except ImportError:  # pragma: no cover (Windows keeps a file that is open from being removed)
    fcntl = None  # type: ignore[assignment]

LOCK = "lock"
_NOTE = "note-"

_read_note = msgspec.json.Decoder(list[str]).decode


class Scratch:
    """One process's folder below `root`, there from the beginning to :meth:`close`.

    Notes in it say which files the process is about to keep for records that are not written yet.
    """

    def __init__(self, root: Path, guard: Path) -> None:
        """`guard` is a file that processes lock while they make or remove such folders."""
        self._root = root
        self._guard = guard
        self.path = root / random_text(20)
        with self._alone():
            self.path.mkdir(parents=True)
            self._lock = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            if fcntl is not None:
                fcntl.flock(self._lock, fcntl.LOCK_EX)

    def fresh(self) -> Path:
        """A path in the folder where nothing is."""
        return self.path / random_text(20)

    # -- notes ----------------------------------------------------------------------------------

    def note(self, keys: Sequence[str]) -> Path:
        """Notes that files are about to be kept under these keys; the note can be removed."""
        note = self.path / f"{_NOTE}{random_text(20)}"
        note.write_bytes(msgspec.json.encode(keys))
        return note

    def noted(self) -> set[str]:
        """The keys in the notes of all processes."""
        return {key for note in _notes_below(self._root) for key in keys_of(note)}

    @property
    def is_shared(self) -> bool:
        """Whether other processes work on the directory at this moment."""
        return any(path != self.path and _is_held(path) for path in self._root.iterdir())

    def left(self) -> list[Path]:
        """What dead processes left."""
        return [path for path in self._root.iterdir() if path != self.path and not _is_held(path)]

    def inherit(self) -> list[Path]:
        """Removes what dead processes left; gives their notes, which are this process's now."""
        notes = []
        with self._alone():
            for left in self.left():
                if not left.is_dir():
                    left.unlink()
                    continue
                notes += [n.replace(self.path / n.name) for n in left.glob(f"{_NOTE}*")]
                shutil.rmtree(left)
        return notes

    def close(self) -> None:
        """Removes the folder; one with notes left is for the next process that inherits."""
        with self._alone():
            has_notes = any(self.path.glob(f"{_NOTE}*"))
            os.close(self._lock)
            if not has_notes:
                shutil.rmtree(self.path, ignore_errors=True)
                # Other processes may have folders in it.
                with suppress(OSError):
                    self._root.rmdir()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        guard = os.open(self._guard, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if fcntl is not None:
                fcntl.flock(guard, fcntl.LOCK_EX)
            yield
        finally:
            os.close(guard)


def _notes_below(root: Path) -> Iterator[Path]:
    for folder in root.iterdir():
        # Another process may take its folder away at this moment.
        with suppress(FileNotFoundError, NotADirectoryError):
            yield from (path for path in folder.iterdir() if path.name.startswith(_NOTE))


def keys_of(note: Path) -> list[str]:
    """The keys in a note, none if it is gone or was never finished: then nothing was kept."""
    try:
        return _read_note(note.read_bytes())
    except (OSError, msgspec.DecodeError):
        return []


def _is_held(folder: Path) -> bool:
    """Whether the process of a folder lives."""
    try:
        lock = os.open(folder / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(lock)
    try:
        # Where there are no such locks, a file that is open cannot be removed.
        (folder / LOCK).unlink()
    except OSError:
        return True
    return False
