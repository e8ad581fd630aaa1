"""Every command as a process: beside a server and without one, in a pipe and in a terminal."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer

from fastcms_cli import encryption
from fastcms_cli.main import app, main
from tests import warm
from tests.cli.commands import Done
from tests.servers import ROOT_EMAIL, Kind, Server, add_superuser, command


class Call(NamedTuple):
    """One command line that does what its command is for; `{place}` is a folder for files.

    code: 1 where it needs what is not here, like a mail server; then it says so in one line.
    as_json: whether it is called with `--json` too.
    """

    name: str
    arguments: tuple[str, ...] = ()
    code: int = 0
    as_json: bool = True


USER, OTHER = "ann@example.com", "second@example.com"
# In this order: later ones need what earlier ones have left.
CALLS = (
    Call("audit"),
    Call("backup create", ("one.zip",)),
    Call("backup list"),
    Call("backup verify", ("one.zip",)),
    Call("backup download", ("one.zip", "{place}/two.zip")),
    Call("backup upload", ("{place}/two.zip",)),
    Call("backup restore", ("{place}/two.zip", "--yes")),
    Call("backup delete", ("one.zip", "two.zip")),
    Call("backup schedule"),
    Call("collection template list"),
    Call("collection template apply", ("blog", "--yes")),
    Call("collection list"),
    Call("collection show", ("users",)),
    Call("collection export", ("--out", "{place}/collections.json")),
    Call("collection import", ("{place}/collections.json", "--yes")),
    Call("collection import-records", ("people", "{place}/people.csv", "--create")),
    Call("collection export-records", ("people", "{place}/people.json")),
    Call("config check"),
    Call("config show"),
    Call("doctor"),
    Call("files move", ("--to", "s3"), code=1),
    Call("health", ("--url", "http://127.0.0.1:1"), code=1),
    Call("hooks install"),
    Call("hooks list"),
    Call("hooks check"),
    Call("jobs list"),
    Call("jobs run", ("__pbOTPCleanup__",)),
    Call("jobs history"),
    Call("jobs queue list"),
    Call("jobs queue retry", ("--all",)),
    Call("jobs queue delete", ("1",), code=1, as_json=False),
    Call("logs query", ("data.status >= 0",)),
    Call("logs tail", ("--no-follow",), as_json=False),
    Call("mail list"),
    Call("migrate up"),
    Call("migrate create", ("empty",)),
    Call("migrate collections"),
    Call("migrate down", ("--yes",)),
    Call("migrate history-sync"),
    Call("openapi", as_json=False),
    Call("plugins list"),
    Call("plugins enable", ("stars",)),
    Call("plugins disable", ("stars",)),
    Call("rules explain", ("users", "list")),
    Call("settings describe", ("smtp",)),
    Call("settings get"),
    Call("settings set", ("meta.appName=Commands",)),
    Call("settings reset", ("meta.appName",)),
    Call("settings password-hash", ("argon2id",)),
    Call("settings sms", as_json=False),
    Call("settings storage", as_json=False),
    Call("settings rotate-key", ("--new-env", "NO_SUCH_VARIABLE"), code=1, as_json=False),
    Call("settings test database"),
    Call("settings test email", ("ann@example.com",), code=1),
    Call("settings test s3", code=1),
    Call("settings test sms", ("+4915112345678",), code=1),
    Call("settings test storage"),
    Call("settings test webhook", ("http://127.0.0.1:1/",), code=1),
    Call("superuser upsert", (OTHER, "password-of-two")),
    Call("superuser create", ("third@example.com", "password-of-three"), as_json=False),
    Call("superuser update", (OTHER, "password-of-one")),
    Call("superuser list"),
    Call("superuser ips"),
    Call("superuser locks"),
    Call("superuser unlock", (OTHER,)),
    Call("superuser otp", (OTHER,), code=1),
    Call("superuser totp disable", (OTHER,)),
    Call("superuser sessions list", (OTHER,)),
    Call("superuser sessions revoke", (OTHER,)),
    Call("superuser delete", (OTHER,)),
    Call("types", ("--ts",), as_json=False),
    Call("user upsert", (USER, "password-1")),
    Call("user create", ("bob@example.com", "password-1"), as_json=False),
    Call("user update", (USER, "password-2")),
    Call("user list"),
    Call("user locks"),
    Call("user unlock", (USER,)),
    Call("user otp", (USER,), code=1),
    Call("user totp disable", (USER,)),
    Call("user sessions list", (USER,)),
    Call("user sessions revoke", (USER,)),
    Call("user delete", (USER,)),
)
# It runs until it is stopped; tests/cli/test_serve.py is about it.
SERVE = "serve"
# What is no text: an escape of a terminal, a bar, or what Python says of a mistake of ours.
ODD = re.compile("\x1b|━|Traceback|Error:|\\bNone\\b")


def _walk(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for name, found in group.commands.items():
        if hasattr(found, "commands"):
            yield from _walk(found, (*path, name))
        elif not found.hidden:
            yield " ".join((*path, name)), found


COMMANDS = dict(_walk(encryption.give_options(typer.main.get_command(app))))


def test_each_is_here() -> None:
    assert sorted(COMMANDS) == sorted({*(call.name for call in CALLS), SERVE})


def test_each_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "cli.md").read_text()
    missing = [name for name in COMMANDS if not re.search(rf"\b{name.split()[-1]}\b", text)]
    assert missing == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_an_example(capsys: pytest.CaptureFixture[str], name: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*name.split(), "--help"])
    shown = capsys.readouterr()
    assert (ended.value.code, shown.err) == (0, "")
    assert re.search(rf"^  .*fastcms {name}( |$)", shown.out, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_mistakes_are_one_line(capsys: pytest.CaptureFixture[str], name: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*name.split(), "--xyzzy"])
    shown = capsys.readouterr()
    assert (ended.value.code, shown.out) == (1, "")
    assert shown.err == "No such option: --xyzzy\n"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Beside it are the files that commands take and make."""
    place = tmp_path_factory.mktemp("commands")
    (place / "people.csv").write_text("name,age\nAnn,30\nBob,40\n")
    _write_plugin(place)
    add_superuser(Kind.FASTCMS, place / "pb_data")
    return place / "pb_data"


def _write_plugin(place: Path) -> None:
    folder = place / "pb_plugins" / "stars"
    folder.mkdir(parents=True)
    (folder / "plugin.toml").write_text('version = "1.0"\n')
    (folder / "__init__.py").touch()


def _line(call: Call, directory: Path, *more: str) -> list[str]:
    arguments = [part.replace("{place}", str(directory.parent)) for part in call.arguments]
    place = [] if call.name == "settings describe" else ["--dir", str(directory)]
    return [*call.name.split(), *arguments, *more, *place]


def _ended(line: list[str], output: tuple[int, int]) -> Done:
    """A command whose both outputs go to the second of two descriptors, read from the first."""
    reader, writer = output
    process = warm.start(line, writer)
    os.close(writer)
    said = _read(reader)
    return Done(process.wait(60), said, "")


def _read(reader: int) -> str:
    """All that comes, until nobody is left to write."""
    said = bytearray()
    try:
        while some := os.read(reader, 65536):
            said += some
    except OSError:
        pass  # how a terminal ends
    os.close(reader)
    return said.decode().replace("\r\n", "\n").strip()


def _check(call: Call, done: Done) -> None:
    assert done.code == call.code, (call.name, done.out)
    assert not ODD.search(done.out), (call.name, done.out)
    assert call.code == 0 or "\n" not in done.out, (call.name, done.out)


def test_beside_a_server_and_in_a_pipe(directory: Path) -> None:
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        token = server.superuser_token()
        for call in CALLS:
            more = ("--json",) if call.as_json else ()
            done = _ended(_line(call, directory, *more), os.pipe())
            _check(call, done)
            if call.as_json:
                assert json.loads(done.out)["ok"] is (call.code == 0), (call.name, done.out)
        # It has seen all of it, and stands.
        path = "/api/collections/people/records"
        assert server.expect("GET", path, token=token)["totalItems"] == 2
        listed = server.expect("GET", "/api/collections/users/records", token=token)
        assert [item["email"] for item in listed["items"]] == ["bob@example.com"]
        assert server.expect("GET", "/api/settings", token=token)["meta"]["appName"] == "Acme"
    assert "Traceback" not in server.output


def test_without_a_server_and_in_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("name,age\nAnn,30\n")
    _write_plugin(tmp_path)
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    for call in CALLS:
        if call.name.startswith("superuser "):
            continue  # what they share with `user`
        done = _ended(_line(call, directory), os.openpty())
        plain = re.sub("\x1b\\[[0-9;?]*[a-zA-Z]|.*━.*\n?|\r", "", done.out).strip()
        _check(call, done._replace(out=plain))


def test_a_closed_pipe(directory: Path) -> None:
    line = command(Kind.FASTCMS, "settings", "get", directory=directory)
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(line, stdout=closed, stderr=subprocess.PIPE, timeout=60)
    assert (done.returncode, done.stderr) == (1, b"")


# Who runs the tests in the background has them ignore Ctrl-C, and what they start.
LISTENS = ("env", "--default-signal=INT")


def test_ctrl_c_at_a_question(directory: Path) -> None:
    line = command(Kind.FASTCMS, "superuser", "upsert", ROOT_EMAIL, directory=directory)
    ours, theirs = os.openpty()
    # A session whose keyboard the terminal is.
    line = [*LISTENS, "setsid", "--ctty", *line]
    with subprocess.Popen(line, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE) as process:
        os.close(theirs)
        assert os.read(ours, 1024) == b"Password: "
        os.write(ours, b"\x03")
        _, said = process.communicate(timeout=60)
    os.close(ours)
    assert (process.returncode, said) == (130, b"")


def test_ctrl_c_while_it_follows_the_log(directory: Path) -> None:
    with Server(Kind.FASTCMS, directory, workers=1) as server:
        server.send("GET", "/api/nothing")
    line = [*LISTENS, *command(Kind.FASTCMS, "logs", "tail", directory=directory)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b"")
