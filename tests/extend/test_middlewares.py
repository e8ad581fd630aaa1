"""Middlewares, and functions at events of requests that answer in the place of the action."""

import asyncio
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.sync.client import connect

from fastcms.extend import middlewares
from fastcms.extend.middlewares import MiddlewareEvent, prefixes, use
from fastcms.hooks import Event, Hook
from fastcms.hooks.chain import Bound
from fastcms.http.reply import Reply
from fastcms.schema.snapshot import Schema
from tests.servers import Answer, Kind, Server, add_superuser
from tests.waiting import until

SOURCE = """
from fastcms import app, errors, on, route, use

@use(priority=-1)
async def outer(event):
    mode = event.headers.get("x_mode", "")
    if mode == "quiet":
        return
    if mode == "mends":
        try:
            await event.next()
        except errors.ApiError as error:
            return {"mended": error.status, "seen": event.status}, 202
        return
    event.set_header("x-before", event.auth.collection.name if event.auth else "guest")
    await event.next()
    event.set_header("x-status", str(event.status))
    if mode == "late":
        raise RuntimeError("secret")

@use("/x")
def inner(event):
    event.set_header("x-order", "inner")
    mode = event.headers.get("x_mode", "")
    if mode == "refuses":
        raise errors.forbidden("not here")
    if mode == "answers":
        return {"by": "inner", "method": event.method}, 203
    if mode == "responds":
        event.respond("hello")
        return
    if mode == "twice":
        event.next()
        event.respond("hello")
    event.next()

@use("/x/hangs", timeout=0.05)
async def hangs(event):
    import asyncio
    await asyncio.Event().wait()

@use("/api/collections/notes/records")
def of_notes(event): raise errors.forbidden("guarded")

@use("/api/files/notes")
def of_files(event): raise errors.forbidden("guarded")

@use("/api/collections/pbc_closed00001")
def of_closed(event): raise errors.forbidden("guarded")

@use("/guarded/deep/")
def guard(event): raise errors.forbidden("guarded")

@use("/x", id="same")
def first(event): event.set_header("x-same", "first"); event.next()

@use("/x", id="same", priority=5)
async def second(event): event.set_header("x-same", "second"); await event.next()

@use("/api/health")
async def instead(event):
    mode = event.headers.get("x_mode", "")
    if mode == "instead":
        return {"status": "up"}
    if mode == "problems":
        raise errors.bad_request("not so", {"name": errors.Problem("odd", "Odd.")})
    await event.next()

@route.get("/api/health")
def shadowed(): return "never"

@route.get("/x/one")
def one(): return {"one": 1}

@route.get("/xy")
def other(): return "other"

@route.get("/guarded/{deep}/{rest...}")
def guarded(): return "seen"

@route.get("/x/fails")
def fails(): raise RuntimeError("secret")

def answer(event):
    mode = event.request.headers.get("x_mode", "")
    if mode == "answers":
        return {"mode": mode}, 203
    if mode == "responds":
        event.respond(b"raw")
    elif mode != "silent":
        event.next()

for place in (on.records_list_request, on.record_view_request, on.record_create_request,
              on.record_update_request, on.record_delete_request, on.record_auth_request):
    place("posts", "users")(answer)
for place in (on.collections_list_request, on.collection_delete_request, on.batch_request,
              on.settings_list_request, on.file_token_request):
    place()(answer)

@on.record_create_request("posts", priority=-5)
async def around(event):
    await event.next()
    if "x_after" in event.request.headers:
        raise errors.bad_request("gone on")

@on.record_auth_with_password_request("users")
def outer_sign_in(event):
    try:
        event.next()
    except Exception:
        return "caught"

@on.record_create("posts")
async def no_request(event):
    if event.record["title"] == "respond":
        event.respond({})
    await event.next()

@on.record_create_request.before("posts")
def before(event):
    if "x_before" in event.request.headers:
        event.respond({"before": 1})
"""
WENT_WRONG = {
    "data": {},
    "message": "Something went wrong while processing your request.",
    "status": 400,
}
PROBLEMS = {
    "data": {"name": {"code": "odd", "message": "Odd."}},
    "message": "Not so.",
    "status": 400,
}
POSTS = "/api/collections/posts/records"
USER = {"email": "a@example.com", "password": "password-1", "passwordConfirm": "password-1"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    place: Path = tmp_path_factory.mktemp("middlewares")
    (place / "pb_hooks").mkdir()
    (place / "pb_hooks" / "a.py").write_text(SOURCE)
    (place / "pb_public").mkdir()
    (place / "pb_public" / "page.txt").write_text("a page")
    add_superuser(Kind.FASTCMS, place / "pb_data")
    with Server(Kind.FASTCMS, place / "pb_data", workers=1) as running:
        yield running


@pytest.fixture(scope="module")
def token(server: Server) -> str:
    token = server.superuser_token()
    rules = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")
    fields = [{"name": "title", "type": "text"}]
    posts = {"name": "posts", "type": "base", "fields": fields, **rules}
    server.expect("POST", "/api/collections", token=token, json_body=posts)
    for name in ("notes", "closed"):
        made = {"id": f"pbc_{name}{'1'.zfill(11 - len(name))}", "name": name, "type": "base"}
        server.expect("POST", "/api/collections", token=token, json_body={**made, **rules})
    server.expect("POST", "/api/collections/users/records", token=token, json_body=USER)
    server.expect(
        "PATCH",
        "/api/settings",
        token=token,
        json_body={"batch": {"enabled": True, "maxRequests": 9, "timeout": 3}},
    )
    return token


def ask(server: Server, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        sent["content-type"] = "application/json"
    return server.request(
        method, path, headers=sent, body=None if body is None else json.dumps(body).encode()
    )


@pytest.mark.parametrize(
    ("request_", "status", "body", "headers"),
    [
        (("", "/x/one"), 200, {"one": 1}, {"x-order": "inner", "x-status": "200"}),
        (("", "/x/one"), 200, {"one": 1}, {"x-before": "guest", "x-same": "second"}),
        (("", "/xy"), 200, "other", {"x-before": "guest", "x-order": None}),
        (("", "/api/health"), 200, None, {"x-before": "guest", "x-status": "200"}),
        (("", "/x/nothing"), 404, None, {"x-before": "guest", "x-order": "inner"}),
        (("", "/x/fails"), 400, None, {"x-before": "guest", "x-status": None}),
        (("refuses", "/x/one"), 403, None, {"x-order": "inner", "x-status": None}),
        (("answers", "/x/one"), 203, {"by": "inner", "method": "GET"}, {"x-status": "203"}),
        (("answers", "/x/nothing"), 203, None, {"x-order": "inner"}),
        (("responds", "/x/one"), 200, "hello", {"x-status": "200"}),
        (("twice", "/x/one"), 400, None, {}),
        (("quiet", "/x/one"), 200, "", {"x-order": None, "content-type": None}),
        (("mends", "/x/nothing"), 202, {"mended": 404, "seen": 404}, {"x-order": "inner"}),
        # No route hides one of the server, but a middleware may answer for it.
        (("instead", "/api/health"), 200, {"status": "up"}, {"x-status": "200"}),
        (("problems", "/api/health"), 400, PROBLEMS, {"x-before": "guest"}),
        (("late", "/x/one"), 400, WENT_WRONG, {"x-before": "guest"}),
        (("late", "/api/realtime"), 400, None, {"x-before": "guest"}),
        (("late", "/_/"), 400, None, {"x-before": "guest"}),
        (("", "/_/"), 200, None, {"x-before": "guest", "x-status": "200"}),
        (("", "/page.txt"), 200, "a page", {"x-before": "guest", "x-status": "200"}),
        (("late", "/page.txt"), 400, None, {"x-before": "guest"}),
        (("", "/x/hangs"), 503, None, {"x-before": "guest"}),
    ],
)
def test_a_middleware_is_around_requests(
    server: Server, request_: tuple[str, str], status: int, body: Any, headers: dict[str, Any]
) -> None:
    mode, path = request_
    answer = ask(server, "GET", path, x_mode=mode)
    assert answer.status == status, answer.body
    assert b"secret" not in answer.body
    if body is not None:
        assert (answer.body.decode() if isinstance(body, str) else answer.json()) == body
    assert {name: answer.headers.get(name) for name in headers} == headers


def test_it_knows_who_asks(server: Server, token: str) -> None:
    answer = ask(server, "GET", "/api/collections", authorization=token)
    assert (answer.status, answer.headers["x-before"]) == (200, "_superusers")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/guarded/deep/a", 403),
        ("/guarded/d%65ep/a", 403),
        ("/guarded/deep%2Fa/b", 403),
        ("/guarded/x/%2e%2e/deep/a", 403),
        ("/guarded/deep/%2e%2e/a", 403),
        ("/guarded/deeper/a", 200),
        # A collection is found by its id and by its name in any case of letters.
        ("/api/collections/notes/records", 403),
        ("/api/collections/NOTES/records", 403),
        ("/api/collections/n%6ftes/records/x", 403),
        ("/api/collections/pbc_notes000001/records", 403),
        ("/api/collections/notes", 401),
        ("/api/collections/pbc_closed00001/records", 403),
        ("/api/collections/closed/records", 403),
        ("/api/collections/Closed", 403),
        ("/api/files/pbc_notes000001/a/b.txt", 403),
        ("/api/files/closed/a/b.txt", 404),
    ],
)
@pytest.mark.usefixtures("token")
def test_a_guard_is_not_passed_by(server: Server, path: str, status: int) -> None:
    assert ask(server, "GET", path).status == status


def test_head_and_the_preflight(server: Server) -> None:
    head = ask(server, "HEAD", "/x/one", x_mode="answers")
    assert (head.status, head.body, head.headers["x-order"]) == (203, b"", "inner")
    # Browsers ask with no header of the request that is to come: it would be refused in vain.
    asked = {"origin": "https://a.example", "access_control_request_method": "PUT"}
    preflight = ask(server, "OPTIONS", "/guarded/deep/a", **asked)
    assert (preflight.status, preflight.headers.get("x-before")) == (204, None)
    assert preflight.headers["access-control-allow-origin"] == "*"
    # A page may read what a middleware refuses.
    refused = ask(server, "GET", "/guarded/deep/a", origin="https://a.example")
    assert (refused.status, refused.json()["message"]) == (403, "Guarded.")
    assert refused.headers["access-control-allow-origin"] == "*"


def test_it_sees_a_batch_as_one(server: Server, token: str) -> None:
    """As in the reference, whose routerUse sees no item either."""
    item = {"method": "POST", "url": "/api/collections/notes/records", "body": {}}
    batch = {"requests": [item, item]}
    answer = ask(server, "POST", "/api/batch", batch, authorization=token)
    assert (answer.status, answer.headers["x-before"]) == (200, "_superusers"), answer.body


def test_a_path_begins_with_whole_segments() -> None:
    assert list(prefixes("/api/posts/1/2", 2, Schema(()))) == ["/api", "/api/posts"]
    for wrong in ("api", "/a//b", "/a/{id}", "/a?b", "/a%20b"):
        with pytest.raises(ValueError, match="no prefix"):
            use(wrong)


def test_nothing_is_remembered_of_paths() -> None:
    """Anybody may ask for as many as there are."""
    hook: Hook[MiddlewareEvent] = Hook()

    async def go_on(event: Event) -> None:
        await event.next()

    around = middlewares.around(hook, [Bound(go_on, frozenset(["/a/b"])), Bound(go_on)])
    answer = Reply(b"")

    async def asked() -> None:
        async def reply() -> Reply:
            return answer

        for path in ("/a/b", "/a/b/c", "/a", *(f"/a/{number}" for number in range(100))):
            request: Any = SimpleNamespace(scope={"whole_path": path}, schema=Schema(()))
            assert await around(request, reply) is answer

    asyncio.run(asked())
    assert set(hook._runs) == {("/a/b",), ()}


def test_realtime_goes_on(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("GET", "/api/realtime")
        response = connection.getresponse()
        assert (response.status, response.getheader("x-status")) == (200, "200")
        assert b"PB_CONNECT" in response.readline() + response.readline()
    finally:
        connection.close()
    with connect(f"ws://127.0.0.1:{server.port}/api/realtime/websocket") as socket:
        socket.send(json.dumps({"type": "auth", "token": ""}))
        assert json.loads(socket.recv(timeout=10))["type"] == "connected"


@pytest.mark.parametrize(
    ("mode", "status", "body"),
    [("answers", 203, b'{"mode":"answers"}'), ("responds", 200, b"raw"), ("silent", 200, b"")],
)
def test_a_function_at_a_request_answers_it(
    server: Server, token: str, mode: str, status: int, body: bytes
) -> None:
    made = server.expect("POST", POSTS, json_body={"title": "kept"})
    one = f"{POSTS}/{made['id']}"
    sign_in = {"identity": USER["email"], "password": USER["password"]}
    table: list[tuple[str, str, Any]] = [
        ("GET", POSTS, None),
        ("GET", one, None),
        ("POST", POSTS, {"title": "never"}),
        ("PATCH", one, {"title": "never"}),
        ("DELETE", one, None),
        ("POST", "/api/collections/users/auth-with-password", sign_in),
        ("GET", "/api/collections", None),
        ("DELETE", "/api/collections/posts", None),
        ("GET", "/api/settings", None),
        ("POST", "/api/files/token", None),
        ("POST", "/api/batch", {"requests": [{"method": "DELETE", "url": one}]}),
    ]
    for method, path, sent in table:
        answer = ask(server, method, path, sent, authorization=token, x_mode=mode)
        assert (answer.status, answer.body) == (status, body), (method, path)
    assert server.expect("GET", one) == made
    assert b"never" not in ask(server, "GET", POSTS).body


def test_an_item_of_a_batch_is_answered_by_it(server: Server, token: str) -> None:
    def item(mode: str) -> dict[str, Any]:
        return {
            "method": "POST",
            "url": POSTS,
            "body": {"title": f"batch {mode}"},
            "headers": {"x-mode": mode},
        }

    requests = [item("answers"), item("silent"), item("")]
    done = ask(server, "POST", "/api/batch", {"requests": requests}).json()
    assert done[:2] == [
        {"body": {"mode": "answers"}, "status": 203},
        {"body": None, "status": 200},
    ]
    assert done[2]["body"]["title"] == "batch "


@pytest.mark.parametrize(
    ("headers", "status", "body"),
    [
        # What is further out goes on after it, and may refuse nevertheless.
        ({"x_mode": "answers", "x_after": "1"}, 400, None),
        ({"x_before": "1"}, 200, {"before": 1}),
        # At an event of records no request waits.
        ({}, 400, None),
    ],
)
@pytest.mark.usefixtures("token")
def test_where_a_function_may_respond(
    server: Server, headers: dict[str, str], status: int, body: Any
) -> None:
    answer = ask(server, "POST", POSTS, {"title": "respond"}, **headers)
    assert answer.status == status, answer.body
    assert body is None or answer.json() == body


def test_what_answers_nothing_is_told(server: Server) -> None:
    ask(server, "GET", "/x/one", x_mode="quiet")
    line = "outer in a.py, for requests below /, neither goes on nor answers"
    until(lambda: line in server.output)
