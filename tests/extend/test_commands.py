"""Commands of users: where they are found, what they take, and how they fail."""

import sys
from pathlib import Path

import pytest

from fastcms_cli.main import main
from tests.cli.commands import Done, run_line
from tests.servers import Kind, add_superuser

SOURCE = """
from __future__ import annotations
import sqlite3
from typing import Annotated
import typer
from fastcms import App, app as shared, command

@command
def greet_all(name: str, times: int = 1, loud: bool = False):
    '''Greets somebody.'''
    print(" ".join([name.upper() if loud else name] * times))
    return "not printed"

@command("count", help="Counts records.")
def count(app, collection: Annotated[str, typer.Option("--of")] = "_superusers"):
    print(app.count(collection), shared.count(collection))

@command
async def write(here: App):
    async with here.transaction():
        await here.create("users", {"email": "a@b.co", "password": "1234567890"})
    print(await here.count("users"))

@command
def refused(app): app.create("users", {"email": "x", "password": "1234567890"})

@command
def fault(): raise ValueError("one\\ntwo")

@command
def steal(app): sqlite3.connect(app.data_dir / "data.db")

@command
def ends(): raise SystemExit(3)

@command
async def exits(): raise typer.Exit(4)

@command
def mistaken(): raise typer.BadParameter("not so")
"""
BAD = """
from fastcms import command

@command
def serve(): print("mine")

@command("count")
def again(): print("mine")

@command
def flag(dir: str = ""): print("mine")

@command
def many(*names: str): print("mine")
"""
TOLD = [
    "c.py was not loaded: c.py:1: '(' was never closed",
    "b.py: there is a command serve already; take another name",
    "b.py: there is a command count already; take another name",
    "b.py: flag cannot be a command: --dir is an option of every command",
    "b.py: many cannot be a command: names has to be one parameter",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("commands")
    (place / "pb_hooks").mkdir()
    (place / "pb_hooks" / "a.py").write_text(SOURCE)
    add_superuser(Kind.FASTCMS, place / "pb_data")
    return place


def called(capsys: pytest.CaptureFixture[str], place: Path, *arguments: str) -> Done:
    """The command line in this process, with the directory named before the command."""
    with pytest.raises(SystemExit) as ended:
        main(["--dir", str(place / "pb_data"), *arguments])
    captured = capsys.readouterr()
    code = ended.value.code
    assert isinstance(code, int)
    return Done(code, captured.out.strip(), captured.err.strip())


@pytest.mark.parametrize(
    ("line", "done"),
    [
        ("greet-all bob --times 2 --loud", Done(0, "BOB BOB", "")),
        ("greet-all", Done(1, "", "Missing argument 'name'.")),
        (
            "greet-all bob --times x",
            Done(1, "", "Invalid value for '--times': 'x' is not a valid int."),
        ),
        ("count", Done(0, "1 1", "")),
        ("count --of users", Done(0, "0 0", "")),
        ("count --of none", Done(1, "", 'There is no collection "none".')),
        ("write", Done(0, "1", "")),
        ("refused", Done(1, "", "email: Must be a valid email address.")),
        ("fault", Done(1, "", "a.py:28: ValueError: one two")),
        ("ends", Done(3, "", "")),
        ("exits", Done(4, "", "")),
        ("mistaken", Done(1, "", "Invalid value: not so")),
        ("unknown", Done(1, "", "No such command 'unknown'.")),
    ],
)
def test_what_they_do(
    capsys: pytest.CaptureFixture[str], place: Path, line: str, done: Done
) -> None:
    assert called(capsys, place, *line.split()) == done


def test_the_database_is_guarded(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    done = called(capsys, place, "steal")
    assert done.code == 1
    assert "sqlite3 beside it would lose rows" in done.err


def test_an_app_needs_its_directory(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    hooks = ("--hooksDir", str(place / "pb_hooks"))
    assert called(capsys, place / "no", "greet-all", "bob", *hooks) == Done(0, "bob", "")
    done = called(capsys, place / "no", "count", *hooks)
    assert (done.code, done.out) == (1, "")
    assert "is no data directory" in done.err


def test_help(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    for arguments in ([], ["--help"], ["-h"]):
        done = called(capsys, place, *arguments)
        assert (done.code, done.err) == (0, "")
        for text in ("serve", "Greets somebody.", "Counts records."):
            assert text in done.out
    done = called(capsys, place, "count", "--help")
    assert done.code == 0
    assert "--of" in done.out
    assert "app" not in done.out.split()


def test_the_configuration_names_their_folder(place: Path, tmp_path: Path) -> None:
    (tmp_path / "fastcms.toml").write_text(f'hooksDir = "{place / "pb_hooks"}"\n')
    line = [sys.executable, "-m", "fastcms_cli", "--dir", str(tmp_path / "pb_data")]
    assert run_line([*line, "greet-all", "bob"]) == Done(0, "bob", "")
    assert "Greets somebody." in run_line([*line, "--help"]).out
    (tmp_path / "fastcms.toml").write_text("nothing = 1\n")
    assert run_line([*line, "--help"]).code == 0


def test_bad_ones_harm_nobody_else(
    capsys: pytest.CaptureFixture[str], place: Path, tmp_path: Path
) -> None:
    (tmp_path / "pb_hooks").mkdir()
    for name, source in (("a.py", SOURCE), ("b.py", BAD), ("c.py", "x = (")):
        (tmp_path / "pb_hooks" / name).write_text(source)
    hooks = ("--hooksDir", str(tmp_path / "pb_hooks"))
    done = called(capsys, place, "count", *hooks)
    assert (done.code, done.out, done.err.split("\n")) == (0, "1 1", TOLD)
    # A command of FastCMS loads no file and stays what it is.
    marker = tmp_path / "loaded"
    (tmp_path / "pb_hooks" / "a.py").write_text(f"open({str(marker)!r}, 'w').close()")
    (tmp_path / "pb_data").mkdir()
    for line in (["serve", "--help"], ["--version"], ["hooks"]):
        assert called(capsys, tmp_path, *line).err == ""
    assert not marker.exists()
    assert called(capsys, tmp_path, "--help").code == 0
    assert marker.exists()


def test_one_that_hangs_holds_nobody(place: Path, tmp_path: Path) -> None:
    hooks = tmp_path / "pb_hooks"
    hooks.mkdir()
    (hooks / "asks.py").write_text("input()")
    (hooks / "hangs.py").write_text("import threading\nthreading.Event().wait()\n")
    (hooks / "z.py").write_text(SOURCE)
    line = [sys.executable, "-m", "fastcms_cli", "--dir", str(tmp_path / "pb_data")]
    helped, greeted = run_line([*line, "--help"]), run_line([*line, "greet-all", "bob"])
    assert (helped.code, greeted.code, greeted.out) == (0, 0, "bob")
    assert "Greets somebody." in helped.out
    for done in (helped, greeted):
        assert done.err.split("\n") == [
            "asks.py was not loaded: asks.py:1: EOFError: EOF when reading a line",
            "hangs.py was not loaded: TimeoutError: it takes longer than 5 s to load",
        ]
