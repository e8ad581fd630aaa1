"""What a place for files can do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple, Protocol


class Attributes(NamedTuple):
    """What is kept beside a file's bytes."""

    # By what the content is, not by what its name or its sender say.
    content_type: str
    # The client's name of the file; "" for what the server made itself.
    original_name: str = ""


class Stored(NamedTuple):
    """A file that is there."""

    size: int
    # Seconds since 1970.
    modified: float
    content_type: str
    # Changes with the content; without quotes.
    etag: str
    # The client's name of the file; "" for what the server made itself.
    original_name: str = ""


class Storage(Protocol):
    """Files by key, as `<collection id>/<record id>/<name>`: the paths below PocketBase's
    `storage/` and the keys of its bucket.

    Keys are made of ids and of names that :mod:`fastcms.files.names` made; each method raises
    ValueError for one with empty, `.` or `..` segments. :class:`StorageError` is a place that
    does not answer or refuses.
    """

    async def put(self, key: str, source: Path | bytes, attributes: Attributes) -> None:
        """Keeps a file, in the place of one that is there; whole or not at all.

        A `source` that is a path is used up where that spares a copy.
        """

    async def find(self, key: str) -> Stored | None:
        """What is known of a file, None where there is none."""

    def read(self, key: str, start: int = 0, size: int | None = None) -> AsyncIterator[bytes]:
        """The bytes of a file that is there, from `start`, in pieces."""

    def path(self, key: str) -> Path | None:
        """Where the file is on this machine's disk, if it would be there; it need not exist."""

    def kept_as(self, key: str) -> str:
        """How :meth:`walk` calls the file: by its key, but for what a place cannot keep so."""

    async def delete(self, key: str) -> None:
        """Removes a file, if it is there."""

    async def delete_below(self, prefix: str) -> None:
        """Removes every file whose key starts with `prefix` and a slash."""

    def walk(self, prefix: str = "") -> AsyncIterator[tuple[str, int]]:
        """Key and size of each file (below a prefix), in no order that counts."""


class StorageError(Exception):
    """A place of files does not answer, or refuses; the text says which and why."""


def check_key(key: str) -> None:
    """Raises ValueError for a key that is none; see :class:`Storage`."""
    if not {"", ".", ".."}.isdisjoint(key.split("/")) or "\0" in key:
        raise ValueError(f"no key of a file: {key!r}")
