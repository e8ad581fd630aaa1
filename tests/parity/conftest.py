from pathlib import Path

import pytest

from tests.parity import seed


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> seed.Seed:
    """The seed, written once; tests work on copies of its directory."""
    place: Path = tmp_path_factory.mktemp("seed")
    return seed.build(place / "pb_data")
