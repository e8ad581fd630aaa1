"""A migration for each change through the API, and for nothing else."""

import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from fastcms.collections.importer import import_collections
from fastcms.migrations import automigrate
from tests.inprocess import Client
from tests.migrations.home import COLLECTIONS, Home
from tests.servers import Kind, Server, add_superuser

POSTS = {"name": "posts", "type": "base", "fields": [{"name": "title", "type": "text"}]}
GITHUB = {"name": "github", "clientId": "my-client", "clientSecret": "my-secret"}
MEMBERS = {"name": "members", "type": "auth", "oauth2": {"enabled": True, "providers": [GITHUB]}}
GOOGLE = {"oauth2": {"enabled": True, "providers": [{**GITHUB, "name": "google"}]}}

# The last part is the file's name without number and suffix; "" where none is written. The
# reference loses the second of two changes of one kind and collection within a second.
VIEW = {"name": "names", "type": "view", "viewQuery": "SELECT id, email FROM members"}
SESSION = [
    ("POST", "", POSTS, "created_posts"),
    ("PATCH", "/posts", {}, ""),
    ("PATCH", "/posts", {"listRule": "nope = 1"}, ""),
    ("PATCH", "/posts", {"name": "my_test", "listRule": ""}, "updated_posts"),
    ("PATCH", "/my_test", {"viewRule": ""}, "updated_my_test_"),
    ("POST", "", MEMBERS, "created_members"),
    ("POST", "", VIEW, "created_names"),
    ("PATCH", "/names", {"viewQuery": "SELECT id, verified FROM members"}, "updated_names"),
    ("PATCH", "/members", GOOGLE, ""),
    ("PATCH", "/members", {"authToken": {"secret": "x" * 40}}, ""),
    ("PATCH", "/members", {"otp": {"enabled": True}}, "updated_members"),
    ("PUT", "/import", {"collections": [{"name": "imported", "type": "base"}]}, ""),
    ("DELETE", "/my_test", None, "deleted_my_test_"),
    ("DELETE", "/users", None, "deleted_users"),
]


@pytest.mark.parametrize("kind", Kind)
def test_names_and_rows_are_the_references(home: Home, kind: Kind) -> None:
    add_superuser(kind, home.data)
    with Server(kind, home.data, workers=1, automigrate=True) as server:
        token = server.superuser_token()
        for method, path, body, _ in SESSION:
            server.send(method, f"/api/collections{path}", token=token, json_body=body)
    suffix = "js" if kind is Kind.REFERENCE else "py"
    names = home.applied()
    assert all(re.fullmatch(rf"\d{{10}}_\w+\.{suffix}", name) for name in names)
    assert [name[11:-3] for name in names] == [name for *_, name in SESSION if name]
    assert sorted(files(home)) == sorted(names)
    for path in home.folder.iterdir():
        assert "my-secret" not in path.read_text()
        assert "my-client" not in path.read_text()


def files(home: Home) -> list[str]:
    """The migrations that are there, with drafts if any were left behind."""
    return sorted(path.name for path in home.folder.iterdir()) if home.folder.exists() else []


def played(home: Home, act: Callable[[Client], Awaitable[None]]) -> None:
    """Runs `act` with a client of a server that writes migrations."""

    async def main(app: Any) -> None:
        client = Client(app)
        await client.sign_in()
        automigrate.install(app, home.folder)
        await act(client)

    home.opened(main)


def test_another_directory_becomes_the_same(home: Home, tmp_path: Path) -> None:
    async def act(client: Client) -> None:
        for method, path, body, name in SESSION:
            answer = await client(method, f"/api/collections{path}", body)
            assert answer.status < 300 or not name, answer.body

    played(home, act)
    other = Home(tmp_path / "other")
    other.data.parent.mkdir()
    home.folder.rename(other.folder)
    assert other.up() == home.applied()
    assert other.ask("SELECT name FROM sqlite_master WHERE name = 'my_test'") == []
    assert other.ask("SELECT verified FROM names") == []
    # A view's fields have ids by chance.
    apart = ("imported", "names")
    shown = [
        [row[:11] for row in of.ask(COLLECTIONS) if row[3] not in apart] for of in (home, other)
    ]
    assert shown[0] == shown[1]


def test_changes_within_a_second_keep_their_order(home: Home) -> None:
    async def act(client: Client) -> None:
        await client("POST", "/api/collections", POSTS)
        for rule in ("id = '1'", "id = '2'", "id = '3'"):
            await client("PATCH", "/api/collections/posts", {"listRule": rule})
        # In the order of the alphabet the second creation would come before the deletion.
        await client("DELETE", "/api/collections/posts")
        await client("POST", "/api/collections", POSTS)

    played(home, act)
    assert files(home) == home.applied()
    assert [name[11:18] for name in files(home)] == [
        "created",
        *["updated"] * 3,
        "deleted",
        "created",
    ]


def test_the_order_of_fields_is_kept(home: Home) -> None:
    """The reference writes nothing when only the order changes."""

    async def act(client: Client) -> None:
        made = (await client("POST", "/api/collections", POSTS)).json()
        await client("PATCH", "/api/collections/posts", {"fields": made["fields"][::-1]})

    played(home, act)
    changed = home.ask(COLLECTIONS)
    assert [name[11:] for name in files(home)] == ["created_posts.py", "updated_posts.py"]
    home.down()
    assert home.ask(COLLECTIONS) != changed
    home.up()
    assert home.ask(COLLECTIONS) == changed


def test_a_folder_that_cannot_be_written(home: Home, capfd: pytest.CaptureFixture[str]) -> None:
    """As in the reference the change counts; here its author is told."""

    async def act(client: Client) -> None:
        home.folder.write_text("a file where the folder should be")
        assert (await client("POST", "/api/collections", POSTS)).status == 200

    played(home, act)
    assert home.applied() == []
    assert "the change of posts has no migration" in capfd.readouterr().err


def test_a_change_that_fails_leaves_nothing(home: Home) -> None:
    async def act(client: Client) -> None:
        async def fail(event: Any) -> None:
            event.inside.append(lambda tx, _: tx.execute("SELECT nope"))
            await event.next()

        client.app.hooks.collection_create_request.add(fail, priority=1000)
        assert (await client("POST", "/api/collections", POSTS)).status >= 400

    played(home, act)
    assert files(home) == home.applied() == []
    assert home.ask("SELECT name FROM _collections WHERE name = 'posts'") == []


def test_imports_write_none(home: Home) -> None:
    async def act(client: Client) -> None:
        await import_collections(client.app, [POSTS])

    played(home, act)
    assert files(home) == []


def test_several_processes(home: Home) -> None:
    """Names are unique, and in the order in which the changes were committed."""
    add_superuser(Kind.FASTCMS, home.data)
    with Server(Kind.FASTCMS, home.data, workers=2, automigrate=True) as server:
        token = server.superuser_token()

        def create(number: int) -> int:
            body = {"name": f"c{number}", "type": "base"}
            return server.send("POST", "/api/collections", token=token, json_body=body).status

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(create, range(24))) == {200}
    assert files(home) == sorted(home.applied()) == home.applied()
    names = [name for (name,) in home.ask("SELECT name FROM _collections ORDER BY rowid")]
    assert [name[11:-3] for name in home.applied()] == [f"created_{name}" for name in names[6:]]


def test_off(home: Home) -> None:
    add_superuser(Kind.FASTCMS, home.data)
    with Server(Kind.FASTCMS, home.data, workers=1) as server:
        token = server.superuser_token()
        server.expect("POST", "/api/collections", token=token, json_body=POSTS)
    assert files(home) == []
