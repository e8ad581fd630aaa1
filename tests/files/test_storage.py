"""The same scenarios in every kind of place: the disk, and a bucket on a server that speaks S3.

Azure's and Google's have no server that is light enough to run here: their clients are made, sign
addresses, and say what is wrong.
"""

import asyncio
import http.client
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from fastcms.files.local import LocalStorage
from fastcms.files.object_store import PART, ObjectStorage, azure, gcs, s3
from fastcms.files.storage import Attributes, Storage, StorageError
from fastcms.settings.model import S3
from fastcms.settings.storage import GCS, Azure
from tests.s3server import ACCESS_KEY, REGION, SECRET, S3Server, s3_server

PLAIN = Attributes("text/plain; charset=utf-8", "Ä b=@:%c.txt")
KEYS = (
    "c/r/a_0123456789.txt",
    "c/r/odd_0123456789.p+*=g",
    "c/r/blank and ä.txt",
    "c/r/50%20.txt",
    "c/r/thumbs_a_0123456789.txt/10x10_a_0123456789.txt",
    "c/s/a_0123456789.txt",
    "cc/r/a_0123456789.txt",
)
NO_KEYS = ("", "/etc/passwd", "c/../../x", "c//x", "c/./x", "c/x\0y")


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


def bucket(server: S3Server, **changes: object) -> ObjectStorage:
    values: dict[str, object] = {
        "bucket": "",
        "region": REGION,
        "endpoint": server.endpoint,
        "access_key": ACCESS_KEY,
        "secret": SECRET,
        "force_path_style": True,
        **changes,
    }
    return s3(S3(**(values | {"bucket": values["bucket"] or server.new_bucket()})))  # type: ignore[arg-type]


@pytest.fixture(params=["local", "s3"])
def storage(request: pytest.FixtureRequest, server: S3Server, tmp_path: Path) -> Storage:
    if request.param == "local":
        return LocalStorage(tmp_path / "storage", tmp_path / "scratch")
    return bucket(server)


async def gathered(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


async def keys(storage: Storage, prefix: str = "") -> list[str]:
    return sorted([key async for key, _ in storage.walk(prefix)])


@pytest.mark.parametrize("key", KEYS)
def test_a_file_and_what_is_known_of_it(storage: Storage, key: str) -> None:
    async def go() -> None:
        await storage.put(key, b"hello", PLAIN)
        first = await storage.find(key)
        assert first is not None
        assert (first.size, first.content_type) == (5, PLAIN.content_type)
        assert first.original_name == PLAIN.original_name
        assert first.etag
        assert '"' not in first.etag
        for start, size, expected in (
            (0, None, b"hello"),
            (1, 3, b"ell"),
            (2, None, b"llo"),
            (2, 100, b"llo"),
            (5, 10, b""),
            (7, None, b""),
            (0, 0, b""),
        ):
            assert await gathered(storage.read(key, start, size)) == expected
        assert [item async for item in storage.walk()] == [(key, 5)]
        await storage.put(key, b"other bytes", Attributes("image/png"))
        second = await storage.find(key)
        assert second is not None
        assert (second.size, second.content_type, second.original_name) == (11, "image/png", "")
        assert second.etag != first.etag
        await storage.delete(key)
        assert await storage.find(key) is None
        assert await keys(storage) == []

    asyncio.run(go())


def test_an_empty_file(storage: Storage) -> None:
    async def go() -> None:
        await storage.put("c/r/empty", b"", PLAIN)
        stored = await storage.find("c/r/empty")
        assert stored is not None
        assert stored.size == 0
        assert await gathered(storage.read("c/r/empty")) == b""
        assert await gathered(storage.read("c/r/empty", 0, 5)) == b""

    asyncio.run(go())


def test_a_large_file_from_the_disk(storage: Storage, tmp_path: Path) -> None:
    content = b"0123456789abcdef" * (PART // 8)

    async def go() -> None:
        source = tmp_path / "source"
        source.write_bytes(content)
        await storage.put("c/r/large", source, PLAIN)
        stored = await storage.find("c/r/large")
        assert stored is not None
        assert stored[0] == len(content)
        assert (stored.content_type, stored.original_name) == PLAIN
        assert await gathered(storage.read("c/r/large")) == content
        assert (
            await gathered(storage.read("c/r/large", PART - 3, 6)) == content[PART - 3 : PART + 3]
        )

    asyncio.run(go())


def test_what_lies_below(storage: Storage) -> None:
    async def go() -> None:
        for key in KEYS:
            await storage.put(key, b"x", PLAIN)
        assert await keys(storage) == sorted(KEYS)
        assert await keys(storage, "c") == sorted(key for key in KEYS if key.startswith("c/"))
        assert await keys(storage, "c/r") == sorted(key for key in KEYS if key.startswith("c/r/"))
        await storage.delete_below("c/r/thumbs_a_0123456789.txt")
        await storage.delete_below("c/r")
        assert await keys(storage) == sorted(KEYS[-2:])
        await storage.delete_below("c")
        assert await keys(storage) == [KEYS[-1]]

    asyncio.run(go())


def test_many_at_once(storage: Storage) -> None:
    async def go() -> None:
        await asyncio.gather(*(storage.put(f"c/r/{i}", b"x", PLAIN) for i in range(45)))
        await asyncio.gather(*(storage.delete_below("c/r") for _ in range(2)))
        assert await keys(storage) == []

    asyncio.run(go())


def test_what_is_not_there(storage: Storage) -> None:
    async def go() -> None:
        assert await storage.find("c/r/none") is None
        await storage.delete("c/r/none")
        await storage.delete_below("c/r")
        assert await keys(storage) == []
        with pytest.raises(StorageError):
            await gathered(storage.read("c/r/none"))

    asyncio.run(go())


@pytest.mark.parametrize("key", NO_KEYS)
def test_keys_that_lead_elsewhere(storage: Storage, key: str) -> None:
    async def walked() -> None:
        await keys(storage, key)

    attempts: list[Callable[[], Awaitable[object]]] = [
        lambda: storage.put(key, b"", PLAIN),
        lambda: storage.find(key),
        lambda: gathered(storage.read(key)),
        lambda: storage.delete(key),
        lambda: storage.delete_below(key),
    ]
    if key:
        attempts.append(walked)
    for attempt in attempts:
        with pytest.raises(ValueError, match="no key"):
            asyncio.run(_awaited(attempt))
    with pytest.raises(ValueError, match="no key"):
        storage.path(key)


async def _awaited(attempt: Callable[[], Awaitable[object]]) -> object:
    return await attempt()


# -- S3 as the reference uses it -----------------------------------------------------------------


def test_headers_as_the_reference_sends_them(server: S3Server) -> None:
    name = server.new_bucket()
    asyncio.run(bucket(server, bucket=name).put("c/r/a_0123456789.txt", b"x", PLAIN))
    status, headers, _ = server.request("HEAD", f"/{name}/c/r/a_0123456789.txt")
    assert status == 200
    assert headers["content-type"] == PLAIN.content_type
    # What PocketBase 0.40.6 sends for this name.
    assert headers["x-amz-meta-original-filename"] == "%C3%84%20b=@:%25c.txt"


def test_a_hash_in_a_name(server: S3Server) -> None:
    """PocketBase's client does not send what follows it. Thumbs would all have one name so."""
    name = server.new_bucket()
    storage = bucket(server, bucket=name)
    thumbs = [f"c/r/thumbs_a_0123456789.c#/{size}_a_0123456789.c#" for size in ("1x1", "2x2")]

    async def go() -> None:
        for key in ("c/r/a_0123456789.c#", *thumbs):
            await storage.put(key, key.encode(), PLAIN)
            assert await storage.find(key) is not None
            assert await gathered(storage.read(key)) == key.encode()
        assert await keys(storage) == ["c/r/a_0123456789.c", *thumbs]
        await storage.delete("c/r/a_0123456789.c#")
        assert await keys(storage) == thumbs

    asyncio.run(go())


def test_a_bucket_in_the_host_name(server: S3Server) -> None:
    name = server.new_bucket()
    endpoint = f"http://localhost:{server.port}/"
    storage = bucket(server, bucket=name, endpoint=endpoint, force_path_style=False)
    address = asyncio.run(storage.signed_put("c/r/a.txt", 60))
    assert address.startswith(f"http://{name}.localhost:{server.port}/c/r/a.txt?X-Amz-")


def test_a_signed_address_takes_the_file(server: S3Server) -> None:
    storage = bucket(server)
    key = "c/r/odd_0123456789.p+*=g"

    async def go() -> str:
        return await storage.signed_put(key, 90)

    address = urlsplit(asyncio.run(go()))
    assert parse_qs(address.query)["X-Amz-Expires"] == ["90"]
    assert SECRET not in unquote(address.query)
    connection = http.client.HTTPConnection(address.netloc, timeout=30)
    connection.request(
        "PUT", f"{address.path}?{address.query}", b"sent", {"Content-Type": "text/plain"}
    )
    assert connection.getresponse().status == 200
    connection.close()
    stored = asyncio.run(storage.find(key))
    assert stored is not None
    assert (stored.size, stored.content_type) == (4, "text/plain")


def test_the_environment_changes_nothing(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1",
        "AWS_ENDPOINT": "http://127.0.0.1:1",
        "AWS_SESSION_TOKEN": "another",
        "AWS_SKIP_SIGNATURE": "true",
        "AWS_ACCESS_KEY_ID": "another",
        "AWS_REGION": "another",
    }.items():
        monkeypatch.setenv(name, value)

    async def go() -> str:
        storage = bucket(server)
        await storage.put("c/r/a.txt", b"x", PLAIN)
        return await storage.signed_put("c/r/a.txt", 60)

    address = unquote(asyncio.run(go()))
    assert f"Credential={ACCESS_KEY}/" in address
    assert f"/{REGION}/" in address
    assert "another" not in address


# -- what is wrong, in one line ------------------------------------------------------------------

SERVICE_ACCOUNT = json.dumps(
    {
        "gcs_base_url": "http://127.0.0.1:1",
        "disable_oauth": True,
        "client_email": "",
        "private_key": "",
        "private_key_id": "",
    }
)


def wrong_places(server: S3Server) -> dict[ObjectStorage, str]:
    """Places that cannot be used, and what they say."""
    account = Azure(account="acc", container="files", key="bm9uZQ==", endpoint="http://127.0.0.1:1")
    google = GCS(bucket="files", service_account=SERVICE_ACCOUNT, endpoint="http://127.0.0.1:1")
    unset = "is not set or has a sign that it cannot have"
    return {
        bucket(server, bucket="nobody-has-it"): "NoSuchBucket: The specified bucket does not exist",
        bucket(server, endpoint="http://127.0.0.1:1"): "nobody listens there",
        bucket(server, endpoint=f"127.0.0.1:{server.port}"): "it does not speak TLS there",
        bucket(server, endpoint="http://nobody.invalid"): "its host name is not known",
        bucket(server, endpoint="ftp://127.0.0.1"): "its endpoint is not set or is no address",
        bucket(server, endpoint=""): "its endpoint is not set or is no address",
        bucket(server, endpoint="http://exa mple"): f"its endpoint {unset}",
        bucket(server, endpoint="http://a?b"): f"its endpoint {unset}",
        bucket(server, endpoint="http://a;b"): "its endpoint is not set or is no address",
        bucket(server, endpoint="http://1.2.3"): "its endpoint is no address",
        bucket(server, endpoint="http://[::1"): "its endpoint is no address",
        bucket(server, endpoint="http://a:99999"): "its endpoint is no address",
        bucket(server, force_path_style=False): (
            "its endpoint is a number, which only forcePathStyle can go with"
        ),
        # Not found before its client crashes on it.
        bucket(server, endpoint="http://xn--"): "it cannot be used as it is set up",
        bucket(server, bucket="a b"): f"its bucket {unset}",
        bucket(server, region="x\r\ny"): f"its region {unset}",
        bucket(server, access_key="ä"): f"its access key {unset}",
        bucket(server, secret=""): f"its secret {unset}",
        azure(account): "nobody listens there",
        azure(Azure()): f"its account {unset}",
        azure(Azure(account="a", container="b", key="no base64")): f"its key {unset}",
        gcs(google): "nobody listens there",
        gcs(GCS()): f"its bucket {unset}",
        gcs(GCS(bucket="b")): "its service account is not set",
        gcs(GCS(bucket="b", service_account="{")): "it cannot be used as it is set up",
    }


def test_what_is_wrong_is_said_in_one_line(server: S3Server) -> None:
    async def said(attempt: Awaitable[object]) -> str:
        with pytest.raises(StorageError) as caught:
            await attempt
        # The client's report, which may quote what it sent, is not shown with it.
        assert caught.value.__suppress_context__
        return str(caught.value)

    async def go(storage: ObjectStorage) -> list[str]:
        return await asyncio.gather(
            said(storage.put("c/r/a.txt", b"x", PLAIN)),
            said(gathered(storage.read("c/r/a.txt"))),
            said(keys(storage)),
        )

    async def all_of_them() -> None:
        places = wrong_places(server)
        for texts, expected in zip(
            await asyncio.gather(*map(go, places)), places.values(), strict=True
        ):
            for text in texts:
                assert text.endswith(f": {expected}"), (text, expected)
                assert "\n" not in text

    asyncio.run(all_of_them())


def test_addresses_of_the_others_are_signed() -> None:
    account = Azure(account="acc", container="files", key="bm9uZQ==")
    address = asyncio.run(azure(account).signed_put("c/r/a#b.txt", 60))
    assert address.startswith("https://acc.blob.core.windows.net/files/c/r/a%23b.txt?")
    assert quote("bm9uZQ==") not in address
