"""Whether an examination finds what is wrong with a backup, and nothing in one that is sound."""

import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fastcms.backups import keep
from fastcms.backups.make import Steps
from fastcms.backups.verify import Report, examine
from fastcms.files.storage import Attributes
from tests.inprocess import Client, served

KEY = "backups/sound.zip"
RECORD = "a" * 15


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup with two files that records name, and one that none does."""
    directory = tmp_path_factory.mktemp("sound") / "pb_data"

    async def scenario(client: Client) -> None:
        fields = [{"name": "files", "type": "file", "maxSelect": 5}]
        posts = {"name": "posts", "type": "base", "id": "posts0000000000", "fields": fields}
        await client("POST", "/api/collections", posts)
        await client("POST", "/api/collections/posts/records", {"id": RECORD})
        for name in ("one.txt", "two.txt", "none.txt"):
            key = f"posts0000000000/{RECORD}/{name}"
            await client.app.files.put(key, name.encode(), Attributes("text/plain"))
        names = '["one.txt", "two.txt"]'
        await client.app.store.write_one("UPDATE posts SET files = ?", (names,))
        await keep.create(client.app, "sound.zip")
        answer = await client("POST", "/api/backups/sound.zip/verify")
        assert answer.status == 200, answer
        found = answer.json()
        assert found["problems"] == []
        assert found["withFiles"] is True
        assert (found["files"], found["rows"] > 10) == (6, True)
        assert found["manifest"]["rows"]["data.db"]["posts"] == 1
        assert (await client("POST", "/api/backups/nothing.zip/verify")).status == 400
        assert (await client("POST", "/api/backups/sound.zip/verify", token="")).status == 401

    served(directory, scenario)
    return directory / KEY


def examined(path: Path, folder: Path) -> Report:
    return examine(path, folder / "unpacked", path.name, Steps(lambda *_: None))


def changed(sound: Path, folder: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A backup of what is left of the sound one, with its manifest."""
    with zipfile.ZipFile(sound) as source:
        content = {name: source.read(name) for name in source.namelist()}
        comment = source.comment
    change(content)
    with zipfile.ZipFile(folder / "changed.zip", "w") as target:
        for name, value in content.items():
            target.writestr(name, value)
        target.comment = comment
    return folder / "changed.zip"


def sql(statement: str, folder: Path) -> Callable[[dict[str, bytes]], None]:
    def change(content: dict[str, bytes]) -> None:
        path = folder / "changed.db"
        path.write_bytes(content["data.db"])
        database = sqlite3.connect(path)
        with database:
            database.execute(statement)
        database.execute("PRAGMA journal_mode=DELETE").fetchall()
        database.close()
        content["data.db"] = path.read_bytes()

    return change


def without(name: str) -> Callable[[dict[str, bytes]], None]:
    def change(content: dict[str, bytes]) -> None:
        del content[name]

    return change


def overwritten(content: dict[str, bytes]) -> None:
    database = bytearray(content["data.db"])
    database[4096:20_000] = b"\x55" * (20_000 - 4096)
    content["data.db"] = bytes(database)


FILE = f"storage/posts0000000000/{RECORD}/one.txt"


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (without("data.db"), ["it holds no data.db"]),
        (without(FILE), [f"a record names the file {FILE[8:]}", "it holds 5 files and"]),
        (without(f"{FILE}.attrs"), ["it holds 5 files and"]),
        (overwritten, ["data.db is damaged"]),
        ("DELETE FROM posts", ["the table posts has 0 rows, and had 1"]),
        ("CREATE TABLE new (x)", ["the table new has 0 rows, and had none", "it holds 6 files"]),
        ("DELETE FROM _fc_params", ["the table _fc_params has 0 rows"]),
        ("UPDATE _fc_params SET value = 99 WHERE key = 'version'", ["newer FastCMS"]),
        ("DROP TABLE _collections", ["it is no PocketBase or FastCMS database"]),
    ],
)
def test_what_is_wrong_is_said(
    change: Any, problems: list[str], sound: Path, tmp_path: Path
) -> None:
    change = sql(change, tmp_path) if isinstance(change, str) else change
    found = examined(changed(sound, tmp_path, change), tmp_path)
    for problem in problems:
        assert any(problem in one for one in found.problems), (problem, found.problems)


def test_of_many_missing_files_some_are_named(sound: Path, tmp_path: Path) -> None:
    names = ", ".join(f'"{number}.txt"' for number in range(30))
    change = sql(f"UPDATE posts SET files = '[{names}]'", tmp_path)
    found = examined(changed(sound, tmp_path, change), tmp_path)
    missing = [one for one in found.problems if "file" in one]
    assert len(missing) == 11
    assert missing[-1] == "20 more such files are not in it"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO _fc_params VALUES ('storage', '{\"provider\":\"gcs\"}')",
        "UPDATE _params SET value = '{\"s3\":{\"enabled\":true}}' WHERE id = 'settings'",
    ],
)
def test_files_that_were_kept_elsewhere_are_not_missed(
    statement: str, sound: Path, tmp_path: Path
) -> None:
    def change(content: dict[str, bytes]) -> None:
        del content[FILE]
        sql(statement, tmp_path)(content)

    found = examined(changed(sound, tmp_path, change), tmp_path)
    assert not found.with_files
    assert not any("a record names" in one for one in found.problems)


def test_what_is_no_zip_is_told(sound: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(sound.read_bytes()[:10_000])
    assert "no readable zip" in examined(path, tmp_path).problems[0]


def test_one_flipped_bit_is_found(sound: Path, tmp_path: Path) -> None:
    content = bytearray(sound.read_bytes())
    content[3000] ^= 1
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert "is damaged" in examined(path, tmp_path).problems[0]
