"""Tests of places over HTTP, and that the chosen place is used as soon as it is chosen."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fastcms.directory import open_directory
from fastcms.files.local import LocalStorage
from fastcms.files.storage import Attributes, StorageError
from tests.inprocess import Client, served
from tests.s3server import S3Server

PLAIN = Attributes("text/plain")
AZURE = {
    "account": "acc",
    "container": "files",
    "key": "aGlkZGVu",
    "endpoint": "http://127.0.0.1:1",
}


async def gathered(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


def test_a_place_is_tried_and_left_as_it_was(tmp_path: Path, s3: S3Server) -> None:
    name = s3.new_bucket()
    right, wrong = s3.settings(name), s3.settings("nobody-has-it")

    async def body(client: Client) -> None:
        async def attempt(path: str, body: Any) -> tuple[int, str]:
            answer = await client("POST", f"/api/settings/test/{path}", body)
            return answer.status, answer.json()["message"] if answer.body else ""

        s3_failed = "Failed to test the S3 filesystem. Raw error: \n"
        for filesystem, document in (("storage", "s3"), ("backups", "backups")):
            wanted = {"filesystem": filesystem}
            for bucket, expected in (
                ({**right, "enabled": False}, (400, f"{s3_failed}S3 storage filesystem is not")),
                (wrong, (400, f"{s3_failed}failed to upload a test file: the bucket 'nobody-")),
                (right, (204, "")),
            ):
                change = {document: bucket if document == "s3" else {"s3": bucket}}
                assert (await client("PATCH", "/api/settings", change)).status == 200
                status, message = await attempt("s3", wanted)
                assert (status, message[: len(expected[1])]) == expected
                assert str(right["secret"]) not in message
        # Ours tries any place, by default the one in use.
        assert await attempt("storage", {}) == (204, "")
        assert await attempt("storage", {"place": "local"}) == (204, "")
        assert await attempt("storage", {"place": "s3"}) == (204, "")
        await client("PATCH", "/api/settings/storage", {"azure": AZURE})
        for place, reason in (("azure", "nobody listens there."), ("gcs", "cannot have.")):
            status, message = await attempt("storage", {"place": place})
            assert status == 400
            assert message.startswith("Failed to test the storage. Raw error: \nfailed to upload")
            assert message.endswith(reason)
        answer = await client("POST", "/api/settings/test/storage", {"place": "moon"})
        assert answer.json()["data"]["place"]["code"] == "validation_in_invalid"
        assert (await client("POST", "/api/settings/test/storage", {}, token="")).status == 401
        assert [key async for key, _ in client.app.places.open("s3").walk()] == []
        assert [key async for key, _ in client.app.places.open("local").walk()] == []

    served(tmp_path / "pb_data", body)


def test_the_chosen_place_is_used_at_once_in_every_process(tmp_path: Path, s3: S3Server) -> None:
    directory = tmp_path / "pb_data"
    name = s3.new_bucket()

    async def body(client: Client) -> None:
        other = open_directory(directory)
        try:
            await client.app.files.put("c/r/a", b"on disk", PLAIN)
            change = {"s3": s3.settings(name)}
            assert (await client("PATCH", "/api/settings", change)).status == 200
            for app in (client.app, other):
                app.refresh()
                assert await app.files.find("c/r/a") is None
                assert app.files.path("c/r/a") is None
            await client.app.files.put("c/r/a", b"in the bucket", PLAIN)
            assert await gathered(other.files.read("c/r/a")) == b"in the bucket"
            # What has nothing to do with files keeps the connections open.
            kept = other.files
            await client("PATCH", "/api/settings", {"meta": {"appName": "New"}})
            other.refresh()
            assert other.settings.meta.app_name == "New"
            assert other.files is kept
            change = {"provider": "azure", "azure": AZURE}
            assert (await client("PATCH", "/api/settings/storage", change)).status == 200
            other.refresh()
            with pytest.raises(StorageError, match="the container 'files' of Azure: nobody"):
                await other.files.find("c/r/a")
            await client("PATCH", "/api/settings/storage", {"provider": ""})
            await client("PATCH", "/api/settings", {"s3": {"enabled": False}})
            other.refresh()
            assert isinstance(other.files, LocalStorage)
            assert await gathered(other.files.read("c/r/a")) == b"on disk"
        finally:
            other.close()

    served(directory, body)


def test_a_place_that_cannot_be_used_stops_nothing_else(tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"

    async def break_it() -> None:
        app = open_directory(directory)
        bucket = {"enabled": True, "bucket": "a b", "endpoint": "ftp://nowhere", "region": ""}
        value = json.dumps({"s3": bucket})
        await app.store.write(
            lambda tx: tx.execute("UPDATE _params SET value = ? WHERE id = 'settings'", (value,))
        )
        app.close()

    async def body(client: Client) -> None:
        assert (await client("GET", "/api/settings")).json()["s3"]["bucket"] == "a b"
        assert (await client("GET", "/api/collections/users/records")).status == 200
        with pytest.raises(StorageError, match="its endpoint is not set or is no address"):
            await client.app.files.find("c/r/a")

    asyncio.run(break_it())
    served(directory, body)
