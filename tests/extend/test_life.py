"""The events of a process: each of the server's has them, and one that refuses them ends it."""

import os
import signal
import tempfile
from pathlib import Path

import pytest

from tests import warm
from tests.servers import Kind, Server, add_superuser, free_port
from tests.test_server import children
from tests.waiting import until

LIFE = ("bootstrap", "serve", "terminate")

SOURCE = """
import asyncio
from pathlib import Path
from fastcms import errors, on

PLACE = Path({place!r})


def put(name):
    async def function(event):
        with (PLACE / "log").open("a") as file:
            file.write(f"{{name}}{{getattr(event, 'is_restart', '')}}\\n")
        plan = (PLACE / "plan").read_text()
        if plan == f"stop {{name}}":
            raise errors.bad_request("Not today.")
        if plan == f"hang {{name}}":
            await asyncio.Event().wait()
        if plan != f"leave {{name}}":
            await event.next()

    getattr(on, name)()(function)


for name in {names!r}:
    put(name)
"""

REFUSED = "a function of pb_hooks refused the start: Not today."
LEFT = "a function of pb_hooks at the event serve did not call next(): nothing is served"


class Place:
    """A directory whose functions do what is planned, and say that they ran."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "pb_data"
        (folder / "pb_hooks").mkdir()
        (folder / "pb_hooks" / "a.py").write_text(SOURCE.format(place=str(folder), names=LIFE))
        self.plan("")

    def plan(self, text: str) -> None:
        (self.folder / "plan.new").write_text(text)
        (self.folder / "plan.new").replace(self.folder / "plan")

    def log(self) -> list[str]:
        """What ran, however the processes took turns."""
        return sorted((self.folder / "log").read_text().split())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.mark.parametrize("workers", [1, 2])
def test_each_process_begins_and_ends(place: Place, workers: int) -> None:
    with Server(Kind.FASTCMS, place.data, workers=workers) as server:
        until(lambda: "Server started" in server.output)
        begun = ["bootstrap"] * workers + ["serve"] * workers
        assert place.log() == begun
        # Who is stopped cannot be held.
        place.plan("stop terminate" if workers == 1 else "leave terminate")
    assert place.log() == [*begun, *(["terminateFalse"] * workers)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_restored_backup_is_a_restart(place: Place, workers: int) -> None:
    add_superuser(Kind.FASTCMS, place.data)
    with Server(Kind.FASTCMS, place.data, workers=workers) as server:
        token = server.superuser_token()
        server.expect("POST", "/api/backups", token=token, json_body={"name": "one.zip"})
        server.expect("POST", "/api/backups/one.zip/restore", token=token)
        twice = ["bootstrap"] * 2 * workers + ["serve"] * 2 * workers
        until(lambda: place.log() == [*twice, *(["terminateTrue"] * workers)])


@pytest.mark.parametrize(
    ("plan", "workers", "line"),
    [
        ("stop bootstrap", 2, REFUSED),
        ("stop serve", 1, REFUSED),
        ("leave serve", 2, LEFT),
    ],
)
def test_a_start_that_is_refused_ends_with_one_line(
    place: Place, plan: str, workers: int, line: str
) -> None:
    place.plan(plan)
    at = f"127.0.0.1:{free_port()}"
    arguments = ["serve", "--http", at, "--workers", str(workers), "--dir", str(place.data)]
    with tempfile.TemporaryFile() as output:
        assert warm.start(arguments, output.fileno()).wait(20) == 1
        output.seek(0)
        said = output.read().decode().splitlines()
    # Of several processes, too. The link for the first superuser is made before.
    assert [text for text in said if "pb_hooks" in text] == [line]
    assert not any("Traceback" in text for text in said)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_start_that_hangs_can_be_stopped(place: Place, workers: int) -> None:
    place.plan("hang serve")
    at = f"127.0.0.1:{free_port()}"
    arguments = ["serve", "--http", at, "--workers", str(workers), "--dir", str(place.data)]
    with tempfile.TemporaryFile() as output:
        process = warm.start(arguments, output.fileno())
        until(lambda: (place.folder / "log").exists() and place.log().count("serve") == workers)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        output.seek(0)
        said = output.read().decode()
    line = "function in a.py, for serve, did not come to its end before the server was stopped"
    assert said.count(line) == workers
    assert "Server started" not in said


def test_a_process_that_must_not_start_again_ends_the_others(place: Place) -> None:
    with Server(Kind.FASTCMS, place.data, workers=2) as server:
        until(lambda: "Server started" in server.output)
        place.plan("stop serve")
        process = server._process
        assert process is not None
        os.kill(children(server.pid).pop(), signal.SIGKILL)
        assert process.wait(20) == 1
        until(lambda: REFUSED in server.output)
        assert server.output.count(REFUSED) == 1
    assert place.log().count("terminateFalse") == 1
