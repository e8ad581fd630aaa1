"""Connections cut, processes killed, a full disk: no message is lost or comes twice."""

import http.client
import os
import random
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.benchmarks import process_tree
from tests.listeners import Listener
from tests.realtime.site import RECORDS, Site, open_site
from tests.servers import Server

POSTS = RECORDS.format("posts")
RESUME = "/api/realtime?resume=true"
GONE = (OSError, EOFError, http.client.HTTPException)
FOLLOWERS, WRITERS, FAULTS = 6, 3, 12
PATIENCE = 60.0
BIG = 20_000  # characters of a record


class Follower(threading.Thread):
    """Hears of all posts until the marker; when it is cut off it comes back to its last message."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self._server = server
        self.listener = Listener(server, RESUME).listen("posts", "markers")
        self.last = self.listener.first.line("id")
        self.titles: list[str] = []
        self.returns = 0
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while not self._follow():
                self._come_back()
        except BaseException as error:
            self.failure = error
            raise

    def _follow(self) -> bool:
        """Whether the marker came."""
        try:
            while True:
                frame = self.listener.next()
                if frame.event == "PB_CLOSE":
                    continue
                self.last = frame.line("id")
                if frame.event == "markers":
                    return True
                self.titles.append(frame.data["record"]["title"])
        except GONE:
            return False
        finally:
            self.listener.close()

    def _come_back(self) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self.listener = Listener(self._server, RESUME, {"Last-Event-ID": self.last})
            except GONE:
                assert time.monotonic() < until
                # There may be no server for a moment.
                time.sleep(0.02)
                continue
            assert self.listener.first.data["resumed"]
            self.returns += 1
            return


class Writers:
    """Threads that create posts and note those that the server has acknowledged."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._stopping = False
        self._more = threading.Condition()
        self.acknowledged: list[str] = []
        self._threads = [
            threading.Thread(target=self._write, args=(name,), daemon=True)
            for name in range(WRITERS)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wait_for(self, more: int) -> None:
        with self._more:
            wanted = len(self.acknowledged) + more
            assert self._more.wait_for(lambda: len(self.acknowledged) >= wanted, PATIENCE)

    def stop(self) -> None:
        self._stopping = True
        for thread in self._threads:
            thread.join(PATIENCE)

    def _write(self, name: int) -> None:
        number = 0
        while not self._stopping:
            number += 1
            title = f"{name}-{number}"
            try:
                answer = self._server.send("POST", POSTS, json_body={"title": title})
            except GONE:
                time.sleep(0.01)
                continue
            assert answer.status == 200, answer.body
            with self._more:
                self.acknowledged.append(title)
                self._more.notify_all()


def cut_some(_: Site, followers: list[Follower], dice: random.Random) -> None:
    for follower in dice.sample(followers, 3):
        follower.listener.cut()


def kill_worker(site: Site, _: list[Follower], dice: random.Random) -> None:
    supervisor, *workers = process_tree.tree(site.server.pid)
    assert supervisor == site.server.pid
    os.kill(dice.choice(workers), signal.SIGKILL)


def kill_all(site: Site, _: list[Follower], __: random.Random) -> None:
    site.server.kill()
    site.server.start()


def test_no_event_is_lost_or_doubled_by_cuts_and_kills(tmp_path: Path) -> None:
    dice = random.Random(7)
    faults: list[Callable[[Site, list[Follower], random.Random], None]] = [
        cut_some,
        kill_worker,
        kill_all,
    ]
    with open_site(tmp_path / "pb_data", workers=2) as site:
        followers = [Follower(site.server) for _ in range(FOLLOWERS)]
        writers = Writers(site.server)
        for thread in (*followers, writers):
            thread.start()
        for number in range(FAULTS):
            writers.wait_for(dice.randint(5, 40))
            faults[number % len(faults)](site, followers, dice)
        writers.wait_for(20)
        writers.stop()
        site.create("markers")
        for follower in followers:
            follower.join(PATIENCE)
            assert follower.failure is None, follower.failure
            assert not follower.is_alive()
        first = followers[0].titles
        assert len(set(first)) == len(first)
        # What was not acknowledged may be there all the same; then everybody heard of it.
        assert set(writers.acknowledged) <= set(first) <= stored(site)
        assert all(follower.titles == first for follower in followers)
        assert all(follower.returns for follower in followers)


def stored(site: Site) -> set[str]:
    pages = (
        site.server.expect("GET", f"{POSTS}?perPage=1000&page={page}")["items"]
        for page in range(1, 50)
    )
    return {record["title"] for items in pages for record in items}


@contextmanager
def limited(site: Site, size: int) -> Iterator[None]:
    """No process of the server can write to a file behind so many bytes."""
    processes = list(process_tree.tree(site.server.pid))
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in processes}
    for pid, (_, most) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


@pytest.fixture
def big_posts(tmp_path: Path) -> Iterator[Site]:
    with open_site(tmp_path / "pb_data", workers=2) as site:
        fields = site.server.expect("GET", "/api/collections/posts", token=site.root)["fields"]
        text = {"type": "text", "name": "text", "max": BIG}
        site.change("posts", fields=[*fields, text])
        yield site


def test_a_full_disk_is_an_error_and_no_message(big_posts: Site) -> None:
    site = big_posts
    with Listener(site.server, RESUME) as listener, Listener(site.server) as other:
        listener.listen("posts", "markers")
        stored: list[str] = []
        files = site.server.directory.glob("data.db*")
        with limited(site, max(file.stat().st_size for file in files) + BIG):
            while True:
                body = {"title": str(len(stored)), "text": "x" * BIG}
                answer = site.server.send("POST", POSTS, json_body=body)
                if answer.status != 200:
                    break
                stored.append(body["title"])
            assert (answer.status, answer.json()["status"]) == (400, 400)
        with limited(site, 1):
            assert other.subscribe("posts").json()["status"] == 503
            refused = site.server.send("GET", "/api/realtime")
            assert (refused.status, refused.json()["status"]) == (503, 503)
            assert site.server.send("GET", POSTS).status == 200
        site.create("posts", title="after")
        assert [title for _, _, title in site.seen(listener)] == [*stored, "after"]
        other.listen("posts", "markers")
        site.create("posts", title="both")
        assert [title for _, _, title in site.seen(other)] == ["both"]
    assert "Traceback" not in site.server.output
