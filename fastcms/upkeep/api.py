"""`POST /api/settings/test/s3` and `/storage`: whether a place for files works, for superusers."""

from __future__ import annotations

from fastcms import ids
from fastcms.auth.form import UNREADABLE, read_form
from fastcms.errors import REQUIRED, ApiError, Problem, bad_request
from fastcms.files.object_store import s3
from fastcms.files.places import PLACES
from fastcms.files.storage import Attributes, Storage, StorageError
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import NO_CONTENT, Reply
from fastcms.http.request import Request

_S3_FAILED = "Failed to test the S3 filesystem."
_STORAGE_FAILED = "Failed to test the storage."
_IN = Problem("validation_in_invalid", "Must be a valid value.")
_TEXT = Attributes("text/plain; charset=utf-8")


async def test_s3(request: Request) -> Reply:
    """Keeps and removes a file in the bucket of files or in that of backups."""
    request.require_superuser()
    filesystem = await _named(request, "filesystem")
    settings = request.app.settings
    buckets = {"storage": settings.s3, "backups": settings.backups.s3}
    if filesystem not in buckets:
        raise bad_request(_S3_FAILED, {"filesystem": _IN if filesystem else REQUIRED})
    bucket = buckets[filesystem]
    if not bucket.enabled:
        raise _failed(_S3_FAILED, "S3 storage filesystem is not enabled.")
    await _try(s3(bucket), _S3_FAILED)
    return NO_CONTENT


async def test_storage(request: Request) -> Reply:
    """The same for any place that files can be in, whether it is in use or not."""
    request.require_superuser()
    name = await _named(request, "place")
    places = request.app.places
    if name and name not in PLACES:
        raise bad_request(_STORAGE_FAILED, {"place": _IN})
    place = next((place for place in PLACES if place == name), places.chosen)
    await _try(places.open(place), _STORAGE_FAILED)
    return NO_CONTENT


async def _named(request: Request, key: str) -> str:
    try:
        (name,) = await read_form(request, key)
    except ApiError as error:
        raise (bad_request(UNREADABLE) if error.status == 400 else error) from error
    return name


async def _try(storage: Storage, failed: str) -> None:
    # The reference's name, which its own buckets have been seen with.
    folder = f"pb_settings_test_{ids.random_text(5)}"
    try:
        await storage.put(f"{folder}/test.txt", b"test", _TEXT)
    except StorageError as error:
        raise _failed(failed, f"failed to upload a test file: {error}") from error
    try:
        # Shows that files can be listed as well.
        await storage.delete_below(folder)
    except StorageError as error:
        raise _failed(failed, f"failed to delete a test file: {error}") from error


def _failed(message: str, reason: str) -> ApiError:
    return bad_request(f"{message} Raw error: \n{reason}")


ROUTES: tuple[Route, ...] = (
    endpoint("/api/settings/test/s3", POST=test_s3),
    endpoint("/api/settings/test/storage", POST=test_storage),
)
