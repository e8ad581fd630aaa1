"""What a connection may ask for beyond the reference: to come back, batches, signs of life."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from fastcms.core import App
from tests.listeners import Frame, Listener
from tests.realtime.site import Site

RESUME = "/api/realtime?resume=true"
BIG = 200_000  # characters of a message
MANY = 120  # of them are more than any buffer between two processes


def back(site: Site, position: str) -> Listener:
    return Listener(site.server, RESUME, {"Last-Event-ID": position})


def position_of(frame: Frame) -> str:
    return frame.line("id")


def titles(frames: list[Frame]) -> list[tuple[str, str]]:
    return [(f.data["action"], f.data["record"]["title"]) for f in frames]


def test_a_client_that_comes_back_gets_what_it_missed(site):
    ann, token = site.account("resumes")
    with Listener(site.server, RESUME) as listener:
        assert listener.first.data == {"clientId": listener.id, "resumed": False}
        listener.listen("notes", "posts/*", "markers", token=token)
        gone = site.create("notes", title="hers, to be deleted", owner=ann)
        alien = site.create("notes", title="not hers")
        (last,) = [listener.next()]
        id_, position = listener.id, position_of(last)
        assert position.startswith(f"{id_}:")
    site.delete("notes", gone)
    site.delete("notes", alien)
    post = site.create("posts", title="missed")
    site.update("posts", post, title="changed")
    site.elsewhere(lambda app: app.bus.publish("nobody's", "1"))
    with back(site, position) as again:
        assert again.first.data == {"clientId": id_, "resumed": True}
        site.create("posts", title="live")
        site.create("markers")
        assert titles(again.until("markers")) == [
            ("delete", "hers, to be deleted"),
            ("create", "missed"),
            ("update", "changed"),
            ("create", "live"),
        ]


def test_a_client_that_comes_back_misses_what_it_may_no_longer_see(site):
    ann, token = site.account("resumes-as-guest")
    with Listener(site.server, RESUME) as listener:
        listener.listen("notes", "markers", token=token)
        site.create("notes", title="before", owner=ann)
        position = position_of(listener.next())
    site.create("notes", title="missed", owner=ann)
    new = {"password": "other-password", "passwordConfirm": "other-password"}
    site.update("users", ann, **new)
    with back(site, position) as again:
        assert again.first.data["resumed"]
        assert site.seen(again) == []


def test_who_was_cut_off_between_the_messages_of_one_change_gets_the_rest(site):
    topics = ("posts", "posts/*", "posts?b", "posts?a", "markers")
    with Listener(site.server, RESUME) as other, Listener(site.server, RESUME) as listener:
        other.listen(*reversed(topics))
        listener.listen(*topics)
        site.create("posts", title="one")
        frames = [listener.next() for _ in range(4)]
        site.create("posts", title="two")
        for frame in frames:
            with back(site, position_of(frame)) as again:
                site.create("markers")
                events = [f.event for f in again.until("markers")]
                missed = [f.event for f in frames[frames.index(frame) + 1 :]]
                assert events == [*missed, *(f.event for f in frames)]


def test_a_client_that_comes_back_ends_its_old_connection(site):
    with Listener(site.server, RESUME) as listener:
        listener.listen("posts")
        site.create("posts", title="one")
        position = position_of(listener.next())
        with back(site, position) as again:
            (last,) = listener.rest()
            assert (last.event, last.data) == ("PB_CLOSE", {"reason": "connected elsewhere"})
            site.create("posts", title="two")
            assert again.next().data["record"]["title"] == "two"


@pytest.mark.parametrize(
    "position", ["", "x", ":1", "x:1", "{id}", "{id}:", "{id}:x", "{id}:99999999"]
)
def test_who_cannot_come_back_is_told_to_load_anew(site, position):
    with Listener(site.server, RESUME) as listener:
        listener.listen("posts")
        site.create("posts", title="one")
        listener.next()
        with back(site, position.replace("{id}", listener.id)) as again:
            assert not again.first.data["resumed"]
            assert again.id != listener.id


def test_nobody_comes_back_from_another_address(site):
    proxy = {"headers": ["X-Real-IP"], "useLeftmostIP": False}
    site.server.expect("PATCH", "/api/settings", token=site.root, json_body={"trustedProxy": proxy})
    with Listener(site.server, RESUME, {"X-Real-IP": "10.0.0.1"}) as listener:
        position = position_of(listener.first)
        assert listener.subscribe("posts").json()["message"] == "Invalid realtime client."
        for address, resumed in (("10.0.0.2", False), ("10.0.0.1", True)):
            headers = {"X-Real-IP": address, "Last-Event-ID": position}
            with Listener(site.server, RESUME, headers) as again:
                assert again.first.data["resumed"] is resumed
    site.server.expect(
        "PATCH",
        "/api/settings",
        token=site.root,
        json_body={"trustedProxy": {**proxy, "headers": []}},
    )


def test_without_asking_nobody_comes_back(site):
    with Listener(site.server) as listener:
        listener.listen("posts")
    with Listener(site.server, headers={"Last-Event-ID": listener.id}) as again:
        assert again.first.data == {"clientId": again.id}
        assert again.first.line("id") == again.id


def test_messages_come_in_batches(site):
    with Listener(site.server, "/api/realtime?batch=400") as listener:
        listener.listen("posts", "posts/*")
        for title in ("one", "two", "three"):
            site.create("posts", title=title)
        found: list[tuple[str, str]] = []
        while len(found) < 6:
            frame = listener.next()
            assert frame.event == "PB_BATCH"
            found += [(m["event"], m["data"]["record"]["title"]) for m in frame.data]
        assert found == [
            (topic, title) for title in ("one", "two", "three") for topic in ("posts/*", "posts")
        ]


def test_a_quiet_connection_shows_that_it_lives(site):
    with Listener(site.server, "/api/realtime?heartbeat=1") as listener:
        assert listener.response.readline() == b":\n"


@pytest.mark.parametrize(
    "query",
    [
        "batch=0",
        "batch=x",
        "batch=10001",
        "batch=-1",
        "heartbeat=0",
        "heartbeat=301",
        "heartbeat=1.5",
    ],
)
def test_a_number_that_makes_no_sense_is_refused(site, query):
    answer = site.server.send("GET", f"/api/realtime?{query}")
    assert (answer.status, list(answer.json()["data"])) == (400, [query.partition("=")[0]])


def test_who_does_not_read_delays_nobody_and_loses_nothing(site):
    text = f'"{"x" * BIG}"'

    async def publish(app: App) -> None:
        for _ in range(MANY):
            await app.bus.publish("big", text)

    def sizes(listener: Listener) -> list[int]:
        return [len(listener.next().data) for _ in range(MANY)]

    with Listener(site.server) as slow, ThreadPoolExecutor() as threads:
        slow.listen("big")
        quick = [Listener(site.server).listen("big") for _ in range(6)]
        reading = [threads.submit(sizes, listener) for listener in quick]
        site.elsewhere(publish)
        assert [task.result() for task in reading] == [[BIG] * MANY] * 6
        for listener in quick:
            listener.close()
        # Long after everybody else, and from the log.
        assert sizes(slow) == [BIG] * MANY
