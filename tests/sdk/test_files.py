"""Files through the official client."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.servers import Kind, Server

_SCRIPT = Path(__file__).parent / "files.mjs"


@pytest.mark.parametrize(
    ("kind", "workers"), [(Kind.REFERENCE, None), (Kind.FASTCMS, 1), (Kind.FASTCMS, 2)]
)
def test_files(
    kind: Kind, workers: int | None, real_directory: Path, sdk: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "pb_data"
    shutil.copytree(real_directory, directory)
    with Server(kind, directory, workers) as server:
        done = subprocess.run(
            ["node", str(_SCRIPT), str(sdk), server.url],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{done.stderr}\n{server.output}"
