"""What becomes of a client that does not take its messages, seen from inside one process."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from fastcms.bus import clients
from fastcms.bus.tables import LOG
from fastcms.core import App
from fastcms.directory import open_directory
from fastcms.http.request import Request
from fastcms.realtime import hub as hubs
from fastcms.realtime.client import CROWDED, Client, Position
from fastcms.realtime.connection import connected, pieces
from fastcms.realtime.hub import Hub
from fastcms.realtime.subscribe import subscribe
from fastcms.realtime.ways import Last, Ways
from fastcms.store.store import Tx

MANY = 4 * CROWDED


def with_hub(directory: Path, body: Callable[[App, Hub], Awaitable[None]]) -> None:
    async def main() -> None:
        app = open_directory(directory)
        try:
            await body(app, Hub(app))
        finally:
            for listener in app.stop_listeners:
                listener()
            app.close()

    asyncio.run(main())


def asked(app: App) -> Request:
    """What a client on this machine asks."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "method": "GET",
        "path": "",
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 1),
    }
    return Request(app, scope, receive)


def never(_: Callable[[], None]) -> None:
    """The peer does not go."""


@asynccontextmanager
async def client(app: App, hub: Hub):
    """A client of the topic `news` and the messages it takes, one piece at a time."""

    async with connected(asked(app), hub, Ways(), never) as one:
        messages = pieces(hub, one, Ways())
        first = asyncio.ensure_future(anext(messages))
        while not one.is_live:
            await asyncio.sleep(0)
        given = {"clientId": one.id, "subscriptions": ["news"]}
        await subscribe(asked(app), given)
        yield one, first, messages
        first.cancel()


async def numbers(first, messages, count: int) -> list[int]:
    found = [int(message.data) for message in await first]
    while len(found) < count:
        found += [int(message.data) for message in await anext(messages)]
    return found


async def publish(app: App, numbers: range) -> None:
    await asyncio.gather(*(app.bus.publish("news", str(number)) for number in numbers))


def test_who_lags_behind_is_not_waited_for_and_gets_everything_later(tmp_path):
    async def body(app: App, hub: Hub) -> None:
        async with client(app, hub) as (slow, slow_first, slow_rest), client(app, hub) as quick:
            await publish(app, range(1))
            assert [message.data for message in await slow_first] == [b"0"]
            reading = asyncio.ensure_future(numbers(*quick[1:], MANY))
            await publish(app, range(1, MANY))
            assert await reading == list(range(MANY))
            assert not slow.is_live
            assert waiting(slow) <= CROWDED + 1
            again = asyncio.ensure_future(anext(slow_rest))
            assert await numbers(again, slow_rest, MANY - 1) == list(range(1, MANY))
            await publish(app, range(MANY, MANY + 1))
            assert await numbers(asyncio.ensure_future(anext(slow_rest)), slow_rest, 1) == [MANY]

    with_hub(tmp_path / "pb_data", body)


def test_who_lags_behind_the_log_is_cut_off(tmp_path):
    async def body(app: App, hub: Hub) -> None:
        async with client(app, hub) as (slow, first, rest), client(app, hub) as quick:
            await publish(app, range(1))
            await first
            reading = asyncio.ensure_future(numbers(*quick[1:], MANY))
            await publish(app, range(1, MANY))
            await reading
            await app.store.write_one(
                f"DELETE FROM {LOG} WHERE seq < (SELECT max(seq) FROM {LOG})", ()
            )
            async for _ in rest:
                pass
            assert slow.closed == "too slow"
            assert not quick[0].closed

    with_hub(tmp_path / "pb_data", body)


def test_who_takes_nothing_at_all_is_cut_off(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hubs, "RENEW_SECONDS", 0.01)

    async def body(app: App, hub: Hub) -> None:
        cut_off = asyncio.Event()
        async with client(app, hub) as (stuck, first, _):
            await publish(app, range(1))
            await first
            # Not before: on a busy machine nobody would get so far.
            monkeypatch.setattr(hubs, "STUCK_SECONDS", 0.05)
            stuck.on_close = cut_off.set
            await publish(app, range(1, 2))
            async with asyncio.timeout(20):
                await cut_off.wait()
            assert stuck.closed == "too slow"

    with_hub(tmp_path / "pb_data", body)


@pytest.mark.parametrize("is_heard", [True, False])
def test_whose_process_died_may_come_back_if_all_was_logged_since(tmp_path, is_heard):
    async def body(app: App, hub: Hub) -> None:
        def run(tx: Tx) -> None:
            clients.add(tx, "c" * 40, "fastcms-died", "127.0.0.1")
            clients.subscribe(tx, "c" * 40, clients.GUEST, ["news", "markers/*"])

        await app.store.write(run)
        app.bus.heard.hear(["news", *(["markers"] if is_heard else [])])
        ways = Ways(resumes=True, last=Last("c" * 40, Position(0)))
        async with connected(asked(app), hub, ways, never) as one:
            assert one.resumed is is_heard

    with_hub(tmp_path / "pb_data", body)


def waiting(one: Client) -> int:
    return len(one._waiting)
