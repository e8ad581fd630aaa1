import shutil
import subprocess
from pathlib import Path

import pytest

from tests.sdk import library

_HERE = Path(__file__).parent
_CACHE = _HERE.parents[1] / ".cache"


@pytest.fixture(scope="session")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The official client as one file, installed once per checkout from the committed lock file."""
    lock = (_HERE / "package-lock.json").read_text()
    installed = _CACHE / "sdk"
    if not _has(installed, lock):
        # Elsewhere first: another test process may be doing the same at this moment.
        fresh = tmp_path_factory.mktemp("sdk")
        for name in ("package.json", "package-lock.json"):
            shutil.copy(_HERE / name, fresh)
        install = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(install, cwd=fresh, check=True, capture_output=True)
        _CACHE.mkdir(exist_ok=True)
        shutil.copytree(fresh, installed, dirs_exist_ok=True)
    return installed / "node_modules" / "pocketbase" / "dist" / "pocketbase.es.mjs"


def _has(installed: Path, lock: str) -> bool:
    found = installed / "package-lock.json"
    return found.exists() and found.read_text() == lock


@pytest.fixture(scope="session")
def real_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that the real PocketBase wrote; tests work on copies of it."""
    directory = tmp_path_factory.mktemp("library") / "pb_data"
    library.build(directory)
    return directory
