"""Files on the disk, laid out as the reference lays them out."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from fastcms.files import local
from fastcms.files.local import LocalStorage
from fastcms.files.storage import Attributes

PLAIN = Attributes("text/plain; charset=utf-8", "Ä.txt")


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "storage", tmp_path / "scratch")


async def gathered(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


def test_a_file_and_what_is_known_of_it(storage: LocalStorage, tmp_path: Path) -> None:
    async def go() -> None:
        await storage.put("c/r/a.txt", b"hello", PLAIN)
        stored = await storage.find("c/r/a.txt")
        assert stored is not None
        assert (stored.size, stored.content_type) == (5, PLAIN.content_type)
        assert await gathered(storage.read("c/r/a.txt")) == b"hello"
        assert await gathered(storage.read("c/r/a.txt", 1, 3)) == b"ell"

    asyncio.run(go())
    sidecar = msgspec.json.decode((tmp_path / "storage/c/r/a.txt.attrs").read_bytes())
    assert sidecar == {
        "user.cache_control": "",
        "user.content_disposition": "",
        "user.content_encoding": "",
        "user.content_language": "",
        "user.content_type": "text/plain; charset=utf-8",
        "user.metadata": {"original-filename": "Ä.txt"},
        "md5": "XUFAKrxLKna5cZ2REBfFkg==",
    }
    assert not list((tmp_path / "scratch").iterdir())


def test_a_path_is_used_up(storage: LocalStorage, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"moved")
    asyncio.run(storage.put("c/r/a.bin", source, Attributes("application/octet-stream")))
    assert not source.exists()
    assert (tmp_path / "storage/c/r/a.bin").read_bytes() == b"moved"


def test_what_is_not_there(storage: LocalStorage) -> None:
    async def go() -> None:
        assert await storage.find("c/r/a.txt") is None
        await storage.put("c/r", b"", PLAIN)
        assert await storage.find("c/r/a.txt") is None
        await storage.delete("c/r/a.txt")
        await storage.delete_below("x/y")

    asyncio.run(go())


def test_a_put_that_is_cancelled_is_over(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch out of time removes what it has put: nothing may come after that."""
    begun, go_on = threading.Event(), threading.Event()
    digest = local._digest

    def slow(path: Path) -> bytes:
        begun.set()
        go_on.wait(10)
        return digest(path)

    monkeypatch.setattr(local, "_digest", slow)

    async def go() -> None:
        put = asyncio.create_task(storage.put("c/r/a.txt", b"hello", PLAIN))
        await asyncio.to_thread(begun.wait)
        put.cancel()
        # Without the wait it would be over after a turn or two of the loop.
        done, _ = await asyncio.wait([put], timeout=0.05)
        go_on.set()
        assert not done
        with pytest.raises(asyncio.CancelledError):
            await put
        await storage.delete("c/r/a.txt")

    # Returns when all threads are done.
    asyncio.run(go())
    assert asyncio.run(storage.find("c/r/a.txt")) is None


def test_deletion_leaves_no_empty_folders(storage: LocalStorage, tmp_path: Path) -> None:
    async def go() -> None:
        for key in ("c/r/a.txt", "c/r/thumbs_a.txt/1x1_a.txt", "c/s/b.txt", "d/r/a.txt"):
            await storage.put(key, b"", PLAIN)
        await storage.delete("c/s/b.txt")
        assert {key async for key, _ in storage.walk()} == {
            "c/r/a.txt",
            "c/r/thumbs_a.txt/1x1_a.txt",
            "d/r/a.txt",
        }
        assert [item async for item in storage.walk("d")] == [("d/r/a.txt", 0)]
        await storage.delete_below("c/r")

    asyncio.run(go())
    assert [path.name for path in (tmp_path / "storage").iterdir()] == ["d"]
