"""Tries out what the settings describe: places for files, mail and text messages, webhooks, the
databases.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from time import perf_counter
from typing import Any, NamedTuple

import msgspec

from fastcms import clock, ids
from fastcms.core import App
from fastcms.files.storage import Attributes, Storage, StorageError
from fastcms.settings.load import load_sms
from fastcms.sms.send import send
from fastcms.sms.sender import SMSError
from fastcms.store.errors import StoreError

WEBHOOK_SECONDS = 10.0
_TEXT = Attributes("text/plain; charset=utf-8")


class TrialError(Exception):
    """It does not work; the text says why, without secrets."""


class Answered(NamedTuple):
    """What a webhook's receiver answered, and after how long."""

    status: int
    milliseconds: float


async def try_storage(storage: Storage) -> None:
    """Keeps and removes a file."""
    # The reference's name, which its own buckets have been seen with.
    folder = f"pb_settings_test_{ids.random_text(5)}"
    try:
        await storage.put(f"{folder}/test.txt", b"test", _TEXT)
    except StorageError as error:
        raise TrialError(f"failed to upload a test file: {error}") from error
    try:
        # Shows that files can be listed as well.
        await storage.delete_below(folder)
    except StorageError as error:
        raise TrialError(f"failed to delete a test file: {error}") from error


async def try_sms(app: App, phone: str) -> None:
    """Sends a text message by the provider of the settings."""
    name = app.settings.meta.app_name
    try:
        text = f"{name}: text messages work."
        await send(load_sms(app.store.read_now), phone, text, dev=app.dev)
    except SMSError as error:
        raise TrialError(str(error)) from error


async def try_webhook(url: str, secret: str, *, public_only: bool) -> Answered:
    """Posts a small event, signed as Standard Webhooks has it if there is a secret.

    `public_only` refuses what is not an address of the open internet. Of the answer only the status
    is kept.
    """
    from fastcms.fetch import FetchError, fetch

    id_ = f"msg_{ids.random_text(20)}"
    now = clock.now()
    body = msgspec.json.encode({"type": "test", "timestamp": clock.to_text(now), "data": {}})
    seconds = str(int(now.timestamp()))
    headers = {
        "content-type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": seconds,
    }
    if secret:
        signed = hmac.digest(_key(secret), f"{id_}.{seconds}.".encode() + body, hashlib.sha256)
        headers["webhook-signature"] = f"v1,{base64.b64encode(signed).decode()}"
    start = perf_counter()
    try:
        answer = await fetch(
            "POST",
            url,
            headers=headers,
            body=body,
            public_only=public_only,
            seconds=WEBHOOK_SECONDS,
        )
    except FetchError as error:
        raise TrialError(str(error)) from error
    return Answered(answer.status, _milliseconds(start))


async def try_database(app: App) -> dict[str, Any]:
    """Reads from and writes to both databases; how long each took, and how large they are."""
    try:
        start = perf_counter()
        await app.store.read("SELECT count(*) FROM _collections")
        read = _milliseconds(start)
        start = perf_counter()
        # A true write that changes nothing.
        await app.store.write_one("UPDATE _params SET id = id WHERE id = 'settings'", ())
        write = _milliseconds(start)
        start = perf_counter()
        await app.log_store.write(lambda log: log.execute("UPDATE _logs SET id = id WHERE id = ''"))
        log_write = _milliseconds(start)
    except StoreError as error:
        raise TrialError(str(error)) from error
    data, log = app.store.path.stat().st_size, app.log_store.path.stat().st_size
    return {
        "data": {"read": read, "write": write, "size": data},
        "logs": {"write": log_write, "size": log},
    }


def _key(secret: str) -> bytes:
    """The bytes of a secret: those of `whsec_…` are written in base64."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except ValueError as error:
            raise TrialError("the secret after whsec_ is not base64") from error
    return secret.encode()


def _milliseconds(start: float) -> float:
    return round((perf_counter() - start) * 1000, 3)
