"""A server inside of a test: what it shows, what fails a test, and what does not leave it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from fastcms.core import App as Internal
from fastcms.errors import ApiError, StartError
from fastcms.testing import App, Scenario, Template, scenarios, start
from tests.plugins import example

POSTS = "/api/collections/posts/records"
HOOKS = {
    "posts.py": """
from datetime import UTC, datetime
from fastcms import app, command, cron, errors, on, route, startup


@startup
async def begin():
    await app.kv.set("started", True)


@on.record_create("posts")
async def create(event):
    match event.record["title"]:
        case "divides":
            1 / 0
        case "ends":
            raise SystemExit(3)
        case "refused":
            raise errors.forbidden("not this one")
    await event.next()


@on.record_after_create_success("posts")
def created(event):
    event.next()
    match event.record["title"]:
        case "divides late":
            1 / 0
        case "divides beside":
            app.background(divide)
        case "mails beside":
            app.background(mail)
        case "asks":
            event.app.background(ask)


async def divide():
    1 / 0


async def mail():
    await app.send_mail("ann@example.com", "News", "<p>There is some, 12.5 or 2026-01-01.</p>")


async def ask():
    await app.http.get("https://example.com/x")


@route.get("/seen/{name...}")
async def seen(name: str, event):
    event.set_cookie("seen", name)
    return {"name": name, "query": event.request.query, "cookie": event.headers.get("cookie", "")}


@route.get("/ask")
async def asks(url: str):
    answer = await app.http.get(url)
    return {"status": answer.status, "text": answer.text}


@route.get("/time")
async def time():
    ((row),) = await app.query(
        "SELECT datetime('now') AS now, datetime('now', '-1 day') AS before, datetime() AS bare,"
        " strftime('%Y') AS year, date('2020-02-02') AS date, current_timestamp AS stamp"
    )
    return {**row, "python": datetime.now(UTC).isoformat()}


@command
async def rename(app, old: str, new: str = "renamed"):
    for post in await app.list("posts", "title = {:old}", {"old": old}):
        await app.update(post, {"title": new})
    print("renamed", old)
    1 / len(old)


@cron("0 * * * *")
async def hourly():
    await app.kv.increment("runs")


@cron("0 0 1 1 *")
async def divides():
    1 / 0
"""
}
FIELDS = [{"name": "title", "type": "text"}, {"name": "n", "type": "number"}]
OPEN = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")
COLLECTION = {"name": "posts", "fields": FIELDS, **OPEN}


@pytest.fixture(scope="module")
def template() -> Iterator[Template]:
    with Template(hooks=HOOKS, collections=[COLLECTION]) as made:
        yield made


@pytest.fixture
def app(template: Template) -> Iterator[App]:
    with template.start() as started:
        yield started


# --- Errors ---


@pytest.mark.parametrize(
    ("title", "kind", "where"),
    [
        ("divides", ZeroDivisionError, "create in posts.py, for record_create, failed"),
        ("divides late", ZeroDivisionError, "created in posts.py, for record_after_create_success"),
        ("ends", RuntimeError, "create in posts.py, for record_create, failed"),
    ],
)
def test_an_error_is_raised_at_the_request(
    app: App, title: str, kind: type[Exception], where: str
) -> None:
    with pytest.raises(kind) as raised:
        app.client.post(POSTS, {"title": title})
    notes = " ".join([str(raised.value), *raised.value.__notes__])
    assert where in notes
    assert "POST /api/collections/posts/records as a guest" in notes
    frames = [str(entry.path) for entry in raised.traceback]
    assert kind is RuntimeError or frames[-1].endswith("pb_hooks/posts.py")


def test_an_error_beside_the_requests_is_raised_where_they_are_waited_for(app: App) -> None:
    app.client.post(POSTS, {"title": "divides beside"}, status=200)
    with pytest.raises(ZeroDivisionError):
        app.wait()


def test_an_error_that_nobody_saw_fails_the_end(template: Template) -> None:
    with pytest.raises(ZeroDivisionError), template.start() as app:
        app.client.post(POSTS, {"title": "divides beside"}, status=200)


def test_the_test_s_own_failure_comes_first(template: Template) -> None:
    with pytest.raises(KeyError) as raised, template.start() as app:  # noqa: PT012 (both errors)
        app.client.post(POSTS, {"title": "divides beside"}, status=200)
        raise KeyError("of the test")
    assert "ZeroDivisionError" in raised.value.__notes__[0]


def test_refusals_are_answers(app: App) -> None:
    refused = app.client.post(POSTS, {"title": "refused"}, status=403)
    assert refused.json()["message"] == "Not this one."
    with pytest.raises(ApiError):
        app.create("posts", {"title": "refused"})


def test_errors_can_be_expected(app: App) -> None:
    with app.raises(ZeroDivisionError) as errors:
        app.client.post(POSTS, {"title": "divides"}, status=400)
        app.client.post(POSTS, {"title": "divides beside"}, status=200)
    assert len(errors) == 2
    with (
        pytest.raises(AssertionError, match="no KeyError was raised in the server"),
        app.raises(KeyError),
    ):
        app.client.post(POSTS, {"title": "fine"}, status=200)
    with pytest.raises(ZeroDivisionError), app.raises(KeyError):
        app.client.post(POSTS, {"title": "divides"}, status=400)


def test_another_status_is_shown_with_the_answer(app: App) -> None:
    with pytest.raises(AssertionError) as raised:
        app.client.get(f"{POSTS}/nothing", status=200)
    assert str(raised.value).startswith(f"GET {POSTS}/nothing as a guest: 404 instead of 200\n{{")
    assert "wasn't found" in str(raised.value)


@pytest.mark.parametrize(
    ("hooks", "message"),
    [
        ({"a.py": "import nothing_of_that_name"}, "a.py was not loaded: a.py:1: ModuleNotFound"),
        ("nowhere", "nowhere is no folder of hooks"),
    ],
)
def test_files_have_to_load(hooks: str | dict[str, str], message: str) -> None:
    with pytest.raises(StartError, match=message):
        start(hooks=hooks)


# --- Clients ---


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1 / 0", "a.py:6: ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "a.py:6: SystemExit: 3"),
    ],
)
def test_what_starts_has_to_succeed(line: str, message: str) -> None:
    # It has the collections, and can be given what lets it fail.
    source = f"""
from fastcms import app, startup
@startup
async def begin():
    if await app.count("posts"):
        {line}
"""
    with Template(hooks={"a.py": source}, collections=[{"name": "posts"}]) as template:
        with template.open() as app:
            app.create("posts", {})
        with pytest.raises(StartError) as raised:
            template.start()
    assert str(raised.value) == f"begin in a.py, for startup, failed: {message}"


def test_a_client_is_like_a_browser(app: App) -> None:
    seen = app.client.get("/seen/a b/ü?x=1", query={"y": "2&3"}, status=200).json()
    assert seen == {"name": "a b/ü", "query": {"x": "1", "y": "2&3"}, "cookie": ""}
    kept = f"seen={app.client.cookies['seen']}"
    assert app.client.get("/seen/again").json()["cookie"] == kept
    assert app.as_superuser().get("/seen/else").json()["cookie"] == ""


def test_a_server_for_others(app: App) -> None:
    with urllib.request.urlopen(f"{app.serve()}/seen/here") as answer:
        assert json.load(answer)["name"] == "here"
    assert app.serve() == app.serve()


def test_coroutines_can_test_as_well(app: App) -> None:
    async def test() -> int:
        return app.client.post(POSTS, {"title": "x"}).status

    assert asyncio.run(test()) == 200


def test_several_are_used_in_turns(template: Template, app: App) -> None:
    with template.start() as other:
        other.client.post(POSTS, {"title": "mails beside"}, status=200)
        app.client.post(POSTS, {"title": "x"}, status=200)
        assert (len(other.mailbox), len(app.mailbox)) == (1, 0)
        assert (other.count("posts"), app.count("posts")) == (1, 1)


def test_what_starts_has_started(app: App) -> None:
    assert app.kv.get("started") is True


# --- What leaves ---


def test_mails(app: App) -> None:
    with pytest.raises(AssertionError, match="no mail was sent"):
        _ = app.mailbox.last
    app.client.post(POSTS, {"title": "mails beside"}, status=200)
    mail = app.mailbox.last
    assert (mail.to, mail.subject, mail.code) == (("ann@example.com",), "News", "")
    assert b"\r\nSubject: News\r\n" in mail.raw
    assert app.mailbox.to("ann@example.com") == [mail] == list(app.mailbox[:1])
    app.mailbox.clear()
    app.mailbox.refuses = "550 full"
    app.client.post(POSTS, {"title": "mails beside"}, status=200)
    with pytest.raises(Exception, match="550 full"):
        app.wait()
    assert not app.mailbox


def test_links_that_confirm(app: App) -> None:
    app.as_user("users", "ann@example.com", verified=False)
    path = "/api/collections/users"
    app.client.post(f"{path}/request-verification", {"email": "ann@example.com"}, status=204)
    confirmed = {"token": app.mailbox.last.token}
    app.client.post(f"{path}/confirm-verification", confirmed, status=204)
    assert app.find_first("users")["verified"] is True


def test_text_messages(app: App) -> None:
    phone = {"name": "phone", "type": "text"}
    people = {"name": "people", "type": "auth", "fields": [phone], "smsOTP": {"enabled": True}}
    app.as_superuser().post("/api/collections", people, status=200)
    client = app.as_user("people", "ann@example.com", phone="+491510000000")
    asked = client.post("/api/collections/people/request-phone-verification", status=200).json()
    assert app.texts.last.to == "+491510000000"
    code = {"otpId": asked["otpId"], "code": app.texts.last.code}
    client.post("/api/collections/people/confirm-phone-verification", code, status=204)


def test_requests_to_others(app: App) -> None:
    with pytest.raises(AssertionError, match=r"asks GET https://example\.com/x"):
        app.client.get("/ask?url=https://example.com/x")
    app.web.answer("https://example.com/*", status=418, body=b"no")
    app.web.answer("https://example.com/x", method="POST")
    assert app.client.get("/ask?url=https://example.com/x").json() == {"status": 418, "text": "no"}
    assert [sent.url for sent in app.web.requests] == ["https://example.com/x"] * 2


def test_servers_of_this_machine_are_asked(app: App) -> None:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        Thread(target=server.handle_request).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        assert app.client.get(f"/ask?url={url}").json()["status"] == 202


# --- Time ---


def test_the_clock_moves_python_and_sql(app: App) -> None:
    app.clock.move_to("2031-03-04 05:06:07")
    assert app.client.get("/time", status=200).json() == {
        "now": "2031-03-04 05:06:07",
        "before": "2031-03-03 05:06:07",
        "bare": "2031-03-04 05:06:07",
        "year": "2031",
        "date": "2020-02-02",
        "stamp": "2031-03-04 05:06:07",
        "python": "2031-03-04T05:06:07+00:00",
    }


def test_jobs_that_became_due_run_once(app: App) -> None:
    app.clock.move_to("2031-03-04 05:59")
    for seconds, runs in ((59, None), (1, 1), (3599, 1), (1, 2), (86400, 3)):
        app.clock.tick(seconds=seconds)
        assert app.kv.get("runs") == runs


def test_a_job_that_fails_fails_the_test(app: App) -> None:
    with pytest.raises(ZeroDivisionError):
        app.run_cron("divides")
    app.clock.move_to("2030-12-31 23:59")
    with pytest.raises(ZeroDivisionError):
        app.clock.tick(minutes=1)
    with pytest.raises(AssertionError, match=r"no job nothing, but .*divides"):
        app.run_cron("nothing")


def test_commands(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    app.create("posts", {"title": "a"})
    app.run_command("rename", "a", new="b")
    assert capsys.readouterr().out == "renamed a\n"
    assert [post["title"] for post in app.list("posts")] == ["b"]
    with pytest.raises(ZeroDivisionError):
        app.run_command("rename", "")
    with pytest.raises(AssertionError, match="no command nothing, but rename"):
        app.run_command("nothing")


def test_the_clock_goes_on_when_the_app_is_closed(template: Template) -> None:
    with template.start() as app:
        app.clock.move_to("2031-01-01")
    with template.start() as app:
        assert app.create("posts", {}).id
        assert app.client.get("/time").json()["year"] != "2031"


# --- Scenarios ---

ROWS = [
    Scenario(name="guests list nothing", url=POSTS, contains={"items": [], "totalItems": 0}),
    Scenario(
        name="one is made",
        method="POST",
        url=POSTS,
        json={"title": "x", "n": 1},
        contains=['"title":"x"', '"n":1'],
        lacks=["secret"],
        events={"record_create_request": 1, "record_create": 1, "mailer_send": 0},
        mails=0,
    ),
    Scenario(
        name="a mail goes out",
        method="POST",
        url=POSTS,
        who="users/ann@example.com",
        json={"title": "mails beside"},
        events={"mailer_send": 1},
        mails=1,
    ),
    Scenario(name="it divides", method="POST", url=POSTS, json={"title": "divides"}, status=400,
             raises=ZeroDivisionError),
    Scenario(name="superusers see all", url="/api/collections", who="superuser"),
]  # fmt: skip


@scenarios(ROWS)
def test_scenarios(scenario: Scenario, app: App) -> None:
    scenario.run(app)


def test_a_scenario_tells_all_that_is_wrong(app: App) -> None:
    row = Scenario(
        name="not so",
        method="POST",
        url=POSTS,
        json={"title": "x"},
        status=201,
        contains={"title": "y", "other": 1},
        lacks=["collectionId"],
        events={"record_create": 2, "*": 0},
        mails=1,
    )
    with pytest.raises(AssertionError) as raised:
        row.run(app)
    text = str(raised.value)
    lines = text.splitlines()
    assert lines[:2] == ["not so", f"  POST {POSTS} as a guest"]
    assert lines[2:7] == [
        "  - the status is 200, not 201",
        "  - title is 'x', not 'y'",
        "  - other is '(missing)', not 1",
        "  - 'collectionId' is there",
        "  - record_create was fired 1 times, not 2",
    ]
    assert "others were fired: record_create_request, model_create, record_validate" in text
    assert "  - 0 mails were sent, not 1" in lines
    assert '"title": "x"' in text


def test_events_come_in_their_order(app: App) -> None:
    with app.events() as seen:
        app.client.post(POSTS, {"title": "x"}, status=200)
    names = ["record_create_request", "record_create", "record_after_create_success"]
    assert [name for name in seen.names if name in names] == names
    assert seen.counts["record_enrich"] == 1
    with app.events() as again:
        pass
    assert again.names == []


# --- What tests begin with ---


def test_each_begins_with_the_same(template: Template) -> None:
    with template.copy() as more:
        with more.open() as app:
            app.create("posts", {"title": "everybody's"})
        for _ in range(2):
            with more.start() as app:
                assert app.count("posts") == 1
                app.create("posts", {"title": "its own"})
    with template.start() as app:
        assert app.count("posts") == 0


def test_nothing_is_left_behind(template: Template) -> None:
    with template.start() as app:
        place = app.data_dir
        assert place.is_dir()
    assert not place.parent.exists()
    assert Internal.served is None


def test_an_export_and_a_data_directory(tmp_path: Path, app: App) -> None:
    export = app.as_superuser().get("/api/collections/export", status=200)
    (tmp_path / "all.json").write_bytes(export.body)
    with start(collections=tmp_path / "all.json") as other:
        other.create("posts", {"title": "kept"})
        assert other.client.get(POSTS, status=200).json()["totalItems"] == 1
    with pytest.raises(StartError, match="is no data directory"):
        start(data=tmp_path)
    with pytest.raises(StartError, match="is open in a server"):
        start(data=app.data_dir)


PLUGGED = """
import sys
from fastcms.errors import StartError
from fastcms.testing import start

for _ in range(2):
    with start(plugins=[sys.argv[1]]) as app:
        assert [*app.inner.plugins.loaded] == ["stars"]
        assert "stars" in app.as_superuser().get("/api/plugins", status=200).text
try:
    start(plugins=["nothing"])
except StartError as error:
    print(error)
"""


def test_plugins(tmp_path: Path) -> None:
    """In a process of its own: a plugin stays in the one that has loaded it."""
    example.write(tmp_path)
    line = [sys.executable, "-c", PLUGGED, str(tmp_path / "pb_plugins" / "stars")]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("the plugin nothing was not loaded: ")


# --- The package ---


def test_fixtures_load_nothing() -> None:
    code = (
        "import sys, fastcms.testing.fixtures\n"
        "sys.exit(str([n for n in ('apsw', 'litestar', 'msgspec') if n in sys.modules] or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "\n"), done.stderr


def test_the_executable_says_that_it_runs_none() -> None:
    code = "import sys; sys.frozen = True; import fastcms.testing"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "the executable runs no tests: pip install 'fastcms-server[testing]'" in done.stderr
