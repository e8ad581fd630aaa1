"""`POST /api/settings/test/…`: whether what the settings describe works, for superusers.

Mails are tried in :mod:`fastcms.auth.sample_mail`.
"""

from __future__ import annotations

from fastcms.auth import phones
from fastcms.auth.form import UNREADABLE, read_form
from fastcms.errors import REQUIRED, ApiError, Problem, bad_request
from fastcms.fields.url import is_url
from fastcms.files.object_store import s3
from fastcms.files.places import PLACES
from fastcms.files.storage import Storage
from fastcms.http.endpoint import Route, endpoint
from fastcms.http.reply import NO_CONTENT, Reply, json_reply
from fastcms.http.request import Request
from fastcms.upkeep.trials import TrialError, try_database, try_sms, try_storage, try_webhook

_S3_FAILED = "Failed to test the S3 filesystem."
_STORAGE_FAILED = "Failed to test the storage."
_IN = Problem("validation_in_invalid", "Must be a valid value.")
_SMS_FAILED = "Failed to send the test message."
_WEBHOOK_FAILED = "Failed to test the webhook."
_DATABASE_FAILED = "Failed to test the database."
_PHONE = Problem("validation_is_phone", "Must be a phone number with its country, like +49….")
_URL = Problem("validation_is_url", "Must be a valid URL.")


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


async def test_sms(request: Request) -> Reply:
    """Sends a text message to the given number."""
    request.require_superuser()
    request.refuse_impersonated()
    given = await _named(request, "phone")
    phone = phones.normal(given)
    if not phone:
        raise bad_request(_SMS_FAILED, {"phone": _PHONE if given else REQUIRED})
    try:
        await try_sms(request.app, phone)
    except TrialError as error:
        raise _failed(_SMS_FAILED, str(error)) from error
    return NO_CONTENT


async def test_webhook(request: Request) -> Reply:
    """Posts a small event to an address, signed if a secret is given; neither is kept.

    Only to the open internet, unless the server is in development.
    """
    request.require_superuser()
    request.refuse_impersonated()
    try:
        url, secret = await read_form(request, "url", "secret")
    except ApiError as error:
        raise (bad_request(UNREADABLE) if error.status == 400 else error) from error
    if not url.startswith(("http://", "https://")) or not is_url(url):
        raise bad_request(_WEBHOOK_FAILED, {"url": _URL if url else REQUIRED})
    try:
        answered = await try_webhook(url, secret, public_only=not request.app.dev)
    except TrialError as error:
        raise _failed(_WEBHOOK_FAILED, str(error)) from error
    return json_reply(
        {
            "ok": 200 <= answered.status < 300,
            "status": answered.status,
            "time": answered.milliseconds,
        }
    )


async def test_database(request: Request) -> Reply:
    """Reads and writes; the milliseconds that each took, and the bytes of the files."""
    request.require_superuser()
    try:
        return json_reply(await try_database(request.app))
    except TrialError as error:
        raise _failed(_DATABASE_FAILED, str(error)) from error


async def _named(request: Request, key: str) -> str:
    try:
        (name,) = await read_form(request, key)
    except ApiError as error:
        raise (bad_request(UNREADABLE) if error.status == 400 else error) from error
    return name


async def _try(storage: Storage, failed: str) -> None:
    try:
        await try_storage(storage)
    except TrialError as error:
        raise _failed(failed, str(error)) from error


def _failed(message: str, reason: str) -> ApiError:
    return bad_request(f"{message} Raw error: \n{reason}")


ROUTES: tuple[Route, ...] = (
    endpoint("/api/settings/test/s3", POST=test_s3),
    endpoint("/api/settings/test/storage", POST=test_storage),
    endpoint("/api/settings/test/sms", POST=test_sms),
    endpoint("/api/settings/test/webhook", POST=test_webhook),
    endpoint("/api/settings/test/database", POST=test_database),
)
