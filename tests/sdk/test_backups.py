"""Backups through the official client."""

import subprocess
from pathlib import Path

import pytest

from tests.servers import ROOT_EMAIL, ROOT_PASSWORD, Kind, Server, add_superuser

_SCRIPT = Path(__file__).parent / "backups.mjs"
# The reference against itself shows that the script expects nothing of our own invention.
SERVERS = [(Kind.REFERENCE, None), (Kind.FASTCMS, 2)]


@pytest.mark.parametrize(("kind", "workers"), SERVERS)
def test_backups_through_the_sdk(
    kind: Kind, workers: int | None, sdk: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "pb_data"
    add_superuser(kind, directory)
    with Server(kind, directory, workers) as server:
        done = subprocess.run(
            ["node", str(_SCRIPT), str(sdk), server.url, ROOT_EMAIL, ROOT_PASSWORD],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{done.stderr}\n{server.output}"
