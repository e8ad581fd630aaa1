"""Directories that the reference made."""

import shutil
from pathlib import Path

import pytest

from tests.servers import Kind, add_superuser


@pytest.fixture(scope="session")
def reference_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of the reference with the root account; not to be changed."""
    directory = tmp_path_factory.mktemp("reference") / "pb_data"
    add_superuser(Kind.REFERENCE, directory)
    return directory


@pytest.fixture
def reference_copy(reference_made: Path, tmp_path: Path) -> Path:
    """Such a directory to change at will."""
    return Path(shutil.copytree(reference_made, tmp_path / "copy" / "pb_data"))


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """Where there is no directory yet."""
    return tmp_path / "fresh" / "pb_data"
