"""What functions of users do wrong, and who is harmed by it: nobody else, of many who ask."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.extend.test_live import Site
from tests.servers import Kind, Server, add_superuser
from tests.waiting import until

# Each record of a collection is made as its name says, by a function of that name.
WRONG = """
import asyncio, sys, threading, time
from fastcms import cron, on

class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no text")

class Own(BaseException):
    pass

def endless():
    return endless()

RAISED = {
    "exit": lambda: sys.exit(3),
    "interrupt": lambda: (_ for _ in ()).throw(KeyboardInterrupt()),
    "cancelled": lambda: (_ for _ in ()).throw(asyncio.CancelledError()),
    "own": lambda: (_ for _ in ()).throw(Own("base")),
    "mute": lambda: (_ for _ in ()).throw(Mute()),
    "endless": endless,
}

@on.record_create("things")
async def coroutine(event):
    if event.record["n"] == 1:
        RAISED[event.record["title"]]()
    await event.next()

@on.record_create("things")
def plain(event):
    if event.record["n"] == 2:
        RAISED[event.record["title"]]()
    event.next()

@on.record_create("things", timeout=0.2)
async def never(event):
    if event.record["title"] == "never":
        await asyncio.Event().wait()
    await event.next()

@on.record_create("things", timeout=0.2)
def hangs(event):
    if event.record["title"] == "hangs":
        threading.Event().wait()
    event.next()

@on.record_create("things")
async def blocks(event):
    if event.record["title"] == "blocks":
        time.sleep(0.8)
    await event.next()

@on.record_create("things")
async def says(event):
    print("hook says", event.record["title"])
    await event.next()

@cron("0 3 * * *")
def leaves():
    sys.exit(4)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    place: Path = tmp_path_factory.mktemp("isolation")
    (place / "pb_hooks").mkdir()
    (place / "pb_hooks" / "wrong.py").write_text(WRONG)
    add_superuser(Kind.FASTCMS, place / "pb_data")
    flags = ("--hooksThreads", "3")
    with Server(Kind.FASTCMS, place / "pb_data", workers=1, extra=flags) as server:
        rules = dict.fromkeys(("listRule", "viewRule", "createRule"), "")
        fields = [{"name": "title", "type": "text"}, {"name": "n", "type": "number"}]
        for name in ("things", "others"):
            body = {"name": name, "fields": fields, **rules}
            server.expect(
                "POST", "/api/collections", token=server.superuser_token(), json_body=body
            )
        yield Site(server, place / "pb_hooks")


@pytest.fixture(scope="module")
def load(site: Site) -> Iterator[list[int]]:
    """Clients that go on asking for what no function is for; the answers that they have got."""
    over, answers = threading.Event(), list[int]()

    def ask() -> None:
        while not over.wait(0.005):
            answers.append(site.add("others", title="one of many").status)

    with ThreadPoolExecutor(3) as threads:
        asking = [threads.submit(ask) for _ in range(3)]
        yield answers
        over.set()
        for one in asking:
            one.result()


@pytest.fixture(autouse=True)
def _others_are_served(load: list[int]) -> Iterator[None]:
    begin = len(load)
    yield
    until(lambda: len(load) > begin + 20)
    assert set(load) == {200}


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("exit", "SystemExit: 3"),
        ("interrupt", "KeyboardInterrupt"),
        ("cancelled", "CancelledError"),
        ("own", "Own: base"),
        ("mute", "Mute: <exception str() failed>"),
        ("endless", "RecursionError"),
    ],
)
@pytest.mark.parametrize(("n", "name"), [(1, "coroutine"), (2, "plain")])
def test_whatever_is_raised_answers_its_request(
    site: Site, title: str, said: str, n: int, name: str
) -> None:
    begin = len(site.server.output)
    assert site.add("things", title=title, n=n).status == 400
    until(lambda: said in site.server.output[begin:])
    told = site.server.output[begin:]
    assert f"{name} in wrong.py, for record_create, failed" in told
    # Where it is in the file, and none of the steps that led there.
    assert 'wrong.py", line ' in told
    assert "fastcms/extend" not in told
    assert site.add("things", title="fine").status == 200


@pytest.mark.parametrize("title", ["never", "hangs"])
def test_a_function_over_its_limit_is_given_up(site: Site, title: str) -> None:
    answer = site.add("things", title=title)
    assert (answer.status, answer.json()["data"]) == (503, {})
    until(lambda: f"{title} in wrong.py, for record_create, was given up" in site.server.output)
    assert title not in site.titles("things")
    assert site.add("things", title="fine").status == 200


def test_who_holds_the_event_loop_is_named(site: Site) -> None:
    assert site.add("things", title="blocks").status == 200
    until(lambda: "blocks in wrong.py, line " in site.server.output)
    assert "holds the event loop" in site.server.output


def test_what_is_printed_is_seen_at_once(site: Site) -> None:
    site.add("things", title="hello")
    until(lambda: "hook says hello" in site.server.output)


def test_a_cron_that_leaves_harms_nobody(site: Site) -> None:
    token = site.server.superuser_token()
    site.server.expect("POST", "/api/crons/leaves", token=token)
    until(lambda: "leaves in wrong.py, for 0 3 * * *, failed" in site.server.output)
    assert site.add("things", title="fine").status == 200


def test_all_threads_hang_and_others_are_served(site: Site, load: list[int]) -> None:
    # One hangs already; after it all three do.
    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(site.add, "things", title="hangs") for _ in range(4)]
        begin = len(load)
        until(lambda: len(load) > begin + 5)
        assert {answer.result().status for answer in answers} <= {200, 503}
    assert site.server.request("GET", "/api/health").status == 200
