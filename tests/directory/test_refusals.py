"""What cannot be served is refused in one line that says how to mend it, and nothing is touched."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fastcms.directory import open_directory
from fastcms.errors import StartError
from tests.directory.places import Change, executing, from_sql, run, snapshot
from tests.servers import Kind, command


def garbage(name: str) -> Change:
    def change(directory: Path) -> None:
        (directory / name).write_bytes(b"this is no database, but long enough to be one" * 100)

    return change


def foreign(directory: Path) -> None:
    (directory / "data.db").unlink()
    executing("CREATE TABLE customers (id INTEGER PRIMARY KEY)")(directory)


def folder(directory: Path) -> None:
    (directory / "data.db").unlink()
    (directory / "data.db").mkdir()


def cut(directory: Path) -> None:
    content = (directory / "data.db").read_bytes()
    (directory / "data.db").write_bytes(content[: len(content) // 2])


SPOILT = [
    ("no database", garbage("data.db"), "file is not a database"),
    ("a broken log", garbage("auxiliary.db"), "auxiliary.db cannot be opened"),
    ("another program's database", foreign, "no PocketBase or FastCMS database"),
    ("a folder", folder, "is not a file"),
    ("half a database", cut, "data.db cannot be opened"),
    (
        "a newer PocketBase",
        executing("INSERT INTO _migrations VALUES ('1999999999_next.go', 1)"),
        "changed by the migration 1999999999_next.go, which FastCMS does not know; start a newer",
    ),
    (
        "a newer FastCMS",
        executing(
            "CREATE TABLE _fc_params (key TEXT PRIMARY KEY, value JSON)",
            "INSERT INTO _fc_params VALUES ('version', 99)",
        ),
        "data version 99",
    ),
    (
        "an unknown field type",
        executing(
            'UPDATE _collections SET fields = replace(fields, \'"type":"bool"\', \'"type":"x"\')'
        ),
        "has a collection that FastCMS does not know",
    ),
    (
        "encrypted settings",
        executing("UPDATE _params SET value = 'QUJDREVGR0hJSktMTU5PUA=='"),
        "missing encryption key",
    ),
    (
        "settings of a wrong shape",
        executing("UPDATE _params SET value = '[]'"),
        "the settings in data.db are not valid",
    ),
]


@pytest.mark.parametrize(
    ("change", "reason"), [row[1:] for row in SPOILT], ids=[r[0] for r in SPOILT]
)
def test_a_spoilt_directory(reference_copy: Path, change: Change, reason: str) -> None:
    change(reference_copy)
    before = snapshot(reference_copy)
    with pytest.raises(StartError, match=reason) as refused:
        open_directory(reference_copy)
    assert "\n" not in str(refused.value)
    assert snapshot(reference_copy) == before


def test_a_directory_of_pocketbase_0_22(tmp_path: Path) -> None:
    directory = from_sql("pocketbase-0.22.27.sql", tmp_path / "pb_data")
    before = snapshot(directory)
    with pytest.raises(StartError, match=r"PocketBase 0\.22 or older; start PocketBase 0\.23"):
        open_directory(directory)
    assert snapshot(directory) == before


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "pb_data").write_text("notes")
    with pytest.raises(StartError, match="is a file; give a directory with --dir"):
        open_directory(tmp_path / "pb_data")


def test_a_place_where_no_directory_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("notes")
    with pytest.raises(StartError, match="Not a directory; mend that or give another"):
        open_directory(tmp_path / "notes" / "pb_data")


@contextmanager
def without_roots_rights() -> Iterator[None]:
    """No mode of a file binds root."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_no_permission() -> None:
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place) / "pb_data"
        open_directory(directory).close()
        Path(place).chmod(0o755)
        directory.chmod(0o555)
        with without_roots_rights(), pytest.raises(StartError, match="may not be read and written"):
            open_directory(directory)
        directory.chmod(0o755)


@pytest.mark.parametrize(
    "arguments",
    [("serve", "--http", "127.0.0.1:0"), ("superuser", "upsert", "a@b.co", "password-1")],
    ids=" ".join,
)
def test_the_command_says_so_in_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    directory = tmp_path / "pb_data"
    directory.mkdir()
    garbage("data.db")(directory)
    before = snapshot(directory)
    done = run(command(Kind.FASTCMS, *arguments, directory=directory))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "file is not a database" in done.stderr
    assert snapshot(directory) == before
