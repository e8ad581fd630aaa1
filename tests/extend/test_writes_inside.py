"""Functions at events that write themselves, in the midst of deletions, batches and transactions:
what they write is part of it, and nobody waits for anybody.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.servers import Answer, Kind, Server, add_superuser

SOURCE = """
import asyncio
from fastcms import app, errors, on, route


async def note(event, text):
    # What was written before is seen, too.
    number = await event.app.count("notes")
    await event.app.create("notes", {"text": f"{number} {text}"})


@on.record_delete("posts")
async def around(event):
    await note(event, "before")
    if event.record["title"] == "hangs":
        await asyncio.Event().wait()
    await event.next()
    await note(event, "after")
    if event.record["title"] == "refused":
        raise errors.forbidden("Stopped.")


@on.record_delete("kids")
def plain(event):
    number = event.app.count("notes")
    event.app.create("notes", {"text": f"{number} kid"})
    with event.app.transaction():
        event.next()


@on.record_delete_execute("kids")
async def others(event):
    for other in await event.app.list("others"):
        # With functions around it of its own.
        await event.app.delete(other)
    await event.next()


@on.record_delete("others")
async def other(event):
    await event.next()
    await note(event, "other")


@on.record_update("refs")
async def emptied(event):
    await event.next()
    await note(event, "emptied")


@on.record_create("notes")
async def never_there(event):
    if event.record["text"].endswith("refused"):
        raise errors.bad_request("No such note.")
    await event.next()


@on.record_after_create_success("notes")
async def committed(event):
    await event.next()
    if not event.record["text"].startswith("*"):
        await event.app.create("notes", {"text": "* " + event.record["text"]})


@on.record_after_create_error("notes")
async def undone(event):
    await event.next()
    await event.app.create("undone", {"text": event.record["text"]})


@on.record_create("posts")
async def created(event):
    if event.record["title"] == "swallows":
        try:
            await note(event, "refused")
        except errors.ApiError:
            pass
    await note(event, "create")
    await event.next()


@route.post("/together/{how}")
async def together(event):
    async with app.transaction():
        post = await app.create("posts", {"title": "x"})
        await app.create("kids", {"post": post.id})
        await app.create("refs", {"post": post.id})
        if event.path["how"] == "caught":
            try:
                await app.delete(await app.update(post, {"title": "refused"}))
            except errors.ApiError:
                return
        await app.delete(post)
        if event.path["how"] == "undone":
            raise errors.bad_request("Undone.")
"""

POSTS = "/api/collections/posts/records"


class Site:
    def __init__(self, server: Server) -> None:
        self.server = server
        self.token = server.superuser_token()

    def send(self, method: str, path: str, body: Any = None) -> Answer:
        return self.server.send(method, path, token=self.token, json_body=body)

    def add(self, collection: str, **body: Any) -> Answer:
        return self.send("POST", f"/api/collections/{collection}/records", body)

    def texts(self, collection: str) -> list[str]:
        path = f"/api/collections/{collection}/records?sort=@rowid&perPage=500"
        return [item["text"] for item in self.send("GET", path).json()["items"]]

    def tree(self, title: str) -> str:
        """A record with one that goes with it, and one that names it."""
        post = str(self.add("posts", title=title).json()["id"])
        for collection in ("kids", "refs"):
            assert self.add(collection, post=post).status == 200
        assert self.add("others").status == 200
        return post

    def clear(self, *more: str) -> None:
        for collection in (*more, "notes", "undone"):
            path = f"/api/collections/{collection}/truncate"
            assert self.send("DELETE", path).status == 204


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    place = tmp_path_factory.mktemp("inside")
    (place / "pb_hooks").mkdir()
    (place / "pb_hooks" / "all.py").write_text(SOURCE)
    add_superuser(Kind.FASTCMS, place / "pb_data")
    with Server(Kind.FASTCMS, place / "pb_data", workers=1) as server:
        site = Site(server)
        assert site.send("PATCH", "/api/settings", {"batch": {"enabled": True}}).status == 200
        post = {"name": "post", "type": "relation", "collectionId": "posts0000000000"}
        for name, *fields in (
            ("posts", {"name": "title", "type": "text"}),
            ("notes", {"name": "text", "type": "text"}),
            ("undone", {"name": "text", "type": "text"}),
            ("kids", {**post, "cascadeDelete": True}),
            ("refs", post),
            ("others",),
        ):
            body = {"id": f"{name:0<15}", "name": name, "fields": fields}
            assert site.send("POST", "/api/collections", body).status == 200
        yield site


def batched(method: str, path: str, body: Any = None) -> Callable[[Site], Answer]:
    requests = [
        {"method": "POST", "url": POSTS, "body": {"title": "first"}},
        {"method": method, "url": path, "body": body or {}},
    ]
    return lambda site: site.send("POST", "/api/batch", {"requests": requests})


# What is written inside one deletion of a record with others, in this order.
DELETION = ["before", "kid", "other", "emptied", "after"]


@pytest.mark.parametrize("how", ["alone", "in a batch"])
@pytest.mark.parametrize("title", ["done", "refused"])
def test_what_is_written_inside_a_deletion_lasts_with_it(site: Site, how: str, title: str) -> None:
    site.clear("others")
    post = site.tree(title)
    site.clear()
    path = f"{POSTS}/{post}"
    answer = site.send("DELETE", path) if how == "alone" else batched("DELETE", path)(site)
    written = DELETION if how == "alone" else ["create", *DELETION]
    numbered = [f"{number} {text}" for number, text in enumerate(written)]
    there = site.send("GET", path).status
    if title == "done":
        assert (answer.status, there) == (204 if how == "alone" else 200, 404)
        # What comes behind the commit comes behind all of it.
        assert site.texts("notes") == [*numbered, *(f"* {text}" for text in numbered)]
        assert site.texts("undone") == []
    else:
        assert (answer.status, there) == (403 if how == "alone" else 400, 200)
        assert site.texts("notes") == []
        # In the batch, what the deletion undid is told at once: what is written of it goes, too.
        assert site.texts("undone") == (numbered if how == "alone" else numbered[:1])


# The rows that are there behind a transaction of a route, and those of which an error was told.
IN_A_TRANSACTION = {
    "kept": (204, ["create", "before", "kid", "emptied", "after"], []),
    "undone": (400, [], ["create", "before", "kid", "emptied", "after"]),
    # Of a deletion that failed, whose error the transaction survives.
    "caught": (204, ["create"], ["before", "kid", "emptied", "after"]),
}


@pytest.mark.parametrize("how", IN_A_TRANSACTION)
def test_what_is_written_in_a_transaction_lasts_with_it(site: Site, how: str) -> None:
    site.clear("others")
    status, kept, undone = IN_A_TRANSACTION[how]
    assert site.send("POST", f"/together/{how}").status == status
    assert [text.split()[-1] for text in site.texts("notes") if text[0] != "*"] == kept
    assert [text.split()[-1] for text in site.texts("undone")] == undone


def test_a_write_that_fails_takes_nothing_else_with_it(site: Site) -> None:
    site.clear()
    answer = batched("POST", POSTS, {"title": "swallows"})(site)
    assert answer.status == 200
    assert [text for text in site.texts("notes") if text[0] != "*"] == ["0 create", "1 create"]


def test_one_that_hangs_is_given_up_with_its_batch(site: Site) -> None:
    post = site.tree("hangs")
    assert site.send("PATCH", "/api/settings", {"batch": {"timeout": 1}}).status == 200
    site.clear()
    assert batched("DELETE", f"{POSTS}/{post}")(site).status == 400
    assert site.send("GET", f"{POSTS}/{post}").status == 200
    # Others write at once.
    assert site.add("others").status == 200
    assert site.texts("notes") == []


def test_others_write_meanwhile_and_afterwards(site: Site) -> None:
    """Deletions of several at once, each with functions that write, come one after the other."""
    posts = [site.tree("done") for _ in range(4)]
    site.clear()
    with ThreadPoolExecutor() as pool:
        deleted = pool.map(lambda post: site.send("DELETE", f"{POSTS}/{post}").status, posts)
        added = pool.map(lambda _: site.add("others").status, range(4))
        assert set(deleted) == {204}
        assert set(added) == {200}
    texts = [text.split()[-1] for text in site.texts("notes") if text[0] != "*"]
    assert sorted(set(texts)) == sorted(DELETION)
    assert texts.count("after") == len(posts)
