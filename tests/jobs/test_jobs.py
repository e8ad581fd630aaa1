"""Jobs by the clock: one run a minute whoever is faster, a history, and what each of them does."""

import asyncio
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fastcms import clock
from fastcms.auth import leftovers
from fastcms.core import App, Job
from fastcms.directory import open_directory
from fastcms.features import JOBS
from fastcms.jobs import runs, schedule
from fastcms.logs.sweep import sweep
from tests.cli.commands import Done, run
from tests.inprocess import served
from tests.servers import Kind, Server, add_superuser

NOON = datetime(2030, 5, 1, 12, 0, tzinfo=UTC)


def on(directory: Path, work: Callable[..., Any], processes: int = 1) -> None:
    """Runs `work` with so many apps on one directory, as serving processes have them."""

    async def main() -> None:
        apps = [open_directory(directory) for _ in range(processes)]
        try:
            await work(*apps)
        finally:
            for app in apps:
                await app.background.drain()
                app.close()

    asyncio.run(main())


def noted(app: App, id_: str, expression: str, done: list[str]) -> None:
    """Adds a job that only notes that it ran."""

    async def note(_: App) -> None:
        done.append(id_)

    app.jobs[id_] = Job(id_, expression, note)


async def ended(app: App) -> None:
    """Returns when minutes and the runs that they began are done."""
    await app.background.drain()
    await app.background.drain()


def test_of_several_processes_one_runs_what_is_due(tmp_path):
    done: list[str] = []

    async def work(*apps: App) -> None:
        for app in apps:
            noted(app, "hourly", "@hourly", done)
            noted(app, "at one", "0 1 * * *", done)
            noted(app, "even", "*/2 * * * *", done)
        for minutes in range(4):
            minute = NOON + timedelta(minutes=minutes)
            await asyncio.gather(*(schedule.tick(app, minute) for app in apps))
        for app in apps:
            await app.background.drain()
        found = await runs.history(apps[0])
        assert [run["job"] for run in found if run["scheduled"] and run["finished"]] == [
            *("even", "even", "hourly")
        ]

    on(tmp_path, work, processes=3)
    assert sorted(done) == ["even", "even", "hourly"]


def test_what_fails_is_written_down_and_stops_nothing(tmp_path, caplog):
    async def broken(_: App) -> None:
        raise ValueError("no luck")

    async def work(app: App) -> None:
        app.jobs["broken"] = Job("broken", "* * * * *", broken)
        for minutes in range(2):
            await schedule.tick(app, NOON + timedelta(minutes=minutes))
            await app.background.drain()
        found = await runs.history(app, "broken")
        assert [run["error"] for run in found] == ["ValueError: no luck"] * 2

    on(tmp_path, work)
    assert "the job broken failed: ValueError: no luck" in caplog.text


def test_the_clock_of_a_serving_process(tmp_path, monkeypatch):
    """It sleeps to the full minute and begins each minute once."""
    now = datetime(2030, 5, 1, 12, 0, 59, 999_000, tzinfo=UTC)
    slept: list[float] = []
    done: list[str] = []

    async def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(round(seconds, 3))
        if len(slept) > 3:
            raise asyncio.CancelledError
        # Woken a little early the second time.
        now += timedelta(seconds=seconds - (0.01 if len(slept) == 2 else 0))

    async def work(app: App) -> None:
        noted(app, "each", "* * * * *", done)
        monkeypatch.setattr(schedule.clock, "now", lambda: now)
        monkeypatch.setattr(schedule.asyncio, "sleep", sleep)
        with pytest.raises(asyncio.CancelledError):
            await schedule.keep(app)
        await ended(app)

    on(tmp_path, work)
    assert slept == [0.001, 60, 0.01, 60]
    assert done == ["each"] * 2


def test_a_clock_that_is_set_back_stops_no_job(tmp_path, monkeypatch):
    """It may have been wrong by years when the server started. No minute is run twice."""
    now = NOON - timedelta(seconds=1)
    steps = iter([0, -3_600, 3_480])
    done: list[str] = []

    async def sleep(seconds: float) -> None:
        nonlocal now
        step = next(steps, None)
        if step is None:
            raise asyncio.CancelledError
        now += timedelta(seconds=seconds + step)

    async def work(app: App) -> None:
        noted(app, "each", "* * * * *", done)
        monkeypatch.setattr(schedule.clock, "now", lambda: now)
        monkeypatch.setattr(schedule.asyncio, "sleep", sleep)
        with pytest.raises(asyncio.CancelledError):
            await schedule.keep(app)
        await ended(app)
        minutes = await app.store.read("SELECT due FROM _fc_job_runs ORDER BY id")
        assert [NOON.timestamp() - due for (due,) in minutes] == [0, 3_540]

    on(tmp_path, work)
    assert done == ["each"] * 2


def test_a_busy_writer_costs_no_minute(tmp_path, monkeypatch):
    """A nightly job is due in one minute only."""
    now = NOON - timedelta(seconds=1)
    free = threading.Event()
    slept = 0
    done: list[str] = []

    async def sleep(seconds: float) -> None:
        nonlocal now, slept
        slept += 1
        if slept > 3:
            raise asyncio.CancelledError
        now += timedelta(seconds=seconds)

    async def work(app: App) -> None:
        noted(app, "each", "* * * * *", done)
        monkeypatch.setattr(schedule.clock, "now", lambda: now)
        busy = app.store.write(lambda _: free.wait(20))
        with monkeypatch.context() as slept_through:
            slept_through.setattr(schedule.asyncio, "sleep", sleep)
            keeping = asyncio.create_task(schedule.keep(app))
            await asyncio.wait([keeping], timeout=5)
        free.set()
        assert await busy
        await ended(app)

    on(tmp_path, work)
    assert done == ["each"] * 3


def test_a_job_keeps_its_last_runs_only(tmp_path, monkeypatch):
    async def work(app: App) -> None:
        noted(app, "often", "* * * * *", [])
        noted(app, "seldom", "* * * * *", [])
        await runs.claim(app, "seldom")
        for _ in range(runs.KEPT + 5):
            await runs.claim(app, "often")
        assert await runs.count(app, "often") == runs.KEPT
        assert await runs.count(app, "seldom") == 1

    on(tmp_path, work)


def test_what_signing_in_leaves_behind_goes(tmp_path):
    old, new = (clock.to_text(clock.now() - timedelta(seconds=s)) for s in (3_600, 5))

    async def work(client: Any) -> None:
        store, users = client.app.store, client.app.schema.find("users").id

        def fill(tx: Any) -> None:
            for id_, at in (("old", old), ("new", new)):
                for table, column in (("_mfas", "method"), ("_otps", "password")):
                    tx.execute(
                        f"INSERT INTO {table} (id, collectionRef, recordRef, {column}, created,"
                        " updated) VALUES (?1, ?2, 'x', 'y', ?3, ?3)",
                        (id_, users, at),
                    )
            tx.execute("INSERT INTO _fc_attempts VALUES ('old', 1, 1), ('new', 1, 1e12)")

        await store.write(fill)
        await leftovers.sweep_factors(client.app)
        await leftovers.sweep_codes(client.app)
        for table, key in (("_mfas", "id"), ("_otps", "id"), ("_fc_attempts", "key")):
            assert await store.read(f"SELECT {key} FROM {table}") == [("new",)], table

    served(tmp_path, work)


def test_old_entries_of_the_log_go(tmp_path):
    async def work(app: App) -> None:
        old, new = (clock.to_text(clock.now() - timedelta(days=days)) for days in (6, 4))
        sql = "INSERT INTO _logs (id, created) VALUES ('old', ?), ('new', ?)"
        await app.log_store.write(lambda connection: connection.execute(sql, (old, new)))
        await sweep(app)
        assert await app.log_store.read("SELECT id FROM _logs") == [("new",)]

    on(tmp_path, work)


def test_optimizing_empties_the_write_ahead_logs(tmp_path):
    async def work(app: App) -> None:
        await app.store.write(lambda tx: tx.execute("CREATE TABLE x AS SELECT 1 AS a"))
        await next(job for job in JOBS if job.id == "__pbDBOptimize__").run(app)
        assert (tmp_path / "data.db-wal").stat().st_size == 0

    on(tmp_path, work)


@pytest.fixture(scope="module")
def directory(tmp_path_factory) -> Path:
    place: Path = tmp_path_factory.mktemp("jobs") / "pb_data"
    add_superuser(Kind.FASTCMS, place)
    return place


def test_routes_and_commands(directory):
    def jobs(*arguments: str) -> Done:
        return run(Kind.FASTCMS, "jobs", *arguments, directory=directory)

    assert jobs("history") == Done(0, "No job has run.", "")
    assert jobs("list").out.splitlines()[0] == "0 0 * * *       __pbDBOptimize__"
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        token = server.superuser_token()
        job = "/api/crons/__pbOTPCleanup__"
        assert server.send("GET", f"{job}/runs").status == 401
        assert server.send("POST", job, token=token).status == 204
        # Beside the running server.
        assert jobs("run", "__pbOTPCleanup__").code == 0
        assert json.loads(jobs("run", "__pbMFACleanup__", "--json").out)["run"]["error"] == ""
        assert jobs("run", "nothing") == Done(
            1, "", 'there is no job "nothing"; fastcms jobs list shows them'
        )
        page = server.expect("GET", f"{job}/runs?perPage=1", token=token)
        assert (page["totalItems"], page["totalPages"], len(page["items"])) == (2, 2, 1)
        assert page["items"][0]["scheduled"] is False
        assert server.send("GET", "/api/crons/nothing/runs", token=token).status == 404
    items = json.loads(jobs("history", "--json").out)["items"]
    assert [item["job"] for item in items] == [
        *("__pbMFACleanup__", "__pbOTPCleanup__", "__pbOTPCleanup__")
    ]
    assert all(item["finished"] and not item["error"] for item in items)
    assert len(jobs("history", "__pbOTPCleanup__", "--limit", "1").out.splitlines()) == 1
    # Nobody serves it now.
    assert jobs("run", "__pbLogsCleanup__").code == 0
