"""What of a data directory goes into a backup."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from fastcms.backups.archive import DATABASES, ArchiveError, check_path
from fastcms.swap import STAYING

FILES = "storage"  # of records: all that is in it belongs into the backup

# Copied by the store, or of no use without the process that has them open.
_OF_DATABASES = frozenset(
    f"{name}{ending}" for name in DATABASES for ending in ("", "-wal", "-shm", "-journal")
)

_LINK = "is a link, which backups do not follow"
_NO_FILE = "is no file"
# Nothing that the server itself gives a name has such a one.
_NAME = "has a name that no backup can hold"


class ContentError(Exception):
    """Something that belongs into the backup cannot be taken; the text says what and why."""


class Found(NamedTuple):
    """A file for the backup, or what stays out of it and why."""

    path: Path
    # Below the data directory.
    name: str
    size: int = 0
    left_out: str = ""


def files_of(data_dir: Path) -> Iterator[Found]:
    """All but the databases. Raises ContentError, and OSError for a folder that cannot be read.

    Links are not followed: what they lead to is not this directory's.
    """
    yield from _below(data_dir, "")


def _below(folder: Path, prefix: str) -> Iterator[Found]:
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        name = f"{prefix}{entry.name}"
        if not prefix and (entry.name in STAYING or entry.name in _OF_DATABASES):
            continue
        path = Path(entry.path)
        try:
            is_folder = entry.is_dir(follow_symlinks=False)
            reason = "" if is_folder else _unfit(entry, name)
            size = 0 if is_folder or reason else entry.stat(follow_symlinks=False).st_size
        except FileNotFoundError:
            continue
        if reason in (_LINK, _NO_FILE) and name.partition("/")[0] == FILES:
            raise ContentError(f"{path} {reason}, so the files of records would not be complete")
        if reason:
            yield Found(path, name, left_out=reason)
        elif is_folder:
            try:
                yield from _below(path, f"{name}/")
            except FileNotFoundError:
                # Removed meanwhile: the last file went, or a temporary one.
                continue
        else:
            yield Found(path, name, size)


def _unfit(entry: os.DirEntry[str], name: str) -> str:
    """Why it cannot be taken, "" if it can."""
    if entry.is_symlink():
        return _LINK
    if not entry.is_file(follow_symlinks=False):
        return _NO_FILE
    try:
        name.encode()
        check_path(name)
    except (UnicodeEncodeError, ArchiveError):
        return _NAME
    return ""
