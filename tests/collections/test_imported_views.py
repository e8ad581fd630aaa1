"""Views that come by an import, with what they read or after it."""

from pathlib import Path

from tests.inprocess import Client, served

SOURCE = {
    "name": "posts",
    "type": "base",
    "listRule": "",
    "fields": [
        {"name": "title", "type": "text"},
        {"name": "secret", "type": "text", "hidden": True},
    ],
}


def _view(query: str) -> dict[str, object]:
    return {"name": "titles", "type": "view", "listRule": "", "viewQuery": query}


async def _import(client: Client, *collections: object) -> tuple[int, str]:
    answer = await client("PUT", "/api/collections/import", {"collections": collections})
    return answer.status, answer.body.decode()


def test_a_view_is_imported_before_or_with_what_it_reads(tmp_path: Path):
    async def body(client: Client) -> None:
        view = _view("SELECT id, title, secret FROM posts")
        assert (await _import(client, view, SOURCE))[0] == 204
        await client("POST", "/api/collections/posts/records", {"title": "a", "secret": "b"})
        items = (await client("GET", "/api/collections/titles/records", token="")).json()["items"]
        assert [(item["title"], "secret" in item) for item in items] == [("a", False)]
        changed = _view("SELECT id, upper(title) AS loud FROM posts")
        assert (await _import(client, changed))[0] == 204
        items = (await client("GET", "/api/collections/titles/records", token="")).json()["items"]
        assert [item["loud"] for item in items] == ["A"]

    served(tmp_path, body)


def test_a_view_that_does_not_work_imports_nothing(tmp_path: Path):
    async def body(client: Client) -> None:
        for query in (
            "SELECT id FROM nowhere",
            "SELECT id, password FROM users",
            "DROP TABLE users",
        ):
            status, text = await _import(client, SOURCE, _view(query))
            assert (status, "validation_collections_import_failure" in text) == (400, True)
            assert client.app.schema.find("posts") is None
            assert client.app.schema.find("titles") is None

    served(tmp_path, body)


def test_views_follow_what_an_import_changes(tmp_path: Path):
    async def body(client: Client) -> None:
        await _import(client, SOURCE, _view("SELECT id, title FROM posts"))
        fields = [{"name": "title", "type": "text", "hidden": True}]
        assert (await _import(client, {**SOURCE, "fields": fields}))[0] == 204
        assert client.app.schema.find("titles").field("title").hidden

    served(tmp_path, body)
