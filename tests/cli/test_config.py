"""Where values come from: flags, the environment, the configuration file, what is stored."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import typer

from fastcms_cli import config, console, encryption, main
from tests.cli.commands import run
from tests.servers import Kind, Server, add_superuser, command

FILE = """
expand-depth = 3
workers = 2
origins = ["https://a.example.com", "https://b.example.com"]
publicDir = "site"
automigrate = false
[settings.smtp]
host = "mail.example.com"
password = "s3cret-of-the-file"
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "pb_data"


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """What a test sets, or the code for its children, ends with it."""
    for name in ("DIR", "CONFIG", "MIGRATIONS_DIR", "ENCRYPTION_ENV", "ENCRYPTION_KEY_FILE"):
        monkeypatch.setenv(f"FASTCMS_{name}", "")
        monkeypatch.delenv(f"FASTCMS_{name}")
    return monkeypatch


def prepared(*arguments: str) -> dict[str, object]:
    group = encryption.give_options(typer.main.get_command(main.app))
    return dict(config.prepare(group, arguments)["serve"])


def test_each_source_stands_above_the_next(directory: Path, clean: pytest.MonkeyPatch) -> None:
    (directory.parent / "fastcms.toml").write_text(FILE)
    clean.setenv("FASTCMS_WORKERS", "3")
    found = prepared("serve", "--dir", str(directory))
    assert found == {
        "expand_depth": 3,
        "workers": 3,
        "origins": "https://a.example.com,https://b.example.com",
        "public_dir": directory.parent / "site",
        "automigrate": False,
    }
    assert config.found["workers"].source == "FASTCMS_WORKERS"
    assert config.found["origins"].source == "fastcms.toml"


def test_a_named_file_may_name_the_directory(tmp_path: Path, clean: pytest.MonkeyPatch) -> None:
    file = tmp_path / "etc" / "site.toml"
    file.parent.mkdir()
    file.write_text('dir = "../data"\nmigrationsDir = "m"\nencryptionEnv = "KEY"')
    prepared("--config", str(file), "serve")
    assert os.environ["FASTCMS_DIR"] == str(file.parent / "../data")
    assert os.environ["FASTCMS_MIGRATIONS_DIR"] == str(file.parent / "m")
    assert os.environ["FASTCMS_ENCRYPTION_ENV"] == "KEY"


def test_a_key_that_is_given_otherwise_stands_above_the_file(
    directory: Path, clean: pytest.MonkeyPatch
) -> None:
    (directory.parent / "fastcms.toml").write_text('encryptionEnv = "KEY"')
    prepared("serve", "--dir", str(directory), "--encryption-key-file", "k")
    assert "FASTCMS_ENCRYPTION_ENV" not in os.environ


@pytest.mark.parametrize(
    ("variable", "text", "complaint"),
    [
        ("WORKERS", "x", 'FASTCMS_WORKERS: "x" is no whole number'),
        ("WORKERS", "-1", "FASTCMS_WORKERS: -1 is not in the range"),
        ("DEV", "perhaps", "FASTCMS_DEV: 'perhaps' is not a valid boolean"),
    ],
)
def test_bad_variables(
    directory: Path, clean: pytest.MonkeyPatch, variable: str, text: str, complaint: str
) -> None:
    clean.setenv(f"FASTCMS_{variable}", text)
    with pytest.raises(console.Failure) as raised:
        prepared("serve", "--dir", str(directory))
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("htp = ':80'", "fastcms.toml: htp: there is no such option; did you mean http?"),
        ("workers = 'many'", 'fastcms.toml: workers: "many" is no whole number'),
        ("workers = true", "fastcms.toml: workers: true is no whole number"),
        ("log-sample = 'half'", "fastcms.toml: log-sample: 'half' is not a valid float"),
        ("workers = 1.5", "fastcms.toml: workers: 1.5 is no whole number"),
        ("http = 8090", "fastcms.toml: http: 8090 is no text"),
        ("dev = 'perhaps'", "fastcms.toml: dev: 'perhaps' is not a valid boolean"),
        ("dir = 'x'", "fastcms.toml: dir: the file was found beside a data directory"),
        ("setings = 1", "there is no such option; did you mean settings?"),
    ],
)
def test_bad_files(directory: Path, clean: pytest.MonkeyPatch, text: str, complaint: str) -> None:
    (directory.parent / "fastcms.toml").write_text(text)
    with pytest.raises(console.Failure) as raised:
        prepared("serve", "--dir", str(directory))
    assert complaint in str(raised.value)


def test_the_page_lists_every_option() -> None:
    page = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text()
    group = encryption.give_options(typer.main.get_command(main.app))
    options = [option.opts[0] for option in config._options(group)]
    rows = [f"| `{name}` | `{config.variable_of(name.lstrip('-'))}` |" for name in options]
    assert [row for row in rows if row not in page] == []


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_needs_no_good_file(directory: Path, clean: pytest.MonkeyPatch, flag: str) -> None:
    (directory.parent / "fastcms.toml").write_text("broken")
    group = encryption.give_options(typer.main.get_command(main.app))
    assert config.prepare(group, ["--dir", str(directory), flag]) == {}


def test_a_server_with_a_file_and_variables(directory: Path, clean: pytest.MonkeyPatch) -> None:
    (directory.parent / "fastcms.toml").write_text(FILE)
    clean.setenv("FASTCMS_SETTINGS_META_APP_NAME", "From outside")
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory) as server:
        token = server.superuser_token()
        settings = server.expect("GET", "/api/settings", token=token)
        assert settings["meta"]["appName"] == "From outside"
        assert settings["smtp"]["host"] == "mail.example.com"
        allowed = server.request("GET", "/api/health", headers={"Origin": "https://b.example.com"})
        assert allowed.headers["access-control-allow-origin"] == "https://b.example.com"
        # A form sends all of it back; what is set outside is not stored by that.
        settings["meta"]["senderName"] = "Changed"
        server.expect("PATCH", "/api/settings", token=token, json_body=settings)
        refused = server.send(
            "PATCH", "/api/settings", token=token, json_body={"meta": {"appName": "Mine"}}
        )
        assert refused.status == 400
        assert refused.json()["data"]["meta"]["appName"] == {
            "code": "validation_set_outside",
            "message": "It is set by FASTCMS_SETTINGS_META_APP_NAME.",
        }
    shown = json.loads(run(Kind.FASTCMS, "config", "show", "--json", directory=directory).out)
    rows = {row["name"]: row for row in [*shown["options"], *shown["settings"]]}
    assert shown["file"] == str(directory.parent / "fastcms.toml")
    assert (rows["workers"]["value"], rows["workers"]["source"]) == (2, "fastcms.toml")
    assert rows["http"]["source"] == "default"
    assert rows["meta.appName"]["source"] == "FASTCMS_SETTINGS_META_APP_NAME"
    assert (rows["meta.senderName"]["value"], rows["meta.senderName"]["source"]) == (
        "Changed",
        "stored",
    )
    assert rows["smtp.password"]["value"] == "***"
    assert "s3cret" not in json.dumps(shown)
    stored = b"".join(file.read_bytes() for file in directory.glob("data.db*"))
    assert b"s3cret" not in stored
    assert b"From outside" not in stored


def test_check_warns_of_variables_that_nothing_reads(directory: Path) -> None:
    line = command(Kind.FASTCMS, "config", "check", directory=directory)
    done = subprocess.run(
        line, capture_output=True, text=True, env={**os.environ, "FASTCMS_WORKRS": "2"}
    )
    assert done.returncode == 0
    assert "FASTCMS_WORKRS: nothing reads it; did you mean FASTCMS_WORKERS?" in done.stderr
    assert done.stdout == "The configuration can be used.\n"
