"""Batches inside: hooks and events, what a failed one leaves, time, and changes of the schema."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from fastcms.errors import bad_request
from fastcms.settings.load import save_password_hash
from tests.inprocess import Answer, Client, served
from tests.records.test_hooks import OPEN, TITLE, listen, make_tree

POSTS = "/api/collections/posts/records"
NOTES = "/api/collections/notes/records"
ONE, TWO, NEW = "1" * 15, "2" * 15, "9" * 15

Scenario: TypeAlias = Callable[[Client], Awaitable[None]]
FAILED = "Batch transaction failed."


def item(method: str, url: str, **body: object) -> dict[str, Any]:
    return {"method": method, "url": url, "body": body}


async def sent(client: Client, *items: dict[str, Any], token: str | None = None) -> Answer:
    return await client("POST", "/api/batch", {"requests": items}, token=token)


async def titles(client: Client) -> list[str]:
    page = (await client("GET", f"{POSTS}?sort=id&perPage=500")).json()
    return [record["title"] for record in page["items"]]


@pytest.fixture
def with_tree(tmp_path: Path) -> Callable[[Scenario], None]:
    """Runs a scenario on a server that takes batches, with posts, notes and links."""

    def run(body: Scenario) -> None:
        async def scenario(client: Client) -> None:
            await make_tree(client)
            await allow(client)
            await body(client)

        served(tmp_path / "pb_data", scenario)

    return run


async def allow(client: Client, **more: object) -> None:
    settings = {"batch": {"enabled": True, "maxRequests": 100, "timeout": 30, **more}}
    assert (await client("PATCH", "/api/settings", settings)).status == 200


ALL = (
    item("POST", POSTS, id=NEW, title="new"),
    item("PATCH", f"{POSTS}/{TWO}", title="changed"),
    item("DELETE", f"{POSTS}/{ONE}"),
)


def test_hooks_run_in_order_and_those_after_a_success_at_the_end(with_tree):
    async def body(client: Client) -> None:
        heard = listen(client)
        assert (await sent(client, *ALL)).status == 200
        assert heard == [
            "record_create_request posts",
            "record_create posts",
            "record_enrich posts",
            "record_update_request posts",
            "record_update posts",
            "record_enrich posts",
            "record_delete_request posts",
            "record_delete posts",
            "record_update links",
            "record_delete notes",
            "record_after_create_success posts",
            "record_after_update_success posts",
            "record_after_update_success links",
            "record_after_delete_success notes",
            "record_after_delete_success posts",
        ]

    with_tree(body)


def test_a_failed_batch_tells_nobody_and_leaves_nothing(with_tree):
    async def body(client: Client) -> None:
        heard = listen(client)
        events: list[object] = []
        client.app.store.listeners.append(events.append)
        answer = await sent(client, *ALL, item("PATCH", f"{POSTS}/{ONE}", title="gone"))
        assert answer.status == 400
        assert list(answer.json()["data"]["requests"]) == ["3"]
        assert [name for name in heard if "after" in name] == []
        assert events == []
        heard.clear()
        assert await titles(client) == ["post 1", "post 2"]
        for name in ("notes", "links"):
            page = (await client("GET", f"/api/collections/{name}/records")).json()
            assert [record["post"] for record in page["items"]] == [ONE]

    with_tree(body)


def test_events_come_after_the_commit_in_the_order_of_the_items(with_tree):
    async def body(client: Client) -> None:
        events: list[tuple[str, str, list[tuple[int]]]] = []

        def hear(event: Any) -> None:
            count = client.app.store.read_now("SELECT count(*) FROM posts")
            events.append((event.action, event.record.id, count))

        client.app.store.listeners.append(hear)
        await sent(client, *ALL[:2])
        assert events == [("create", NEW, [(3,)]), ("update", TWO, [(3,)])]

    with_tree(body)


def test_a_hook_refuses_an_item_and_with_it_the_batch(with_tree):
    async def body(client: Client) -> None:
        async def refuse(event: Any) -> None:
            if event.record["title"] == "changed":
                raise bad_request("Not today.")
            await event.next()

        for name in ("record_update", "record_update_request"):
            hook = getattr(client.app.hooks, name)
            hook.add(refuse)
            answer = await sent(client, *ALL)
            response = answer.json()["data"]["requests"]["1"]["response"]
            assert response == {"data": {}, "message": "Not today.", "status": 400}
            assert await titles(client) == ["post 1", "post 2"]
            hook._handlers = ()

    with_tree(body)


def test_what_a_hook_writes_by_the_requests_app_is_part_of_the_batch(with_tree):
    async def body(client: Client) -> None:
        async def log(event: Any) -> None:
            await event.next()
            sql = "INSERT INTO posts (id, title) VALUES (?, ?)"
            await event.request.app.store.write_one(sql, ("8" * 15, "by a hook"))

        client.app.hooks.record_create_request.add(log)
        assert (await sent(client, ALL[0], item("POST", POSTS, id="no"))).status == 400
        assert await titles(client) == ["post 1", "post 2"]
        assert (await sent(client, ALL[0])).status == 200
        assert await titles(client) == ["post 1", "post 2", "by a hook", "new"]

    with_tree(body)


def test_a_handler_may_change_or_stop_a_batch(with_tree):
    async def body(client: Client) -> None:
        async def change(event: Any) -> None:
            event.items = [one for one in event.items if one.method != "DELETE"]
            event.items[0].body["title"] = "by a hook"
            await event.next()

        async def refuse(_: object) -> None:
            raise bad_request("No batches.")

        client.app.hooks.batch_request.add(change)
        answer = await sent(client, *ALL)
        assert [one["status"] for one in answer.json()] == [200, 200]
        assert await titles(client) == ["post 1", "changed", "by a hook"]
        client.app.hooks.batch_request.add(refuse)
        answer = await sent(client, *ALL)
        assert (answer.status, answer.json()["message"]) == (400, "No batches.")

    with_tree(body)


def test_a_failing_handler_after_a_success_fails_a_batch_that_is_committed(with_tree):
    async def body(client: Client) -> None:
        async def fail(_: object) -> None:
            raise bad_request("Too late.")

        client.app.hooks.record_after_create_success.add(fail)
        heard: list[str] = []

        async def hear(event: Any) -> None:
            heard.append(event.record.id)

        client.app.hooks.record_after_update_success.add(hear)
        answer = await sent(client, *ALL[:2])
        assert (answer.status, answer.json()["message"]) == (400, "Too late.")
        assert await titles(client) == ["post 1", "changed", "new"]
        assert heard == [TWO]

    with_tree(body)


def test_a_batch_that_takes_too_long_is_undone_and_keeps_nobody_waiting(with_tree):
    async def body(client: Client) -> None:
        await allow(client, timeout=1)
        begun, never = asyncio.Event(), asyncio.Event()

        async def wait(event: Any) -> None:
            if event.record["title"] == "slow":
                begun.set()
                await never.wait()
            await event.next()

        client.app.hooks.record_create_request.add(wait)
        slow = item("POST", POSTS, id="3" * 15, title="slow")
        first = asyncio.ensure_future(sent(client, *ALL, slow))
        await begun.wait()
        # Reads see what was there before, writes come after it.
        assert await titles(client) == ["post 1", "post 2"]
        others = [
            asyncio.ensure_future(client("POST", POSTS, {"id": str(n) * 15, "title": f"post {n}"}))
            for n in (4, 5)
        ]
        others.append(
            asyncio.ensure_future(sent(client, item("POST", POSTS, id="6" * 15, title="6")))
        )
        answer = await first
        assert (answer.status, answer.json()) == (
            400,
            {"data": {}, "message": FAILED, "status": 400},
        )
        assert [one.status for one in await asyncio.gather(*others)] == [200] * 3
        assert await titles(client) == ["post 1", "post 2", "post 4", "post 5", "6"]

    with_tree(body)


def test_statements_are_stopped_when_the_time_is_over(with_tree):
    async def body(client: Client) -> None:
        await allow(client, timeout=1)
        endless = (
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
        )

        async def write(event: Any, sql: str) -> None:
            await event.next()
            await event.request.app.store.write(lambda tx: tx.execute(sql))

        for sql in (endless, f"INSERT INTO posts (id) SELECT * FROM ({endless})"):
            client.app.hooks.record_create_request._handlers = ()
            client.app.hooks.record_create_request.add(partial(write, sql=sql))
            answer = await sent(client, *ALL)
            assert (answer.status, answer.json()) == (
                400,
                {"data": {}, "message": FAILED, "status": 400},
            )
            assert await titles(client) == ["post 1", "post 2"]

    with_tree(body)


def test_a_batch_is_planned_again_when_the_schema_has_changed(with_tree):
    async def body(client: Client) -> None:
        # The change is in the queue of the writer before the batch, which was read before it.
        change = asyncio.ensure_future(
            client(
                "PATCH",
                "/api/collections/posts",
                {"fields": [TITLE, {"type": "number", "name": "n"}]},
            )
        )
        runs = 0

        async def count(event: Any) -> None:
            nonlocal runs
            runs += 1
            if runs == 1:
                assert (await change).status == 200
            await event.next()

        client.app.hooks.batch_request.add(count)
        answer = await sent(client, item("POST", POSTS, id=NEW, title="new", n=5))
        assert (answer.status, runs) == (200, 2)
        assert answer.json()[0]["body"]["n"] == 5

    with_tree(body)


def test_a_wrong_old_password_counts_though_its_batch_is_undone(with_tree):
    """Otherwise a batch would be a way to guess without end."""

    async def body(client: Client) -> None:
        await client.app.store.write(lambda tx: save_password_hash(tx, "bcrypt"))
        secret = {"password": "password-1", "passwordConfirm": "password-1"}
        fields = [{"type": "password", "name": "password", "cost": 4}]
        lock = {"lockout": {"attempts": 3, "delay": 30, "duration": 120}}
        made = {"name": "people", "type": "auth", **OPEN, "fields": fields, **lock}
        assert (await client("POST", "/api/collections", made)).status == 200
        people = "/api/collections/people/records"
        ann = {"id": ONE, "email": "ann@example.com", **secret}
        assert (await client("POST", people, ann)).status == 200
        path = "/api/collections/people/auth-with-password"
        signed = await client(
            "POST", path, {"identity": "ann@example.com", "password": "password-1"}
        )
        token = signed.json()["token"]

        async def guess(old: str, *more: dict[str, Any]) -> int:
            change = item("PATCH", f"{people}/{ONE}", oldPassword=old, **secret)
            answer = await sent(client, ALL[0], change, *more, token=token)
            if answer.status == 200:
                return 200
            found = answer.json()["data"]["requests"]
            return int(next(iter(found.values()))["response"]["status"])

        # A right one is no failure, also where the batch fails for another reason.
        broken = item("POST", POSTS, id="no")
        assert [await guess("password-1", broken) for _ in range(4)] == [400] * 4
        assert (await client("GET", f"{people}/{ONE}", token=token)).status == 200
        assert [await guess(f"wrong-{n}") for n in range(4)] == [400, 400, 400, 429]
        # The right one comes too late.
        assert await guess("password-1") == 429
        assert await titles(client) == ["post 1", "post 2"]

    with_tree(body)


def test_the_headers_of_items_do_not_say_where_they_come_from(with_tree):
    """Otherwise one client would have the limits and locks of as many as it likes."""

    async def body(client: Client) -> None:
        rule = {"label": "posts:create", "maxRequests": 2, "duration": 600}
        settings = {
            "rateLimits": {"enabled": True, "rules": [rule]},
            "trustedProxy": {"headers": ["X-Real-IP"]},
        }
        assert (await client("PATCH", "/api/settings", settings)).status == 200
        items = [
            item("POST", POSTS, title="new") | {"headers": {"X-Real-IP": f"9.9.9.{n}"}}
            for n in range(3)
        ]
        answer = await sent(client, *items, token="")
        assert answer.json()["data"]["requests"]["2"]["response"]["status"] == 429

    with_tree(body)
