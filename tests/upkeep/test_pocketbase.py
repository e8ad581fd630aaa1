"""The real PocketBase and FastCMS use one bucket: each reads what the other has written."""

import asyncio
import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from fastcms.files import object_store
from fastcms.files.object_store import PART, ObjectStorage
from fastcms.files.storage import Attributes
from tests.s3server import S3Server
from tests.servers import Kind, Server, add_superuser
from tests.upkeep.library import bucket

LARGE = secrets.token_bytes(PART + 1000)
# The client's name, the bytes, and the type that PocketBase finds in them.
FILES = (
    ("plain.txt", b"hello", "text/plain; charset=utf-8"),
    ("empty.txt", b"", "text/plain"),
    ("Ä b=@:%c.p+#=g", b"\x89PNG\r\n\x1a\n", "image/png"),
    ("large.bin", LARGE, "application/octet-stream"),
)


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, s3: S3Server
) -> Iterator[tuple[Server, ObjectStorage]]:
    """A PocketBase with its files in a bucket, and the bucket."""
    directory = tmp_path_factory.mktemp("reference") / "pb_data"
    with Server(Kind.REFERENCE, directory) as server:
        add_superuser(Kind.REFERENCE, directory)
        name = s3.new_bucket()
        token = server.superuser_token()
        changed = {"s3": s3.settings(name)}
        server.expect("PATCH", "/api/settings", token=token, json_body=changed)
        body = {"filesystem": "storage"}
        server.expect("POST", "/api/settings/test/s3", token=token, json_body=body)
        field = {"name": "file", "type": "file", "maxSize": 2 * PART}
        docs = {"name": "docs", "type": "base", "fields": [field], "createRule": ""}
        docs |= {"updateRule": "", "deleteRule": "", "viewRule": ""}
        server.expect("POST", "/api/collections", token=token, json_body=docs)
        yield server, object_store.s3(bucket(s3, name))


def uploaded(server: Server, name: str, content: bytes) -> Any:
    """The record that the file belongs to."""
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    answer = server.request(
        "POST",
        "/api/collections/docs/records",
        headers={"Content-Type": "multipart/form-data; boundary=b"},
        body=head.encode() + content + b"\r\n--b--\r\n",
    )
    assert answer.status == 200, answer
    return answer.json()


@pytest.mark.parametrize(("name", "content", "content_type"), FILES, ids=[f[0] for f in FILES])
def test_there_and_back(
    both: tuple[Server, ObjectStorage], name: str, content: bytes, content_type: str
) -> None:
    server, storage = both
    record = uploaded(server, name, content)
    key = f"{record['collectionId']}/{record['id']}/{record['file']}"
    address = f"/api/files/docs/{record['id']}/{record['file']}".replace("#", "%23")

    async def go() -> None:
        stored = await storage.find(key)
        assert stored is not None
        assert (stored.size, stored.content_type) == (len(content), content_type)
        assert stored.original_name == name
        assert b"".join([piece async for piece in storage.read(key)]) == content
        # PocketBase serves ours in its place, with the type that we say.
        await storage.put(key, LARGE, Attributes("image/gif", "other.gif"))
        answer = server.request("GET", address)
        assert (answer.status, answer.body) == (200, LARGE)
        assert answer.headers["content-type"] == "image/gif"
        # And removes it with the record.
        server.expect("DELETE", f"/api/collections/docs/records/{record['id']}")
        while [found async for found in storage.walk(key.rpartition("/")[0])]:
            await asyncio.sleep(0.05)

    asyncio.run(go())
