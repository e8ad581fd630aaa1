"""A site for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collections.site import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A fresh data directory, open."""
    opened = Site(tmp_path / "pb_data")
    yield opened
    opened.close()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Site]:
    """Another fresh data directory, open."""
    opened = Site(tmp_path / "elsewhere")
    yield opened
    opened.close()
