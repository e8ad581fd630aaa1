"""What type checkers make of the app object, in both kinds of functions; `make lint` asks them."""

from typing import Any, assert_type

from fastcms import app, on, route
from fastcms.embed.response import Response
from fastcms.extend.route_event import RouteEvent
from fastcms.records.events import RecordEvent
from fastcms.records.record import Record
from fastcms.schema.collection import Collection


async def awaited(record: Record) -> None:
    assert_type(await app.find("posts", "an id", expand="author"), Record)
    assert_type(await app.create("posts", {"title": "One"}), Record)
    assert_type(await app.update(record, {"views+": 1}), Record)
    assert_type(await app.list("posts", "views > {:n}", {"n": 3}), list[Record])
    assert_type(await app.count("posts"), int)
    assert_type(await app.execute("DELETE FROM posts WHERE views > ?", [3]), int)
    assert_type(await app.query("SELECT id FROM posts"), list[dict[str, Any]])
    assert_type(await app.read_file(record, "a.txt"), bytes)
    assert_type(await app.create_collection({"name": "posts"}), Collection)
    assert_type(await app.update_settings({"meta": {"appName": "Acme"}}), dict[str, Any])
    assert_type(await app.kv.increment("visits"), int)
    assert_type(await app.http.get("https://example.com", seconds=3), Response)
    async for each in app.iterate("posts"):
        assert_type(each, Record)
    assert_type(await app.find_first("posts"), Record | Any)
    await app.delete(record)


def plain(record: Record) -> None:
    # Each can stand where its value can.
    one: Record = app.find("posts", "an id")
    many: list[Record] = app.list("posts")
    number: int = app.count("posts") + app.kv.increment("visits")
    rows: list[dict[str, Any]] = app.query("SELECT id FROM posts")
    answer: Response = app.http.post("https://example.com", json={"n": number})
    app.update(one, {"names": [each["name"] for each in many], "rows": rows})
    if (first := app.find_first("posts")) is None or first["views"] > answer.status:
        app.delete(record)


def wrong() -> None:
    app.find(3, "an id")  # type: ignore[arg-type]
    app.list("posts", order="title")  # type: ignore[call-arg]
    app.http.get("https://example.com", second=3)  # type: ignore[call-arg]


@on.record_create("posts")
async def created(event: RecordEvent) -> None:
    await event.next()
    assert_type(await event.app.find("posts", event.record.id), Record)


@route.post("/typed")
def typed(event: RouteEvent) -> dict[str, Any]:
    values: dict[str, Any] = event.body()
    raw: bytes = event.raw()
    return {"title": values["title"], "size": len(raw)}
