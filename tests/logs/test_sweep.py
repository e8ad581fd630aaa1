"""The log keeps to its size, gives room back, and loses nothing while it is locked."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import apsw
import pytest
from msgspec.structs import replace

from fastcms.core import App
from fastcms.directory import open_directory
from fastcms.logs import sweep
from fastcms.logs.entries import FIRST, latest
from fastcms.logs.entry import lines_of
from fastcms.logs.journal import Journal
from fastcms.logs.sweep import MEGABYTE, trim
from fastcms.settings.load import save_own
from fastcms.settings.logs import LogSettings
from fastcms.settings.model import Logs
from tests.logs.test_logs import GUEST

LONG = replace(GUEST, user_agent="a" * 1_900)


def with_app(directory: Path, body: Callable[[App], Awaitable[None]]) -> None:
    async def main() -> None:
        app = open_directory(directory)
        try:
            await body(app)
            await app.background.drain()
        finally:
            app.close()

    asyncio.run(main())


async def fill(app: App, entries: int) -> None:
    done = [replace(LONG, url=f"/{number}") for number in range(entries)]
    await app.log_store.put(entries, lambda: lines_of(done, [], Logs()))
    await app.log_store.unfold()


async def paths(app: App) -> list[int]:
    rows = await app.log_store.read("SELECT message FROM _logs ORDER BY rowid")
    return [int(message.removeprefix("GET /")) for (message,) in rows]


@pytest.mark.parametrize(("megabytes", "kept"), [(2, (300, 900)), (0, (3_000, 3_000))])
def test_the_oldest_entries_go_when_there_are_too_many(tmp_path, monkeypatch, megabytes, kept):
    monkeypatch.setattr(sweep, "STEP", 100)
    monkeypatch.setattr(sweep, "EMPTY", 100_000)

    async def body(app: App) -> None:
        setting = LogSettings(max_size=megabytes)
        await app.store.write(lambda tx: save_own(tx, "logs", setting))
        await fill(app, 3_000)
        before, _ = await app.log_store.sizes()
        await trim(app)
        left = await paths(app)
        assert left == list(range(3_000 - len(left), 3_000))
        assert kept[0] <= len(left) <= kept[1]
        after, empty = await app.log_store.sizes()
        assert not megabytes or after - empty <= megabytes * MEGABYTE
        assert (tmp_path / "auxiliary.db").stat().st_size < (before if megabytes else before + 1)

    with_app(tmp_path, body)


def test_an_emptied_log_gives_its_room_back_and_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(sweep, "EMPTY", 100_000)

    async def body(app: App) -> None:
        await fill(app, 1_000)
        [(place, _)] = await latest(app, FIRST, 1)
        await app.log_store.clear()
        await trim(app)
        assert (tmp_path / "auxiliary.db").stat().st_size < 100_000
        # Rows are numbered anew then.
        assert await latest(app, place, 10) == []
        later = replace(GUEST, at=GUEST.at + 1, url="/later")
        await app.log_store.put(1, lambda: lines_of([later], [], Logs()))
        assert [entry["message"] for _, entry in await latest(app, place, 10)] == ["GET /later"]

    with_app(tmp_path, body)


def test_what_cannot_be_written_now_is_written_later(tmp_path):
    async def body(app: App) -> None:
        journal = Journal(app)
        await app.log_store.write(lambda connection: connection.raw.set_busy_timeout(1))
        other = apsw.Connection(str(tmp_path / "auxiliary.db"))
        other.execute("BEGIN IMMEDIATE")
        journal.note(replace(GUEST, url="/1"))
        journal._start()
        await app.background.drain()
        journal.note(replace(GUEST, url="/2"))
        other.close()
        await journal.close()
        assert await paths(app) == [1, 2]

    with_app(tmp_path, body)
