"""What is tried with functions of users: who ran, what they made of it, and that nothing stays."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.listeners import Listener
from tests.mailserver import MailServer
from tests.servers import Kind, Server, add_superuser
from tests.waiting import until

HOOKS = """
    import asyncio
    import threading
    from fastcms import app, errors, on, route

    released = threading.Event()

    @on.record_create_request("posts")
    async def shout(event):
        event.record["title"] = event.record["title"].upper()
        await event.next()

    @on.record_create("posts", priority=-1)
    def tag(event):
        event.record["tags"] = [*event.record["tags"], "new"]
        event.next()

    @on.record_create("posts", when=lambda event: event.record["title"] == "STOP")
    async def stop(event):
        pass

    @on.record_create.before("posts")
    def check(event):
        if event.record["title"] == "NO":
            raise errors.forbidden("not this one")
        if event.record["title"] == "BROKEN":
            raise ValueError("what now")

    @on.record_create("posts")
    async def note(event):
        await event.next()
        if event.record["title"] == "NOTED":
            await app.create("notes", {"title": "of the app"})
            await event.app.create("notes", {"title": "of the event"})

    @on.record_after_create_success("posts")
    def late(event):
        if event.record["title"] == "LATE":
            raise LookupError("too late")

    @on.record_enrich("posts")
    async def enrich(event):
        event.record["title"] += "!"
        await event.next()

    @on.record_delete("posts")
    async def keep(event):
        raise errors.bad_request("stays")

    @on.record_create("loud")
    async def loud(event):
        await event.next()
        title = event.record["title"]
        await app.send_mail("ann@example.com", title, "<p>hi</p>")
        await app.send_realtime("news", {"title": title})
        app.background(beside, title)
        await app.kv.set("seen", title)
        app.cache.set("seen", title)
        await app.create("filed", {"file": app.file("a.txt", b"hi")})
        await app.execute("UPDATE notes SET title = ?", [title])
        await event.app.create_collection({"name": f"made_{title}", "type": "base"})
        try:
            await app.http.post(event.record["url"], json={})
        except Exception as error:
            event.record["url"] = str(error)

    async def beside(title):
        await app.create("notes", {"title": title})
        print("beside:", title)

    @on.record_after_create_success("loud")
    def after(event):
        app.send_realtime("later", {"title": event.record["title"]})

    @on.record_delete.before("loud")
    async def parting(event):
        await app.send_mail("ann@example.com", "gone", "<p>bye</p>")
        await app.create("notes", {"title": "gone"})

    @route.post("/called")
    async def called():
        print("called from outside")

    @route.get("/state")
    async def state():
        return {"kv": await app.kv.get("seen"), "cache": app.cache.get("seen")}

    @on.record_create("hangs")
    async def hangs(event):
        await event.next()
        if event.record["title"] == "x":
            await asyncio.sleep(60)
        if event.record["title"] == "escape":
            tasks.append(asyncio.create_task(later()))

    tasks = []

    async def later():
        try:
            while True:
                await asyncio.sleep(0.01)
                await app.create("notes", {"title": "escaped"})
        except Exception as error:
            print("escaped:", repr(error.__cause__))

    @on.record_update("hangs")
    def hangs_plainly(event):
        released.wait(60)
        try:
            app.create("notes", {"title": "never"})
        except BaseException as error:
            print("refused:", repr(error))

    @on.record_view_request("hangs")
    async def release(event):
        released.set()
        await event.next()
"""


@pytest.fixture(scope="module")
def mails() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, mails: MailServer) -> Iterator[Server]:
    place: Path = tmp_path_factory.mktemp("trial")
    (place / "pb_hooks").mkdir()
    (place / "pb_hooks" / "posts.py").write_text(dedent(HOOKS))
    add_superuser(Kind.FASTCMS, place / "pb_data")
    with Server(Kind.FASTCMS, place / "pb_data", workers=1) as server:
        token = server.superuser_token()
        server.expect("PATCH", "/api/settings", token=token, json_body=mails.settings)
        fields: dict[str, list[dict[str, Any]]] = {
            "posts": [
                {"name": "title", "type": "text", "max": 20},
                {"name": "tags", "type": "select", "values": ["new", "old"], "maxSelect": 2},
            ],
            "notes": [{"name": "title", "type": "text"}],
            "filed": [{"name": "file", "type": "file"}],
            "loud": [{"name": "title", "type": "text"}, {"name": "url", "type": "text"}],
            "hangs": [{"name": "title", "type": "text"}],
        }
        for name, some in fields.items():
            rule = "@request.auth.id != ''"
            body = {"name": name, "fields": some, "createRule": rule, "listRule": ""}
            server.expect("POST", "/api/collections", token=token, json_body=body)
        yield server


def tried(server: Server, **body: Any) -> Any:
    path, token = "/api/hooks/try", server.superuser_token()
    sent = {"collection": "posts", **body}
    return server.expect("POST", path, token=token, json_body=sent)


def count(server: Server, collection: str = "posts") -> Any:
    path = f"/api/collections/{collection}/records"
    return server.expect("GET", path, token=server.superuser_token())["totalItems"]


def test_who_ran_and_what_they_changed(server: Server) -> None:
    found = tried(server, action="create", body={"title": "quiet"})
    assert found["status"] == 200
    assert found["body"]["title"] == "QUIET!"
    steps = found["steps"]
    assert [(step["event"], step["name"], step["wentOn"]) for step in steps] == [
        ("record_create_request", "shout", True),
        ("record_create", "tag", True),
        ("record_create", "check", True),
        ("record_create", "note", True),
        ("record_after_create_success", "late", True),
        ("record_enrich", "enrich", True),
    ]
    assert steps[0]["changes"] == [{"field": "title", "before": "quiet", "after": "QUIET"}]
    assert steps[1]["changes"] == [{"field": "tags", "before": [], "after": ["new"]}]
    assert steps[2]["changes"] == []
    assert steps[5]["changes"] == [{"field": "title", "before": "QUIET", "after": "QUIET!"}]
    assert (steps[0]["file"], steps[0]["line"]) == (
        "posts.py",
        line_of("record_create_request"),
    )
    assert all(step["milliseconds"] >= 0 and not step["error"] for step in steps)
    (write,) = found["writes"]
    assert (write["action"], write["collection"]) == ("create", "posts")
    assert (write["record"]["title"], write["record"]["tags"]) == ("QUIET", ["new"])
    assert count(server) == 0
    # Only those of real requests are counted.
    shown = server.expect("GET", "/api/hooks", token=server.superuser_token())["functions"]
    assert [one["calls"] for one in shown if one["name"] == "shout"] == [0]


def test_after_the_commit(server: Server) -> None:
    found = tried(server, action="create", body={"title": "late"})
    assert found["status"] == 200
    step = next(one for one in found["steps"] if one["name"] == "late")
    assert step["error"] == "LookupError: too late"
    assert (step["errorFile"], step["errorLine"]) == ("posts.py", line_of("too late"))


def line_of(text: str) -> int:
    lines = dedent(HOOKS).splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_nothing_leaves_the_server(server: Server, mails: MailServer) -> None:
    token, files = server.superuser_token(), server.directory / "storage"
    address, path = f"{server.url}/called", "/api/collections/loud/records"
    with Listener(server) as listener:
        listener.listen("news", "later", "loud/*", "notes/*", token=token)
        body = {"title": "a", "url": address}
        found = tried(server, action="create", collection="loud", body=body)
        assert found["status"] == 200, found
        assert found["body"]["url"] == f"POST {address} is not sent where functions are only tried"
        loud, after = found["steps"]
        assert {(one["what"], one["to"]) for one in loud["sent"]} == {
            ("mail", "ann@example.com: a"),
            ("message", "news"),
            ("background", "beside"),
            ("request", f"POST {address}"),
        }
        assert after["sent"] == [{"what": "message", "to": "later"}]
        assert [one["collection"] for one in found["writes"]] == ["loud", "filed"]
        assert [count(server, name) for name in ("loud", "filed", "notes")] == [0, 0, 0]
        assert server.send("GET", "/api/collections/made_a", token=token).status == 404
        assert server.expect("GET", "/state") == {"kv": None, "cache": None}
        assert not [path for path in files.rglob("*") if path.is_file()]
        # What comes of the same without a trial is the first that anybody hears of it.
        body = {"title": "b", "url": address}
        made = server.expect("POST", path, token=token, json_body=body)
        frames = [listener.next() for _ in range(4)]
    assert {frame.event for frame in frames} == {"news", "later", "loud/*", "notes/*"}
    assert all('"b"' in frame.line("data") for frame in frames)
    until(lambda: "beside: b" in server.output and "called from outside" in server.output)
    assert "beside: a" not in server.output
    assert made["url"] == address
    assert server.output.count("called from outside") == 1
    assert server.expect("GET", "/state") == {"kv": "b", "cache": "b"}
    found = tried(server, action="delete", collection="loud", record=made["id"])
    assert found["status"] == 204, found
    assert found["steps"][0]["sent"] == [{"what": "mail", "to": "ann@example.com: gone"}]
    assert {(one["action"], one["collection"]) for one in found["writes"]} == {
        ("delete", "loud"),
        ("create", "notes"),
    }
    assert server.send("DELETE", f"{path}/{made['id']}", token=token).status == 204
    assert [mail.subject for mail in mails.wait(2)] == ["b", "gone"]


def test_a_function_that_hangs_is_given_up(server: Server) -> None:
    token, path = server.superuser_token(), "/api/collections/hangs/records"
    found = tried(server, action="create", collection="hangs", body={"title": "x"}, seconds=0.3)
    assert found["status"] == 503
    (step,) = found["steps"]
    assert step["error"] == "It was given up after 0.3 s."
    assert (step["errorFile"], step["errorLine"]) == ("posts.py", line_of("sleep(60)"))
    assert found["writes"] == []
    assert count(server, "hangs") == 0
    id_ = server.expect("POST", path, token=token, json_body={"title": "calm"})["id"]
    found = tried(server, action="update", collection="hangs", record=id_, body={}, seconds=0.3)
    assert found["status"] == 503
    (step,) = found["steps"]
    assert (step["errorFile"], step["errorLine"]) == ("posts.py", line_of("released.wait"))
    # What goes on in spite of that changes nothing.
    server.expect("GET", f"{path}/{id_}", token=token)
    until(lambda: "refused:" in server.output)
    tried(server, action="create", collection="hangs", body={"title": "escape"})
    until(lambda: "escaped: StoreError('what was tried is over')" in server.output)
    notes = server.expect("GET", "/api/collections/notes/records", token=token)["items"]
    assert {one["title"] for one in notes} <= {"b", "gone"}


@pytest.mark.parametrize(
    ("title", "status", "message", "error"),
    [
        ("no", 403, "Not this one.", "Not this one."),
        (
            "broken",
            400,
            "Something went wrong while processing your request.",
            "ValueError: what now",
        ),
        ("x" * 21, 400, "Failed to create record.", ""),
    ],
)
def test_what_was_refused(
    server: Server, title: str, status: int, message: str, error: str
) -> None:
    found = tried(server, action="create", body={"title": title})
    assert (found["status"], found["body"]["message"]) == (status, message)
    step = next(one for one in found["steps"] if one["name"] == "check")
    assert error in step["error"]
    assert bool(step["error"]) is bool(error)
    if "ValueError" in error:
        assert 'posts.py", line ' in step["trace"]
        assert 'raise ValueError("what now")' in step["trace"]
    # Others only let it through.
    assert [one["name"] for one in found["steps"] if one["error"]] == (["check"] if error else [])
    assert count(server) == 0


def test_a_function_that_stops_the_action(server: Server) -> None:
    steps = tried(server, action="create", body={"title": "stop"})["steps"]
    assert ("stop", False) in [(step["name"], step["wentOn"]) for step in steps]
    assert count(server) == 0


def test_what_functions_write_is_undone_too(server: Server) -> None:
    before = count(server, "notes")
    found = tried(server, action="create", body={"title": "noted"})
    assert found["status"] == 200
    assert "note" in [step["name"] for step in found["steps"]]
    assert (count(server), count(server, "notes")) == (0, before)


def test_as_whom(server: Server) -> None:
    token = server.superuser_token()
    account = {"email": "ann@example.com", "password": "12345678", "passwordConfirm": "12345678"}
    path = "/api/collections/users/records"
    ann = server.expect("POST", path, token=token, json_body=account)["id"]
    draft = {"title": "quiet"}
    assert tried(server, action="create", body=draft, auth=None)["status"] == 400
    as_ann = {"collection": "users", "id": ann}
    assert tried(server, action="create", body=draft, auth=as_ann)["status"] == 200
    assert count(server) == 0


def test_what_is_stored_stays(server: Server) -> None:
    token, path = server.superuser_token(), "/api/collections/posts/records"
    one = server.expect("POST", path, token=token, json_body={"title": "one"})
    id_ = one["id"]
    found = tried(server, action="update", record=id_, body={"title": "two"})
    assert (found["status"], found["body"]["title"]) == (200, "two!")
    found = tried(server, action="delete", record=id_)
    assert (found["status"], found["body"]["message"]) == (400, "Stays.")
    assert tried(server, action="view", record=id_)["body"]["title"] == "ONE!"
    assert tried(server, action="list")["body"]["items"][0]["title"] == "ONE!"
    assert count(server) == 1


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"action": "burn"}, None),
        ({"action": "update"}, "record"),
        ({"action": "create", "collection": "nope"}, "collection"),
        ({"action": "create", "auth": {"collection": "posts", "id": "x"}}, "auth"),
    ],
)
def test_what_cannot_be_tried(server: Server, body: dict[str, Any], key: str | None) -> None:
    sent = {"collection": "posts", **body}
    answer = server.send("POST", "/api/hooks/try", token=server.superuser_token(), json_body=sent)
    assert answer.status == 400
    assert list(answer.json()["data"]) == ([key] if key else [])


def test_superusers_only(server: Server) -> None:
    sent = {"collection": "posts", "action": "list"}
    answer = server.send("POST", "/api/hooks/try", json_body=sent)
    assert answer.status == 401
