"""Functions for the start and the end: when they run, and that what they raise harms nobody."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from fastcms import App
from fastcms.extend import lifecycle
from tests.servers import Kind, Server, add_superuser
from tests.waiting import until

HEAD = """
from pathlib import Path
from fastcms import shutdown, startup

def say(what):
    with open(Path(__file__).parent.parent / "said.txt", "a") as file:
        file.write(what + "\\n")
"""


def test_when_they_run(tmp_path: Path) -> None:
    folder, said = tmp_path / "pb_hooks", tmp_path / "said.txt"
    folder.mkdir()
    said.touch()

    def write(name: str, source: str) -> None:
        (folder / name).write_text(HEAD + dedent(source))

    def lines(*expected: str) -> Callable[[], bool]:
        return lambda: said.read_text().split("\n")[:-1] == [*expected]

    def both(mark: str) -> str:
        return f"""
            @startup
            async def begin(app): say(f"{mark} begins {{await app.count('_superusers')}}")

            @shutdown
            def end(app): say(f"{mark} ends {{app.count('_superusers')}}")
        """

    write("a.py", both("a1"))
    write(
        "bad.py",
        """
        @startup
        def broken_start(): raise SystemExit("no start")

        @startup
        async def hangs():
            import asyncio
            await asyncio.Event().wait()

        @shutdown
        async def broken_end(): raise RuntimeError("no end")
        """,
    )
    add_superuser(Kind.FASTCMS, tmp_path / "pb_data")
    with Server(Kind.FASTCMS, tmp_path / "pb_data", workers=1) as server:
        until(lines("a1 begins 1"))
        until(lambda: "broken_start in bad.py, for startup, failed" in server.output)
        # What is as it was goes on; what is new begins.
        write("b.py", both("b1"))
        until(lines("a1 begins 1", "b1 begins 1"))
        # What is another ends before it begins anew; a broken file changes nothing.
        write("a.py", both("a2"))
        changed = ("a1 begins 1", "b1 begins 1", "a1 ends 1", "a2 begins 1")
        until(lines(*changed))
        (folder / "a.py").write_text("no python")
        until(lambda: "a.py was not loaded" in server.output)
        write("a.py", both("a2"))
        (folder / "b.py").unlink()
        until(lines(*changed, "b1 ends 1"))
        placed = server.expect("GET", "/api/hooks", token=server.superuser_token())["functions"]
        assert {"startup", "shutdown"} <= {each["event"] for each in placed}
    assert lines(*changed, "b1 ends 1", "a2 ends 1")(), said.read_text()
    assert "broken_end in bad.py, for shutdown, failed" in server.output


def test_an_end_that_hangs_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    source = """
        @shutdown
        def hangs():
            import threading
            threading.Event().wait()

        @shutdown
        async def comes_next(): say("ended")
    """
    monkeypatch.setattr(lifecycle, "SHUTDOWN_SECONDS", 0.1)
    (tmp_path / "pb_hooks").mkdir()
    (tmp_path / "pb_hooks" / "a.py").write_text(HEAD + dedent(source))
    with App(tmp_path / "pb_data", hooks=True):
        pass
    assert "hangs in a.py, for shutdown, was given up after 0.1 s" in caplog.text
    assert (tmp_path / "said.txt").read_text() == "ended\n"


STRICT = (
    HEAD
    + """
import asyncio
from fastcms import route

@startup
async def begin(app):
    await app.kv.increment("begun")
    await asyncio.sleep(0)
    if (Path(__file__).parent.parent / "fails").exists():
        raise RuntimeError("no start")
    global begun
    begun = True

@route.get("/begun")
def shown(event): return {"here": begun, "begun": event.app.kv.get("begun")}
"""
)


def test_a_strict_server_waits_for_the_start_and_ends_where_it_fails(tmp_path: Path) -> None:
    (tmp_path / "pb_hooks").mkdir()
    (tmp_path / "pb_hooks" / "a.py").write_text(STRICT)
    server = Server(Kind.FASTCMS, tmp_path / "pb_data", workers=2, extra=("--hooksStrict",))
    with server:
        until(lambda: "Server started" in server.output)
        # Once in each of the two processes, before either answers.
        assert {str(server.expect("GET", "/begun")) for _ in range(4)} == {
            str({"here": True, "begun": 2})
        }
    (tmp_path / "fails").touch()
    with pytest.raises(RuntimeError) as failed:
        server.start()
    line = "begin in a.py, for startup, failed: a.py:17: RuntimeError: no start"
    assert f"{line}; mend it, or start without --hooksStrict\n" in str(failed.value)
    # Who mends it may start without.
    server.extra = ("--hooksStrict", "--no-hooks")
    with server:
        assert server.send("GET", "/begun").status == 404
