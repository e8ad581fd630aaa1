"""Events of data, realtime and the settings: a function sees each, changes what comes of it, and
stops it.

That of requests, mails, files and backups is in `test_request_events`.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product
from secrets import token_hex
from typing import NamedTuple

import pytest
from websockets.sync.client import connect

from tests.extend.planned import Site, planned
from tests.listeners import Listener
from tests.realtime.test_websocket import Socket
from tests.servers import Answer
from tests.waiting import until

ACTIONS = ("create", "update", "delete")
STEPS = ("validate", "", "execute", "success", "error")
KINDS = ("record", "model", "collection")
OTHERS = (
    "realtime_connect_request",
    "realtime_subscribe_request",
    "realtime_message_send",
    "settings_reload",
    "records_list_request",
)


def event_of(kind: str, action: str, step: str) -> str:
    if step in ("success", "error"):
        return f"{kind}_after_{action}_{step}"
    return "_".join(filter(None, (kind, "" if step == "validate" else action, step)))


DATA = sorted({event_of(k, a, s) for k in KINDS for a in ACTIONS for s in STEPS})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with planned(tmp_path_factory.mktemp("events"), [*DATA, *OTHERS]) as site:
        posts = {
            "id": "posts0000000000",
            "name": "posts",
            "fields": [{"name": "title", "type": "text", "max": 9}],
            "indexes": ["CREATE UNIQUE INDEX one_title ON posts (title) WHERE title = 'taken'"],
        }
        link = {"name": "post", "type": "relation", "collectionId": posts["id"], "required": True}
        needed = {"id": "needed000000000", "title": "taken"}
        for path, body in (
            ("/api/collections", {**posts, "listRule": "", "viewRule": ""}),
            ("/api/collections", {"name": "needs", "fields": [link], "listRule": ""}),
            ("/api/collections/posts/records", needed),
            ("/api/collections/needs/records", {"post": needed["id"]}),
        ):
            site.made(path, body)
        yield site


POSTS = "/api/collections/posts/records"
CHANGED_RULE = "@request.auth.id = 'changed'"


class OfRecord:
    """One change of a record, of the title to `new`."""

    change = 'event.record["title"] = "changed"'

    def __init__(self, site: Site, action: str) -> None:
        self.site, self.action, self.id = site, action, f"r{token_hex(7)}"
        if action != "create":
            assert site.send("POST", POSTS, {"id": self.id, "title": "old"}).status == 200

    def act(self, *, fails: bool) -> Answer:
        body = {"title": "taken" if fails else "new"}
        if self.action == "create":
            return self.site.send("POST", POSTS, {"id": self.id, **body})
        if self.action == "update":
            return self.site.send("PATCH", f"{POSTS}/{self.id}", body)
        return self.site.send("DELETE", f"{POSTS}/{'needed000000000' if fails else self.id}")

    def state(self) -> str:
        """`old`, `new`, `changed`, or `none`."""
        answer = self.site.send("GET", f"{POSTS}/{self.id}")
        return self.shown(answer) if answer.status == 200 else "none"

    def shown(self, answer: Answer) -> str:
        return str(answer.json()["title"])


class OfCollection(OfRecord):
    """One change of a collection, of its list rule to ""."""

    change = f'event.collection = replace(event.collection, list_rule="{CHANGED_RULE}")'

    def __init__(self, site: Site, action: str) -> None:
        self.site, self.action, self.id = site, action, f"c{token_hex(7)}"
        if action != "create":
            body = {"name": self.id, "fields": []}
            assert site.send("POST", "/api/collections", body).status == 200

    def act(self, *, fails: bool) -> Answer:
        path = "/api/collections"
        if self.action == "create":
            body = {"name": "!" if fails else self.id, "fields": [], "listRule": ""}
            return self.site.send("POST", path, body)
        if self.action == "update":
            body = {"name": "!"} if fails else {"listRule": ""}
            return self.site.send("PATCH", f"{path}/{self.id}", body)
        return self.site.send("DELETE", f"{path}/{'posts' if fails else self.id}")

    def state(self) -> str:
        answer = self.site.send("GET", f"/api/collections/{self.id}")
        return self.shown(answer) if answer.status == 200 else "none"

    def shown(self, answer: Answer) -> str:
        return {None: "old", "": "new", CHANGED_RULE: "changed"}[answer.json()["listRule"]]


# What a function does, and what comes of it: the status, and what is stored afterwards.
# "done" is what the change leads to, "not done" what was there before.
OUTCOMES = {
    ("see", "success"): "done",
    ("change", "validate"): "changed",
    ("change", ""): "changed",
    ("change", "execute"): "changed",
    # Stored already; the answer shows it.
    ("change", "success"): "done",
    ("stop", "validate"): "refused",
    ("stop", ""): "refused",
    ("stop", "execute"): "refused",
    # Committed already: it is told in the log.
    ("stop", "success"): "done",
    # The checks are left out with the rest.
    ("leave", "validate"): "done",
    ("leave", ""): "not done",
    ("leave", "execute"): "not done",
    ("leave", "success"): "done",
}


class Row(NamedTuple):
    kind: str
    subject: type[OfRecord]
    action: str
    step: str
    do: str

    def __str__(self) -> str:
        of = "record" if self.subject is OfRecord else "collection"
        return f"{self.kind} of a {of}-{self.action}-{self.step}-{self.do}"


def rows() -> Iterator[Row]:
    for kind, subject in (
        ("record", OfRecord),
        ("model", OfRecord),
        ("collection", OfCollection),
        ("model", OfCollection),
    ):
        for action, step in product(ACTIONS, STEPS):
            if step == "error":
                # It has failed: there is nothing left to change.
                does = ["see", "stop"]
            elif (action, step) == ("delete", "validate"):
                does = ["see"]
            elif (kind, subject) == ("model", OfCollection):
                # The rest is as for records.
                does = ["change", "stop"]
            else:
                does = ["see", "change", "stop", "leave"]
            yield from (Row(kind, subject, action, step, do) for do in does)


@pytest.mark.parametrize("row", list(rows()), ids=str)
def test_a_change(site: Site, row: Row) -> None:
    kind, subject, action, step, do = row
    tried = subject(site, action)
    before = tried.state()
    event = event_of(kind, action, step)
    code = tried.change.replace(".record", f".{kind}").replace(".collection", f".{kind}")
    site.plan(event, do, code if do == "change" else "")
    answer = tried.act(fails=step == "error")
    seen = site.seen()
    site.go_on()
    after = tried.state()
    if step == "validate" and action == "delete":
        # A deletion is not validated.
        assert (seen, after) == ([], "none")
        return
    assert [line.split()[0] for line in seen] == [event]
    if step == "error":
        # It has failed whatever the function does.
        assert (answer.status, after) == (400, before)
        assert seen[0].split(maxsplit=1)[1]
        return
    done = {"create": "new", "update": "new", "delete": "none"}[action]
    outcome = OUTCOMES.get((do, step), "done")
    if outcome == "refused":
        assert (answer.status, after) == (403, before)
        return
    assert answer.status in (200, 204)
    # What a deletion leaves is not there to be changed.
    changed = "none" if action == "delete" else "changed"
    assert after == {"done": done, "not done": before, "changed": changed}[outcome]
    if (do, step) == ("change", "success") and action != "delete":
        assert tried.shown(answer) == "changed"


@pytest.mark.parametrize("do", ["see", "change", "stop", "leave"])
def test_lists_of_an_empty_page_and_others(site: Site, do: str) -> None:
    site.plan("records_list_request", do, "event.records.clear()" if do == "change" else "")
    path = f"{POSTS}?filter=id='needed000000000'"
    empty, other = site.send("GET", f"{POSTS}?filter=id='none'"), site.send("GET", path)
    assert len(site.seen()) == 2
    if do == "stop":
        assert (empty.status, other.status) == (403, 403)
    elif do == "leave":
        # As in the reference.
        assert [(answer.status, answer.body) for answer in (empty, other)] == [(200, b"")] * 2
    else:
        assert empty.json()["items"] == []
        assert len(other.json()["items"]) == (0 if do == "change" else 1)


def test_connections(site: Site) -> None:
    event = "realtime_connect_request"
    site.plan(event, "see")
    with Listener(site.server) as listener:
        assert listener.first.event == "PB_CONNECT"
    assert len(site.seen()) == 1
    site.plan(event, "stop")
    assert site.send("GET", "/api/realtime").status == 403
    site.plan(event, "leave")
    answer = site.send("GET", "/api/realtime")
    assert (answer.status, answer.body) == (200, b"")
    site.plan(event, "change", "event.longest_seconds = 0.01")
    with Listener(site.server) as listener:
        assert listener.rest() == []


def test_subscriptions(site: Site) -> None:
    event = "realtime_subscribe_request"
    site.go_on()
    with Listener(site.server) as listener:
        site.plan(event, "see")
        assert listener.subscribe("posts/*").status == 204
        assert len(site.seen()) == 1
        # Of a client that is not there no function is told.
        assert site.send("POST", "/api/realtime", {"clientId": "x"}).status == 404
        assert len(site.seen()) == 1
        site.plan(event, "stop")
        assert listener.subscribe("none/*").status == 403
        site.plan(event, "leave")
        assert listener.subscribe("none/*").status in (200, 204)
        site.send("POST", POSTS, {"title": "first"})
        assert listener.next().data["record"]["title"] == "first"
        site.plan(event, "change", 'event.subscriptions = ["needs/*"]')
        assert listener.subscribe("none/*").status == 204
        site.send("POST", POSTS, {"title": "missed"})
        site.send("POST", "/api/collections/needs/records", {"post": "needed000000000"})
        assert listener.next().event == "needs/*"


def test_connections_by_websocket(site: Site) -> None:
    def open_() -> Socket:
        url = f"ws://127.0.0.1:{site.server.port}/api/realtime/websocket"
        socket = Socket(sockets.enter_context(connect(url)))
        socket.say({"type": "auth", "token": ""})
        return socket

    with ExitStack() as sockets:
        event = "realtime_connect_request"
        site.plan(event, "stop")
        assert open_().end() == (4403, "Stopped.")
        site.plan(event, "leave")
        assert open_().end() == (1000, "")
        site.go_on()
        socket = open_()
        assert socket.next()["type"] == "connected"
        for do, told in (("see", "subscribed"), ("stop", "error"), ("leave", "error")):
            site.plan("realtime_subscribe_request", do)
            body = {"type": "subscribe", "subscriptions": ["posts/*"]}
            assert socket.ask(body)["type"] == told
            assert len(site.seen()) == 1
        # It has what it had.
        site.plan("realtime_message_send", "change", "event.data = '{}'")
        site.send("POST", POSTS, {"title": "told"})
        assert (socket.next()["data"], len(site.seen())) == ({}, 1)


def test_messages(site: Site) -> None:
    event, changed = "realtime_message_send", "event.data = '\"changed\"'"
    site.plan(event, "change", changed)
    with pytest.raises(TypeError), Listener(site.server) as listener:
        assert listener.first.data == "changed"
    site.go_on()
    with Listener(site.server) as listener:
        listener.listen("posts/*", token=site.token)
        for do, title in (("leave", "first"), ("see", "second")):
            site.plan(event, do)
            site.send("POST", POSTS, {"title": title})
            until(lambda: len(site.seen()) == 1)
        assert listener.next().data["record"]["title"] == "second"
        site.plan(event, "change", changed)
        site.send("POST", POSTS, {"title": "third"})
        assert listener.next().data == "changed"
        # An error ends the connection.
        site.plan(event, "stop")
        site.send("POST", POSTS, {"title": "fourth"})
        assert listener.rest() == []


def test_settings_are_taken_up(site: Site) -> None:
    event = "settings_reload"

    def name() -> str:
        return str(site.send("GET", "/api/settings").json()["meta"]["appName"])

    def save(to: str) -> Answer:
        return site.send("PATCH", "/api/settings", {"meta": {"appName": to}})

    site.plan(event, "see")
    assert (save("one").status, name(), len(site.seen())) == (200, "one", 1)
    # For this process, until the next reload.
    meta = 'replace(event.settings.meta, app_name="changed")'
    changed = f"event.settings = replace(event.settings, meta={meta})"
    site.plan(event, "change", after=changed)
    assert (save("two").status, name()) == (200, "changed")
    # They are saved by then: the error is told, and they hold from the next reload on.
    site.plan(event, "stop")
    assert save("three").status == 403
    site.go_on()
    assert save("four").status == 200
    assert name() == "four"
