"""The examples of the page about the app object: files of hooks of a server, and a script."""

from __future__ import annotations

import pytest

from fastcms import testing
from tests.docs.test_collection_pages import blocks


def field(name: str, type_: str = "text", **more: object) -> dict[str, object]:
    return {"name": name, "type": type_, **more}


POSTS = {
    "id": "pbc_of_posts",
    "name": "posts",
    "viewRule": "",
    "fields": [
        field("title"),
        field("draft"),
        field("author", "relation", collectionId="_pb_users_auth_"),
        field("comments", "number"),
    ],
}
COMMENTS = {"name": "comments", "fields": [field("post", "relation", collectionId="pbc_of_posts")]}


def test_the_examples(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    *sources, script = blocks("python", "python")
    hooks = {f"example_{number}.py": source for number, source in enumerate(sources)}
    with testing.start(hooks=hooks, collections=[POSTS, COMMENTS]) as app:
        app.as_user("users", "ann@example.com", name="Ann")
        ann = app.find_first("users")
        posts = [
            app.create("posts", {"title": "First", "draft": "secret", "author": ann.id}),
            app.create("posts", {"title": "Second", "author": ann.id}),
        ]
        paths = [f"/api/collections/posts/records/{post.id}" for post in posts]

        for _ in range(2):
            app.create("comments", {"post": posts[0].id})
        assert "On First." in app.mailbox.to("ann@example.com")[1].html
        seen = app.client.get(paths[0], status=200).json()
        assert (seen["comments"], seen["loud"], seen.get("draft")) == (2, "FIRST", None)
        busy = app.client.get("/busy/Ann", status=200).json()
        assert busy == {"posts": ["First", "Second"], "of": 2}
        move = f"/move/{posts[0].id}/{posts[1].id}?n="
        root = app.as_superuser()
        assert root.post(f"{move}1", status=200).json() == {"left": 1}
        refused = root.post(f"{move}5", status=400)
        assert refused.json()["message"] == "There are not so many."
        assert [app.client.get(path).json()["comments"] for path in paths] == [1, 1]
        app.client.post(f"{move}1", status=401)

        app.create("posts", {"title": "Nobody's"})
        monkeypatch.chdir(app.data_dir.parent)
        exec(script, {})
        assert capsys.readouterr().out == "2\n"
