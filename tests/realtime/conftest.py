import pytest

from tests.realtime.site import open_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory):
    with open_site(tmp_path_factory.mktemp("realtime") / "pb_data") as found:
        yield found
