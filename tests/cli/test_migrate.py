"""`fastcms migrate`: as processes, beside the reference, beside a server, killed half way."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.commands import Done, run, run_line
from tests.migrations.home import COLLECTIONS, Home
from tests.servers import Kind, Server, add_superuser, command

NAMES = ["My new Thing v2.x", "HTTPServer-ABC", "add test", "aBC", "a1B", "foo__bar", "Grün", "_x_"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def fastcms(home: Home, *arguments: str) -> Done:
    return run(Kind.FASTCMS, "migrate", *arguments, directory=home.data)


def test_new_files_are_named_as_the_reference_names_them(tmp_path: Path) -> None:
    def named(kind: Kind) -> list[str]:
        home = Home(tmp_path / kind)
        for name in NAMES:
            line = command(kind, "migrate", "create", name, directory=home.data)
            done = subprocess.run(line, input="y\n", capture_output=True, text=True, check=True)
            assert "Successfully created file" in done.stdout
        return sorted(re.sub(r"^\d{10}_|\.\w+$", "", path.name) for path in home.folder.iterdir())

    assert named(Kind.FASTCMS) == named(Kind.REFERENCE)


def test_the_same_words_as_the_reference(tmp_path: Path) -> None:
    bodies = {"js": "migrate((app) => {}, (app) => {})", "py": "def up(app):\n    pass\n"}

    def played(kind: Kind, suffix: str) -> list[list[str]]:
        home = Home(tmp_path / kind)
        home.folder.mkdir(parents=True)
        for name in ("2_b", "1_a"):
            (home.folder / f"{name}.{suffix}").write_text(bodies[suffix])
        said = []
        for arguments in ([], ["up"], ["down", "2"], ["down"], ["up"], ["history-sync"]):
            line = command(kind, "migrate", *arguments, directory=home.data)
            done = subprocess.run(line, input="y\n", capture_output=True, text=True)
            lines = done.stdout.replace(f".{suffix}", "").splitlines()
            said.append([line.split("(y/N) ")[-1] for line in lines])
            if arguments == ["down", "2"]:
                # Else the reference goes on with the migrations that made its own tables.
                break
        return said

    assert played(Kind.FASTCMS, "py") == played(Kind.REFERENCE, "js")


def test_from_the_first_to_the_last(home: Home) -> None:
    done = fastcms(home, "create", "Make posts")
    (path,) = home.folder.iterdir()
    assert done == Done(0, f"Successfully created file {path}", "")
    assert fastcms(home, "up") == Done(0, f"Applied {path.name}", "")
    assert fastcms(home) == Done(0, "No new migrations to apply.", "")
    refused = fastcms(home, "down")
    assert (refused.code, home.applied()) == (1, [path.name])
    assert "nothing was changed; --yes is the answer" in refused.err
    assert fastcms(home, "down", "--yes") == Done(0, f"Reverted {path.name}", "")
    assert fastcms(home, "down", "--yes") == Done(0, "No migrations to revert.", "")
    fastcms(home, "up")
    path.unlink()
    synced = "The _migrations table was synced with the available migrations."
    assert fastcms(home, "history-sync") == Done(0, synced, "")
    assert home.applied() == []


def test_json(home: Home) -> None:
    created = json.loads(fastcms(home, "create", "a", "--json").out)
    name = Path(created["file"]).name
    Path(created["file"]).write_text("def up(app):\n    print('in the way')\n")
    assert fastcms(home, "up", "--json") == Done(
        0, json.dumps({"ok": True, "applied": [name]}), "in the way"
    )
    assert json.loads(fastcms(home, "down", "--json").out) == {
        "ok": False,
        "message": "reverting has to be confirmed; give --yes",
    }
    assert json.loads(fastcms(home, "down", "--json", "--yes").out)["reverted"] == [name]
    assert json.loads(fastcms(home, "history-sync", "--json").out) == {"ok": True, "removed": []}
    home.write("1.py", "1 / 0")
    done = fastcms(home, "up", "--json")
    assert (done.code, json.loads(done.out)["ok"]) == (1, False)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("create", "..."), "has no letter or digit"),
        (("create",), "Missing argument 'name'"),
        (("down", "0"), "0 is not in the range x>=1"),
        (("sideways",), "No such command 'sideways'"),
    ],
)
def test_mistakes(home: Home, arguments: tuple[str, ...], told: str) -> None:
    done = fastcms(home, *arguments)
    assert done.code == 1
    assert told in done.err
    assert "\n" not in done.err


def test_a_snapshot_makes_another_directory_the_same(home: Home, tmp_path: Path) -> None:
    home.write(
        "1.py",
        """
        app.create_collection({"name": "b", "type": "auth"})
        app.create_collection({"name": "a", "type": "base", "fields": [
            {"name": "b", "type": "relation", "collectionId": app.collection("b").id}]})
        """,
    )
    fastcms(home, "up")
    folder = tmp_path / "elsewhere"
    fastcms(home, "collections", "--migrationsDir", str(folder))
    other = Home(tmp_path / "other")
    line = ["migrate", f"--migrationsDir={folder}", "up"]
    assert run(Kind.FASTCMS, *line, directory=other.data).out.endswith("_collections_snapshot.py")
    assert [row[:11] for row in other.ask(COLLECTIONS)] == [
        row[:11] for row in home.ask(COLLECTIONS)
    ]


def test_serve_begins_with_what_is_pending(home: Home) -> None:
    home.write("1.py", "app.create_collection({'name': 'posts', 'type': 'base', 'listRule': ''})")
    with Server(Kind.FASTCMS, home.data, workers=2) as server:
        assert "Applied 1.py" in server.output
        server.expect("GET", "/api/collections/posts/records")
        # A running server follows what a command changes.
        home.write(
            "2.py", "app.create_collection({'name': 'news', 'type': 'base', 'listRule': ''})"
        )
        assert fastcms(home, "up").out == "Applied 2.py"
        for _ in range(8):
            server.expect("GET", "/api/collections/news/records")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_serve_refuses_to_start_after_a_failure(home: Home, workers: str) -> None:
    home.write("1.py", "app.create_collection({'name': 'posts', 'type': 'base'})")
    path = home.write("2.py", "1 / 0")
    done = run(
        Kind.FASTCMS, "serve", "--http", "127.0.0.1:0", "--workers", workers, directory=home.data
    )
    assert done == Done(
        1, "", f"{path}:2: ZeroDivisionError: division by zero; nothing was changed"
    )
    assert home.applied() == []


def test_killed_half_way_nothing_is_applied(home: Home, tmp_path: Path) -> None:
    here = tmp_path / "here"
    os.mkfifo(here)
    before = home.ask(COLLECTIONS)
    home.write("1.py", "app.create_collection({'name': 'posts', 'type': 'base'})")
    wait = f"open({str(here)!r}, 'w').close()\nopen({str(here)!r})"
    waiting = home.write("2.py", f"app.execute('CREATE TABLE mine (a)')\n{wait}")
    line = command(Kind.FASTCMS, "migrate", "up", directory=home.data)
    process = subprocess.Popen(line)
    # Opening it waits until the migration has come that far; there it waits for ever.
    here.open().close()
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert home.applied() == []
    assert home.ask(COLLECTIONS) == before
    assert home.ask("SELECT name FROM sqlite_master WHERE name IN ('posts', 'mine')") == []
    waiting.unlink()
    assert home.up() == ["1.py"]


def test_the_reference_opens_what_went_through_migrations(home: Home) -> None:
    add_superuser(Kind.FASTCMS, home.data)
    with Server(Kind.FASTCMS, home.data, workers=1, automigrate=True) as server:
        token = server.superuser_token()
        body = {"name": "posts", "type": "base", "fields": [{"name": "title", "type": "text"}]}
        server.expect("POST", "/api/collections", token=token, json_body=body)
    home.write(
        "9999999999_more.py",
        """
        with app.edit_collection("posts") as posts:
            posts.rename_field("title", "heading")
            posts.add_field({"name": "n", "type": "number"}, after="id")
            posts.change(listRule="")
        app.create_record("posts", {"heading": "One", "n": 1})
        app.execute("UPDATE posts SET n = n + 1")
        """,
    )
    assert fastcms(home, "up").code == 0
    names = home.applied()
    # PocketBase cannot know argon2id, so the token is one of ours.
    with Server(Kind.REFERENCE, home.data) as server:
        (item,) = server.expect("GET", "/api/collections/posts/records")["items"]
        assert (item["heading"], item["n"]) == ("One", 2)
        fields = server.expect("GET", "/api/collections/posts", token=token)["fields"]
        assert [field["name"] for field in fields] == ["id", "n", "heading"]
    assert home.applied() == names
    assert home.down(2) == names[::-1]


def test_what_the_reference_applied_stays_applied(home: Home) -> None:
    add_superuser(Kind.REFERENCE, home.data)
    with Server(Kind.REFERENCE, home.data, automigrate=True) as server:
        body = {"name": "posts", "type": "base"}
        server.expect("POST", "/api/collections", token=server.superuser_token(), json_body=body)
    history = home.ask("SELECT * FROM _migrations")
    assert fastcms(home, "up") == Done(0, "No new migrations to apply.", "")
    assert fastcms(home, "history-sync").code == 0
    assert home.ask("SELECT * FROM _migrations") == history
    (home.folder / "1795425033_new.js").write_text("migrate((app) => {})")
    done = run_line(command(Kind.FASTCMS, "migrate", "up", directory=home.data))
    assert done.out == "No new migrations to apply."
    assert "1795425033_new.js: FastCMS does not run JavaScript migrations" in done.err
