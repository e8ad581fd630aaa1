"""Where backups are kept: a folder of the data directory, or what the settings describe."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastcms.app import App
from fastcms.files.local import LocalStorage
from fastcms.files.object_store import azure, gcs, s3
from fastcms.files.storage import Storage
from fastcms.settings.load import load_backups

FOLDER = "backups"  # of the data directory


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
