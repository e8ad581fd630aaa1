"""Unpacks the zip of a backup without trusting it.

Whatever it says, nothing is written outside of the folder that is given, no link and no program
comes out of it, and it cannot fill the disk.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from fastcms.swap import STAYING

DATABASES = ("data.db", "auxiliary.db")
# What SQLite keeps beside a database while it works. The first two are made anew. A journal is
# refused: it may name any file of the machine, which SQLite would then remove.
_MADE_ANEW = frozenset({"data.db-shm", "auxiliary.db-shm"})
_JOURNALS = frozenset({"data.db-journal", "auxiliary.db-journal"})

# Its table of contents is read as a whole: about 700,000 files.
CONTENTS_BYTES = 128 << 20
# Times that all of it may be larger than the zip, if it is large: what people write shrinks to a
# tenth, a bomb to a thousandth.
RATIO = 500
LARGE = 256 << 20
# Stays free on the disk.
SPARE_BYTES = 64 << 20
LONGEST_NAME = 255  # bytes of a part of a path
LONGEST_PATH = 1024
_CHUNK = 1 << 20
_SQLITE = b"SQLite format 3\0"

# "\" parts paths on Windows, ":" names drives and streams there.
_UNFIT = re.compile(r"[\x00-\x1f\x7f\\]" if os.name != "nt" else r"[\x00-\x1f\x7f\\:]")
# What a damaged or hostile zip makes of the reader.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
)


class ArchiveError(Exception):
    """The file is no backup that can be taken; the text says why."""


class Entry(NamedTuple):
    """A file or folder of a backup."""

    path: str
    is_folder: bool
    info: zipfile.ZipInfo


class Archive:
    """The zip of a backup that was looked through, so far as that can be done without unpacking."""

    def __init__(self, reader: zipfile.ZipFile, length: int) -> None:
        self._reader = reader
        self.entries = list(_taken(reader.infolist()))
        # Of the unpacked files.
        self.size = sum(entry.info.file_size for entry in self.entries)
        _check(self.entries, length)
        for database in DATABASES:
            self._check_database(database)

    def _check_database(self, name: str) -> None:
        found = [entry for entry in self.entries if entry.path == name and not entry.is_folder]
        if not found:
            if name == DATABASES[0]:
                raise ArchiveError(f"it holds no {name}, so it is no backup of a data directory")
            return
        try:
            with self._reader.open(found[0].info) as source:
                start = source.read(len(_SQLITE))
        except _UNREADABLE as error:
            raise ArchiveError(f"{name!r} is damaged ({error})") from error
        if start != _SQLITE:
            raise ArchiveError(f"its {name} is no SQLite database")

    def extract(self, target: Path, told: Callable[[int], object] = lambda _: None) -> None:
        """Unpacks all of it into the folder `target`, which is made; calls `told` with bytes done.

        Raises ArchiveError for content that is not as the table says, OSError if the disk fails.
        """
        target.mkdir()
        if self.size + SPARE_BYTES > shutil.disk_usage(target).free:
            raise ArchiveError(
                f"there is no room to unpack it: it needs {self.size + SPARE_BYTES} bytes"
            )
        done = 0
        for entry in self.entries:
            path = target / entry.path
            try:
                if entry.is_folder:
                    path.mkdir(parents=True, exist_ok=True)
                    continue
                path.parent.mkdir(parents=True, exist_ok=True)
                for count in self._write(entry, path):
                    done += count
                    told(done)
            except (FileExistsError, NotADirectoryError) as error:
                # Also where the disk takes two names for the same.
                raise ArchiveError(f"{entry.path!r} is in it twice") from error
            except _UNREADABLE as error:
                raise ArchiveError(f"{entry.path!r} is damaged ({error})") from error

    def _write(self, entry: Entry, path: Path) -> Iterator[int]:
        """Unpacks one file; gives the bytes of each piece."""
        # "x": what is there already, a link above all, is never written to.
        with self._reader.open(entry.info) as source, path.open("xb") as out:
            left = entry.info.file_size
            while piece := source.read(_CHUNK):
                left -= len(piece)
                if left < 0:
                    break
                out.write(piece)
                yield len(piece)
            if left:
                raise ArchiveError(f"{entry.path!r} is not as long as the backup says")


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The backup in the file `path`. Raises ArchiveError for one that cannot be taken."""
    with _Bounded(path) as file:
        try:
            reader = zipfile.ZipFile(file)
        except _UNREADABLE as error:
            raise ArchiveError(f"it is no readable zip ({error})") from error
        with reader:
            yield Archive(reader, path.stat().st_size)


class _Bounded(io.FileIO):
    """A file that gives no more at once than a table of contents may have.

    A damaged table leads to before its beginning, which is no fault of the disk.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > CONTENTS_BYTES:
            raise ArchiveError("it holds too many files")
        return super().read(-1 if size is None else size)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        if whence == os.SEEK_SET and offset < 0:
            raise ValueError("it leads to before its beginning")
        return super().seek(offset, whence)


def _taken(infos: list[zipfile.ZipInfo]) -> Iterator[Entry]:
    """What is restored of it. Raises ArchiveError for paths and kinds that are not to be had."""
    for info in infos:
        path = info.orig_filename.removesuffix("/")
        is_folder = info.orig_filename.endswith("/")
        check_path(path)
        _check_kind(path, info, is_folder=is_folder)
        if path.partition("/")[0] not in STAYING and path not in _MADE_ANEW:
            yield Entry(path, is_folder, info)


def check_path(path: str) -> None:
    """Raises ArchiveError for a path that no backup can have."""
    parts = path.split("/")
    shown = ascii(path[:100])
    if not {"", ".", ".."}.isdisjoint(parts) or _UNFIT.search(path):
        raise ArchiveError(f"it holds {shown}, which is no path inside of a data directory")
    longest = max(len(part.encode(errors="replace")) for part in parts)
    if longest > LONGEST_NAME or len(path.encode(errors="replace")) > LONGEST_PATH:
        raise ArchiveError(f"it holds {shown}…, which is too long for a path")
    if parts[0] not in STAYING and parts[0].casefold() in STAYING:
        raise ArchiveError(
            f"it holds {shown}, which not every disk can tell from {parts[0].casefold()}"
        )
    if path in _JOURNALS:
        raise ArchiveError(f"it holds {shown}: the database was copied while it was written to")


def _check_kind(path: str, info: zipfile.ZipInfo, *, is_folder: bool) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFDIR if is_folder else stat.S_IFREG):
        raise ArchiveError(f"it holds {path!r}, which is a link or a device and no file")
    if info.flag_bits & 1:
        raise ArchiveError(f"{path!r} is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ArchiveError(f"{path!r} is compressed in a way that backups are not")


def _check(entries: list[Entry], length: int) -> None:
    """Raises ArchiveError for what is wrong with all of them together."""
    files: set[str] = set()
    for entry in entries:
        if entry.is_folder:
            continue
        if entry.path in files:
            raise ArchiveError(f"{entry.path!r} is in it twice")
        files.add(entry.path)
    for entry in entries:
        above = entry.path.rpartition("/")[0]
        while above:
            if above in files:
                raise ArchiveError(f"{above!r} is in it as a file and as a folder")
            above = above.rpartition("/")[0]
    if sum(entry.info.compress_size for entry in entries) > length:
        raise ArchiveError("its files share the same bytes, as in no honest zip")
    size = sum(entry.info.file_size for entry in entries)
    if size > LARGE and size > length * RATIO:
        raise ArchiveError(f"it would unpack to {size} bytes, {size // length} times its own size")
