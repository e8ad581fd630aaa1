"""What is in a backup, what is not, and what is left of one that could not be made."""

import asyncio
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from fastcms import backup_lock
from fastcms.backups import keep, zipping
from fastcms.backups.archive import opened
from fastcms.backups.content import files_of
from fastcms.backups.make import BackupError, StoppedError
from fastcms.backups.manifest import LONGEST, Manifest, of_zip, to_comment
from fastcms.backups.zipping import Writer
from fastcms.core import App
from fastcms.files.storage import Attributes
from tests.inprocess import Client, served

TEXT = Attributes("text/plain")


def on_app(tmp_path: Path, work: Callable[[App], Awaitable[None]]) -> None:
    async def scenario(client: Client) -> None:
        await work(client.app)

    served(tmp_path / "pb_data", scenario)


def nothing_left(app: App) -> bool:
    """Whether neither lock nor scratch shows that a backup was tried."""
    left = [path for path in app.scratch.path.iterdir() if path.name != "lock"]
    return not left and backup_lock.free(app.data_dir)


def zip_of(app: App, key: str) -> Path:
    return app.data_dir / "backups" / key


def test_all_of_the_directory_is_in_it_and_no_more(tmp_path: Path) -> None:
    async def work(app: App) -> None:
        here = app.data_dir
        await app.files.put("c/r/text.txt", b"hello", TEXT)
        for name in (
            "loose.txt",
            "own/deep/er.txt",
            "own.db",
            "backups/older.zip",
            ".notify/x",
            ".autocert_cache/key",
            "lost+found/x",
            "pb_hooks/x.py",
            ".pb_temp_to_delete/x",
            "own/data.db",
        ):
            path = here / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name)
        (here / "empty").mkdir()
        made = await keep.create(app, "x.zip")
        with zipfile.ZipFile(zip_of(app, "x.zip")) as zipped:
            assert zipped.namelist()[:2] == ["data.db", "auxiliary.db"]
            assert sorted(zipped.namelist()[2:]) == [
                "loose.txt",
                "own.db",
                "own/data.db",
                "own/deep/er.txt",
                "storage/c/r/text.txt",
                "storage/c/r/text.txt.attrs",
            ]
            assert zipped.read("storage/c/r/text.txt") == b"hello"
            assert of_zip(zipped) == made.manifest
            assert made.manifest.files == 6
            assert made.manifest.bytes == sum(info.file_size for info in zipped.infolist())
        assert made.manifest.rows["data.db"]["_superusers"] == 1
        assert nothing_left(app)

    on_app(tmp_path, work)


def test_what_sqlite_keeps_beside_its_databases_is_none_of_it(tmp_path: Path) -> None:
    for name in ("data.db", "data.db-wal", "data.db-shm", "data.db-journal", "auxiliary.db-wal"):
        (tmp_path / name).write_text("x")
    (tmp_path / "other.db-wal").write_text("x")
    assert [found.name for found in files_of(tmp_path)] == ["other.db-wal"]


def test_links_lead_nowhere(tmp_path: Path) -> None:
    async def work(app: App) -> None:
        secret = tmp_path / "secret"
        secret.mkdir()
        (secret / "key").write_text("secret")
        (app.data_dir / "folder").symlink_to(secret)
        (app.data_dir / "file").symlink_to(secret / "key")
        (app.data_dir / "gone").symlink_to(secret / "gone")
        (app.data_dir / "inside").symlink_to(app.data_dir / "data.db")
        os.mkfifo(app.data_dir / "pipe")
        (app.data_dir / "back\\slash").write_text("x")
        (app.data_dir / os.fsdecode(b"not \xff utf-8")).write_text("x")
        made = await keep.create(app, "x.zip")
        with zipfile.ZipFile(zip_of(app, "x.zip")) as zipped:
            assert zipped.namelist() == ["data.db", "auxiliary.db"]
        link = "is a link, which backups do not follow"
        name = "has a name that no backup can hold"
        assert made.left_out == {
            **dict.fromkeys(("file", "folder", "gone", "inside"), link),
            "pipe": "is no file",
            "back\\\\slash": name,
            "not \\udcff utf-8": name,
        }

    on_app(tmp_path, work)


@pytest.mark.parametrize("name", ["storage", "storage/c", "storage/c/r/one.txt"])
def test_files_of_records_behind_a_link_are_not_left_out_in_silence(
    name: str, tmp_path: Path
) -> None:
    async def work(app: App) -> None:
        (tmp_path / "elsewhere").mkdir()
        link = app.data_dir / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(tmp_path / "elsewhere")
        with pytest.raises(BackupError, match=f"{name} is a link, .* not be complete"):
            await keep.create(app, "x.zip")
        assert await keep.listed(app) == []
        assert nothing_left(app)

    on_app(tmp_path, work)


def test_what_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Writer, path: Path, name: str) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    async def work(app: App) -> None:
        with pytest.raises(BackupError, match=r"data\.db: Permission denied"):
            await keep.create(app, "x.zip")
        assert await keep.listed(app) == []
        assert nothing_left(app)

    monkeypatch.setattr(Writer, "add", fail)
    on_app(tmp_path, work)


def test_one_at_a_time(tmp_path: Path) -> None:
    async def work(app: App) -> None:
        both = await asyncio.gather(
            keep.create(app, "a.zip"), keep.create(app, "b.zip"), return_exceptions=True
        )
        assert [str(one) for one in both if isinstance(one, Exception)] == [backup_lock.BUSY]
        assert len(await keep.listed(app)) == 1

    on_app(tmp_path, work)


def test_one_that_nobody_waits_for_any_more_leaves_nothing(tmp_path: Path) -> None:
    async def work(app: App) -> None:
        begun, loop = asyncio.Event(), asyncio.get_running_loop()
        # Larger than what is told at once.
        (app.data_dir / "large.bin").write_bytes(os.urandom(20 << 20))

        def tell(step: str, done: int, total: int) -> None:
            if step == "zipping":
                loop.call_soon_threadsafe(begun.set)

        making = asyncio.create_task(keep.create(app, "x.zip", tell=tell))
        await begun.wait()
        making.cancel()
        with pytest.raises((asyncio.CancelledError, StoppedError)):
            await making
        assert nothing_left(app)

    on_app(tmp_path, work)


def test_backups_may_lie_on_another_disk(tmp_path: Path) -> None:
    """A mount there, or a link; here is one that lies in memory."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as elsewhere:
        other = Path(elsewhere)
        assert other.stat().st_dev != tmp_path.stat().st_dev

        async def work(app: App) -> None:
            (app.data_dir / "backups").symlink_to(other)
            old, young = other / ".killed.part", other / ".upload.part"
            for part in (old, young):
                part.write_text("half a zip")
            os.utime(old, (0, 0))
            await keep.create(app, "x.zip")
            assert [one.key for one in await keep.listed(app)] == ["x.zip"]
            assert sorted(path.name for path in other.iterdir()) == [
                ".upload.part",
                "x.zip",
                "x.zip.attrs",
            ]
            assert zipfile.ZipFile(other / "x.zip").testzip() is None
            assert nothing_left(app)

        on_app(tmp_path, work)


def test_what_is_compressed_already_is_not_compressed_again(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    (tmp_path / "random").write_bytes(os.urandom(100_000))
    (tmp_path / "text").write_bytes(b"text " * 20_000)
    (tmp_path / "empty").write_bytes(b"")
    os.utime(tmp_path / "empty", (0, 0))
    told: list[int] = []
    writer = Writer(path, told.append)
    for name in ("random", "text", "empty"):
        assert writer.add(tmp_path / name, name)
    assert not writer.add(tmp_path / "gone", "gone")
    writer.finish(Manifest())
    assert (writer.files, writer.bytes, sum(told)) == (3, 200_000, 200_000)
    with zipfile.ZipFile(path) as zipped:
        kinds = {info.filename: info.compress_type for info in zipped.infolist()}
        assert kinds == {"random": 0, "text": 8, "empty": 0}
        assert zipped.testzip() is None
        assert zipped.getinfo("text").compress_size < 1_000


def test_a_large_file_gets_the_header_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files beyond 4 GB are written in the same way, only longer."""
    monkeypatch.setattr(zipping, "ZIP64", 10)
    (tmp_path / "large").write_bytes(b"x" * 1_000)
    writer = Writer(tmp_path / "x.zip", lambda _: None)
    writer.add(tmp_path / "large", "large")
    writer.finish(Manifest())
    with zipfile.ZipFile(tmp_path / "x.zip") as zipped:
        assert zipped.getinfo("large").extract_version == zipfile.ZIP64_VERSION
        assert zipped.read("large") == b"x" * 1_000


def test_a_manifest_fits_into_the_comment_however_many_tables_there_are() -> None:
    few = Manifest(rows={"data.db": {"posts": 5}})
    many = Manifest(rows={"data.db": {f"table_{number}": number for number in range(10_000)}})
    assert to_comment(few).startswith(b'{"format":1,"fastcms":"')
    assert b'"posts":5' in to_comment(few)
    assert len(to_comment(many)) < LONGEST
    assert b"table_" not in to_comment(many)


def test_what_the_database_names_stays_until_it_is_in_the_zip(tmp_path: Path) -> None:
    """Its record is deleted, its collection too, between the copy of the database and the zip."""

    async def scenario(client: Client) -> None:
        app = client.app
        posts = (await client("POST", "/api/collections", POSTS)).json()["id"]
        await client("POST", "/api/collections/posts/records", {"id": "a" * 15})
        await client("POST", "/api/collections", {**POSTS, "name": "others"})
        key = f"{posts}/{'a' * 15}/one.txt"
        await app.files.put(key, b"one", TEXT)
        await app.store.write_one("UPDATE posts SET file = 'one.txt'", ())
        copied, go_on, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()

        def tell(step: str, done: int, total: int) -> None:
            if (step, done) == ("zipping", 0):
                loop.call_soon_threadsafe(copied.set)
                asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()

        making = asyncio.create_task(keep.create(app, "x.zip", tell=tell))
        await copied.wait()
        path = f"/api/collections/posts/records/{'a' * 15}"
        assert (await client("DELETE", path)).status == 204
        assert (await client("DELETE", "/api/collections/posts")).status == 204
        await app.removals.remove_due()
        go_on.set()
        await making
        with zipfile.ZipFile(zip_of(app, "x.zip")) as zipped:
            assert zipped.read(f"storage/{key}") == b"one"
        await app.store.write_one("UPDATE _fc_file_removals SET due = 0", ())
        await app.removals.remove_due()
        assert await app.files.find(key) is None

    served(tmp_path / "pb_data", scenario)


def test_a_backup_unpacks_to_a_directory_like_the_one_it_is_of(tmp_path: Path) -> None:
    async def work(app: App) -> None:
        await app.files.put("c/r/text.txt", b"hello", TEXT)
        await keep.create(app, "x.zip")
        with opened(zip_of(app, "x.zip")) as archive:
            archive.extract(tmp_path / "again")

    on_app(tmp_path, work)
    database = sqlite3.connect(tmp_path / "again" / "data.db")
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("SELECT email FROM _superusers").fetchall() == [("root@example.com",)]
    database.close()


POSTS: dict[str, Any] = {
    "name": "posts",
    "type": "base",
    "fields": [{"name": "file", "type": "file"}, {"name": "title", "type": "text"}],
}
