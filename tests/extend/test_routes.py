"""Routes of users: which is found, who may ask, what it is called with and what it answers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Kind, Server, add_superuser

SOURCE = """
from dataclasses import dataclass
from typing import Annotated

import msgspec
from fastcms import app, errors, route

class Order(msgspec.Struct):
    n: int
    note: str = ""

@route.get("/x/{name}")
def hello(name: str, limit: int = 10, tag: list[str] = []):
    return {"name": name, "limit": limit, "tag": tag}

Digit = Annotated[int, msgspec.Meta(ge=1, le=9)]
Two = Annotated[list[str], msgspec.Meta(max_length=2)]

@route.get("/x/few/of")
def few(n: Digit = 1, tag: Two = []):
    return {"n": n, "tag": tag}

@route.get("/x/fixed")
async def fixed(): return "<b>"

@route.get("/x/all/{rest...}")
def rest(rest: str): return {"rest": rest}

@route.post("/x/order")
async def order(body: Order): return {"n": body.n}, 201

@route.delete("/x/none")
def none(): return None

@route.get("/x/stream/it")
async def stream():
    yield "a"
    yield b"b"

@route.post("/x/raw/plain")
def raw(event): return {"bytes": len(event.raw()), "posts": event.app.count("users")}

@route.post("/x/raw/async")
async def raw_async(event): return {"bytes": len(await event.raw())}

@route.get("/x/file/{name}")
def file(name: str, event): return event.file(b"%PDF-", "application/pdf", name)

@route.get("/x/type/wrong")
def wrong_type(event): return event.file(b"", "text/html\\r\\nx-a: b")

@route.get("/x/fails/now")
def fails(): raise RuntimeError("secret")

@route.get("/x/refuses/now")
def refuses(): raise errors.forbidden("not you")

@route.get("/x/cookie/{value}")
def cookie(event):
    event.set_cookie("c", event.path["value"])
    return {}

@route.get("/x/header/{value}")
def header(event):
    event.set_header("x-h", event.path["value"])
    return {}

@route.get("/x/to/{value}")
def to(event): return event.redirect("/" + event.path["value"])

@route.get("/x/any/one", auth=True)
def any_one(): return {}

@route.get("/x/users/only", auth="users")
def users(): return {}

@route.get("/x/super/only", auth="superusers")
def supers(): return {}

@route.get("/x/guest/only", auth="guest")
def guests(): return {}

@route.post("/x/small/body", body_limit=10)
async def small(event): return await event.body()

@route.get("/x/shown/me", auth=True)
def me(event): return {"deep": [event.auth]}

@dataclass(frozen=True, slots=True)
class InClass:
    who: object

class InStruct(msgspec.Struct, frozen=True, rename="camel"):
    my_classes: list[object]

@route.get("/x/shown/inside", auth=True)
def inside_others(event): return InStruct([InClass(event.auth)])

@route.get("/x/shown/{id}")
async def one(id): return await app.find("_superusers", id)

@route.get("/api/health")
def shadow(): return "mine"

@route.get("/api/x/health")
def inside(): return "mine"
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    place: Path = tmp_path_factory.mktemp("routes")
    (place / "pb_hooks").mkdir()
    (place / "pb_hooks" / "a.py").write_text(SOURCE)
    second = 'from fastcms import route\n@route.get("/x/{other}")\ndef second(other): return "no"\n'
    (place / "pb_hooks" / "b.py").write_text(second)
    add_superuser(Kind.FASTCMS, place / "pb_data")
    with Server(Kind.FASTCMS, place / "pb_data", workers=1) as running:
        yield running


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/x/bob", 200, {"name": "bob", "limit": 10, "tag": []}),
        ("GET", "/x/bob?limit=3&tag=a&tag=b", 200, {"name": "bob", "limit": 3, "tag": ["a", "b"]}),
        ("GET", "/x/a%2Fb", 200, {"name": "a/b", "limit": 10, "tag": []}),
        ("GET", "/x/fixed", 200, "<b>"),
        ("GET", "/x/all/a/b", 200, {"rest": "a/b"}),
        ("GET", "/x/", 404, None),
        ("GET", "/x/bob/", 404, None),
        ("POST", "/x/bob", 404, None),
        ("DELETE", "/x/none", 204, ""),
        ("GET", "/x/stream/it", 200, "ab"),
        ("HEAD", "/x/bob", 200, ""),
        ("GET", "/x/any/one", 401, None),
        ("GET", "/x/super/only", 401, None),
        ("GET", "/x/guest/only", 200, {}),
        ("GET", "/api/x/health", 200, "mine"),
    ],
)
def test_answers(server: Server, method: str, path: str, status: int, body: Any) -> None:
    answer = server.send(method, path)
    assert answer.status == status, answer.body
    if body is not None:
        assert (answer.body.decode() if isinstance(body, str) else answer.json()) == body


def test_the_servers_own_routes_cannot_be_taken(server: Server) -> None:
    assert server.expect("GET", "/api/health")["code"] == 200
    assert "/api/health is never called: GET /api/health is the server's own" in server.output
    assert server.output.count("is never called") == 1


def test_hidden_fields_stay_hidden(server: Server) -> None:
    token = server.superuser_token()
    me = server.expect("GET", "/x/shown/me", token=token)["deep"][0]
    inside = server.expect("GET", "/x/shown/inside", token=token)["myClasses"][0]["who"]
    assert inside == me
    for shown in (me, server.expect("GET", f"/x/shown/{me['id']}")):
        assert shown["collectionName"] == "_superusers"
        assert not {"password", "tokenKey"} & set(shown)
    assert "email" not in shown


def test_a_text_is_no_page(server: Server) -> None:
    assert server.send("GET", "/x/fixed").headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("path", "status"),
    [("any/one", 200), ("users/only", 403), ("super/only", 200), ("guest/only", 400)],
)
def test_a_superuser_asks(server: Server, path: str, status: int) -> None:
    assert server.send("GET", f"/x/{path}", token=server.superuser_token()).status == status


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [({"n": 1}, 201, ""), ({"n": "a"}, 400, "n"), ({}, 400, "n")],
)
def test_a_body_is_checked(server: Server, body: Any, status: int, field: str) -> None:
    answer = server.send("POST", "/x/order", json_body=body)
    assert answer.status == status
    assert list(answer.json().get("data", {})) == ([field] if field else [])


def test_a_query_is_checked(server: Server) -> None:
    answer = server.send("GET", "/x/bob?limit=many")
    assert answer.status == 400
    assert list(answer.json()["data"]) == ["limit"]


def test_what_a_type_demands_is_checked(server: Server) -> None:
    few = server.expect("GET", "/x/few/of?n=9&tag=a&tag=b")
    assert few == {"n": 9, "tag": ["a", "b"]}
    answer = server.send("GET", "/x/few/of?n=10&tag=a&tag=b&tag=c")
    assert (answer.status, set(answer.json()["data"])) == (400, {"n", "tag"})


def test_a_body_is_limited(server: Server) -> None:
    assert server.send("POST", "/x/small/body", json_body={"a": "b" * 20}).status == 413


def test_errors_tell_nothing_but_what_they_shall(server: Server) -> None:
    failed, refused = (server.send("GET", f"/x/{p}/now") for p in ("fails", "refuses"))
    assert (failed.status, b"secret" in failed.body) == (400, False)
    assert (refused.status, refused.json()["message"]) == (403, "Not you.")


@pytest.mark.parametrize("path", ["cookie", "header", "to"])
def test_no_header_can_be_smuggled_in(server: Server, path: str) -> None:
    answer = server.send("GET", f"/x/{path}/a%0D%0Ax-evil:%201")
    assert "x-evil" not in answer.headers
    assert answer.status == (200 if path == "cookie" else 400), json.dumps(dict(answer.headers))


def test_a_body_can_be_had_as_it_came(server: Server) -> None:
    for path, more in (("/x/raw/plain", {"posts": 0}), ("/x/raw/async", {})):
        answer = server.request("POST", path, body=b"\x00 no JSON")
        assert (answer.status, answer.json()) == (200, {"bytes": 9, **more})


def test_files_are_answered(server: Server) -> None:
    answer = server.send("GET", "/x/file/b%C3%A4r.pdf")
    assert (answer.body, answer.headers["content-type"]) == (b"%PDF-", "application/pdf")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''b%C3%A4r.pdf"
    assert server.send("GET", "/x/type/wrong").status == 400
