"""The backups that are kept: makes, lists and removes them."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import msgspec

from fastcms import backup_lock, clock
from fastcms.backups.events import BackupEvent
from fastcms.backups.make import BackupError, Made, Tell, made
from fastcms.backups.names import PREFIX, is_name, new_name
from fastcms.backups.places import place, sweep
from fastcms.core import App
from fastcms.files.sniff import HEAD, sniff
from fastcms.files.storage import Attributes, Storage, StorageError

CONTENT_TYPE = "application/zip"

log = logging.getLogger("fastcms.backups")


class Backup(msgspec.Struct, frozen=True):
    """A backup that is kept, as the wire shows it."""

    modified: str
    key: str
    size: int


async def create(
    app: App,
    key: str,
    *,
    keep: Callable[[str, Path], Awaitable[object]] | None = None,
    tell: Tell = lambda *_: None,
) -> Made:
    """Makes a backup and keeps it, by `keep` if it is to go elsewhere than usual.

    It is there as a whole or not at all. Raises BusyError, BackupError and StorageError.
    """
    with backup_lock.hold(app.data_dir, "backup", key) as hold:
        result: list[Made] = []

        def tell_all(step: str, done: int, total: int) -> None:
            hold.tell(step, done, total)
            tell(step, done, total)

        async def execute(event: BackupEvent) -> None:
            await asyncio.to_thread(sweep, app)
            async with made(app, tell_all) as zipped:
                tell_all("keeping", 0, zipped.size)
                if keep is None:
                    await add(app, event.name, zipped.path)
                else:
                    await keep(event.name, zipped.path)
                result.append(zipped)

        event = BackupEvent(key)
        if hook := app.hooks.backup_create:
            await hook.run(event, execute)
        else:
            await execute(event)
    app.removals.wake()
    if not result:
        raise BackupError("a hook did not let it be made")
    for name, why in result[0].left_out.items():
        log.warning("%s is not in the backup %s: it %s", name, key, why)
    return result[0]


async def add(app: App, key: str, source: Path | bytes) -> None:
    """Puts a zip, which is used up where that spares a copy, among the backups."""
    await place(app).put(key, source, Attributes(CONTENT_TYPE, key))


async def add_copy(app: App, key: str, source: Path) -> int:
    """Puts a copy of a zip among the backups; its size. Raises BackupError for what is none."""
    if not await asyncio.to_thread(_is_zip, source):
        raise BackupError(f"{source} is no zip")
    copy = app.scratch.fresh()
    try:
        await asyncio.to_thread(shutil.copyfile, source, copy)
        size = copy.stat().st_size
        await add(app, key, copy)
    finally:
        copy.unlink(missing_ok=True)
    return size


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return sniff(file.read(HEAD)).content_type == CONTENT_TYPE


async def exists(app: App, key: str) -> bool:
    """Whether there is a backup of that name. Raises StorageError."""
    return is_name(key) and await place(app).find(key) is not None


async def listed(app: App) -> list[Backup]:
    """All, by key. Raises StorageError."""
    storage = place(app)
    keys = sorted([key async for key, _ in storage.walk() if is_name(key)])
    found = await asyncio.gather(*(_described(storage, key) for key in keys))
    return [backup for backup in found if backup is not None]


async def _described(storage: Storage, key: str) -> Backup | None:
    stored = await storage.find(key)
    return stored and Backup(clock.seconds_text(stored.modified), key, stored.size)


async def remove(app: App, key: str) -> None:
    """Removes a backup. Raises StorageError, also if there is none."""
    if not await exists(app, key):
        raise StorageError(f"there is no backup {key}")
    await place(app).delete(key)


async def rotate(app: App, is_one: Callable[[str], bool], keep_newest: int) -> list[str]:
    """Removes all but the newest of the backups whose keys are such; gives the keys of those."""
    found = [backup for backup in await listed(app) if is_one(backup.key)]
    found.sort(key=lambda backup: (backup.modified, backup.key), reverse=True)
    old = [backup.key for backup in found[keep_newest:]]
    for key in old:
        await place(app).delete(key)
    return old


async def fresh_name(app: App, prefix: str = PREFIX) -> str:
    """A name for a backup of this moment that none has yet. Raises StorageError."""
    moment = clock.now()
    while await exists(app, name := new_name(app.settings.meta.app_name, moment, prefix)):
        # It tells the second: the next one will do as well.
        moment += timedelta(seconds=1)
    return name
