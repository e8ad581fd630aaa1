"""Zips that are no honest backups are refused, and write nothing outside of their folder."""

import os
import stat
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from fastcms.backups import archive
from fastcms.backups.archive import ArchiveError

DATABASE = b"SQLite format 3\0" + bytes(84)
Change = Callable[[zipfile.ZipFile], None]


def entry(name: str, content: bytes = b"x", mode: int = 0, **given: int) -> Change:
    def change(made: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        info.compress_type = given.get("compression", zipfile.ZIP_DEFLATED)
        made.writestr(info, content)

    return change


def zipped(place: Path, *changes: Change, database: bytes | None = DATABASE) -> Path:
    path = place / "backup.zip"
    with zipfile.ZipFile(path, "w") as made:
        if database is not None:
            made.writestr("data.db", database)
        for change in changes:
            change(made)
    return path


def unpacked(path: Path, target: Path) -> dict[str, bytes]:
    with archive.opened(path) as backup:
        backup.extract(target)
    found = (file for file in target.rglob("*") if file.is_file())
    return {str(file.relative_to(target)): file.read_bytes() for file in found}


PATHS = [
    "/etc/passwd",
    "../outside",
    "storage/../../outside",
    "storage/./x",
    "storage//x",
    "..",
    "",
    "..\\outside",
    "C:\\outside",
    "line\nbreak",
    "a" * 256,
    "a/" * 600 + "a",
]
KINDS = [
    ("a link", entry("storage/link", b"/etc/passwd", stat.S_IFLNK | 0o777), "a link or a device"),
    ("a device", entry("null", b"", stat.S_IFCHR | 0o666), "a link or a device"),
    ("a pipe", entry("pipe", b"", stat.S_IFIFO | 0o666), "a link or a device"),
    ("a folder that says it is a file", entry("a/", b"", stat.S_IFREG), "a link or a device"),
    ("a file that says it is a folder", entry("a", b"", stat.S_IFDIR), "a link or a device"),
    ("LZMA", entry("a", compression=zipfile.ZIP_LZMA), "compressed in a way"),
    ("another case of a name", entry("Backups/a.zip"), "not every disk can tell"),
    ("a journal", entry("data.db-journal"), "copied while it was written"),
    ("a journal of the log", entry("auxiliary.db-journal"), "copied while it was written"),
    ("a log that is none", entry("auxiliary.db", b"text"), "its auxiliary.db is no SQLite"),
    ("an empty log", entry("auxiliary.db", b""), "its auxiliary.db is no SQLite"),
    ("a file in a file", entry("data.db/x"), "as a file and as a folder"),
]


@pytest.mark.parametrize("path", PATHS)
def test_paths_that_lead_elsewhere_are_refused(path: str, tmp_path: Path) -> None:
    with (
        pytest.raises(ArchiveError, match=r"no path inside|too long"),
        archive.opened(zipped(tmp_path, entry(path))),
    ):
        pass


@pytest.mark.parametrize(
    ("change", "reason"), [row[1:] for row in KINDS], ids=[k[0] for k in KINDS]
)
def test_what_is_no_plain_file_is_refused(change: Change, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=reason), archive.opened(zipped(tmp_path, change)):
        pass


@pytest.mark.parametrize(
    ("database", "reason"),
    [(None, "holds no data.db"), (b"", "no SQLite"), (b"SQLite format 2\0" * 9, "no SQLite")],
)
def test_it_must_hold_a_database(database: bytes | None, reason: str, tmp_path: Path) -> None:
    path = zipped(tmp_path, entry("storage/data.db", DATABASE), database=database)
    with pytest.raises(ArchiveError, match=reason), archive.opened(path):
        pass


def test_names_that_stand_twice_are_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        path = zipped(tmp_path, entry("a/b"), entry("a/b", b"other"))
    with pytest.raises(ArchiveError, match="'a/b' is in it twice"), archive.opened(path):
        pass


def test_a_name_with_a_hidden_end_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, entry("storage/one#txt"))
    path.write_bytes(path.read_bytes().replace(b"one#txt", b"one\0txt"))
    with pytest.raises(ArchiveError, match="no path inside"), archive.opened(path):
        pass


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, entry("a"))
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="'a' is encrypted"), archive.opened(path):
        pass


@pytest.mark.parametrize("content", [b"", b"text", b"PK\5\6", b"PK\5\6" + bytes(18), bytes(5000)])
def test_what_is_no_zip_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    path.write_bytes(content)
    with pytest.raises(ArchiveError), archive.opened(path):
        pass


def test_a_bomb_is_refused_by_its_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGE", 1 << 20)
    path = zipped(tmp_path, entry("storage/zeros", bytes(2 << 20)))
    with pytest.raises(ArchiveError, match="times its own size"), archive.opened(path):
        pass


def test_files_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, entry("a", os.urandom(5000)), entry("b", os.urandom(5000)))
    with zipfile.ZipFile(path) as made:
        first = made.getinfo("a").header_offset
        second = made.getinfo("b").header_offset
    content = path.read_bytes()
    # The table says of both that they begin where the first does; the second is gone.
    cut = content[:second] + content[content.index(b"PK\1\2") :]
    end = cut.rindex(b"PK\5\6")
    table = cut.index(b"PK\1\2")
    moved = cut[:end] + cut[end : end + 16] + struct.pack("<I", table) + cut[end + 20 :]
    at = moved.rindex(b"PK\1\2") + 42
    path.write_bytes(moved[:at] + struct.pack("<I", first) + moved[at + 4 :])
    with pytest.raises(ArchiveError, match="share the same bytes"), archive.opened(path):
        pass


def test_a_table_of_contents_without_end_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(tmp_path, *(entry(f"storage/{n}") for n in range(100)))
    monkeypatch.setattr(archive, "CONTENTS_BYTES", 1000)
    with pytest.raises(ArchiveError, match="too many files"), archive.opened(path):
        pass


def test_a_full_disk_is_told_before_it_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "SPARE_BYTES", 1 << 60)
    with pytest.raises(ArchiveError, match="no room"):
        unpacked(zipped(tmp_path), tmp_path / "out")


@pytest.mark.parametrize("size", [5, 200_000])
def test_a_file_that_is_not_as_long_as_it_says(size: int, tmp_path: Path) -> None:
    path = zipped(tmp_path, entry("a", bytes(100_000)))
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\1\2") + 24
    content[at : at + 4] = struct.pack("<I", size)
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="'a' is"):
        unpacked(path, tmp_path / "out")


def test_damage_is_found(tmp_path: Path) -> None:
    path = zipped(tmp_path, entry("a", os.urandom(1000), compression=zipfile.ZIP_STORED))
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\3\4") + 500] ^= 1
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="'a' is damaged"):
        unpacked(path, tmp_path / "out")


def test_links_on_the_disk_are_not_followed(tmp_path: Path) -> None:
    # As if somebody else wrote into the folder meanwhile.
    outside = tmp_path / "outside"
    outside.write_text("mine")
    target = tmp_path / "out"

    def link(_: int) -> None:
        (target / "b").symlink_to(outside)

    with (
        archive.opened(zipped(tmp_path, entry("b"))) as backup,
        pytest.raises(ArchiveError, match="'b' is in it twice"),
    ):
        backup.extract(target, link)
    assert outside.read_text() == "mine"


def test_what_comes_out(tmp_path: Path) -> None:
    made = zipped(
        tmp_path,
        entry("storage/c/r/a b ü.txt", b"text"),
        entry("storage/c/r/A B Ü.txt", b"other"),
        entry("empty/", b"", stat.S_IFDIR | 0o777),
        entry("run.sh", b"#!/bin/sh", stat.S_IFREG | 0o6777),
        entry("auxiliary.db", DATABASE),
        # Of another place, or code.
        entry("backups/a.zip"),
        entry(".notify/fastcms.lock"),
        entry(".pb_temp_to_delete/x"),
        entry(".fc_restore/ready"),
        entry("pb_hooks/main.pb.js"),
        entry("pb_migrations/1_x.py"),
        entry("pb_public/index.html"),
        entry("fastcms.toml"),
        entry("data.db-shm"),
    )
    counts: list[int] = []
    with archive.opened(made) as backup:
        backup.extract(tmp_path / "out", counts.append)
        assert backup.size == counts[-1]
    target = tmp_path / "out"
    files = {
        str(file.relative_to(target)): file.read_bytes()
        for file in target.rglob("*")
        if file.is_file()
    }
    assert files == {
        "data.db": DATABASE,
        "auxiliary.db": DATABASE,
        "run.sh": b"#!/bin/sh",
        "storage/c/r/a b ü.txt": b"text",
        "storage/c/r/A B Ü.txt": b"other",
    }
    assert (target / "empty").is_dir()
    assert not any(file.stat().st_mode & 0o7111 for file in target.rglob("*") if file.is_file())


def test_nonsense_is_an_answer(tmp_path: Path) -> None:
    """Every byte of a small backup, changed, gives a backup or a refusal, and nothing outside."""
    path = zipped(tmp_path, entry("a", b"text"))
    content = path.read_bytes()
    place = tmp_path / "place"
    for at in range(len(content)):
        place.mkdir()
        path.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        with suppress(ArchiveError):
            unpacked(path, place / "out")
        assert [child.name for child in place.iterdir()] in ([], ["out"])
        for file in sorted(place.rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
        place.rmdir()
