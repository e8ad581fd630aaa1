"""People sign in through the official SDK at a certified OpenID Connect provider."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import Kind, Server, free_port

_HERE = Path(__file__).parent
# The reference against itself shows that the script asks for nothing of our own invention.
_SERVERS = [(Kind.REFERENCE, None), (Kind.FASTCMS, 1), (Kind.FASTCMS, 2)]


@contextmanager
def _provider(sdk: Path, port: int) -> Iterator[str]:
    """The provider on that port; each start of it signs with another key."""
    process = subprocess.Popen(
        ["node", str(_HERE / "provider.mjs"), str(sdk), str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def provider(sdk: Path) -> Iterator[str]:
    with _provider(sdk, free_port()) as url:
        yield url


def _run(sdk: Path, server: Server, *arguments: str) -> None:
    done = subprocess.run(
        ["node", str(_HERE / "oauth2.mjs"), str(sdk), server.url, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{done.stderr}\n{server.output}"


@pytest.mark.parametrize(("kind", "workers"), _SERVERS)
def test_oauth2_through_the_sdk(
    kind: Kind,
    workers: int | None,
    *,
    provider: str,
    real_directory: Path,
    sdk: Path,
    tmp_path: Path,
) -> None:
    directory = tmp_path / "pb_data"
    shutil.copytree(real_directory, directory)
    with Server(kind, directory, workers) as server:
        _run(sdk, server, provider)


def test_oauth2_by_discovery_and_with_new_keys(
    real_directory: Path, sdk: Path, tmp_path: Path
) -> None:
    """The issuer is all that the server knows; its key is another one after its restart."""
    directory = tmp_path / "pb_data"
    shutil.copytree(real_directory, directory)
    port = free_port()
    with Server(Kind.FASTCMS, directory, 1) as server:
        with _provider(sdk, port) as issuer:
            _run(sdk, server, issuer, "discovery")
        with _provider(sdk, port) as issuer:
            _run(sdk, server, issuer, "again")
