"""Sessions: begun by a sign-in, seen, and ended for every process at once."""

import asyncio
import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fastcms.auth import last_use
from tests.inprocess import Client, served
from tests.servers import Kind, Server, add_superuser

USERS = "/api/collections/users"
PASSWORD = "password123"
PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1) Version/18 Safari/604.1"}
# Enough connections that every worker gets some.
TRIES = 12


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("sessions") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, 2) as running:
        yield running


class Account:
    """A new account of `users` and what it can do with its tokens."""

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.email = f"{name}@example.com"
        body = {"email": self.email, "password": PASSWORD, "passwordConfirm": PASSWORD}
        self.id = server.expect("POST", f"{USERS}/records", json_body=body)["id"]

    def sign_in(self, **headers: str) -> str:
        body = json.dumps({"identity": self.email, "password": PASSWORD}).encode()
        headers["Content-Type"] = "application/json"
        path = f"{USERS}/auth-with-password"
        return self.server.request("POST", path, headers=headers, body=body).json()["token"]

    def sessions(self, token: str) -> list[dict[str, Any]]:
        return self.server.expect("GET", f"{USERS}/sessions", token=token)["items"]

    def lives(self, token: str) -> bool:
        """Whether all workers take the token; they must agree."""
        path = f"{USERS}/records/{self.id}"
        seen = {self.server.send("GET", path, token=token).status for _ in range(TRIES)}
        assert len(seen) == 1, seen
        return seen == {200}


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_each_sign_in_is_a_session_with_device_address_and_method(server: Server) -> None:
    ann = Account(server, "ann")
    first, second = ann.sign_in(), ann.sign_in(**PHONE)
    phone, other = ann.sessions(second)
    assert phone["id"] == claims(second)["sid"]
    assert (phone["device"], phone["method"], phone["current"]) == (
        "Safari on iPhone",
        "password",
        True,
    )
    assert phone["address"] == "127.0.0.1"
    assert (other["id"], other["current"]) == (claims(first)["sid"], False)
    assert sorted(phone) == [
        "address",
        "created",
        "current",
        "device",
        "expires",
        "id",
        "method",
        "used",
    ]


@pytest.mark.parametrize("way", ["sign out", "revoke", "revoke as superuser", "all others"])
def test_an_ended_session_is_over_in_every_worker_and_no_other_is(server: Server, way: str) -> None:
    bea = Account(server, way.replace(" ", "-"))
    gone, kept = bea.sign_in(), bea.sign_in()
    session = claims(gone)["sid"]
    assert bea.lives(gone)
    match way:
        case "sign out":
            server.expect("POST", f"{USERS}/auth-logout", token=gone)
        case "revoke":
            server.expect("DELETE", f"{USERS}/sessions/{session}", token=kept)
        case "revoke as superuser":
            path = f"{USERS}/sessions/{session}?record={bea.id}"
            server.expect("DELETE", path, token=server.superuser_token())
        case "all others":
            server.expect("DELETE", f"{USERS}/sessions", token=kept)
    assert not bea.lives(gone)
    assert bea.lives(kept)
    assert server.send("POST", f"{USERS}/auth-refresh", token=gone).status == 401
    assert [one["current"] for one in bea.sessions(kept)] == [True]


def test_a_superuser_ends_all_sessions_of_a_record(server: Server) -> None:
    cat = Account(server, "cat")
    tokens = [cat.sign_in(), cat.sign_in()]
    root = server.superuser_token()
    path = f"{USERS}/sessions?record={cat.id}"
    found = server.expect("GET", path, token=root)["items"]
    assert {one["id"] for one in found} == {claims(token)["sid"] for token in tokens}
    assert {one["impersonatedBy"] for one in found} == {""}
    server.expect("DELETE", path, token=root)
    assert not any(cat.lives(token) for token in tokens)
    assert server.send("GET", "/api/settings", token=root).status == 200


def test_a_superuser_sees_the_sessions_of_all_records(server: Server) -> None:
    flo, gus = Account(server, "flo"), Account(server, "gus")
    lives = [flo.sign_in(), gus.sign_in()]
    changed = Account(server, "hal")
    changed.sign_in()
    root = server.superuser_token()
    path = f"{USERS}/records/{changed.id}"
    secret = {"password": "another1234", "passwordConfirm": "another1234"}
    server.expect("PATCH", path, token=root, json_body=secret)
    found = server.expect("GET", f"{USERS}/sessions?all=true", token=root)["items"]
    assert [one["id"] for one in found[:2]] == [claims(token)["sid"] for token in lives[::-1]]
    assert [(one["record"], one["email"]) for one in found[:2]] == [
        (gus.id, gus.email),
        (flo.id, flo.email),
    ]
    assert changed.id not in {one["record"] for one in found}


def test_a_refresh_keeps_the_session(server: Server) -> None:
    dan = Account(server, "dan")
    token = dan.sign_in()
    fresh = server.expect("POST", f"{USERS}/auth-refresh", token=token)["token"]
    assert claims(fresh)["sid"] == claims(token)["sid"]
    server.expect("POST", f"{USERS}/auth-logout", token=fresh)
    assert not dan.lives(token)
    assert not dan.lives(fresh)


@pytest.mark.parametrize("what", ["password", "token key", "secret", "deleted"])
def test_what_ends_tokens_ends_their_sessions(server: Server, what: str) -> None:
    eve = Account(server, f"eve-{what.replace(' ', '-')}")
    token = eve.sign_in()
    root = server.superuser_token()
    path = f"{USERS}/records/{eve.id}"
    match what:
        case "password":
            body = {"password": PASSWORD + "4", "passwordConfirm": PASSWORD + "4"}
            server.expect("PATCH", path, token=root, json_body=body)
        case "token key":
            server.expect("PATCH", path, token=root, json_body={"tokenKey": "k" * 50})
        case "secret":
            body = {"authToken": {"secret": "s" * 40}}
            server.expect("PATCH", USERS, token=root, json_body=body)
        case "deleted":
            server.expect("DELETE", path, token=root)
    assert not eve.lives(token)
    answer = server.send("GET", f"{USERS}/sessions?record={eve.id}", token=root)
    assert (answer.status, answer.json().get("items", [])) == (
        404 if what == "deleted" else 200,
        [],
    )


OTHERS = [
    ("guest", "GET", f"{USERS}/sessions", 401),
    ("guest", "DELETE", f"{USERS}/sessions", 401),
    ("guest", "POST", f"{USERS}/auth-logout", 401),
    ("guest", "POST", f"{USERS}/impersonate-exit", 401),
    ("guest", "GET", "/api/audit", 401),
    ("user", "GET", f"{USERS}/sessions?record=VICTIM", 403),
    ("guest", "GET", f"{USERS}/sessions?all=true", 401),
    ("user", "GET", f"{USERS}/sessions?all=true", 403),
    ("user", "DELETE", f"{USERS}/sessions?record=VICTIM", 403),
    ("user", "DELETE", f"{USERS}/sessions/SESSION", 404),
    ("user", "DELETE", f"{USERS}/sessions/SESSION?record=VICTIM", 403),
    ("user", "GET", "/api/collections/_superusers/sessions", 403),
    ("user", "POST", "/api/collections/_superusers/auth-logout", 403),
    ("user", "GET", "/api/collections/nothing/sessions", 404),
    ("user", "POST", f"{USERS}/impersonate-exit", 400),
    ("user", "GET", "/api/audit", 403),
    ("impersonator", "GET", f"{USERS}/sessions", 403),
    ("impersonator", "DELETE", f"{USERS}/sessions", 403),
    ("impersonator", "DELETE", f"{USERS}/sessions/SESSION", 403),
]


def test_the_sessions_of_others_are_out_of_reach(server: Server) -> None:
    victim, other = Account(server, "victim"), Account(server, "other")
    safe = victim.sign_in()
    path = f"{USERS}/impersonate/{victim.id}"
    acting = server.expect("POST", path, token=server.superuser_token())["token"]
    tokens = {"guest": None, "user": other.sign_in(), "impersonator": acting}
    for who, method, template, status in OTHERS:
        path = template.replace("VICTIM", victim.id).replace("SESSION", claims(safe)["sid"])
        assert server.send(method, path, token=tokens[who]).status == status, (who, method, path)
    assert victim.lives(safe)


def test_tokens_without_a_session_are_as_good_as_ever(tmp_path: Path) -> None:
    """Those of the reference, and those that FastCMS issued before it had sessions."""
    directory = tmp_path / "pb_data"
    add_superuser(Kind.REFERENCE, directory)
    with Server(Kind.REFERENCE, directory) as before:
        root = before.superuser_token()
    with Server(Kind.FASTCMS, directory, 2) as server:
        path = "/api/collections/_superusers"
        assert server.expect("GET", f"{path}/sessions", token=root)["items"] == []
        fresh = server.expect("POST", f"{path}/auth-refresh", token=root)["token"]
        assert "sid" not in claims(fresh)
        answer = server.send("POST", f"{path}/auth-logout", token=root)
        assert (answer.status, "no session" in answer.json()["message"]) == (400, True)
        of_session = server.superuser_token()
        assert "sid" in claims(of_session)
    with Server(Kind.REFERENCE, directory) as after:
        assert after.send("GET", "/api/settings", token=of_session).status == 200


async def sign_in(client: Client) -> str:
    body = {"email": "ann@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD}
    await client("POST", f"{USERS}/records", body)
    body = {"identity": "ann@example.com", "password": PASSWORD}
    return (await client("POST", f"{USERS}/auth-with-password", body, token="")).json()["token"]


def test_the_last_use_is_noted_once_a_minute_beside_the_requests(tmp_path, monkeypatch):
    monkeypatch.setattr(last_use, "WAIT", 0)

    async def body(client: Client) -> None:
        token = await sign_in(client)
        notes = []
        write = client.app.store.write

        def noted(run, **rest):
            done = write(run, **rest)
            notes.append(done)
            return done

        client.app.store.write = noted
        for _ in range(5):
            await client("GET", "/api/health", token=token)
        assert notes == []
        await client.app.store.write_one("UPDATE _fc_sessions SET used = used - 61", ())
        for _ in range(5):
            await client("GET", "/api/health", token=token)
        while not notes:
            await asyncio.sleep(0)
        await notes[0]
        await client("GET", "/api/health", token=token)
        assert len(notes) == 1
        used = (await client.app.store.read("SELECT used FROM _fc_sessions"))[0][0]
        assert used == pytest.approx(time.time(), abs=5)

    served(tmp_path, body)


def test_a_refresh_is_written_before_it_is_answered_and_not_every_time(tmp_path):
    async def body(client: Client) -> None:
        token = await sign_in(client)
        expires = "SELECT expires FROM _fc_sessions"
        before = (await client.app.store.read(expires))[0][0]
        await client("POST", f"{USERS}/auth-refresh", token=token)
        assert (await client.app.store.read(expires))[0][0] == before
        await client.app.store.write_one("UPDATE _fc_sessions SET expires = expires - 3600", ())
        await client("POST", f"{USERS}/auth-refresh", token=token)
        assert (await client.app.store.read(expires))[0][0] >= before

    served(tmp_path, body)


def test_a_session_that_ends_during_a_refresh_is_not_prolonged(tmp_path):
    async def body(client: Client) -> None:
        token = await sign_in(client)

        async def end(event):
            await client.app.store.write_one("DELETE FROM _fc_sessions", ())
            await event.next()

        client.app.hooks.record_auth_refresh_request.add(end)
        assert (await client("POST", f"{USERS}/auth-refresh", token=token)).status == 401

    served(tmp_path, body)


def test_rows_of_what_is_over_are_swept_by_the_next_sign_in(tmp_path):
    async def body(client: Client) -> None:
        await sign_in(client)
        await client.app.store.write_one("UPDATE _fc_sessions SET expires = 1", ())
        await sign_in(client)
        await client.app.store.write_one("UPDATE _fc_sessions SET proof = 'of before'", ())
        await sign_in(client)
        rows = await client.app.store.read("SELECT count(*) FROM _fc_sessions")
        assert rows == [(1,)]

    served(tmp_path, body)


def test_a_deleted_collection_takes_its_sessions_along(tmp_path):
    async def body(client: Client) -> None:
        await sign_in(client)
        assert (await client("DELETE", USERS)).status == 204
        assert await client.app.store.read("SELECT id FROM _fc_sessions") == []

    served(tmp_path, body)
