"""Many clients: what each costs, and that each hears of everything; `tests/benchmarks` has more."""

import pytest

from tests.benchmarks import delivery, fanout, process_tree
from tests.servers import ROOT_EMAIL, ROOT_PASSWORD, Kind, Server, add_superuser

IDLE, KILOBYTES_EACH = 300, 40
CLIENTS, EVENTS = 20, 400


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    directory = tmp_path_factory.mktemp("many") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=2) as found:
        fanout.make_collection(found.port, ROOT_EMAIL, ROOT_PASSWORD)
        yield found


def test_an_idle_client_takes_little_memory(server: Server) -> None:
    with fanout.opened(server.port, 50) as streams:
        # What the first ones load is not theirs.
        fanout.subscribe(server.port, streams)
    before = process_tree.memory(server.pid).pss
    with fanout.opened(server.port, IDLE) as streams:
        fanout.subscribe(server.port, streams)
        after = process_tree.memory(server.pid).pss
    assert (after - before) / IDLE < KILOBYTES_EACH * 1_000


def test_every_client_hears_of_every_event_once_and_in_order(server: Server) -> None:
    delivery.deliver(server.port, CLIENTS, EVENTS)
