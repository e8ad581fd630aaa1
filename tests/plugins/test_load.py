"""Plugins that do not fit: each is told of in one line, and harms nobody else."""

import logging
import sys
from pathlib import Path

import pytest

from fastcms import cron
from fastcms.errors import StartError
from fastcms.plugins import additions, disk, field_type, load, state
from fastcms.plugins.discover import discover
from fastcms.plugins.load import Plugins

MISSING = "it is not there; fastcms plugins list shows what is"
FIELD = """
from fastcms.fields.base import Field
from fastcms.plugins import field_type

@field_type
class Extra(Field, frozen=True, kw_only=True, tag={!r}): ...
"""


PROVIDER = """
from fastcms.oauth2.providers.google import Google
from fastcms.plugins import oauth2_provider

oauth2_provider(Google)
"""


def _write(data: Path, name: str, toml: str = "", source: str = "") -> None:
    folder = data.parent / "pb_plugins" / name
    folder.mkdir(parents=True)
    version = "" if "version" in toml else 'version = "1.0"\n'
    (folder / "plugin.toml").write_text(version + toml)
    (folder / "__init__.py").write_text(source)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "pb_data").mkdir()
    return tmp_path / "pb_data"


def _load(data: Path, *names: str) -> Plugins:
    state.enable(data, list(names))
    return load.load(data)


@pytest.mark.parametrize(
    ("toml", "source", "problem"),
    [
        ('fastcms = ">=99"', "", "it works with FastCMS >=99, and this is "),
        ('requires = ["moons"]', "", "it requires the plugin moons, which is not there or not ena"),
        ('requires = ["good>=2"]', "", "it requires the plugin good>=2, and 1.0 is there"),
        ('packages = ["fc-nowhere"]', "", "asks for fc-nowhere, but it is not installed; run: "),
        ("", "1 / 0", "__init__.py:1: ZeroDivisionError: division by zero"),
        ("", "if", "__init__.py:1: invalid syntax"),
        ("", "raise SystemExit", "__init__.py:1: SystemExit: "),
        ("", FIELD.format("text"), "ValueError: there is a field type 'text' already"),
        (
            "",
            PROVIDER,
            "ValueError: Google has no name that is free, but 'google'",
        ),
        ("verson = '1'", "", "plugin.toml: there is no key 'verson'; there are: description,"),
        ("version = 1", "", "plugin.toml: version is no text"),
        ("version = 'x y'", "", "plugin.toml: Invalid version: 'x y'"),
        ("version =", "", "plugin.toml is no TOML"),
        ("requires = ['=']", "", "plugin.toml: "),
        ("name = 'a-b'", "", "the name 'a-b' is not made of a-z, 0-9 and _, a letter first"),
        ("[[screens]]\ntitle = 'a'\nmodule = 'b.js'", "", "plugin.toml: there is no static/b.js"),
        ("screens = [1]", "", "plugin.toml: a screen has a title and a module"),
    ],
)
def test_left_out(
    data: Path, caplog: pytest.LogCaptureFixture, toml: str, source: str, problem: str
) -> None:
    _write(data, "good")
    _write(data, "bad", toml, source)
    _write(data, "needs_bad", 'requires = ["bad"]')
    with caplog.at_level(logging.ERROR):
        plugins = _load(data, "needs_bad", "bad", "good")
    assert list(plugins.loaded) == ["good"]
    assert problem in plugins.problems["bad"]
    assert "it requires the plugin bad" in plugins.problems["needs_bad"]
    told = [record.getMessage() for record in caplog.records]
    assert [text.splitlines()[0] for text in told] == told
    assert f"the plugin bad was not loaded: {plugins.problems['bad']}" in told


def test_those_that_are_required_come_first(data: Path) -> None:
    _write(data, "a", 'requires = ["b>=1"]', "from pb_plugins.b import told\ntold.append('a')")
    _write(data, "b", "", "told = ['b']")
    _write(data, "c")
    plugins = _load(data, "a", "b")
    assert (list(plugins.loaded), plugins.problems) == (["b", "a"], {})
    assert sys.modules["pb_plugins.b"].told == ["b", "a"]
    assert not list(data.parent.rglob("__pycache__"))


def test_a_circle_is_told(data: Path) -> None:
    _write(data, "a", 'requires = ["b"]')
    _write(data, "b", 'requires = ["a"]')
    plugins = _load(data, "a", "b")
    assert (list(plugins.loaded), list(plugins.problems)) == ([], ["b", "a"])


def test_one_that_is_gone(data: Path) -> None:
    assert _load(data, "gone").problems == {"gone": MISSING}


def test_nothing_is_enabled_by_itself(data: Path) -> None:
    _write(data, "a", "", "raise RuntimeError")
    assert load.load(data) == Plugins({}, {})
    assert list(discover(data).specs) == ["a"]


@pytest.mark.parametrize("text", ["", "[]", '{"enabled": 1}', "{"])
def test_a_state_that_makes_no_sense(data: Path, text: str) -> None:
    (data / "plugins.json").write_text(text)
    with pytest.raises(StartError, match="mend or remove it"):
        load.load(data)


def test_nothing_is_added_later(data: Path) -> None:
    for add in (field_type, disk, additions.oauth2_provider):
        with pytest.raises(RuntimeError, match="while a plugin is loaded, not later"):
            add(object)  # type: ignore[type-var]
    with pytest.raises(RuntimeError, match="while a file of pb_hooks is loaded"):
        cron("@daily")(print)


def test_an_installed_package(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = data.parent / "site"
    (folder / "fastcms_moons").mkdir(parents=True)
    (folder / "fastcms_moons" / "__init__.py").write_text("LOADED = True")
    (folder / "fastcms_moons" / "plugin.toml").write_text('description = "Moons"')
    info = folder / "fastcms_moons-3.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: fastcms-moons\nVersion: 3.1\n")
    (info / "entry_points.txt").write_text("[fastcms]\nmoons = fastcms_moons\nlost = fc_lost\n")
    monkeypatch.syspath_prepend(str(folder))
    found = discover(data)
    assert (found.specs["moons"].version, found.specs["moons"].description) == ("3.1", "Moons")
    assert found.problems == {"lost": "the package fc_lost is not there"}
    assert "fastcms_moons" not in sys.modules
    assert list(_load(data, "moons").loaded) == ["moons"]
    assert sys.modules["fastcms_moons"].LOADED
    # A folder of that name counts more.
    _write(data, "moons", 'version = "4.0"')
    assert discover(data).specs["moons"].version == "4.0"
