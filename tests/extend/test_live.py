"""Files of pb_hooks in a running server: what they see, change and refuse, and how they change."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from secrets import token_hex
from textwrap import dedent

import pytest

from tests.servers import Answer, Kind, Server, add_superuser
from tests.waiting import until


class Site:
    """A server with a folder of hooks."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder

    def write(self, name: str, source: str, seen: Callable[[], bool] | None = None) -> None:
        """A file of hooks; returns when it works, or when `seen` says so."""
        mark = f"{name}:{token_hex(4)};"
        text = dedent(source)
        if seen is None:
            text += (
                "\nfrom fastcms import on as _on\n"
                "@_on.record_create_request('marks')\n"
                "async def _mark(event):\n"
                f"    event.record['title'] += {mark!r}\n"
                "    await event.next()\n"
            )
        (self.folder / name).write_text(text)
        until(seen or (lambda: mark in self.add("marks").json()["title"]))

    def add(self, collection: str, **values: object) -> Answer:
        return self.server.send("POST", f"/api/collections/{collection}/records", json_body=values)

    def titles(self, collection: str = "posts") -> list[str]:
        path = f"/api/collections/{collection}/records?sort=@rowid"
        return [item["title"] for item in self.server.expect("GET", path)["items"]]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    place: Path = tmp_path_factory.mktemp("hooks")
    (place / "pb_hooks").mkdir()
    add_superuser(Kind.FASTCMS, place / "pb_data")
    with Server(Kind.FASTCMS, place / "pb_data", workers=1) as server:
        token = server.superuser_token()
        for name in ("posts", "marks", "notes"):
            rules = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule"), "")
            fields = [{"name": "title", "type": "text"}, {"name": "n", "type": "number"}]
            body = {"name": name, "fields": fields, **rules, "deleteRule": ""}
            server.expect("POST", "/api/collections", token=token, json_body=body)
        yield Site(server, place / "pb_hooks")


@pytest.fixture
def site(running: Site) -> Iterator[Site]:
    yield running
    for file in running.folder.iterdir():
        file.unlink()
    until(lambda: running.add("marks").json()["title"] == "")
    token = running.server.superuser_token()
    for name in ("posts", "marks", "notes"):
        running.server.expect("DELETE", f"/api/collections/{name}/truncate", token=token)


@pytest.mark.parametrize(
    "function",
    [
        """
        @on.record_create("posts")
        async def shout(event):
            event.record["title"] = event.record["title"].upper()
            await event.next()
        """,
        """
        @on.record_create("posts")
        def shout(event):
            event.record["title"] = event.record["title"].upper()
            event.next()
        """,
        """
        @on.record_create.before("posts")
        def shout(event):
            event.record["title"] = event.record["title"].upper()
        """,
    ],
    ids=["async", "plain", "before"],
)
def test_changes_what_is_stored(site: Site, function: str) -> None:
    site.write("posts.py", "from fastcms import on\n" + dedent(function))
    assert site.add("posts", title="quiet").json()["title"] == "QUIET"
    assert site.add("notes", title="quiet").json()["title"] == "quiet"
    assert site.titles() == ["QUIET"]


@pytest.mark.parametrize(
    ("raised", "status", "message"),
    [
        ('errors.forbidden("not today")', 403, "Not today."),
        (
            'errors.bad_request("no", {"title": errors.Problem("no_caps", "Calm down.")})',
            400,
            "No.",
        ),
        ('ValueError("secret")', 400, "Something went wrong while processing your request."),
    ],
)
@pytest.mark.parametrize("kind", ["async def", "def"])
def test_refuses(site: Site, kind: str, raised: str, status: int, message: str) -> None:
    source = f"""
        from fastcms import errors, on

        @on.record_create("posts")
        {kind} refuse(event):
            raise {raised}
    """
    site.write("posts.py", source)
    answer = site.add("posts", title="x")
    assert (answer.status, answer.json()["message"]) == (status, message)
    assert b"secret" not in answer.body
    if "Problem" in raised:
        assert answer.json()["data"] == {"title": {"code": "no_caps", "message": "Calm down."}}
    if "ValueError" in raised:
        # The operator learns all: which function, and where.
        until(lambda: "refuse in posts.py, for record_create, failed" in site.server.output)
        assert 'raise ValueError("secret")' in site.server.output
    assert site.titles() == []


def test_an_error_after_the_commit_harms_nobody(site: Site) -> None:
    source = """
        from fastcms import on

        @on.record_after_create_success("posts")
        def fail(event):
            raise ValueError("too late")
    """
    site.write("posts.py", source)
    assert site.add("posts", title="kept").status == 200
    assert site.titles() == ["kept"]
    until(lambda: "too late" in site.server.output)


def test_order_conditions_and_names(site: Site) -> None:
    first = """
        from fastcms import on

        @on.record_create("posts", priority=5)
        async def late(event):
            event.record["title"] += "3"
            await event.next()

        @on.record_create("posts")
        async def early(event):
            event.record["title"] += "1"
            await event.next()

        @on.record_create("posts", id="replaced")
        async def never(event):
            event.record["title"] += "never"
            await event.next()
    """
    second = """
        from fastcms import on

        @on.record_create("posts", id="replaced")
        async def instead(event):
            event.record["title"] += "2"
            await event.next()

        @on.record_create("posts", when=lambda event: event.record["n"] > 5)
        async def rare(event):
            event.record["title"] += "!"
            await event.next()
    """
    site.write("a.py", first, seen=lambda: "3" in site.add("posts").json()["title"])
    site.write("b.py", second)
    assert site.add("posts", title="").json()["title"] == "123"
    assert site.add("posts", title="", n=6).json()["title"] == "12!3"


def test_a_condition_that_fails_refuses(site: Site) -> None:
    source = """
        from fastcms import on

        @on.record_create("posts", when=lambda event: event.record["nothing"])
        async def never(event):
            await event.next()
    """
    site.write("posts.py", source)
    answer = site.add("posts", title="x")
    assert (answer.status, answer.json()["data"]) == (400, {})
    until(lambda: "never in posts.py, for record_create, failed" in site.server.output)
    assert site.titles() == []


def test_a_handler_that_does_not_go_on_stops_the_action(site: Site) -> None:
    source = """
        from fastcms import on

        @on.record_delete("posts")
        async def keep(event):
            return
    """
    site.write("posts.py", source)
    id_ = site.add("posts", title="kept").json()["id"]
    path = f"/api/collections/posts/records/{id_}"
    assert site.server.request("DELETE", path).status == 204
    assert site.titles() == ["kept"]


def test_the_rest_runs_once(site: Site) -> None:
    source = """
        from fastcms import on

        @on.record_create("posts")
        async def twice(event):
            await event.next()
            await event.next()
    """
    site.write("posts.py", source)
    assert site.add("posts", title="once").status == 400
    until(lambda: "next() was called already" in site.server.output)


def test_a_blocking_hook_holds_nobody_else(site: Site) -> None:
    # It waits for a request that another client sends meanwhile.
    source = """
        import pathlib, time
        from fastcms import on

        @on.record_create("posts")
        def wait(event):
            gate = pathlib.Path(__file__).with_name("gate")
            while not gate.exists():
                time.sleep(0.01)
            event.next()
    """
    site.write("posts.py", source)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(site.add, "posts", title="slow")
        for number in range(20):
            assert site.add("notes", title=str(number)).status == 200
        assert not waiting.done()
        (site.folder / "gate").touch()
        assert waiting.result().status == 200


def test_a_broken_file_leaves_the_last_good_version(site: Site) -> None:
    good = """
        from fastcms import on

        @on.record_create("posts")
        async def shout(event):
            event.record["title"] += "!"
            await event.next()
    """
    site.write("posts.py", good)
    site.write("other.py", good.replace("!", "?"))
    broken = "from fastcms import on\n@on.record_create(\n"
    site.write("posts.py", broken, seen=lambda: "posts.py:2: " in site.server.output)
    assert "what it registered before stays" in site.server.output
    assert site.add("posts", title="still").json()["title"] == "still?!"
    site.write("posts.py", good.replace("!", "!!"))
    assert site.add("posts", title="again").json()["title"] == "again?!!"


def test_files_import_helpers_as_they_are_now(site: Site) -> None:
    (site.folder / "_words.py").write_text("WORD = 'one'\n")
    source = """
        from _words import WORD
        from fastcms import on

        @on.record_create("posts")
        async def add(event):
            event.record["title"] = WORD
            await event.next()
    """
    site.write("posts.py", source)
    assert site.add("posts").json()["title"] == "one"
    (site.folder / "_words.py").write_text("WORD = 'two'\n")
    until(lambda: site.add("posts").json()["title"] == "two")
    assert not list(site.folder.glob("__pycache__"))


def test_crons(site: Site) -> None:
    source = """
        from fastcms import cron, on

        @cron("0 3 * * *")
        async def nightly(app):
            print("nightly ran in", app.data_dir.name, flush=True)

        @cron("0 4 * * *", id="bad")
        def fails():
            raise ValueError("no report")
    """
    site.write("jobs.py", source)
    token = site.server.superuser_token()
    crons = site.server.expect("GET", "/api/crons", token=token)
    assert {"id": "nightly", "expression": "0 3 * * *"} in crons
    for id_ in ("nightly", "bad"):
        site.server.expect("POST", f"/api/crons/{id_}", token=token)
    until(lambda: "nightly ran in pb_data" in site.server.output)
    until(lambda: "no report" in site.server.output)
    (site.folder / "jobs.py").unlink()
    until(lambda: "nightly" not in json.dumps(site.server.expect("GET", "/api/crons", token=token)))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("from fastcms import on\non.record_made()", "there is no event 'record_made'"),
        ("from fastcms import cron\n@cron('often')\ndef f(): ...", "invalid cron expression"),
        ("import missing_package", "No module named 'missing_package'"),
        ("raise SystemExit(3)", "SystemExit: 3"),
    ],
)
def test_what_is_wrong_with_a_file(site: Site, source: str, said: str) -> None:
    site.write("bad.py", source, seen=lambda: said in site.server.output)
    assert "bad.py was not loaded: bad.py:" in site.server.output
    assert site.add("posts", title="x").status == 200


def test_superusers_see_what_runs(site: Site) -> None:
    source = """
        from fastcms import on

        @on.record_create("posts", priority=2)
        async def sometimes(event):
            if event.record["n"]:
                raise ValueError("odd")
            await event.next()
    """
    site.write("posts.py", source)
    site.add("posts")
    site.add("posts", n=1)
    assert site.server.request("GET", "/api/hooks").status == 401
    shown = site.server.expect("GET", "/api/hooks", token=site.server.superuser_token())
    assert shown["folder"] == str(site.folder)
    function = next(one for one in shown["functions"] if one["name"] == "sometimes")
    assert function.pop("milliseconds") >= 0
    assert function.pop("lastErrorAt")
    assert 0 <= function.pop("p50") <= function.pop("p95") <= function.pop("slowest")
    assert function == {
        "kind": "event",
        "event": "record_create",
        "plugin": "",
        "file": "posts.py",
        "line": 4,
        "name": "sometimes",
        "tags": ["posts"],
        "priority": 2,
        "calls": 2,
        "errors": 1,
        "lastError": "ValueError: odd",
    }
    wrong = "def ("
    site.write("posts.py", wrong, seen=lambda: "posts.py:1: " in site.server.output)
    shown = site.server.expect("GET", "/api/hooks", token=site.server.superuser_token())
    assert [one["file"] for one in shown["broken"]] == ["posts.py"]
    # What it registered before still runs, and that is said where people look for what is wrong.
    assert shown["broken"][0]["since"]
    token = site.server.superuser_token()
    findings = site.server.expect("GET", "/api/health/findings", token=token)
    (found,) = [one for one in findings if one["kind"] == "hooks"]
    assert found["what"] == "posts.py"
    assert "its last good version runs since 20" in found["problem"]
