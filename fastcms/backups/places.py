"""Where backups are kept: a folder of the data directory, or what the settings describe."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import time

from fastcms.backups.names import is_part
from fastcms.core import App
from fastcms.files.local import LocalStorage
from fastcms.files.object_store import azure, gcs, s3
from fastcms.files.storage import Storage
from fastcms.settings.load import load_backups

FOLDER = "backups"  # of the data directory
PART_SECONDS = 3600.0  # that a part may go without a change


def place(app: App) -> Storage:
    """Where they are at this moment; the keys are their names."""
    own = load_backups(app.store.read_now)
    match own.provider:
        case "azure":
            return azure(own.azure)
        case "gcs":
            return gcs(own.gcs)
    bucket = app.settings.backups.s3
    return s3(bucket) if bucket.enabled else LocalStorage(app.data_dir / FOLDER, app.scratch.path)


def sweep(app: App) -> None:
    """Removes parts that killed processes have left; for threads, which hold the lock."""
    folder = app.data_dir / FOLDER
    for path in folder.iterdir() if folder.is_dir() else ():
        # Uploads do not ask for the lock: theirs may be on their way.
        if is_part(path.name) and path.stat().st_mtime < time() - PART_SECONDS:
            path.unlink(missing_ok=True)


@asynccontextmanager
async def on_disk(app: App, key: str) -> AsyncIterator[Path]:
    """A backup that is kept, as a file of this machine for the block. Raises StorageError."""
    storage = place(app)
    if (path := storage.path(key)) is not None:
        yield path
        return
    path = app.scratch.fresh()
    try:
        with path.open("xb") as file:
            async for piece in storage.read(key):
                await asyncio.to_thread(file.write, piece)
        yield path
    finally:
        path.unlink(missing_ok=True)
