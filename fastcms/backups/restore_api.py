"""`POST /api/backups/{key}/restore`: has a backup come in the place of everything there is."""

from __future__ import annotations

import logging
from contextlib import ExitStack

from fastcms import backup_lock
from fastcms.backup_lock import BUSY, BusyError, Hold
from fastcms.backups import keep
from fastcms.backups.make import BackupError
from fastcms.backups.restore import prepare_key
from fastcms.core import App
from fastcms.errors import bad_request
from fastcms.files.storage import StorageError
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import NO_CONTENT, Reply
from fastcms.http.request import Request

_MISSING = "Missing or invalid backup file."

log = logging.getLogger("fastcms.backups")


async def restore(request: Request) -> Reply:
    """The answer comes at once, as the reference's does; the server makes way when it is ready."""
    request.require_superuser()
    # Other accounts, settings and secrets may come with it.
    request.refuse_impersonated()
    app, key = request.app, request.params["key"]
    with ExitStack() as lock:
        try:
            hold = lock.enter_context(backup_lock.hold(app.data_dir, "restore", key))
        except BusyError as error:
            raise bad_request(BUSY) from error
        try:
            if not await keep.exists(app, key):
                raise bad_request(_MISSING)
        except StorageError as error:
            raise bad_request(_MISSING) from error
        app.background.start(f"the restore of {key}", _restore(app, key, hold, lock.pop_all()))
    return NO_CONTENT


async def _restore(app: App, key: str, hold: Hold, lock: ExitStack) -> None:
    with lock:
        try:
            await prepare_key(app, key, hold.tell)
        except (BackupError, StorageError) as error:
            hold.fail(str(error))
            log.error("no backup was restored, nothing has changed: %s", error)


ROUTES: tuple[Route, ...] = (endpoint("/api/backups/{key}/restore", POST=restore),)
