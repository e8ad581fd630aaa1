"""Realtime over a WebSocket, from the first message to the last."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from fastcms.realtime import websocket
from tests import inprocess
from tests.realtime.site import Site, open_site

PATH = "/api/realtime/websocket"


class Socket:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    def say(self, message: Any) -> None:
        raw = message if isinstance(message, str | bytes) else json.dumps(message)
        self._connection.send(raw)

    def next(self) -> Any:
        return json.loads(self._connection.recv(timeout=20))

    def ask(self, message: Any) -> Any:
        self.say(message)
        return self.next()

    def end(self) -> tuple[int, str]:
        """The code and reason with which the server ends it."""
        with pytest.raises(ConnectionClosed) as caught:
            self._connection.recv(timeout=20)
        assert caught.value.rcvd is not None
        return caught.value.rcvd.code, caught.value.rcvd.reason


@contextmanager
def opened(site: Site, query: str = "", **options: Any) -> Iterator[Socket]:
    url = f"ws://127.0.0.1:{site.server.port}{PATH}{query}"
    with connect(url, **options) as connection:
        yield Socket(connection)


@contextmanager
def client(site: Site, *subscriptions: str, token: str = "", query: str = "") -> Iterator[Socket]:
    with opened(site, query) as socket:
        assert socket.ask({"type": "auth", "token": token})["type"] == "connected"
        message = {"type": "subscribe", "subscriptions": list(subscriptions)}
        assert socket.ask(message) == {"type": "subscribed"}
        yield socket


def test_a_guest_hears_what_guests_may_hear(site):
    ann, _ = site.account("socket-owner")
    with client(site, "posts/*", "notes", "markers") as socket:
        id_ = site.create("posts", title="one")
        site.create("notes", title="closed", owner=ann)
        site.delete("posts", id_)
        site.create("markers")
        found = [socket.next() for _ in range(3)]
    assert [m["event"] for m in found] == ["posts/*", "posts/*", "markers"]
    assert {m["type"] for m in found} == {"message"}
    assert [m["data"]["action"] for m in found] == ["create", "delete", "create"]
    assert found[0]["data"]["record"]["title"] == "one"


def test_a_signed_in_client_hears_what_is_its_own(site):
    ann, token = site.account("socket")
    with client(site, "notes/*", token=token) as socket:
        site.create("notes", title="not hers")
        site.create("notes", title="hers", owner=ann)
        assert socket.next()["data"]["record"]["title"] == "hers"


NO_AUTH = "the first message must be of type auth"
FIRST = [
    ("", 4400, "a message must be a JSON object"),
    ("null", 4400, NO_AUTH),
    ("[]", 4400, "a message must be a JSON object"),
    ("{", 4400, "a message must be a JSON object"),
    (b"{}", 4400, "a message must be text"),
    ({}, 4400, NO_AUTH),
    (
        {"type": "subscribe", "subscriptions": ["posts"]},
        4400,
        "the first message must be of type auth",
    ),
    ({"type": "ping"}, 4400, NO_AUTH),
    ({"type": "AUTH"}, 4400, NO_AUTH),
    ({"type": "auth", "token": None}, 4401, "the token is no text"),
    ({"type": "auth", "token": {"id": 1}}, 4401, "the token is no text"),
    ({"type": "auth", "token": "x"}, 4401, "the token is not valid"),
    ({"type": "auth", "token": "a.b.c"}, 4401, "the token is not valid"),
]


@pytest.mark.parametrize(("first", "code", "reason"), FIRST, ids=lambda value: str(value)[:30])
def test_a_bad_first_message_ends_the_connection(site, first, code, reason):
    with opened(site) as socket:
        socket.say(first)
        assert socket.end() == (code, reason)


def test_who_says_nothing_at_first_is_not_waited_for_long(tmp_path, monkeypatch):
    monkeypatch.setattr(websocket, "AUTH_SECONDS", 0)

    async def body(client: inprocess.Client) -> None:
        messages, sent = [{"type": "websocket.connect"}], []

        async def receive():
            if not messages:
                await asyncio.Event().wait()
            return messages.pop()

        async def send(message):
            sent.append(message)

        scope = {"query_string": b"", "headers": [], "client": ("127.0.0.1", 1)}
        async with asyncio.timeout(10):
            await websocket.serve(client.app, scope, receive, send)
        assert [message.get("code") for message in sent] == [None, 4408]

    inprocess.served(tmp_path, body)


def test_a_superuser_from_elsewhere_is_refused(site):
    proxy = {"headers": ["X-Real-IP"], "useLeftmostIP": False}
    strict = {"trustedProxy": proxy, "superuserIPs": ["127.0.0.1"]}
    site.server.expect("PATCH", "/api/settings", token=site.root, json_body=strict)
    with opened(site, additional_headers={"X-Real-IP": "10.0.0.1"}) as socket:
        socket.say({"type": "auth", "token": site.root})
        assert socket.end()[0] == 4401
    with client(site, "notes", token=site.root):
        pass
    open_again = {"trustedProxy": {**proxy, "headers": []}, "superuserIPs": []}
    site.server.expect("PATCH", "/api/settings", token=site.root, json_body=open_again)


def test_a_wrong_token_makes_no_guest_later_either(site):
    ann, token = site.account("socket-token")
    with client(site, "posts", token=token) as socket:
        new = {"password": "other-password", "passwordConfirm": "other-password"}
        site.update("users", ann, **new)
        socket.say({"type": "subscribe", "subscriptions": ["posts"]})
        assert socket.end() == (4401, "the token is not valid")


def test_another_user_is_refused_and_the_same_with_another_token_is_not(site):
    _, ann = site.account("socket-ann")
    _, bob = site.account("socket-bob")
    refreshed = site.server.expect("POST", "/api/collections/users/auth-refresh", token=ann)
    subscribe = {"type": "subscribe", "subscriptions": ["posts"]}
    with client(site, "posts", token=ann) as socket:
        again = {"type": "auth", "token": refreshed["token"], "ref": 1}
        assert socket.ask(again) == {"type": "authenticated", "ref": 1}
        assert socket.ask(subscribe) == {"type": "subscribed"}
        for token in (bob, ""):
            assert socket.ask({"type": "auth", "token": token}) == {"type": "authenticated"}
            answer = socket.ask({**subscribe, "ref": "x"})
            assert (answer["type"], answer["status"], answer["ref"]) == ("error", 403, "x")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"type": "ping", "ref": [1]}, {"type": "pong", "ref": [1]}),
        ({"type": "subscribe"}, {"type": "subscribed"}),
        ({"type": "subscribe", "subscriptions": [""]}, {"type": "subscribed"}),
        ({"type": "subscribe", "clientId": "other", "subscriptions": []}, {"type": "subscribed"}),
        ({"type": "subscribe", "subscriptions": [1]}, 400),
        ({"type": "subscribe", "subscriptions": "posts"}, 400),
        ({"type": "subscribe", "subscriptions": ["x" * 2501]}, 400),
        ({"type": "subscribe", "subscriptions": ["x"] * 1001}, 400),
    ],
    ids=lambda value: str(value)[:40],
)
def test_messages_and_their_answers(site, message, expected):
    with client(site) as socket:
        answer = socket.ask(message)
        assert (answer["status"] if isinstance(expected, int) else answer) == expected


@pytest.mark.parametrize("message", [{"type": "nothing"}, {}, "x", b"\x00"], ids=str)
def test_what_is_not_understood_ends_the_connection(site, message):
    with client(site) as socket:
        socket.say(message)
        assert socket.end()[0] == 4400


def test_a_client_is_found_and_reached_like_any_other(site):
    with opened(site) as socket:
        id_ = socket.ask({"type": "auth"})["clientId"]
        assert (
            socket.ask({"type": "subscribe", "subscriptions": ["@oauth2"]})["type"] == "subscribed"
        )

        async def send(app):
            return await app.bus.send_once(id_, "@oauth2", '{"n":1}', address="127.0.0.1")

        assert site.elsewhere(send)
        assert socket.next() == {"type": "message", "event": "@oauth2", "data": {"n": 1}}


def test_a_client_comes_back_to_its_position(site):
    with client(site, "posts", query="?resume=true") as socket:
        site.create("posts", title="one")
        position = socket.next()["id"]
    site.create("posts", title="missed")
    with opened(site, f"?resume=true&lastEventId={position}") as socket:
        hello = socket.ask({"type": "auth"})
        assert hello["resumed"]
        assert socket.next()["data"]["record"]["title"] == "missed"


def test_messages_come_in_batches(site):
    with client(site, "posts", query="?batch=300") as socket:
        site.create("posts", title="one")
        site.create("posts", title="two")
        found: list[str] = []
        while len(found) < 2:
            batch = socket.next()
            assert batch["type"] == "batch"
            found += [m["data"]["record"]["title"] for m in batch["messages"]]
        assert found == ["one", "two"]


@pytest.mark.parametrize("path", ["/api/realtime", "/api/health", "/api/collections/posts/records"])
def test_other_paths_have_no_websockets(site, path):
    with (
        pytest.raises(InvalidStatus) as caught,
        connect(f"ws://127.0.0.1:{site.server.port}{path}"),
    ):
        pass
    assert caught.value.response.status_code == 403


def test_only_known_origins_may_connect_and_a_stop_is_told(tmp_path):
    with open_site(
        tmp_path / "pb_data", workers=2, extra=("--origins", "https://good.example")
    ) as site:
        with pytest.raises(InvalidStatus), opened(site, origin="https://bad.example"):
            pass
        with opened(site, origin="https://good.example") as socket:
            assert socket.ask({"type": "auth"})["type"] == "connected"
            site.server.stop()
            assert socket.end()[0] == 1012
