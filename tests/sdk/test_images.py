"""Thumbs through the official client."""

import subprocess
from pathlib import Path

from tests.images.samples import jpeg
from tests.servers import Kind, Server, add_superuser

_SCRIPT = Path(__file__).parent / "images.mjs"


def test_images_through_the_sdk(sdk: Path, tmp_path: Path) -> None:
    photograph = tmp_path / "photo.jpg"
    photograph.write_bytes(jpeg(400, 300, turn=6))
    directory = tmp_path / "site" / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, 2) as server:
        done = subprocess.run(
            ["node", str(_SCRIPT), str(sdk), server.url, str(photograph)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{done.stderr}\n{server.output}"
