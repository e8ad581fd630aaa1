"""What is published holds what it should, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_wheel_owns_two_packages_and_no_module_cli(built: Path) -> None:
    tops = {name.split("/")[0] for name in wheel_names(built)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"fastcms", "fastcms_cli"}


@pytest.mark.parametrize(
    "name", ["fastcms/py.typed", "fastcms_cli/py.typed", "fastcms_cli/__main__.py"]
)
def test_the_wheel_holds(built: Path, name: str) -> None:
    assert name in wheel_names(built)


def test_the_wheel_holds_the_template_of_the_data_directory(built: Path) -> None:
    template = {path.name for path in (ROOT / "pb_data_template").iterdir()}
    assert template
    assert template <= {
        name.removeprefix("fastcms/_pb_data_template/") for name in wheel_names(built)
    }


def test_the_wheel_holds_the_templates_of_collections(built: Path) -> None:
    templates = {path.name for path in (ROOT / "fastcms/templates/shipped").iterdir()}
    assert len(templates) == 4
    shipped = {name.removeprefix("fastcms/templates/shipped/") for name in wheel_names(built)}
    assert templates <= shipped


@pytest.mark.parametrize(
    "name",
    # The usual ignore lists of Python projects would drop the first two.
    ["build/freeze.py", "fastcms.spec", "Makefile", "tests/test_package.py", "LICENSE"],
)
def test_the_source_distribution_holds(built: Path, name: str) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as source:
        names = {entry.partition("/")[2] for entry in source.getnames()}
    assert name in names


def wheel_names(built: Path) -> list[str]:
    (wheel,) = built.glob("*.whl")
    with ZipFile(wheel) as archive:
        return archive.namelist()
