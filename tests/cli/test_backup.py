"""`fastcms backup`: beside a server or alone, without a terminal, when killed, on a full disk."""

import io
import json
import os
import resource
import signal
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from fastcms import backup_lock
from fastcms_cli.main import main
from tests.cli.commands import Done
from tests.servers import Kind, Server, add_superuser, command
from tests.waiting import until


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("served") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=2) as running:
        yield running


@pytest.fixture
def unserved(tmp_path: Path) -> Path:
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    return directory


def backup(directory: Path, *arguments: str) -> Done:
    """The command in this process, which is another than the server's as well."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(["backup", *arguments, "--dir", str(directory)])
    return Done(int(ended.value.code or 0), out.getvalue().strip(), err.getvalue().strip())


def keys(directory: Path) -> list[str]:
    listed = backup(directory, "list", "--json")
    return [item["key"] for item in json.loads(listed.out)["items"]]


def left_over(directory: Path) -> list[str]:
    """What lies in scratch folders but their locks."""
    scratch = directory / ".pb_temp_to_delete"
    return [path.name for path in scratch.rglob("*") if path.is_file() and path.name != "lock"]


def test_the_life_of_a_backup_beside_a_server(server: Server, tmp_path: Path) -> None:
    directory = server.directory
    made = backup(directory, "create", "first.zip", "--verify")
    assert made.code == 0, made
    assert made.out.startswith("Created first.zip (")
    assert made.err == ""
    taken = backup(directory, "create", "first.zip")
    assert taken == (1, "", "there is a backup first.zip already; give another name")
    copied = backup(directory, "download", "first.zip", str(tmp_path / "copy.zip"))
    assert copied.out.startswith(f"Wrote {tmp_path / 'copy.zip'} (")
    assert zipfile.is_zipfile(tmp_path / "copy.zip")
    uploaded = backup(directory, "upload", str(tmp_path / "copy.zip"), "--json")
    assert json.loads(uploaded.out)["key"] == "copy.zip"
    sound = backup(directory, "verify", "copy.zip")
    assert (sound.code, sound.err) == (0, "")
    assert sound.out.startswith("copy.zip is sound: ")
    token = server.superuser_token()
    seen = [one["key"] for one in server.expect("GET", "/api/backups", token=token)]
    assert seen == keys(directory) == ["copy.zip", "first.zip"]
    assert backup(directory, "delete", *seen).out == "Removed copy.zip, first.zip."
    assert backup(directory, "delete", "first.zip") == (1, "", "there is no backup first.zip")
    assert backup(directory, "list").out == "There are no backups."


def test_the_server_follows_a_schedule(server: Server) -> None:
    def jobs() -> list[str]:
        token = server.superuser_token()
        found = server.expect("GET", "/api/crons", token=token)
        return [job["expression"] for job in found if job["id"] == "__pbAutoBackup__"]

    wrong = backup(server.directory, "schedule", "0 3 * *")
    assert wrong.code == 1
    assert "cron" in wrong.err
    assert jobs() == []
    line = backup(server.directory, "schedule", "0 3 * * *", "--keep", "7", "--verify")
    assert line.out == "0 3 * * * (UTC); the newest 7 are kept, and each is examined."
    assert jobs() == ["0 3 * * *"]
    assert json.loads(backup(server.directory, "schedule", "--json").out) == {
        "ok": True,
        "cron": "0 3 * * *",
        "keep": 7,
        "verify": True,
    }
    assert backup(server.directory, "schedule", "--off").code == 0
    assert jobs() == []


def test_what_the_configuration_sets_is_not_stored(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASTCMS_SETTINGS_BACKUPS_CRON", "0 5 * * *")
    refused = backup(server.directory, "schedule", "0 3 * * *")
    assert refused.code == 1
    assert "It is set by" in refused.err
    assert backup(server.directory, "schedule", "--keep", "9").code == 0
    monkeypatch.delenv("FASTCMS_SETTINGS_BACKUPS_CRON")
    plan = json.loads(backup(server.directory, "schedule", "--json").out)
    assert (plan["cron"], plan["keep"]) == ("", 9)


def test_a_series_keeps_its_newest_and_touches_no_other(unserved: Path) -> None:
    backup(unserved, "create", "nightly_by_hand.zip")
    other = backup(unserved, "create", "--series", "weekly", "--json")
    for _ in range(3):
        last = backup(unserved, "create", "--series", "nightly", "--keep", "1", "--json")
    made = json.loads(last.out)
    assert len(made["removed"]) == 1
    assert keys(unserved) == [made["key"], "nightly_by_hand.zip", json.loads(other.out)["key"]]


def test_it_goes_into_a_file_or_a_pipe_as_well(unserved: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    target.write_text("an older one")
    assert backup(unserved, "create", "--out", str(target), "--quiet") == (0, "", "")
    line = command(Kind.FASTCMS, "backup", "create", "--out", "-", directory=unserved)
    piped = subprocess.run(line, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    assert (piped.returncode, piped.stderr) == (0, b"")
    (tmp_path / "piped.zip").write_bytes(piped.stdout)
    assert zipfile.is_zipfile(target)
    done = backup(unserved, "verify", str(tmp_path / "piped.zip"))
    assert done.code == 0, done
    nowhere = backup(unserved, "create", "--out", str(tmp_path / "no" / "x.zip"))
    assert nowhere.code == 1
    assert "cannot be written: No such file or directory" in nowhere.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.zip", "pb_data", "piped.zip"]
    assert not (unserved / "backups").exists()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["create", "A b.zip"], "is no name for a backup"),
        (["create", "../x.zip"], "is no name for a backup"),
        (["create", "--series", "a/b"], "is no word for a series"),
        (["create", "--keep", "3"], "--keep needs --series"),
        (["create", "x.zip", "--series", "a"], "leave out the name or --series"),
        (["create", "x.zip", "--out", "y.zip"], "--out goes without a name"),
        (["create", "--out", "y.zip", "--verify"], "use fastcms backup verify"),
        (["verify", "nothing.zip"], "there is neither a backup nor a file nothing.zip"),
        (["upload", "/etc/passwd"], "/etc/passwd is no zip"),
        (["upload", "/nothing.zip"], "No such file"),
        (["download", "../data.db"], "there is no backup ../data.db"),
        (["delete", "../data.db"], "there is no backup ../data.db"),
        (["schedule", "@daily", "--off"], "say when, or --off"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    arguments: list[str], error: str, server: Server
) -> None:
    done = backup(server.directory, *arguments)
    assert (done.code, done.out) == (1, "")
    assert error in done.err
    assert "\n" not in done.err


def test_a_directory_that_is_none_is_not_made(tmp_path: Path) -> None:
    done = backup(tmp_path / "none", "create")
    assert done.code == 1
    assert "is no data directory" in done.err
    assert not (tmp_path / "none").exists()


def test_another_one_that_is_under_way_is_left_alone(server: Server) -> None:
    token = server.superuser_token()
    with backup_lock.hold(server.directory, "backup", "other.zip") as hold:
        hold.tell("zipping", 5, 10)
        busy = backup(server.directory, "create")
        assert busy == (1, "", "another backup or restore of it is under way; try again later")
        answer = server.send("POST", "/api/backups", token=token)
        assert (answer.status, answer.json()["message"]) == (400, backup_lock.BUSY)
        shown = server.expect("GET", "/api/backups-progress", token=token)
        assert (shown["key"], shown["done"], shown["total"]) == ("other.zip", 5, 10)
        used = server.send("DELETE", "/api/backups/other.zip", token=token)
        assert used.status == 400
        assert "currently being used" in used.json()["message"]
    assert server.expect("GET", "/api/backups-progress", token=token)["key"] == ""


def test_one_that_is_killed_leaves_no_backup_and_the_next_one_clears_up(server: Server) -> None:
    directory = server.directory
    (directory / "large.bin").write_bytes(os.urandom(64 << 20))
    line = command(Kind.FASTCMS, "backup", "create", "killed.zip", directory=directory)

    def is_writing() -> bool:
        running = backup_lock.progress(directory)
        return running is not None and running.step == "zipping" and running.done > 0

    with subprocess.Popen(line, stdin=subprocess.DEVNULL) as process:
        until(is_writing)
        process.send_signal(signal.SIGKILL)
    (directory / "large.bin").unlink()
    assert backup_lock.free(directory)
    assert "killed.zip" not in keys(directory)
    assert "backup.zip" in left_over(directory)
    assert backup(directory, "create", "next.zip").code == 0
    assert left_over(directory) == []
    assert "next.zip" in keys(directory)


def test_a_full_disk_is_told_and_nothing_is_left(server: Server) -> None:
    directory = server.directory
    before = keys(directory)
    (directory / "large.bin").write_bytes(os.urandom(8 << 20))
    line = command(Kind.FASTCMS, "backup", "create", "full.zip", directory=directory)

    def limit() -> None:
        # As on a full disk, writing fails; the signal that tells of it is ignored by Python.
        resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, 4 << 20))

    done = subprocess.run(
        line, capture_output=True, text=True, stdin=subprocess.DEVNULL, preexec_fn=limit
    )
    (directory / "large.bin").unlink()
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "there is no space left on the disk; free some and try again\n"
    assert keys(directory) == before
    assert left_over(directory) == []
    assert backup_lock.free(directory)
