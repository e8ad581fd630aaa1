"""Rate limits on a real server with two processes: exact under a crowd, and nobody slips past."""

import asyncio
import json
import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from fastcms.limits import limits as limits_module
from fastcms.limits.limits import Limits
from fastcms.limits.rules import Rules
from fastcms.settings.model import RateLimitRule, RateLimits, Settings
from tests.inprocess import served
from tests.servers import Kind, Server, add_superuser

CROWD = 64


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    directory = tmp_path_factory.mktemp("limits") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=2) as running:
        yield running


@pytest.fixture(scope="module")
def token(server):
    return server.superuser_token()


def use(server, token, *rules, **settings):
    """Puts these limits in the place of the ones before: label, requests, seconds."""
    document = [
        {"label": label, "maxRequests": most, "duration": seconds} for label, most, seconds in rules
    ]
    limits = {"enabled": bool(rules), "rules": document, "excludedIPs": []}
    proxy = {"headers": settings.get("headers", [])}
    body = {"rateLimits": limits, "trustedProxy": proxy}
    server.expect("PATCH", "/api/settings", token=token, json_body=body)


async def crowd(port: int, requests: int, head: str = "") -> Counter[int]:
    """The statuses of what 64 clients get who all ask at once, each several times."""

    async def ask() -> list[int]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        line = f"GET /api/health HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode()
        statuses = []
        for _ in range(requests):
            writer.write(line)
            answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            await reader.readexactly(int(re.search(r"content-length: (\d+)", answer)[1]))
            statuses.append(int(answer.split()[1]))
        writer.close()
        return statuses

    found = await asyncio.gather(*(ask() for _ in range(CROWD)))
    return Counter(status for statuses in found for status in statuses)


@pytest.mark.parametrize("most", [1, 100, 319])
def test_exactly_so_many_of_a_crowd_are_let_through(server, token, most):
    use(server, token, ("/api/", most, 600))
    assert asyncio.run(crowd(server.port, 5)) == {200: most, 429: 5 * CROWD - most}


def test_nobody_is_refused_where_there_is_room_for_all(server, token):
    use(server, token, ("/api/", 5 * CROWD, 600))
    assert asyncio.run(crowd(server.port, 5)) == {200: 5 * CROWD}


def test_answers_tell_what_is_left(server, token):
    use(server, token, ("/api/health", 2, 600))
    answers = [
        server.request("GET", "/api/health", headers={"Origin": "http://a.b"}) for _ in "abc"
    ]
    names = ("x-ratelimit-limit", "x-ratelimit-remaining", "retry-after")
    first, second, third = (tuple(answer.headers.get(name) for name in names) for answer in answers)
    assert (first, second, third[:2]) == (("2", "1", None), ("2", "0", None), ("2", "0"))
    assert 590 <= int(third[2]) <= 600
    assert len({answer.headers["x-ratelimit-reset"] for answer in answers}) == 1
    assert "X-RateLimit-Remaining" in answers[0].headers["access-control-expose-headers"]
    # Nothing where no rule applies.
    assert "x-ratelimit-limit" not in server.request("GET", "/api/nothing").headers


def test_a_window_outlives_a_restart_and_ends_with_the_settings(server, token):
    use(server, token, ("/api/nothing", 1, 600))
    ask = lambda: server.request("GET", "/api/nothing").status  # noqa: E731
    assert [ask(), ask()] == [404, 429]
    server.stop()
    server.start()
    assert ask() == 429
    use(server, token, ("/api/nothing", 1, 600))
    assert [ask(), ask()] == [404, 429]


@pytest.mark.parametrize(
    ("trusted", "header", "addresses", "expected"),
    [
        # Who is not behind a proxy of ours says nothing about where it is.
        ([], "X-Forwarded-For", ["9.9.9.1", "9.9.9.2"], [404, 429]),
        (["X-Real-IP"], "X-Forwarded-For", ["9.9.9.1", "9.9.9.2"], [404, 429]),
        # What a client puts before the address that the proxy adds counts nothing.
        (
            ["X-Forwarded-For"],
            "X-Forwarded-For",
            ["1.1.1.1, 9.9.9.1", "2.2.2.2, 9.9.9.1"],
            [404, 429],
        ),
        (["X-Real-IP"], "X-Real-IP", ["9.9.9.1", "9.9.9.2"], [404, 404]),
        # A customer of a provider has 2**64 addresses.
        (["X-Real-IP"], "X-Real-IP", ["2001:db8::1", "2001:db8::ffff:1"], [404, 429]),
        (["X-Real-IP"], "X-Real-IP", ["2001:db8::1", "2001:db8:0:1::1"], [404, 404]),
        (["X-Real-IP"], "X-Real-IP", ["9.9.9.1", "::ffff:9.9.9.1"], [404, 429]),
    ],
)
def test_who_is_counted_as_one(server, token, trusted, header, addresses, expected):  # noqa: PLR0917
    use(server, token, ("/api/nothing", 1, 600), headers=trusted)
    asked = [server.request("GET", "/api/nothing", headers={header: a}).status for a in addresses]
    assert asked == expected


def test_what_a_body_says_changes_no_count(server, token):
    use(server, token, ("users:authWithPassword", 1, 600))
    path = "/api/collections/users/auth-with-password"
    bodies = [{"identity": f"{n}@example.com", "password": "x" * n} for n in (1, 2, 3)]
    statuses = [
        server.send("POST", f"{path}?n={n}", json_body=b).status for n, b in enumerate(bodies)
    ]
    assert statuses == [400, 429, 429]
    spelt = "/api/collections/%75sers/auth-with-password"
    assert server.send("POST", spelt, json_body=bodies[0]).status == 429
    by_id = "/api/collections/_pb_users_auth_/auth-with-password"
    assert server.send("POST", by_id, json_body=bodies[0]).status == 429


def test_further_ways_to_sign_in_count_as_sign_in(server, token):
    use(server, token, ("*:auth", 1, 600))
    for way in ("passkey", "totp", "sms-otp"):
        path = f"/api/collections/users/auth-with-{way}"
        assert [server.send("POST", path, json_body={}).status != 429 for _ in "ab"] == [
            True,
            False,
        ]


def test_connecting_by_websocket_counts(server, token):
    use(server, token, ("/api/realtime/", 1, 600))
    address = f"ws://127.0.0.1:{server.port}/api/realtime/websocket"
    with connect(address):
        pass
    with pytest.raises(InvalidStatus), connect(address):
        pass
    assert server.request("GET", "/api/realtime").status == 429


def test_subscribing_by_websocket_counts_as_by_post(server, token):
    use(server, token, ("POST /api/realtime", 2, 600))
    with connect(f"ws://127.0.0.1:{server.port}/api/realtime/websocket") as socket:

        def ask(message: dict[str, object]) -> dict[str, object]:
            socket.send(json.dumps(message))
            return json.loads(socket.recv(timeout=20))

        ask({"type": "auth"})
        said = [ask({"type": "subscribe", "subscriptions": ["posts"]}) for _ in range(3)]
    assert [one.get("status") for one in said] == [None, None, 429]
    assert server.send("POST", "/api/realtime", json_body={}).status == 429


def test_searches_without_a_result_are_slowed_down_when_there_are_many(tmp_path: Path):
    (tmp_path / ".notify").mkdir()
    limits = Limits(tmp_path)
    seen = [limits.is_probing("posts", address) for address in ("a", "a", "a", "a", "b")]
    assert seen == [False, False, False, True, False]
    assert not limits.is_probing("pages", "a")
    limits.close()


SEARCHES = [
    # list rule, query, whether a superuser asks, whether it waits
    ("", "filter=title='x'", False, False),
    ("title != 'hidden'", "filter=title='x'", False, True),
    ("title != 'hidden'", "filter=title='x'", True, False),
    ("title != 'hidden'", "filter=title!='x'", False, False),
    ("title != 'hidden'", "page=9", False, False),
]


@pytest.mark.parametrize(("rule", "query", "superuser", "waits"), SEARCHES)
def test_which_searches_are_slowed_down(  # noqa: PLR0917
    tmp_path, monkeypatch, rule, query, superuser, waits
):
    """Under a rule, by somebody who is no superuser, and without a result."""
    monkeypatch.setattr(limits_module, "EMPTY_SEARCHES", 0)
    waited = []

    async def sleep(seconds):
        waited.append(seconds)

    async def scenario(client):
        fields = [{"type": "text", "name": "title"}]
        posts = {"name": "posts", "type": "base", "listRule": rule, "fields": fields}
        await client("POST", "/api/collections", posts)
        await client("POST", "/api/collections/posts/records", {"title": "shown"})
        monkeypatch.setattr("fastcms.records.query.asyncio", SimpleNamespace(sleep=sleep))
        path = f"/api/collections/posts/records?{query}"
        assert (await client("GET", path, token=None if superuser else "")).status == 200

    served(tmp_path / "pb_data", scenario)
    assert bool(waited) == waits
    assert all(0 <= seconds <= 0.5 for seconds in waited)


def test_off_means_that_nothing_is_opened(tmp_path):
    limits = Limits(tmp_path)
    limits.use(Settings(), "")
    assert limits.rules is None
    limits.close()
    assert list(tmp_path.iterdir()) == []


def test_of_rules_with_equal_labels_the_first_counts():
    rules = [RateLimitRule(label="/a", max_requests=n, duration=1) for n in (1, 2)]
    found = Rules(RateLimits(rules=tuple(rules)).rules).find("GET", "/a", "", (), signed_in=False)
    assert found is rules[0]
