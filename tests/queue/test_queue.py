"""Tasks are done at least once, by one process at a time, and no failure of one is forgotten."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from time import time
from typing import Any

import pytest

from fastcms.core import App
from fastcms.directory import open_directory
from fastcms.queue import letters, queue, task
from fastcms.queue.queue import Counts
from fastcms.queue.task import GiveUpError, Kind, NewTask, Task, backoff
from fastcms.store.transaction import Transaction


def on(directory: Path, work: Callable[..., Any], processes: int = 1) -> None:
    """Runs `work` with so many apps on one directory, as serving processes have them."""

    async def main() -> None:
        apps = [open_directory(directory) for _ in range(processes)]
        try:
            await work(*apps)
        finally:
            for app in apps:
                await app.queue.stop()
                await app.background.drain()
                app.close()

    asyncio.run(main())


class Worker:
    """A kind of task that notes what it did, in the order of its doing."""

    def __init__(self, *apps: App, fails: Exception | None = None, **options: Any) -> None:
        self.done: list[Any] = []
        self.attempts: list[int] = []
        self.given_up: list[str] = []
        self.fails = fails
        self.wanted = 0
        self.reached = asyncio.Event()
        for app in apps:
            app.queue.kinds["note"] = Kind("note", self.run, self.give_up, **options)

    async def run(self, task: Task) -> None:
        self.attempts.append(task.attempt)
        # Others get a turn while this one is at it.
        await asyncio.sleep(0)
        if self.fails is not None:
            raise self.fails
        self.done.append(task.payload["n"])
        if len(self.done) == self.wanted:
            self.reached.set()

    async def give_up(self, _: Task, reason: str) -> None:
        self.given_up.append(reason)

    async def wait(self, count: int) -> None:
        self.wanted = count
        if len(self.done) < count:
            async with asyncio.timeout(20):
                await self.reached.wait()


async def add(app: App, n: object = 1, **options: Any) -> None:
    new = NewTask("note", {"n": n}, f"task {n}", **options)
    await app.store.write(lambda tx: app.queue.add(tx, new))


async def rows(app: App, what: str) -> list[Any]:
    return [row[0] for row in await app.store.read(f"SELECT {what} FROM _fc_queue ORDER BY id")]


def later(app: App, seconds: float) -> None:
    """Sets the queue's clock forward."""
    moment = app.queue.now() + seconds
    app.queue.now = lambda: moment


def test_what_is_undone_queues_nothing(tmp_path):
    async def work(app: App) -> None:
        new = NewTask("note", {"n": 1}, "task")

        def fail(tx: Any) -> None:
            app.queue.add(tx, new)
            raise ValueError("undone")

        with pytest.raises(ValueError, match="undone"):
            await app.store.write(fail)
        held = Transaction(app.store, 10)
        await held.__aenter__()
        await held.write(lambda tx: app.queue.add(tx, new))
        await held.__aexit__(ValueError, ValueError("undone"), None)
        assert await rows(app, "id") == []
        await app.store.write(lambda tx: app.queue.add(tx, new, pretend=True))
        assert await rows(app, "id") == []
        async with Transaction(app.store, 10) as transaction:
            await transaction.write(lambda tx: app.queue.add(tx, new))
        assert await rows(app, "label") == ["task"]

    on(tmp_path, work)


def test_a_task_is_done_by_one_of_several_processes_at_once(tmp_path):
    """A bell wakes them wherever it was added."""

    async def work(*apps: App) -> None:
        worker = Worker(*apps)
        for app in apps[1:]:
            app.queue.start()
        await asyncio.gather(*(add(app, n) for n in range(20) for app in apps))
        await worker.wait(60)
        assert sorted(worker.done) == sorted([*range(20)] * 3)
        assert set(worker.attempts) == {1}

    on(tmp_path, work, processes=3)


def test_an_idle_queue_asks_nothing(tmp_path):
    async def work(app: App) -> None:
        worker = Worker(app)
        app.queue.start()
        await add(app)
        await worker.wait(1)
        while app.queue._running or not app.queue._looking.done():
            await asyncio.sleep(0)
        assert app.queue._timer is None
        # What is due later has a timer, and no more.
        await add(app, due=time() + 1000)
        while app.queue._timer is None:
            await asyncio.sleep(0)
        assert 990 < app.queue._timer.when() - asyncio.get_running_loop().time() < 1001

    on(tmp_path, work)


def test_a_failure_is_tried_again_by_the_timer(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(task, "FIRST_SECONDS", 0.01)

    async def work(app: App) -> None:
        worker = Worker(app, fails=OSError("nobody there"))
        failing = worker.run

        async def run(task: Task) -> None:
            if task.attempt == 3:
                worker.fails = None
            await failing(task)

        app.queue.kinds["note"] = Kind("note", run)
        app.queue.start()
        await add(app)
        await worker.wait(1)
        assert worker.attempts == [1, 2, 3]

    on(tmp_path, work)
    assert "task 1 failed at attempt 1 of 12" in caplog.text
    assert "OSError: nobody there" in caplog.text


def test_waits_double_up_to_a_bound():
    for attempt in range(1, 40):
        longest = min(task.FIRST_SECONDS * 2 ** (attempt - 1), task.MOST_SECONDS)
        waits = {backoff(attempt) for _ in range(20)}
        assert all(longest * (1 - task.JITTER) <= wait <= longest for wait in waits)
        assert len(waits) > 1


def test_after_its_attempts_a_task_is_a_dead_letter(tmp_path, caplog):
    async def work(app: App) -> None:
        worker = Worker(app, fails=OSError("nobody there"), attempts=3)
        await add(app)
        for _ in range(5):
            await app.queue.work()
            later(app, 100)
        assert worker.attempts == [1, 2, 3]
        assert worker.given_up == ["OSError: nobody there"]
        assert await app.queue.counts() == Counts(waiting=0, running=0, dead=1)
        (shown,) = await letters.listed(app.store, "dead", 10)
        assert (shown["label"], shown["attempts"]) == ("task 1", 3)
        assert shown["error"] == "OSError: nobody there"
        # It is tried anew when somebody asks for it.
        worker.fails = None
        assert await letters.retry(app.queue, app.store, shown["id"]) == 1
        await app.queue.work()
        assert worker.done == [1]
        assert await rows(app, "id") == []

    on(tmp_path, work)
    assert "task 1 was given up after 3 attempts: OSError: nobody there" in caplog.text


@pytest.mark.parametrize("is_kept", [True, False])
def test_what_is_in_vain_is_given_up_at_once(tmp_path, is_kept):
    async def work(app: App) -> None:
        worker = Worker(app, fails=GiveUpError("no such user"), is_kept=is_kept)
        await add(app)
        await app.queue.work()
        assert (worker.attempts, worker.given_up) == ([1], ["no such user"])
        assert (await app.queue.counts()).dead == int(is_kept)
        later(app, letters.KEPT_SECONDS + 1)
        await letters.sweep(app.queue, app.store)
        assert await rows(app, "id") == []

    on(tmp_path, work)


def test_what_has_expired_is_not_done_any_more(tmp_path):
    async def work(app: App) -> None:
        worker = Worker(app, fails=OSError("nobody there"))
        await add(app, expires=app.queue.now() + 60)
        await app.queue.work()
        # It waits no longer than it lasts.
        for _ in range(10):
            later(app, 20)
            await app.queue.work()
        assert 1 < len(worker.attempts) < 6
        assert worker.given_up == [queue.EXPIRED]
        assert await rows(app, "id") == []

    on(tmp_path, work)


def test_a_key_is_there_once_as_long_as_nobody_has_begun(tmp_path):
    async def work(app: App) -> None:
        worker = Worker(app)
        for n in range(3):
            await add(app, n, key="same")
        await add(app, 3, key="other")
        assert len(await app.queue._claim(1)) == 1
        # What is under way may have missed the newest.
        await add(app, 4, key="same")
        await app.queue.work()
        assert worker.done == [3, 4]

    on(tmp_path, work)


def test_a_dead_process_s_task_is_taken_over(tmp_path):
    """At once by one that starts, by others when its lease ends."""

    async def work(dead: App, other: App, fresh: App) -> None:
        worker = Worker(dead, other, fresh)
        for app in (dead, other):
            app.queue._bells.hang(lambda: None)
        await add(dead, 1)
        (first,) = await dead.queue._claim(9)
        await other.queue.work()
        assert worker.done == []
        later(other, 60 + queue.SLACK_SECONDS + 1)
        # The late one changes nothing any more.
        (second,) = await other.queue._claim(9)
        await dead.queue._note_failure(first, "late", is_over=True)
        await dead.store.write_one("UPDATE _fc_queue SET due = ?", (time() + 90,))
        assert await rows(other, "attempts || worker || dead") == [f"2{other.queue._bells.name}0.0"]
        assert second.attempt == 2
        other.queue._bells.close()
        fresh.queue.start()
        await worker.wait(1)

    on(tmp_path, work, processes=3)


def test_a_task_that_kills_its_process_each_time_ends_as_a_dead_letter(tmp_path):
    async def work(app: App) -> None:
        worker = Worker(app, attempts=2)
        await add(app)
        for _ in range(2):
            assert len(await app.queue._claim(1)) == 1
            later(app, 1000)
        assert await app.queue._claim(1) == []
        assert worker.given_up == [queue.DIED]
        assert await rows(app, "error") == [queue.DIED]

    on(tmp_path, work)


def test_an_attempt_has_its_time(tmp_path):
    async def work(app: App) -> None:
        async def hang(_: Task) -> None:
            await asyncio.Event().wait()

        app.queue.kinds["note"] = Kind("note", hang, seconds=0.01)
        await add(app)
        await app.queue.work()
        assert await rows(app, "error") == ["it took longer than 0.01 s"]

    on(tmp_path, work)


def test_a_stop_ends_what_runs_and_hands_back_what_takes_too_long(tmp_path, monkeypatch):
    async def work(app: App) -> None:
        begun, go = asyncio.Event(), asyncio.Event()
        done: list[int] = []

        async def run(task: Task) -> None:
            if task.payload["n"] == "quick":
                begun.set()
                await go.wait()
                done.append(task.id)
            else:
                await asyncio.Event().wait()

        app.queue.kinds["note"] = Kind("note", run)
        app.queue.start()
        await add(app, "endless")
        await add(app, "quick")
        await begun.wait()
        monkeypatch.setattr(queue, "STOP_SECONDS", 0.05)
        asyncio.get_running_loop().call_soon(go.set)
        await app.queue.stop()
        assert len(done) == 1
        assert await rows(app, "label || attempts || worker") == ["task endless0"]

    on(tmp_path, work)


def test_tasks_of_unknown_kinds_are_left_alone(tmp_path, caplog):
    async def work(app: App) -> None:
        caplog.set_level(logging.WARNING)
        await add(app)
        app.queue.start()
        await app.queue._looking
        assert app.queue._timer is None
        assert await app.queue.counts() == Counts(1, 0, 0)

    on(tmp_path, work)
    assert caplog.text == ""
