"""Brings the files of a directory from one place to another, while it is served or not.

Only what a record names is brought. Nothing is taken from the old place before the new one has all
and is in use.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace

from fastcms.core import App
from fastcms.files.places import Place
from fastcms.files.storage import Attributes, Storage, StorageError, Stored
from fastcms.settings.load import load_storage, save_settings, save_storage
from fastcms.settings.validate import problems
from fastcms.store.store import Tx
from fastcms.upkeep.named import cut_names, wanted

AT_ONCE = 8  # files
IN_MEMORY = 1 << 20  # bytes of a file that needs no stop on the disk
FAILURES_AT_MOST = 10  # then the place itself is the trouble
PASSES = 5  # over a directory that is being written to
SETTLE_SECONDS = 60.0  # for uploads that were under way when the place was changed


class Done(NamedTuple):
    """How far a step is."""

    step: str
    files: int
    of_files: int
    bytes: int
    of_bytes: int


Tell: TypeAlias = Callable[[Done], None]


@dataclass(slots=True)
class Report:
    """What was done."""

    # What records name of the files in the old place.
    files: int = 0
    bytes: int = 0
    # What the new place did not have.
    to_copy: int = 0
    bytes_to_copy: int = 0
    copied: int = 0
    copied_bytes: int = 0
    switched: bool = False
    removed: int = 0
    # Why, by key.
    failed: dict[str, str] = field(default_factory=dict)


class Move:
    """One move. `tell` hears how far it is."""

    def __init__(self, app: App, source: Place, target: Place, tell: Tell) -> None:
        self._app = app
        self._target = target
        self._old = app.places.open(source)
        self._new = app.places.open(target)
        self._tell = tell
        self._copied: set[str] = set()
        self.report = Report()

    async def look(self) -> list[tuple[str, int]]:
        """What is to be copied, with sizes."""
        found = await self._files()
        there = {key: size async for key, size in self._new.walk()}
        missing = [
            (key, size) for key, size in found.items() if there.get(self._new.kept_as(key)) != size
        ]
        self.report.files, self.report.bytes = len(found), sum(found.values())
        self.report.to_copy = len(missing)
        self.report.bytes_to_copy = sum(size for _, size in missing)
        return missing

    async def copy(self) -> None:
        """Copies what is not there, until nothing is left or some cannot be copied."""
        for _ in range(PASSES):
            missing = await self.look()
            if not missing or self.report.failed:
                return
            await self._copy_all(missing)

    async def switch(self) -> None:
        """Has the new place used, by every process; then brings what came to the old one last."""
        settings, own = self._app.stored_settings, load_storage(self._app.store.read_now)
        if self._target in ("azure", "gcs"):
            own = replace(own, provider=self._target)
        else:
            own = replace(own, provider="")
            settings = replace(settings, s3=replace(settings.s3, enabled=self._target == "s3"))

        def write(tx: Tx) -> None:
            save_settings(tx, settings)
            save_storage(tx, own)

        await self._app.store.write(write)
        self._app.reload()
        self.report.switched = True
        await self._settled()
        await self.copy()
        # What was removed from the old place after it was copied.
        gone = self._copied - (await self._files()).keys()
        removals = self._app.removals
        await self._app.store.write(lambda tx: removals.note(tx, gone))
        await removals.remove_due()

    async def remove_originals(self) -> None:
        """Removes from the old place each file whose copy in the new one was read and is equal."""
        found = await self._files()
        done = _Count("removing", found.items(), self._tell)

        async def remove(key: str, size: int) -> None:
            try:
                if not self._app.removals.may_remove():
                    self.report.failed[key] = "a backup is being made"
                elif await _digest(self._old, key) == await _digest(self._new, key):
                    await self._old.delete(key)
                    self.report.removed += 1
                else:
                    self.report.failed[key] = "its copy is not the same"
            except StorageError as error:
                self.report.failed[key] = str(error)
            done.add(size)

        await _each(found.items(), remove)

    async def _files(self) -> dict[str, int]:
        """The files in the old place that a record names, or is about to."""
        cut = await cut_names(self._app, self._old)
        found = {cut.get(key, key): size async for key, size in self._old.walk()}
        named = await wanted(self._app, found)
        return {key: size for key, size in found.items() if key in named}

    async def _copy_all(self, missing: Collection[tuple[str, int]]) -> None:
        done = _Count("copying", missing, self._tell)

        async def copy(key: str, size: int) -> None:
            if len(self.report.failed) >= FAILURES_AT_MOST:
                return
            try:
                if (known := await self._old.find(key)) is not None:
                    await self._copy(key, known)
                    self.report.copied += 1
                    self.report.copied_bytes += known.size
                    self._copied.add(key)
            except StorageError as error:
                if not await self._is_gone(key):
                    self.report.failed[key] = str(error)
            done.add(size)

        await _each(missing, copy)

    async def _is_gone(self, key: str) -> bool:
        """Whether the file was removed under our hands."""
        try:
            return await self._old.find(key) is None
        except StorageError:
            return False

    async def _copy(self, key: str, known: Stored) -> None:
        attributes = Attributes(known.content_type, known.original_name)
        if (path := self._old.path(key)) is not None:
            # The new place is another kind of place, which only reads it.
            await self._new.put(key, path, attributes)
        elif known.size <= IN_MEMORY:
            content = b"".join([piece async for piece in self._old.read(key)])
            await self._new.put(key, content, attributes)
        else:
            await self._put_by_disk(key, attributes)
        kept = await self._new.find(key)
        if kept is None or kept.size != known.size:
            raise StorageError("its copy is not whole")

    async def _put_by_disk(self, key: str, attributes: Attributes) -> None:
        path = self._app.scratch.fresh()
        try:
            await _write(path, self._old, key)
            await self._new.put(key, path, attributes)
        finally:
            path.unlink(missing_ok=True)

    async def _settled(self) -> None:
        """Waits for uploads that were on their way to the old place."""
        noted = await asyncio.to_thread(self._app.scratch.noted)
        deadline = asyncio.get_running_loop().time() + SETTLE_SECONDS
        while noted and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.1)
            noted &= await asyncio.to_thread(self._app.scratch.noted)


def unset(app: App, place: Place) -> str:
    """What of a place's settings is missing or not valid, "" if nothing is."""
    own = load_storage(app.store.read_now)
    settings = replace(app.settings, s3=replace(app.settings.s3, enabled=place == "s3"))
    if place in ("azure", "gcs"):
        own = replace(own, provider=place)
    found = {**problems(settings), **problems(own)}.get(place)
    return ", ".join(found) if isinstance(found, dict) else ""


class _Count:
    """Tells after each file how far a step is."""

    def __init__(self, step: str, files: Collection[tuple[str, int]], tell: Tell) -> None:
        self._done = Done(step, 0, len(files), 0, sum(size for _, size in files))
        self._tell = tell
        tell(self._done)

    def add(self, size: int) -> None:
        done = self._done
        self._done = done._replace(files=done.files + 1, bytes=done.bytes + size)
        self._tell(self._done)


async def _each(
    files: Iterable[tuple[str, int]], work: Callable[[str, int], Awaitable[None]]
) -> None:
    """Does it for all of them, a few at a time."""
    left = iter(list(files))

    async def worker() -> None:
        for key, size in left:
            await work(key, size)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(worker())


async def _digest(storage: Storage, key: str) -> bytes:
    digest = hashlib.sha256()
    async for piece in storage.read(key):
        digest.update(piece)
    return digest.digest()


async def _write(path: Path, storage: Storage, key: str) -> None:
    file = await asyncio.to_thread(path.open, "wb")
    with file:
        async for piece in storage.read(key):
            await asyncio.to_thread(file.write, piece)
