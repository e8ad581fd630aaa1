"""`/api/backups`: makes, lists, takes, gives and removes backups; for superusers."""

from __future__ import annotations

import logging
import sys

import msgspec

from fastcms import backup_lock
from fastcms.auth.form import UNREADABLE, check, read_form
from fastcms.auth.principal import token_owner
from fastcms.backup_lock import BUSY, BusyError, Progress
from fastcms.backups import keep
from fastcms.backups.make import BackupError
from fastcms.backups.names import ASKED, LONGEST, is_name
from fastcms.backups.places import place
from fastcms.backups.verify import verify_key
from fastcms.downloads.answer import answer
from fastcms.downloads.represent import Representation
from fastcms.errors import REQUIRED, ApiError, Problem, bad_request, forbidden, not_found
from fastcms.files.local import ATTRIBUTES
from fastcms.files.storage import StorageError
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import NO_CONTENT, Reply, json_reply
from fastcms.http.request import Request

_LENGTH = Problem(
    "validation_length_out_of_range",
    f"The length must be between 1 and {LONGEST}.",
    {"max": LONGEST, "min": 1},
)
_FORM = Problem("validation_match_invalid", "Must be in a valid format.")
_NAME_TAKEN = Problem(
    "validation_backup_name_exists", "The backup file name is invalid or already exists."
)
_FILE_TAKEN = Problem(
    "validation_backup_name_exists", "Backup file with the specified name already exists."
)

log = logging.getLogger("fastcms.backups")


async def show(request: Request) -> Reply:
    """GET /api/backups"""
    request.require_superuser()
    try:
        return json_reply(await keep.listed(request.app))
    except StorageError as error:
        raise bad_request(f"Failed to retrieve backup items. Raw error: \n{error}") from error


async def create(request: Request) -> Reply:
    """POST /api/backups: the answer comes when it is done."""
    request.require_superuser()
    app = request.app
    if not backup_lock.free(app.data_dir):
        raise bad_request(BUSY)
    try:
        (name,) = await read_form(request, "name")
    except ApiError as error:
        raise (bad_request(UNREADABLE) if error.status == 400 else error) from error
    check(name=await _name_problem(request, name))
    try:
        await keep.create(app, name or await keep.fresh_name(app))
    except BusyError as error:
        raise bad_request(BUSY) from error
    except (BackupError, StorageError) as error:
        log.error("a backup failed: %s", error)
        raise bad_request("Failed to create backup.") from error
    return NO_CONTENT


async def _name_problem(request: Request, name: str) -> Problem | None:
    if not name:
        return None
    if len(name) > LONGEST:
        return _LENGTH
    if not ASKED.fullmatch(name):
        return _FORM
    return _NAME_TAKEN if await _is_taken(request, name) else None


async def _is_taken(request: Request, name: str) -> bool:
    """Whether a new backup cannot have this name."""
    try:
        return not is_name(name) or await keep.exists(request.app, name)
    except StorageError as error:
        log.warning("backups: %s", error)
        return True


async def upload(request: Request) -> Reply:
    """POST /api/backups/upload: of any length, and kept under the name that the client gives it."""
    request.require_superuser()
    if request.header(b"content-type").startswith("multipart/form-data"):
        try:
            await request.read_body(sys.maxsize)
        except ApiError as error:
            # A form that cannot be read has no file.
            if error.status != 400:
                raise
    files = request.uploads.get("file")
    if not files:
        check(file=REQUIRED)
        return NO_CONTENT
    file = files[0]
    if not file.is_a(keep.CONTENT_TYPE):
        text = f'"{file.name}" mime type must be one of: {keep.CONTENT_TYPE}.'
        check(file=Problem("validation_invalid_mime_type", text))
    if await _is_taken(request, file.original_name):
        check(file=_FILE_TAKEN)
    try:
        await keep.add(request.app, file.original_name, file.source)
    except StorageError as error:
        log.error("a backup could not be kept: %s", error)
        raise bad_request("Failed to upload backup.") from error
    return NO_CONTENT


async def download(request: Request) -> Reply:
    """GET /api/backups/{key}, for the owner of the file token in the address."""
    token = request.query.get("token", "")
    owner = await token_owner(request.app, request.schema, token, "file") if token else None
    may_have_it = owner is not None and owner.is_superuser and not owner.impersonated_by
    # The secrets of all tokens are in it.
    if not may_have_it or not request.may_be_superuser:
        raise forbidden("Insufficient permissions to access the resource.")
    key = _key(request)
    if not is_name(key):
        raise bad_request() if key.endswith(ATTRIBUTES) else not_found()
    files = place(request.app)
    try:
        stored = await files.find(key)
        if stored is None:
            raise not_found()
        name = key.rpartition("/")[2]
        reply = await answer(request, files, Representation(key, name, stored))
    except StorageError as error:
        log.warning("%s: %s", key, error)
        raise bad_request() from error
    # No page shows it in a frame.
    return reply._replace(of_file=False)


async def delete(request: Request) -> Reply:
    """DELETE /api/backups/{key}"""
    request.require_superuser()
    key, running = _key(request), backup_lock.progress(request.app.data_dir)
    if running is not None and running.key == key:
        raise bad_request("The backup is currently being used and cannot be deleted.")
    try:
        await keep.remove(request.app, key)
    except StorageError as error:
        raise bad_request(
            f"Invalid or already deleted backup file. Raw error: \n{error}"
        ) from error
    return NO_CONTENT


async def verify(request: Request) -> Reply:
    """POST /api/backups/{key}/verify: the answer comes when it has been unpacked and looked at."""
    request.require_superuser()
    key = _key(request)
    try:
        if not await keep.exists(request.app, key):
            raise bad_request("Missing or invalid backup file.")
        report = await verify_key(request.app, key)
    except (BackupError, StorageError) as error:
        raise bad_request(f"Failed to verify the backup. Raw error: \n{error}") from error
    return json_reply(msgspec.to_builtins(report))


async def progress(request: Request) -> Reply:
    """GET /api/backups-progress: of the backup or restore under way, or why the last one failed."""
    request.require_superuser()
    directory = request.app.data_dir
    running = backup_lock.progress(directory) or backup_lock.failure(directory)
    return json_reply(msgspec.to_builtins(running or Progress("", "")))


def _key(request: Request) -> str:
    # The address of uploads is that of a backup of this name as well.
    return request.params.get("key", "upload")


ROUTES: tuple[Route, ...] = (
    endpoint("/api/backups", GET=show, POST=create),
    endpoint("/api/backups/upload", GET=download, POST=upload, DELETE=delete),
    endpoint("/api/backups/{key}", GET=download, DELETE=delete),
    endpoint("/api/backups/{key}/verify", POST=verify),
    endpoint("/api/backups-progress", GET=progress),
)
