"""In which order, how often, and all or nothing."""

import json
import time
from pathlib import Path

import pytest

from fastcms.migrations import run
from fastcms.migrations.files import MigrationError
from tests.migrations.home import COLLECTIONS, Home

MADE = "app.create_collection({{'name': '{0}', 'type': 'base'}})"
GONE = "app.delete_collection('{0}')"


def make(home: Home, name: str) -> None:
    home.write(f"{name}.py", MADE.format(f"c{name}"), GONE.format(f"c{name}"))


def names(home: Home) -> list[str]:
    rows = home.ask("SELECT name FROM _collections WHERE name LIKE 'c%' ORDER BY rowid")
    return [name for (name,) in rows]


def test_in_the_order_of_names_each_once(home: Home) -> None:
    for name in ("3", "1", "2"):
        make(home, name)
    before = time.time_ns() // 1000
    assert home.up() == ["1.py", "2.py", "3.py"]
    assert names(home) == ["c1", "c2", "c3"]
    assert home.up() == []
    # Later ones run although one with a greater name did.
    make(home, "0")
    assert home.up() == ["0.py"]
    rows = home.ask("SELECT file, applied, typeof(applied) FROM _migrations WHERE file LIKE '%.py'")
    assert {(file, kind) for file, _, kind in rows} == {
        (f"{name}.py", "integer") for name in range(4)
    }
    after = time.time_ns() // 1000
    assert all(before < applied < after for _, applied, _ in rows)


def test_down_takes_back_the_last_applied(home: Home) -> None:
    for name in ("1", "2"):
        make(home, name)
    home.up()
    make(home, "0")
    home.up()
    assert home.down() == ["0.py"]
    assert home.down(5) == ["2.py", "1.py"]
    assert names(home) == []
    assert home.applied() == []
    assert home.down() == []


def test_down_passes_over_what_has_no_file(home: Home) -> None:
    for name in ("1", "2", "3"):
        make(home, name)
    home.up()
    (home.folder / "2.py").unlink()
    assert home.down(2) == ["3.py", "1.py"]
    assert home.applied() == ["2.py"]
    assert home.opened(lambda app: run.history_sync(app, home.folder)) == ["2.py"]
    assert home.applied() == []


def test_system_migrations_stay(home: Home) -> None:
    system = home.ask("SELECT * FROM _migrations")
    assert len(system) == 8
    assert home.down(100) == []
    assert home.opened(lambda app: run.history_sync(app, home.folder)) == []
    assert home.ask("SELECT * FROM _migrations") == system


def test_a_failure_takes_back_all(home: Home) -> None:
    collections = home.ask(COLLECTIONS)
    make(home, "1")
    home.write("2.py", "app.execute('CREATE TABLE mine (a)')\n1 / 0")
    with pytest.raises(MigrationError, match=r"2\.py:3: ZeroDivisionError: "):
        home.up()
    assert home.applied() == []
    assert home.ask(COLLECTIONS) == collections
    assert home.ask("SELECT name FROM sqlite_master WHERE name IN ('mine', 'c1')") == []
    home.write("2.py", "pass")
    assert home.up() == ["1.py", "2.py"]


def test_a_failing_down_takes_back_all(home: Home) -> None:
    home.write("1.py", MADE.format("c1"), "raise ValueError('not this one')")
    make(home, "2")
    home.up()
    with pytest.raises(MigrationError, match="ValueError: not this one; nothing was changed"):
        home.down(2)
    assert home.applied() == ["1.py", "2.py"]
    assert names(home) == ["c1", "c2"]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def up(app):\n    return 1 +\n", "x.py:2: SyntaxError: invalid syntax"),
        ("import nothing_like_that\n", "x.py:1: ModuleNotFoundError: No module named"),
        ("x = 1\n", "x.py: it has no function up(app)"),
        ("async def up(app): ...\n", "x.py: up has to be a plain function, not an async one"),
        ("def up(app):\n    raise SystemExit(3)\n", "x.py:2: SystemExit: 3"),
        ("def up(app):\n    assert False\n", "x.py:2: AssertionError; nothing was changed"),
        ("def up():\n    pass\n", "x.py: TypeError: up() takes 0 positional arguments but 1 was"),
        (
            "def up(app):\n    app.create_collection({'name': '!', 'type': 'base'})\n",
            "x.py:2: Failed to create collection. name: Must be in a valid format; nothing was",
        ),
        (
            (
                "def up(app):\n    with app.edit_collection('users') as users:\n"
                "        users.change(listRule='nope = 1')\n"
            ),
            "x.py:2: Failed to update collection. listRule: Invalid rule.",
        ),
        ("def up(app):\n    app.execute('SELEC')\n", "x.py:2: SQL logic error: near"),
        (
            "def up(app):\n    app.collection('nope')\n",
            "x.py:2: ValueError: there is no collection",
        ),
        ("\x00", "x.py: "),
        ("# coding: nope\n", "x.py: "),
    ],
)
def test_errors_say_where_and_why(home: Home, source: str, told: str) -> None:
    home.folder.mkdir()
    (home.folder / "x.py").write_text(source)
    with pytest.raises(MigrationError) as raised:
        home.up()
    assert str(raised.value).startswith(f"{home.folder}/{told}")
    assert "\n" not in str(raised.value)
    assert home.applied() == []


def test_files_that_do_not_count(home: Home) -> None:
    home.folder.mkdir()
    for name in ("_shared.py", ".hidden.py", "notes.txt", "a.pyc"):
        (home.folder / name).write_text("broken(")
    (home.folder / "folder.py").mkdir()
    assert home.up() == []


def test_a_folder_that_is_none(home: Home) -> None:
    home.folder.write_text("")
    with pytest.raises(MigrationError, match=r"cannot be read: Not a directory; give another"):
        home.up()


def test_snapshots_in_json(home: Home) -> None:
    home.folder.mkdir()
    posts = {"name": "posts", "type": "base", "fields": [{"name": "title", "type": "text"}]}
    for name, content in (("1.json", [posts]), ("2.json", {"collections": [posts]})):
        (home.folder / name).write_text(json.dumps(content))
    assert home.up() == ["1.json", "2.json"]
    assert home.ask("SELECT title FROM posts") == []
    # It does not know what was there before.
    assert home.down(2) == ["2.json", "1.json"]
    assert home.ask("SELECT title FROM posts") == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "DecodeError: Input data was truncated"),
        ("{}", "it is no list of collections"),
        ("[1]", "it is no list of collections"),
        ('[{"name": 5}]', "Failed to import collections. collections: Failed to"),
        ('[{"name": "", "type": "base"}]', "Failed to import collections. collections: Data"),
    ],
)
def test_bad_snapshots(home: Home, content: str, told: str) -> None:
    home.folder.mkdir()
    (home.folder / "1.json").write_text(content)
    with pytest.raises(MigrationError) as raised:
        home.up()
    assert str(raised.value).startswith(f"{home.folder}/1.json: {told}")


def test_javascript_is_left_alone(home: Home) -> None:
    make(home, "1")
    (home.folder / "2_done.js").write_text("migrate((app) => {})")
    (home.folder / "3_new.js").write_text("migrate((app) => {})")
    home.ask("SELECT 1")

    async def done_by_the_reference(app: object) -> None:
        await app.store.write(  # type: ignore[attr-defined]
            lambda tx: tx.execute("INSERT INTO _migrations VALUES ('2_done.js', 1795425060)")
        )

    home.opened(done_by_the_reference)
    home.opened(
        lambda app: _same(run.pending(app, home.folder), ([home.folder / "1.py"], ["3_new.js"]))
    )
    assert home.up() == ["1.py"]
    assert home.applied() == ["2_done.js", "1.py"]
    assert home.down() == ["1.py"]
    with pytest.raises(MigrationError, match=r"2_done\.js: it is JavaScript"):
        home.down()
    assert home.opened(lambda app: run.history_sync(app, home.folder)) == []


async def _same(left: object, right: object) -> None:
    assert left == right


def test_deleted_collections_lose_their_files(home: Home, tmp_path: Path) -> None:
    make(home, "1")
    home.up()
    ((id_,),) = home.ask("SELECT id FROM _collections WHERE name = 'c1'")
    stored = home.data / "storage" / id_
    stored.mkdir(parents=True)
    home.write("2.py", GONE.format("c1") + "\nraise ValueError")
    with pytest.raises(MigrationError):
        home.up()
    assert stored.exists()
    home.write("2.py", GONE.format("c1"))
    home.up()
    assert not stored.exists()
