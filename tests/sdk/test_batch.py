"""The official client sends batches, with files, and hears of them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.sdk.test_session import SERVERS
from tests.servers import Kind, Server

_SCRIPT = Path(__file__).parent / "batch.mjs"


@pytest.mark.parametrize(("kind", "workers"), SERVERS)
def test_batches_through_the_sdk(
    kind: Kind, workers: int | None, real_directory: Path, sdk: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "pb_data"
    shutil.copytree(real_directory, directory)
    with Server(kind, directory, workers) as server:
        done = subprocess.run(
            ["node", str(_SCRIPT), str(sdk), server.url],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{done.stderr}\n{server.output}"
