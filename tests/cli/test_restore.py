"""`fastcms backup restore`, on a directory that is served, one that is not, and none at all."""

import json
import os
import pty
import shutil
import subprocess
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from fastcms import swap
from fastcms.presence import Presence
from fastcms_cli import restore as command
from fastcms_cli.main import main
from tests.cli.commands import Done, run
from tests.servers import Kind, Server, add_superuser
from tests.servers import command as server_command

AT = "/api/collections/posts/records"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a record `old` in its backup `one.zip`, and a record `new` besides."""
    directory = tmp_path_factory.mktemp("restore") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory) as server:
        token = server.superuser_token()
        rules = {"listRule": "", "createRule": ""}
        posts = {"name": "posts", **rules, "fields": [{"type": "text", "name": "title"}]}
        server.expect("POST", "/api/collections", token=token, json_body=posts)
        server.expect("POST", AT, json_body={"title": "old"})
        server.expect("POST", "/api/backups", token=token, json_body={"name": "one.zip"})
        server.expect("POST", AT, json_body={"title": "new"})
    return directory


@pytest.fixture
def directory(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "pb_data"))


def fastcms(directory: Path, *arguments: str) -> Done:
    return run(Kind.FASTCMS, "backup", "restore", *arguments, directory=directory)


def titles(server: Server) -> list[str]:
    return sorted(record["title"] for record in server.expect("GET", AT)["items"])


def test_a_directory_that_nobody_serves(directory: Path) -> None:
    done = fastcms(directory, "one.zip", "--yes", "--json")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == {"ok": True, "key": "one.zip", "byServer": False}
    assert not (directory / swap.FOLDER).exists()
    with Server(Kind.FASTCMS, directory) as server:
        assert titles(server) == ["old"]


def test_a_directory_that_is_served(directory: Path) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(Server(Kind.FASTCMS, directory, workers=2))
        assert titles(server) == ["new", "old"]
        # It has the directory open as well.
        line = server_command(Kind.FASTCMS, "logs", "tail", directory=directory)
        tail = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
        stack.callback(tail.communicate)
        stack.callback(tail.kill)
        assert tail.stdout is not None
        assert tail.stdout.readline()
        said = f"The server has restored one.zip into {directory}."
        assert fastcms(directory, "one.zip", "--yes") == Done(0, said, "")
        assert titles(server) == ["old"]
        assert server.send("GET", "/api/nothing").status == 404
        assert any("/api/nothing" in line for line in iter(tail.stdout.readline, ""))


def test_a_directory_that_is_broken(directory: Path) -> None:
    (directory / "data.db").write_bytes(b"no database")
    (directory / "auxiliary.db").unlink()
    said = f"Restored one.zip into {directory}."
    assert fastcms(directory, "one.zip", "--yes") == Done(0, said, "")
    with Server(Kind.FASTCMS, directory) as server:
        assert titles(server) == ["old"]


def test_a_directory_that_is_not_there_yet(directory: Path, tmp_path: Path) -> None:
    copy, file = tmp_path / "some" / "copy", directory / "backups" / "one.zip"
    assert fastcms(copy, str(file)) == Done(0, f"Restored one.zip into {copy}.", "")
    with Server(Kind.FASTCMS, copy) as server:
        assert titles(server) == ["old"]
        assert server.superuser_token()


def test_what_cannot_be_done(
    directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_text("no zip")
    other = tmp_path / "home"
    other.mkdir()
    (other / "letter.txt").write_text("mine")
    rows = [
        (directory, ("one.zip",), f"one.zip replaces everything in {directory}. Say so with --yes"),
        (directory, ("two.zip", "-y"), "there is neither a backup nor a file two.zip"),
        (directory, (str(bad), "-y"), "bad.zip cannot be restored: it is no readable zip"),
        (other, (str(bad), "-y"), f"{other} holds files of something else; give another"),
        (bad, (str(bad), "-y"), f"{bad} is a file; give a directory with --dir"),
        (tmp_path / "none", (str(bad),), "bad.zip cannot be restored: it is no readable zip"),
        (tmp_path / "none", ("one.zip",), "there is neither a backup nor a file one.zip"),
    ]
    for where, arguments, reason in rows:
        with pytest.raises(SystemExit, match="1"):
            main(["backup", "restore", *arguments, "--dir", str(where)])
        out, err = capsys.readouterr()
        assert (out, err[: len(reason)]) == ("", reason)
    assert not (tmp_path / "none").exists()
    assert [path.name for path in other.iterdir()] == ["letter.txt"]
    done = fastcms(directory, "two.zip", "-y", "--json")
    assert json.loads(done.out)["ok"] is False
    with Server(Kind.FASTCMS, directory) as server:
        assert titles(server) == ["new", "old"]


def test_another_process_that_does_not_let_go(
    directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "OTHERS_SECONDS", 0.1)
    monkeypatch.setattr(command, "MOST_SECONDS", 0.3)
    presence = Presence(directory)
    presence.share()
    with pytest.raises(SystemExit):
        main(["backup", "restore", "one.zip", "--yes", "--dir", str(directory)])
    assert (
        "does not let go, so nothing has changed; end it and try again" in capsys.readouterr().err
    )
    presence.close()
    assert swap.pending(directory) is None
    with Server(Kind.FASTCMS, directory) as server:
        assert titles(server) == ["new", "old"]


def test_a_command_that_has_it_open_lets_go(
    directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "OTHERS_SECONDS", 0.1)
    presence = Presence(directory)
    presence.share()
    threading.Timer(0.3, presence.close).start()
    main_returns(["backup", "restore", "one.zip", "--yes", "--dir", str(directory)])
    assert capsys.readouterr().out == f"Restored one.zip into {directory}.\n"
    with Server(Kind.FASTCMS, directory) as server:
        assert titles(server) == ["old"]


def main_returns(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(arguments)


@pytest.mark.parametrize(("answer", "left"), [("n", ["new", "old"]), ("y", ["old"])])
def test_whoever_sits_at_a_terminal_is_asked(directory: Path, answer: str, left: list[str]) -> None:
    keyboard, terminal = pty.openpty()
    try:
        os.write(keyboard, f"{answer}\n".encode())
        line = server_command(Kind.FASTCMS, "backup", "restore", "one.zip", directory=directory)
        done = subprocess.run(line, stdin=terminal, capture_output=True, text=True, timeout=60)
    finally:
        os.close(keyboard)
        os.close(terminal)
    assert f"one.zip replaces everything in {directory}. Go on? (y/N)" in done.stdout
    assert (done.returncode, "nothing has changed" in done.stderr) == (
        (0, False) if answer == "y" else (1, True)
    )
    with Server(Kind.FASTCMS, directory) as server:
        assert titles(server) == left
