"""Restores a backup: unpacks it beside what is served, examines it, and marks it as to come.

Whatever is wrong with it is found before that mark. The rest is :mod:`fastcms.swap`'s.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from functools import partial
from pathlib import Path

from fastcms import admission, backup_lock, swap
from fastcms.backup_lock import BusyError
from fastcms.backups.archive import DATABASES, ArchiveError, opened
from fastcms.backups.events import BackupEvent
from fastcms.backups.make import BackupError, Steps, Tell, apart, reason
from fastcms.backups.places import on_disk
from fastcms.bus import tables as bus_tables
from fastcms.core import App
from fastcms.errors import StartError
from fastcms.store import snapshot
from fastcms.store.connection import Connection
from fastcms.store.errors import StoreError

AGAIN_SECONDS = 1.0  # until it is asked again whether a backup is over


async def prepare_key(app: App, key: str, tell: Tell) -> int:
    """Has a backup that is kept come in the place of what is served, which ends at once then.

    Gives and raises what :func:`prepare` does, and raises StorageError.
    """
    prepared: list[int] = []

    async def execute(event: BackupEvent) -> None:
        async with on_disk(app, event.name) as path:
            work = partial(prepare, app.data_dir, path, event.name)
            prepared.append(await apart(work, tell))

    event = BackupEvent(key)
    if hook := app.hooks.backup_restore:
        await hook.run(event, execute)
    else:
        await execute(event)
    if not prepared:
        raise BackupError("a hook did not let it be restored")
    return prepared[0]


def prepare(data_dir: Path, source: Path, name: str, steps: Steps) -> int:
    """Has the backup in the file `source` come into a directory; gives what it is known by there.

    Raises BackupError; then all is as it was. For threads; the caller holds the lock.
    """
    folder = data_dir / swap.FOLDER
    new = swap.new_content(data_dir)
    try:
        # What a restore has replaced, or one that was killed has left.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        _unpack(source, new, steps)
        _examine(new, steps)
        _narrow(new, data_dir)
        steps.add(0)
        known = (new / DATABASES[0]).stat().st_ino
        swap.commit(data_dir, name)
        return known
    except (ArchiveError, StartError, StoreError, OSError) as error:
        text = reason(error).replace(f"{new}/", "")
        raise BackupError(f"{name} cannot be restored: {text}") from error
    finally:
        if swap.pending(data_dir) is None:
            shutil.rmtree(folder, ignore_errors=True)


def is_there(data_dir: Path, known: int) -> bool:
    """Whether what was prepared is what is in the directory."""
    try:
        return (data_dir / DATABASES[0]).stat().st_ino == known
    except FileNotFoundError:
        return False


def _unpack(source: Path, new: Path, steps: Steps) -> None:
    done = 0

    def told(count: int) -> None:
        nonlocal done
        steps.add(count - done)
        done = count

    with opened(source) as archive:
        steps.begin("unpacking", archive.size)
        archive.extract(new, told)


def _examine(new: Path, steps: Steps) -> None:
    """Raises StartError for what FastCMS could not serve, StoreError for a damaged database."""
    databases = [new / name for name in DATABASES if (new / name).exists()]
    steps.begin("examining", 0)
    for database in databases:
        steps.add(0)
        try:
            damages = snapshot.damages(database)
        except StoreError as error:
            damages = [str(error)]
        if damages:
            raise StoreError(f"{database.name} is damaged: {damages[0]}")
    has_data, _ = admission.check(new)
    if not has_data:
        raise StartError("its data.db is empty")
    _forget_clients(databases[0])


def _forget_clients(database: Path) -> None:
    """Nobody is connected who was when the backup was made: whoever comes back begins anew, and so
    learns that what it knows is old.
    """
    connection = Connection(database)
    try:
        there = {name for (name,) in connection.execute(admission.TABLES)}
        for table in bus_tables.TABLES.keys() & there:
            connection.execute(f"DELETE FROM {table}")
    finally:
        connection.close()


def _narrow(new: Path, data_dir: Path) -> None:
    """Leaves to others no more than the directory itself does, and has its owner own it all."""
    if os.name == "nt":
        return
    status = data_dir.stat()
    for folder, _, files in os.walk(new):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            mode = path.stat().st_mode
            if mode & 0o777 & ~status.st_mode:
                path.chmod(mode & status.st_mode & 0o777)
            if os.geteuid() == 0:
                os.chown(path, status.st_uid, status.st_gid)


def start_sweep(app: App) -> None:
    """Removes what a restore has replaced, gigabytes maybe, beside the requests."""
    if not (app.data_dir / swap.FOLDER).exists():
        return
    sweeping = asyncio.get_running_loop().create_task(sweep(app))

    def stop() -> None:
        sweeping.cancel()

    app.stop_listeners.append(stop)


async def sweep(app: App) -> None:
    """Removes it, when no backup or restore is under way."""
    trash = app.scratch.fresh()
    while True:
        try:
            with backup_lock.hold(app.data_dir, "restore", ""):
                # There it is removed even if this process dies over it.
                (app.data_dir / swap.FOLDER).rename(trash)
            break
        except BusyError:
            await asyncio.sleep(AGAIN_SECONDS)
        except FileNotFoundError:
            return
    await asyncio.to_thread(shutil.rmtree, trash, ignore_errors=True)
