"""`fastcms plugins`: what it refuses, and what it says of others; packages of plugins."""

import json
import sys
from pathlib import Path

import pytest

from fastcms.extend.packages import Packages
from fastcms.plugins import load, state
from fastcms_cli.main import main
from tests.extend.test_requirements import make_wheel
from tests.servers import Kind, add_superuser

CLASHES = [
    "the plugin bell: there is a command serve already; take another name",
    "the plugin gong: there is a command ring already; take another name",
    "the plugin gong: there is a command serve already; take another name",
    "own.py: there is a command ring already; take another name",
    "own.py: there is a command serve already; take another name",
]
PLUGINS = {
    "base": 'version = "1.5"',
    "above": 'version = "1"\nrequires = ["base>=1"]',
    "newer": 'version = "1"\nrequires = ["base>=2"]',
    "packed": 'version = "1"\npackages = ["fc-words"]',
    "wrong": "version = ",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place: Path = tmp_path_factory.mktemp("commands")
    add_superuser(Kind.FASTCMS, place / "pb_data")
    for name, toml in PLUGINS.items():
        folder = place / "pb_plugins" / name
        folder.mkdir(parents=True)
        (folder / "plugin.toml").write_text(toml)
        (folder / "__init__.py").write_text("import fc_words" if name == "packed" else "")
    return place / "pb_data"


def _call(capsys: pytest.CaptureFixture[str], data: Path, *arguments: str) -> tuple[int, str]:
    """The exit code, and all that was said."""
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--dir", str(data)])
    said = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, said.out + said.err


# In this order: later ones need what earlier ones have left.
CALLS = (
    ("enable none", 1, "none cannot be enabled: it is not there; fastcms plugins list shows"),
    ("enable ../base", 1, "../base cannot be enabled: it is not there;"),
    ("enable above", 1, "which is not there or not enabled; run: fastcms plugins enable base"),
    ("enable wrong", 1, "plugin.toml is no TOML"),
    ("enable base", 0, "base is enabled, once the server is started anew."),
    ("enable base", 0, "base is enabled already."),
    ("enable newer", 1, "it requires the plugin base>=2, and 1.5 is there"),
    ("enable above", 0, "above is enabled, once"),
    ("disable base", 1, "base is required by above; disable that first"),
    ("list", 0, "enabled  above 1\nenabled  base 1.5\noff      newer 1: it requires"),
    ("disable above", 0, "above is disabled, once"),
    ("disable above", 0, "above is disabled already."),
    ("disable base", 0, "base is disabled, once"),
    ("disable gone", 0, "gone is disabled already."),
)


def test_one_after_another(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    for line, code, said in CALLS:
        ended, text = _call(capsys, data, "plugins", *line.split())
        assert (ended, said in text) == (code, True), (line, text)


def test_their_packages(
    capsys: pytest.CaptureFixture[str], data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels = data.parent / "wheels"
    make_wheel(wheels, "fc-words", "2.1", "")
    moons = {
        "fc_moons/__init__.py": "",
        "fc_moons/plugin.toml": 'description = "Moons"',
        "fc_moons_plugin-3.1.dist-info/entry_points.txt": "[fastcms]\nmoons = fc_moons\n",
    }
    make_wheel(wheels, "fc-moons-plugin", "3.1", "", more=moons)
    monkeypatch.setattr(sys, "path", sys.path[:])
    monkeypatch.setenv("PIP_FIND_LINKS", str(data.parent / "wheels"))
    (data.parent / "pb_hooks").mkdir()
    assert _call(capsys, data, "plugins", "enable", "packed")[0] == 0
    (asked,) = load.asked(data)
    packages = Packages(data.parent / "pb_hooks")
    assert [str(one) for one in packages.lacking([asked])] == [
        "plugin.toml asks for fc-words, but it is not installed; run: fastcms hooks install"
    ]
    code, text = _call(capsys, data, "hooks", "install", "--offline", "--json")
    assert (code, json.loads(text)["packages"]) == (0, {"fc-words": "2.1"})
    assert packages.lacking([asked]) == []
    # Such a package may be a plugin itself.
    (data.parent / "pb_hooks" / "requirements.txt").write_text("fc-moons-plugin\n")
    assert _call(capsys, data, "hooks", "install", "--offline")[0] == 0
    assert "off      moons 3.1  Moons\n" in _call(capsys, data, "plugins", "list")[1]
    assert list(load.load(data).loaded) == ["packed"]
    state.enable(data, [])


COMMAND = """
from fastcms import command
def ring(app): {}
for name in ("ring", "serve"):
    command(name, help="Rings.")(ring)
"""


def test_their_commands(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    data = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, data)
    for name, does in (("bell", "1 / app.count('users')"), ("gong", "print('late')")):
        folder = tmp_path / "pb_plugins" / name
        folder.mkdir(parents=True)
        (folder / "plugin.toml").write_text('version = "1"')
        (folder / "__init__.py").write_text(COMMAND.format(does))
    broken = tmp_path / "pb_plugins" / "broken"
    broken.mkdir()
    (broken / "plugin.toml").write_text('version = "1"')
    (broken / "__init__.py").write_text("if")
    (tmp_path / "pb_hooks").mkdir()
    (tmp_path / "pb_hooks" / "own.py").write_text(COMMAND.format("print('own')"))

    # Nothing of a plugin that is off runs.
    assert _call(capsys, data, "ring") == (0, f"own\n{CLASHES[-1]}\n")
    state.enable(data, ["bell", "broken", "gong"])
    code, text = _call(capsys, data, "--help")
    assert (code, text.count("Rings."), text.splitlines()[-len(CLASHES) :]) == (0, 1, CLASHES)
    assert caplog.messages == ["the plugin broken was not loaded: __init__.py:1: invalid syntax"]
    # Errors are told with their place.
    code, text = _call(capsys, data, "ring")
    assert code == 1
    assert text.splitlines()[-1] == "__init__.py:3: ZeroDivisionError: division by zero"
    (data / "plugins.json").write_text("{")
    code, text = _call(capsys, data, "--help")
    assert (code, "plugins.json is not of the form" in text) == (0, True)
