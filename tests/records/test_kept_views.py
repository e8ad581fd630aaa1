"""Views that keep their rows: when they are made anew, and how old they are."""

import asyncio
from typing import Any

from fastcms import clock
from fastcms.collections import sync, view_cache
from fastcms.records import kept_views
from tests.inprocess import Answer, Client, served
from tests.servers import ROOT_EMAIL, ROOT_PASSWORD, Kind, Server, add_superuser

PATH = "/api/collections"
QUERY = "select author as id, count(*) as posts from posts group by author"


async def make(client: Client, mode: str, **cache: Any) -> str:
    fields = [{"type": "text", "name": "author"}, {"type": "text", "name": "title"}]
    await client("POST", PATH, {"name": "posts", "fields": fields})
    await post(client, "ann")
    view = {"name": "v", "type": "view", "viewQuery": QUERY, "listRule": "", "viewRule": ""}
    made = await client("POST", PATH, {**view, "viewCache": {"mode": mode, **cache}})
    assert made.status == 200, made.body
    return made.json()["id"]


async def post(client: Client, author: str) -> None:
    assert (await client("POST", f"{PATH}/posts/records", {"author": author})).status == 200


async def shown(client: Client) -> dict[str, int]:
    answer = await client("GET", f"{PATH}/v/records")
    return {item["id"]: item["posts"] for item in answer.json()["items"]}


async def until(client: Client, rows: dict[str, int]) -> None:
    async with asyncio.timeout(20):
        while await shown(client) != rows:
            await asyncio.sleep(0.01)


def test_on_demand(tmp_path):
    async def body(client: Client) -> None:
        await make(client, "onDemand")
        await post(client, "ann")
        assert await shown(client) == {"ann": 1}
        for token, status in (("", 401), (None, 200)):
            answer = await client("POST", f"{PATH}/v/refresh", token=token)
            assert answer.status == status
        assert answer.json() == {"totalItems": 1}
        assert await shown(client) == {"ann": 2}
        assert (await client("POST", f"{PATH}/posts/refresh")).status == 400
        assert (await client("POST", f"{PATH}/nothing/refresh")).status == 404
        assert (await client("GET", f"{PATH}/v/records?filter=posts>1&sort=-posts")).json()[
            "totalItems"
        ] == 1
        assert (await client("GET", f"{PATH}/v/records/ann")).json()["posts"] == 2

    served(tmp_path, body)


def test_the_age_is_in_the_headers(tmp_path):
    async def age(client: Client, path: str) -> str | None:
        answer: Answer = await client("GET", f"{PATH}/{path}")
        return answer.headers.get("age")

    async def body(client: Client) -> None:
        id_ = await make(client, "onDemand")
        assert await age(client, "posts/records") is None
        assert int(await age(client, "v/records") or "") < 20
        await client.app.store.write_one(
            f"UPDATE {sync.CACHES} SET refreshed = refreshed - 100", ()
        )
        for path in ("v/records", "v/records/ann"):
            assert 100 <= int(await age(client, path) or "") < 120
        await client("POST", f"{PATH}/{id_}/refresh")
        assert int(await age(client, "v/records") or "") < 20

    served(tmp_path, body)


def test_on_change(tmp_path):
    async def body(client: Client) -> None:
        await make(client, "onChange")
        await post(client, "bob")
        await until(client, {"ann": 1, "bob": 1})
        await asyncio.gather(*(post(client, "bob") for _ in range(20)))
        await until(client, {"ann": 1, "bob": 21})
        await client("DELETE", f"{PATH}/posts/truncate")
        await until(client, {})

    served(tmp_path, body)


def test_on_change_of_what_a_view_behind_it_reads(tmp_path):
    async def body(client: Client) -> None:
        await make(client, "onDemand")
        await client("PATCH", f"{PATH}/v", {"viewCache": None})
        view = {"name": "w", "type": "view", "viewQuery": "select id, posts from v"}
        await client("POST", PATH, {**view, "viewCache": {"mode": "onChange"}})
        await client("PATCH", f"{PATH}/v", {"name": "u"})
        await client("PATCH", f"{PATH}/u", {"name": "v"})
        await post(client, "bob")
        async with asyncio.timeout(20):
            while (await client("GET", f"{PATH}/w/records")).json()["totalItems"] != 2:
                await asyncio.sleep(0.01)

    served(tmp_path, body)


def test_nobody_listens_without_need(tmp_path):
    async def body(client: Client) -> None:
        listeners = client.app.store.listeners
        await make(client, "onDemand")
        assert listeners == []
        await client("PATCH", f"{PATH}/v", {"viewCache": {"mode": "onChange"}})
        assert len(listeners) == 1
        await client("DELETE", f"{PATH}/v")
        assert listeners == []

    served(tmp_path, body)


def test_on_a_schedule(tmp_path, monkeypatch):
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        await real(0)

    real = asyncio.sleep

    async def body(client: Client) -> None:
        monkeypatch.setattr(kept_views.asyncio, "sleep", nap)
        await make(client, "schedule", every=60)
        await post(client, "bob")
        assert naps
        assert 58 <= naps[0] <= 60
        # Too young: whoever wakes early does nothing.
        assert await shown(client) == {"ann": 1}
        await client.app.store.write_one(f"UPDATE {sync.CACHES} SET refreshed = refreshed - 60", ())
        async with asyncio.timeout(20):
            while await shown(client) != {"ann": 1, "bob": 1}:
                await real(0.01)
        await client("DELETE", f"{PATH}/v")

    served(tmp_path, body)


def test_on_a_cron_schedule(tmp_path, monkeypatch):
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        await real(0)

    real = asyncio.sleep

    async def body(client: Client) -> None:
        monkeypatch.setattr(kept_views.asyncio, "sleep", nap)
        # Always some days away: neither the rows nor the clock have come that far.
        month = (clock.now().month + 5) % 12 + 1
        await make(client, "schedule", cron=f"0 3 1 {month} *")
        await post(client, "bob")
        assert naps
        assert naps[0] > 86_400
        assert await shown(client) == {"ann": 1}
        await client("PATCH", f"{PATH}/v", {"viewCache": {"mode": "schedule", "cron": "* * * * *"}})
        await client.app.store.write_one(f"UPDATE {sync.CACHES} SET refreshed = refreshed - 60", ())
        await client("POST", f"{PATH}/v/refresh")
        assert await shown(client) == {"ann": 1, "bob": 1}
        await client("DELETE", f"{PATH}/v")

    served(tmp_path, body)


def test_a_cron_schedule_is_claimed_once_each_time(tmp_path):
    async def body(client: Client) -> None:
        id_ = await make(client, "schedule", cron="* * * * *")
        app = client.app
        await app.store.write_one(f"UPDATE {sync.CACHES} SET refreshed = refreshed - 60", ())
        view = app.schema.by_id[id_]
        claims = [view_cache.claim(app.store, view, 1) for _ in range(5)]
        assert sorted(await asyncio.gather(*claims)) == [False] * 4 + [True]

    served(tmp_path, body)


def test_one_process_of_many_claims_the_work(tmp_path):
    async def body(client: Client) -> None:
        id_ = await make(client, "schedule", every=60)
        app = client.app
        await app.store.write_one(f"UPDATE {sync.CACHES} SET refreshed = refreshed - 60", ())
        view = app.schema.by_id[id_]
        claims = [view_cache.claim(app.store, view, 59) for _ in range(5)]
        assert sorted(await asyncio.gather(*claims)) == [False] * 4 + [True]

    served(tmp_path, body)


def test_what_it_reads_stays(tmp_path):
    async def body(client: Client) -> None:
        await make(client, "onDemand")
        assert (await client("DELETE", f"{PATH}/posts")).status == 400
        fields = [{"type": "text", "name": "title"}]
        assert (await client("PATCH", f"{PATH}/posts", {"fields": fields})).status == 400
        assert (await client("PATCH", f"{PATH}/posts", {"name": "articles"})).status == 200
        assert (await client("POST", f"{PATH}/v/refresh")).status == 200
        assert (await client("PATCH", f"{PATH}/articles", {"name": "posts"})).status == 200
        assert (await client("PATCH", f"{PATH}/v", {"name": "w"})).status == 200
        assert (await client("GET", f"{PATH}/w/records")).json()["totalItems"] == 1
        for name in ("w", "posts"):
            assert (await client("DELETE", f"{PATH}/{name}")).status == 204
        left = "SELECT name FROM sqlite_master WHERE name LIKE '^_fc^_view^_%' ESCAPE '^'"
        assert await client.app.store.read(left) == []
        assert await client.app.store.read(f"SELECT * FROM {sync.CACHES}") == []

    served(tmp_path, body)


def test_an_older_look_does_not_cover_a_newer_one(tmp_path):
    async def body(client: Client) -> None:
        id_ = await make(client, "onDemand")
        store = client.app.store
        await store.write_one(f"UPDATE {sync.CACHES} SET refreshed = refreshed + 1000", ())
        await post(client, "bob")
        await view_cache.refresh(client.app, id_)
        assert await shown(client) == {"ann": 1}

    served(tmp_path, body)


def test_the_reference_serves_the_directory(tmp_path):
    """Both additions in one directory, which then goes back."""
    directory = tmp_path / "site" / "pb_data"
    add_superuser(Kind.FASTCMS, directory)

    fields = [{"type": "text", "name": "author"}, {"type": "text", "name": "title"}]
    parameter = "select id, title from posts where title >= {:least}"
    with Server(Kind.FASTCMS, directory) as server:
        root = server.sign_in("_superusers", ROOT_EMAIL, ROOT_PASSWORD)
        for body in (
            {"name": "posts", "fields": fields},
            {"name": "kept", "type": "view", "viewQuery": QUERY, "viewCache": {"mode": "onDemand"}},
            {"name": "asked", "type": "view", "viewQuery": parameter, "viewParams": {"least": "b"}},
        ):
            server.expect("POST", PATH, token=root, json_body=body)
        for title in "abc":
            record = {"author": "ann", "title": title}
            server.expect("POST", f"{PATH}/posts/records", token=root, json_body=record)
        server.expect("POST", f"{PATH}/kept/refresh", token=root)
    add_superuser(Kind.REFERENCE, directory)
    with Server(Kind.REFERENCE, directory) as server:
        root = server.sign_in("_superusers", ROOT_EMAIL, ROOT_PASSWORD)
        kept = server.expect("GET", f"{PATH}/kept/records", token=root)["items"]
        assert [(item["id"], item["posts"]) for item in kept] == [("ann", 3)]
        asked = server.expect("GET", f"{PATH}/asked/records", token=root)["items"]
        assert [item["title"] for item in asked] == ["b", "c"]
        # Saved there, it is a plain view.
        server.expect("PATCH", f"{PATH}/kept", token=root, json_body={"listRule": ""})
    with Server(Kind.FASTCMS, directory) as server:
        made = server.expect("GET", f"{PATH}/kept", token=root)
        assert "viewCache" not in made
        assert server.expect("GET", f"{PATH}/kept/records")["totalItems"] == 1
