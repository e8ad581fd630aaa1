"""The command line as a whole: options, mistakes, exit codes."""

import sys
from pathlib import Path

import pytest

from fastcms_cli.main import main
from tests.cli.commands import Done, run, run_line
from tests.servers import Kind, Server


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> Done:
    """The command line in this process."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    captured = capsys.readouterr()
    code = ended.value.code
    assert isinstance(code, int)
    return Done(code, captured.out.strip(), captured.err.strip())


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_help(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    done = called(capsys, *arguments)
    assert (done.code, done.err) == (0, "")
    for name in ("serve", "superuser", "user", "settings", "--dir", "--install-completion"):
        assert name in done.out


@pytest.mark.parametrize("group", ["superuser", "user", "settings"])
def test_a_group_alone_shows_its_help(capsys: pytest.CaptureFixture[str], group: str) -> None:
    done = called(capsys, group)
    assert (done.code, done.err) == (0, "")
    assert f"Usage: fastcms {group} [OPTIONS] COMMAND" in done.out


@pytest.mark.parametrize("option", ["--version", "-v"])
def test_version(capsys: pytest.CaptureFixture[str], option: str) -> None:
    from fastcms import __version__

    assert called(capsys, option) == Done(0, f"fastcms version {__version__}", "")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("nothing",), "No such command 'nothing'."),
        (("serve", "--nothing"), "No such option: --nothing"),
        (("--dir",), "Option '--dir' requires an argument."),
        (("superuser", "nothing"), "No such command 'nothing'."),
        (("superuser", "delete", "a@b.co", "b"), "Got unexpected extra argument(s) (b)"),
        (("settings", "password-hash", "md5"), "'md5' is not one of 'argon2id', 'bcrypt'"),
        (("superuser", "upsert", "nobody", "x"), "missing or invalid email address"),
    ],
)
def test_mistakes_are_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], reason: str
) -> None:
    done = called(capsys, *arguments)
    assert (done.code, done.out) == (1, "")
    assert reason in done.err
    assert "\n" not in done.err


@pytest.mark.parametrize(
    "place",
    [
        ("--dir", "{}", "superuser", "delete", "a@b.co"),
        ("superuser", "--dir", "{}", "delete", "a@b.co"),
        ("superuser", "delete", "a@b.co", "--dir", "{}"),
        ("superuser", "delete", "--dir={}", "a@b.co"),
        ("--dir", "nowhere", "superuser", "delete", "a@b.co", "--dir", "{}"),
    ],
    ids=" ".join,
)
def test_places_of_dir(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, place: tuple[str, ...]
) -> None:
    directory = tmp_path / "pb_data"
    done = called(capsys, *(part.format(directory) for part in place))
    assert done == Done(0, 'superuser "a@b.co" is missing or already deleted', "")
    assert (directory / "data.db").exists()


def test_the_default_directory(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert called(capsys, "settings", "password-hash") == Done(0, "argon2id", "")
    assert (tmp_path / "pb_data" / "data.db").exists()


def test_completion() -> None:
    line = [sys.executable, "-m", "fastcms_cli", "--show-completion", "bash"]
    done = run_line(line)
    assert done.code == 0
    assert "_FASTCMS_COMPLETE" in done.out


def test_password_hash(tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"

    def fastcms(*arguments: str) -> Done:
        return run(Kind.FASTCMS, *arguments, directory=directory)

    assert fastcms("settings", "password-hash").out == "argon2id"
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        fastcms("superuser", "upsert", "a@b.co", "password-1")
        server.sign_in("_superusers", "a@b.co", "password-1")
        done = fastcms("settings", "password-hash", "bcrypt")
        assert done == Done(0, "New passwords are hashed with bcrypt.", "")
        # The running server replaces the hash at the sign-in.
        server.sign_in("_superusers", "a@b.co", "password-1")
    assert fastcms("settings", "password-hash", "--json").out == (
        '{"ok": true, "passwordHash": "bcrypt", '
        '"argon2id": {"memory": 19, "time": 2, "parallelism": 1}}'
    )
    with Server(Kind.REFERENCE, directory) as server:
        server.sign_in("_superusers", "a@b.co", "password-1")


def test_the_costs_of_argon2id(tmp_path: Path) -> None:
    def password_hash(*arguments: str) -> Done:
        return run(
            Kind.FASTCMS, "settings", "password-hash", *arguments, directory=tmp_path / "pb_data"
        )

    stronger = "New passwords are hashed with argon2id (m=64 MiB, t=3, p=2)."
    assert password_hash("--memory", "64", "--time=3", "--parallelism=2") == Done(0, stronger, "")
    weak = "that is weaker than OWASP's least: memory (MiB) times time must be 35 or more"
    assert password_hash("argon2id", "--memory", "17", "--time=2") == Done(1, "", weak)
    out_of_range = "Invalid value for '--memory': 2000 is not in the range 7<=x<=1024."
    assert password_hash("--memory", "2000") == Done(1, "", out_of_range)
    # What argon2id costs is kept while bcrypt is in use.
    assert password_hash("bcrypt").out == "New passwords are hashed with bcrypt."
    no_costs = "--memory, --time and --parallelism are argon2id's; say argon2id as well"
    assert password_hash("--memory=64") == Done(1, "", no_costs)
    assert password_hash("argon2id").out == stronger
