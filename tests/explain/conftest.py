"""One site for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.explain.site import Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A directory whose rules each test sets for itself."""
    opened = Site(tmp_path_factory.mktemp("explain") / "pb_data")
    yield opened
    opened.close()
