"""The app object in scripts: a directory that this process opens, served meanwhile or not."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Barrier, Thread

import pytest

from fastcms import App
from fastcms.errors import ApiError, StartError
from tests.listeners import Listener
from tests.servers import Kind, Server, add_superuser

POSTS = {
    "name": "posts",
    "listRule": "",
    "fields": [{"name": "title", "type": "text", "max": 20}, {"name": "n", "type": "number"}],
}
HOOKS = """
from fastcms import app, on

@on.record_create("posts")
def count(event):
    event.record["n"] = app.count("posts")
    event.next()
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with App(tmp_path_factory.mktemp("script") / "pb_data") as app:
        app.create_collection(POSTS)
        yield app


@pytest.fixture
def app(opened: App) -> Iterator[App]:
    yield opened
    for record in opened.iterate("posts"):
        opened.delete(record)


def test_reads_and_writes(app: App) -> None:
    made = app.create("posts", {"title": "one"})
    app.update(made, {"n+": 2})
    assert [(record["title"], record["n"]) for record in app.list("posts")] == [("one", 2)]
    with pytest.raises(ApiError) as refused:
        app.create("posts", {"title": "x" * 21})
    assert refused.value.data["title"].code == "validation_max_text_constraint"
    with pytest.raises(ApiError):
        app.find("posts", "nothing")


def test_a_transaction_is_that_of_its_thread(app: App) -> None:
    both = Barrier(2, timeout=10)
    seen: list[int] = []

    def look() -> None:
        both.wait()
        seen.append(app.count("posts"))
        both.wait()

    other = Thread(target=look)
    other.start()
    with suppress(ZeroDivisionError), app.transaction():
        app.create("posts", {"title": "one"})
        seen.append(app.count("posts"))
        both.wait()
        both.wait()
        raise ZeroDivisionError
    other.join()
    assert (seen, app.count("posts")) == ([1, 0], 0)


def test_works_where_a_loop_runs(app: App) -> None:
    async def cell() -> int:
        app.create("posts", {"title": "from a notebook"})
        return int(app.count("posts"))

    assert asyncio.run(cell()) == 1


def test_what_goes_on_beside_is_waited_for(tmp_path: Path) -> None:
    done: list[int] = []
    app = App(tmp_path / "pb_data")

    async def count() -> None:
        done.append(await app.count("users"))

    def count_plainly() -> None:
        done.append(app.count("users"))

    app.background(count)
    app.background(count_plainly)
    app.close()
    app.close()
    assert done == [0, 0]
    with pytest.raises(RuntimeError, match="closed"):
        app.count("users")


def test_hooks_take_part_if_wanted(tmp_path: Path) -> None:
    (tmp_path / "pb_hooks").mkdir()
    (tmp_path / "pb_hooks" / "posts.py").write_text(HOOKS)
    for hooks, wanted in ((False, [0, 0]), (True, [2, 3])):
        with App(tmp_path / "pb_data", hooks=hooks) as app:
            if not hooks:
                app.create_collection(POSTS)
            assert [app.create("posts", {})["n"] for _ in range(2)] == wanted


def test_clients_of_a_server_hear_of_it(tmp_path: Path) -> None:
    add_superuser(Kind.FASTCMS, tmp_path / "pb_data")
    with App(tmp_path / "pb_data") as app:
        app.create_collection(POSTS)
        with Server(Kind.FASTCMS, tmp_path / "pb_data") as server, Listener(server) as listener:
            assert listener.subscribe("posts/*").status == 204
            made = app.create("posts", {"title": "heard"})
            assert listener.next().data["record"]["id"] == made.id


def test_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "pb_data").write_text("a file")
    with pytest.raises(StartError, match="is a file"):
        App(tmp_path / "pb_data")


def test_a_script_needs_nothing_else(tmp_path: Path) -> None:
    script = "from fastcms import App\nwith App('data') as app: print(app.count('users'))"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("0\n", "")
