"""A directory with files of records, for tests of the commands that keep them in order."""

import asyncio
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from fastcms.core import App
from fastcms.directory import open_directory
from fastcms.settings.load import save_settings
from fastcms.settings.model import S3
from tests.parity.scenario import File, encoded, form
from tests.s3server import ACCESS_KEY, REGION, SECRET, S3Server
from tests.servers import Kind, Server, add_superuser

LARGE = bytes(range(256)) * (30 << 10)  # 7.5 MiB: two parts, and a stop on the disk
FILES = {
    "plain.txt": b"hello",
    "empty.txt": b"",
    "Ä odd.c#": b"odd",
    "large.bin": LARGE,
}


def build(directory: Path) -> None:
    """A fresh directory with a record for each of FILES in the collection `papers`."""
    with Server(Kind.FASTCMS, directory, workers=1) as server:
        add_superuser(Kind.FASTCMS, directory)
        rules = dict.fromkeys(("listRule", "viewRule", "createRule", "deleteRule"), "")
        field = {"type": "file", "name": "file", "maxSize": 2 * len(LARGE)}
        papers = {"name": "papers", "type": "base", "fields": [field], **rules}
        token = server.superuser_token()
        server.expect("POST", "/api/collections", token=token, json_body=papers)
        for name, content in FILES.items():
            upload(server, name, content)


def upload(server: Server, name: str, content: bytes) -> dict[str, Any]:
    """The record that was made with the file."""
    payload = encoded(form(("file", File(name, content))))
    headers = {"Content-Type": str(payload.content_type)}
    path = "/api/collections/papers/records"
    answer = server.request("POST", path, headers=headers, body=payload.content)
    assert answer.status == 200, answer
    record: dict[str, Any] = answer.json()
    return record


def bucket(server: S3Server, name: str) -> S3:
    """The bucket as the settings describe it, not in use."""
    return S3(
        bucket=name,
        region=REGION,
        endpoint=server.endpoint,
        access_key=ACCESS_KEY,
        secret=SECRET,
        force_path_style=True,
    )


def describe(directory: Path, s3: S3) -> None:
    """Puts a bucket into the settings of a directory."""

    async def go(app: App) -> None:
        await app.store.write(lambda tx: save_settings(tx, replace(app.settings, s3=s3)))

    inside(directory, go)


def inside(directory: Path, work: Any) -> Any:
    """What a coroutine function returns that gets the open directory."""

    async def go() -> Any:
        app = open_directory(directory)
        try:
            return await work(app)
        finally:
            await app.background.drain()
            app.close()

    return asyncio.run(go())


def contents(directory: Path, place: Any = None) -> dict[str, tuple[bytes, str, str]]:
    """Bytes, type and client's name of each file that records name, by key; where files are now,
    or in another place. KeyError for one that is not there.
    """

    async def go(app: App) -> dict[str, tuple[bytes, str, str]]:
        from fastcms.upkeep.named import named_keys

        storage = app.places.open(place) if place else app.files
        found = {}
        for key in named_keys(app.schema, app.store.scan):
            if (stored := await storage.find(key)) is None:
                raise KeyError(key)
            content = b"".join([piece async for piece in storage.read(key)])
            found[key] = (content, stored.content_type, stored.original_name)
        return found

    return inside(directory, go)


def walked(directory: Path, place: Any) -> set[str]:
    """The keys of all files in a place."""

    async def go(app: App) -> set[str]:
        return {key async for key, _ in app.places.open(place).walk()}

    return inside(directory, go)
