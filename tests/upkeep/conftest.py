from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.s3server import S3Server, s3_server
from tests.upkeep import library


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory, s3: S3Server) -> Path:
    """A directory with files on its disk and a bucket in its settings; tests work on copies."""
    directory = tmp_path_factory.mktemp("base") / "pb_data"
    library.build(directory)
    library.describe(directory, library.bucket(s3, "unused"))
    return directory
