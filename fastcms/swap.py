"""Replaces the content of a data directory as a whole: after any crash it is the old or the new.

New content is made in a folder of the directory. A mark beside it, there or not there, decides:
from then on the new content is to come, whoever opens the directory next. That is done in two steps
of renaming, each of which can be gone on with after a crash:

    ready  the old content goes into the folder `old`
    moved  the new content comes into the directory

What fails, as on a broken disk, is turned back step by step. Whoever moves something has the
directory alone (:mod:`fastcms.presence`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from fastcms.errors import StartError
from fastcms.presence import Presence

FOLDER = ".fc_restore"
# What belongs to the place of a directory and not to its data: backups, what processes share,
# scratch, certificates, and code and configuration that somebody keeps there. It stays where it is.
STAYING = frozenset(
    {
        "backups",
        ".notify",
        ".pb_temp_to_delete",
        FOLDER,
        ".autocert_cache",
        "lost+found",
        "pb_hooks",
        "pb_migrations",
        "pb_public",
        "fastcms.toml",
    }
)
_NEW, _OLD = "new", "old"
_READY, _MOVED = "ready", "moved"
# A server that is told to stop takes a while to answer what it has begun with.
WAIT_SECONDS = 20.0
# Between two looks whether others are gone: who tries the new content is to be first.
EAGER_SECONDS = 0.01
PATIENT_SECONDS = 0.25


class OccupiedError(StartError):
    """Others have the directory open."""


class SwapError(StartError):
    """The content was not replaced; the text says why."""


def new_content(data_dir: Path) -> Path:
    """Where new content is made."""
    return data_dir / FOLDER / _NEW


def commit(data_dir: Path, name: str) -> None:
    """From now on the new content is to come, called `name` in messages."""
    for child in _children(data_dir):
        if child.is_mount():
            raise SwapError(f"{child} is a disk of its own and cannot be replaced as a whole")
    folder = data_dir / FOLDER
    (folder / _OLD).mkdir()
    draft = folder / "mark"
    with draft.open("w", encoding="utf-8") as file:
        file.write(name)
        file.flush()
        os.fsync(file.fileno())
    if hasattr(os, "sync"):
        # All of it at once: a call for each of many thousand files would take its time.
        os.sync()
    draft.rename(folder / _READY)
    _flush(folder)
    _flush(data_dir)


def pending(data_dir: Path) -> str | None:
    """The name of the new content that is to come; None if there is none."""
    for mark in (_READY, _MOVED):
        try:
            return (data_dir / FOLDER / mark).read_text("utf-8")
        except (FileNotFoundError, NotADirectoryError):
            continue
    return None


def settle(
    data_dir: Path, seconds: float = WAIT_SECONDS, every: float = PATIENT_SECONDS
) -> str | None:
    """Brings the new content, if there is some to come; its name, None if there was none.

    Raises OccupiedError if others have the directory open for longer, SwapError if it fails.
    """
    until = time.monotonic() + seconds
    # Others may be faster, and keep the directory open then.
    while pending(data_dir) is not None:
        time.sleep(every)
        presence = Presence(data_dir)
        try:
            if presence.take():
                if (name := pending(data_dir)) is not None:
                    _complete(data_dir)
                return name
        finally:
            presence.close()
        if time.monotonic() >= until:
            raise OccupiedError(
                f"{data_dir} is about to be restored, and another process has it open; "
                "end that one and try again"
            )
    return None


def bring(data_dir: Path, try_it: Callable[[], object], seconds: float = WAIT_SECONDS) -> str:
    """Brings the new content that is to come, and tries it; its name, "" if others were faster.

    Raises SwapError if it was not to be: then the old content is there; and OccupiedError if others
    have the directory open for longer: then it is still to come. What `try_it` raises of content
    that came before it raises too.
    """
    name = settle(data_dir, seconds, EAGER_SECONDS)
    try:
        try_it()
    except Exception as error:
        if name is None:
            raise
        # Migrations that are newer than the content, for one, may not fit it.
        _undo(data_dir)
        raise SwapError(f"{name} cannot be served: {error}") from error
    return name or ""


def _complete(data_dir: Path) -> None:
    """Brings the new content; the old goes into the folder. Raises SwapError if that fails."""
    folder = data_dir / FOLDER
    try:
        if (folder / _READY).exists():
            _move(data_dir, folder / _OLD)
            _remark(folder, _READY, _MOVED)
        _move(folder / _NEW, data_dir)
        (folder / _MOVED).unlink()
    except OSError as error:
        if pending(data_dir) is None:
            # It was done, whatever the disk says.
            raise
        _turn_back(data_dir)
        raise SwapError(f"{error.filename}: {error.strerror}") from error
    _flush(folder)


def withdraw(data_dir: Path) -> bool:
    """New content is not to come after all, since others keep the directory open.

    False if it has come already.
    """
    presence = Presence(data_dir)
    try:
        # Who shares the directory knows that nothing was moved.
        presence.share()
        (data_dir / FOLDER / _READY).unlink()
    except FileNotFoundError:
        return False
    else:
        return True
    finally:
        presence.close()


def _undo(data_dir: Path) -> None:
    """Brings the old content back, just after the new one came."""
    presence = Presence(data_dir)
    try:
        if not presence.take(WAIT_SECONDS):
            raise SwapError(f"another process has {data_dir} open; end that one and start again")
        folder = data_dir / FOLDER
        if not (folder / _OLD).is_dir():
            raise SwapError(f"{folder / _OLD} is gone, so what was in {data_dir} is, too")
        (folder / _MOVED).touch()
        _flush(folder)
        _turn_back(data_dir)
    finally:
        presence.close()


def _turn_back(data_dir: Path) -> None:
    folder = data_dir / FOLDER
    if (folder / _MOVED).exists():
        _move(data_dir, folder / _NEW)
        _remark(folder, _MOVED, _READY)
    _move(folder / _OLD, data_dir)
    (folder / _READY).unlink()
    _flush(folder)


def _move(source: Path, target: Path) -> None:
    """Moves everything over that does not stay."""
    for child in _children(source):
        if os.path.lexists(target / child.name):
            raise SwapError(
                f"{child} and {target / child.name} are both there: somebody else has changed the "
                "directory while it was being restored; move one of them away and start again"
            )
        child.rename(target / child.name)
    _flush(source)
    _flush(target)


def _remark(folder: Path, before: str, after: str) -> None:
    (folder / before).rename(folder / after)
    _flush(folder)


def _children(folder: Path) -> Iterator[Path]:
    yield from sorted(child for child in folder.iterdir() if child.name not in STAYING)


def _flush(folder: Path) -> None:
    """Has the disk keep what was renamed in it before anything that follows."""
    if os.name == "nt":
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
