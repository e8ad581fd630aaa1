"""The examples of the page about the app object, as files of hooks of a server."""

from __future__ import annotations

from pathlib import Path

from tests.docs.test_collection_pages import blocks
from tests.mailserver import MailServer
from tests.servers import Kind, Server, add_superuser


def test_the_examples(tmp_path: Path) -> None:
    (tmp_path / "pb_hooks").mkdir()
    for number, source in enumerate(blocks("python", "python")):
        (tmp_path / "pb_hooks" / f"example_{number}.py").write_text(source)
    add_superuser(Kind.FASTCMS, tmp_path / "pb_data")
    with MailServer() as mails, Server(Kind.FASTCMS, tmp_path / "pb_data", workers=1) as server:
        token = server.superuser_token()
        server.expect("PATCH", "/api/settings", token=token, json_body=mails.settings)

        def collection(name: str, *fields: dict[str, object]) -> str:
            body = {"name": name, "fields": fields, "viewRule": ""}
            made = server.expect("POST", "/api/collections", token=token, json_body=body)
            return str(made["id"])

        def add(to: str, **values: object) -> str:
            path = f"/api/collections/{to}/records"
            made = server.expect("POST", path, token=token, json_body=values)
            return str(made["id"])

        def shown(id_: str) -> dict[str, object]:
            found: dict[str, object] = server.expect("GET", f"/api/collections/posts/records/{id_}")
            return found

        text = {"type": "text"}
        users = server.expect("GET", "/api/collections/users", token=token)["id"]
        author = {"name": "author", "type": "relation", "collectionId": users}
        comments = {"name": "comments", "type": "number"}
        title, draft = {**text, "name": "title"}, {**text, "name": "draft"}
        posts = collection("posts", title, draft, author, comments)
        collection("comments", {"name": "post", "type": "relation", "collectionId": posts})
        password = {"password": "a-password-1", "passwordConfirm": "a-password-1"}
        ann = add("users", name="Ann", email="ann@example.com", **password)
        first = add("posts", title="First", draft="secret", author=ann)
        second = add("posts", title="Second", author=ann)

        add("comments", post=first)
        add("comments", post=first)
        assert "On First." in mails.last(2, "ann@example.com").html
        seen = shown(first)
        assert (seen["comments"], seen["loud"], seen.get("draft")) == (2, "FIRST", None)
        busy = server.expect("GET", "/busy/Ann")
        assert busy == {"posts": ["First", "Second"], "of": 2}
        path = f"/move/{first}/{second}?n="
        assert server.expect("POST", f"{path}1", token=token) == {"left": 1}
        refused = server.send("POST", f"{path}5", token=token)
        assert (refused.status, refused.json()["message"]) == (400, "There are not so many.")
        assert [shown(id_)["comments"] for id_ in (first, second)] == [1, 1]
        assert server.send("POST", f"{path}1").status == 401
