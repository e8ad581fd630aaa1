"""Files on this machine's disk, as PocketBase lays them out: `<file>.attrs` holds what is known."""

from __future__ import annotations

import asyncio
import base64
import errno
import hashlib
import os
import shutil
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path

import msgspec

from fastcms.files.storage import Attributes, StorageError, Stored, check_key
from fastcms.ids import random_text

ATTRIBUTES = ".attrs"
PART = ".part"  # what the name of a file ends with that is on its way from another disk
PIECE = 256 << 10
MAX_SIDECAR = 64 << 10
MOVES = 100  # attempts, while others remove the same folder
_OCTETS = "application/octet-stream"
_ORIGINAL_NAME = "original-filename"


class _Sidecar(msgspec.Struct):
    """The reference's file of attributes, key for key."""

    cache_control: str = msgspec.field(name="user.cache_control", default="")
    content_disposition: str = msgspec.field(name="user.content_disposition", default="")
    content_encoding: str = msgspec.field(name="user.content_encoding", default="")
    content_language: str = msgspec.field(name="user.content_language", default="")
    content_type: str = msgspec.field(name="user.content_type", default="")
    metadata: dict[str, str] | None = msgspec.field(name="user.metadata", default=None)
    md5: str | None = None


_NOTHING_KNOWN = _Sidecar()
_read_sidecar = msgspec.json.Decoder(_Sidecar).decode


class LocalStorage:
    """Below one folder, which is made with the first file.

    Files are written under another name in `scratch`, a folder of the same file system, and then
    renamed: nobody reads half a file, and what a dying process leaves is in one place.
    """

    def __init__(self, root: Path, scratch: Path) -> None:
        self._root = root
        self._scratch = scratch

    async def put(self, key: str, source: Path | bytes, attributes: Attributes) -> None:
        """See :class:`Storage`."""
        put = partial(self._put, self.path(key), source, attributes)
        putting = asyncio.ensure_future(asyncio.to_thread(put))
        try:
            await asyncio.shield(putting)
        except asyncio.CancelledError:
            # The thread goes on: who then removes the file must not be quicker.
            await asyncio.wait([putting])
            raise

    async def find(self, key: str) -> Stored | None:
        """See :class:`Storage`. A few microseconds, so not worth a thread."""
        path = str(self.path(key))
        try:
            status = os.stat(path)  # noqa: PTH116
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error
        if not stat.S_ISREG(status.st_mode):
            return None
        try:
            sidecar = _sidecar_of(path, status.st_ino, status.st_mtime_ns)
        except (OSError, msgspec.DecodeError):
            # A file whose attributes are lost is still a file.
            sidecar = _NOTHING_KNOWN
        return Stored(
            size=status.st_size,
            modified=status.st_mtime,
            content_type=sidecar.content_type or _OCTETS,
            etag=f"{status.st_mtime_ns:x}-{status.st_size:x}",
            original_name=(sidecar.metadata or {}).get(_ORIGINAL_NAME, ""),
        )

    async def read(self, key: str, start: int = 0, size: int | None = None) -> AsyncIterator[bytes]:
        """See :class:`Storage`."""
        path = self.path(key)
        try:
            file = await asyncio.to_thread(path.open, "rb")
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error
        with file:
            file.seek(start)
            left = size
            while left is None or left > 0:
                wanted = PIECE if left is None else min(PIECE, left)
                piece = await asyncio.to_thread(file.read, wanted)
                if not piece:
                    return
                if left is not None:
                    left -= len(piece)
                yield piece

    def path(self, key: str) -> Path:
        """See :class:`Storage`."""
        return _below(self._root, key)

    def kept_as(self, key: str) -> str:
        """See :class:`Storage`."""
        return key

    async def delete(self, key: str) -> None:
        """See :class:`Storage`."""
        await asyncio.to_thread(self._delete, self.path(key))

    async def delete_below(self, prefix: str) -> None:
        """See :class:`Storage`. Folders that are left empty go as well."""
        await asyncio.to_thread(self._delete_below, self.path(prefix))

    async def walk(self, prefix: str = "") -> AsyncIterator[tuple[str, int]]:
        """See :class:`Storage`."""
        start = self.path(prefix) if prefix else self._root
        for path, size in await asyncio.to_thread(lambda: list(_files_below(start))):
            yield path.relative_to(self._root).as_posix(), size

    def _put(self, path: Path, source: Path | bytes, attributes: Attributes) -> None:
        try:
            self._scratch.mkdir(exist_ok=True, parents=True)
            written = source if isinstance(source, Path) else self._write(source)
            name = attributes.original_name[:255]
            sidecar = _Sidecar(
                content_type=attributes.content_type,
                metadata={_ORIGINAL_NAME: name} if name else None,
                md5=base64.b64encode(_digest(written)).decode(),
            )
            noted = self._write(msgspec.json.encode(sidecar))
            # The file comes last: who sees it sees its attributes as well.
            _move(noted, _beside(path))
            _move(written, path)
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error

    def _write(self, content: bytes) -> Path:
        written = self._scratch / random_text(20)
        try:
            written.write_bytes(content)
        except OSError:
            written.unlink(missing_ok=True)
            raise
        return written

    def _delete(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
            _beside(path).unlink(missing_ok=True)
            self._drop_empty(path.parent)
        except NotADirectoryError:
            return
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error

    def _delete_below(self, path: Path) -> None:
        try:
            if path.is_dir():
                shutil.rmtree(path)
            self._drop_empty(path.parent)
        except FileNotFoundError:
            # Another process removes the same.
            return
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error

    def _drop_empty(self, folder: Path) -> None:
        """Removes a folder and those above it, up to the root, as long as they are empty."""
        with suppress(OSError):
            while folder != self._root:
                folder.rmdir()
                folder = folder.parent


# Kept, since a path takes 6 µs to make: a tenth of a small download.
@lru_cache(maxsize=2_000)
def _below(root: Path, key: str) -> Path:
    check_key(key)
    return Path(f"{root}/{key}")


def _move(source: Path, target: Path) -> None:
    for _ in range(MOVES):
        target.parent.mkdir(exist_ok=True, parents=True)
        try:
            source.replace(target)
        except FileNotFoundError:
            # Somebody has just removed the last file of the folder, and the folder with it.
            continue
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _move_between_disks(source, target)
        return
    raise FileNotFoundError(errno.ENOENT, "its folder keeps going", str(target))


def _move_between_disks(source: Path, target: Path) -> None:
    """As renaming does it, whole or not at all; a killed process may leave a part behind."""
    part = target.with_name(f".{random_text(20)}{PART}")
    try:
        shutil.copyfile(source, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    source.unlink()


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ATTRIBUTES)


# Kept, since it is there before its file and changes with it: a third of a small download.
@lru_cache(maxsize=2_000)
def _sidecar_of(path: str, _inode: int, _modified: int) -> _Sidecar:
    handle = os.open(path + ATTRIBUTES, os.O_RDONLY)
    try:
        return _read_sidecar(os.read(handle, MAX_SIDECAR))
    finally:
        os.close(handle)


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).digest()


def _files_below(folder: Path) -> Iterator[tuple[Path, int]]:
    for parent, _, names in os.walk(folder):
        there = set(names)
        for name in names:
            if name.endswith(ATTRIBUTES) and name.removesuffix(ATTRIBUTES) in there:
                continue
            path = Path(parent, name)
            with suppress(FileNotFoundError):
                yield path, path.stat().st_size
