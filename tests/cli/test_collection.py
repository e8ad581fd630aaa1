"""`fastcms collection`: what it shows, what it changes, and what it refuses to lose."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.cli.commands import Done, run
from tests.servers import Kind, Server, add_superuser

POSTS = {
    "name": "posts",
    "listRule": "",
    "fields": [{"type": "text", "name": "title"}, {"type": "number", "name": "n"}],
    "indexes": ["CREATE INDEX idx_title ON posts (title)"],
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with `posts` and two records, and the file that made it."""
    place = tmp_path_factory.mktemp("filled")
    (place / "posts.json").write_text(json.dumps({"collections": [POSTS]}))
    done = collection(place, "import", str(place / "posts.json"))
    assert (done.code, done.err) == (0, ""), done
    with apsw.Connection(str(place / "pb_data" / "data.db")) as database:
        database.execute("INSERT INTO posts (id, title, n) VALUES ('a', 'x', 0), ('b', 'y', 2)")
    return place


@pytest.fixture
def place(filled: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(filled, tmp_path / "copy")
    return tmp_path / "copy"


def collection(place: Path, *arguments: str) -> Done:
    return run(Kind.FASTCMS, "collection", *arguments, directory=place / "pb_data")


def file(place: Path, content: Any) -> str:
    path = place / "import.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def test_list(filled: Path) -> None:
    lines = collection(filled, "list").out.splitlines()
    assert lines[0] == "NAME            TYPE  FIELDS  RECORDS"
    assert lines[-1] == "posts           base  3       2"
    answer = json.loads(collection(filled, "list", "--json").out)
    assert answer["collections"][-1] == {
        "id": "pbc_1125843985",
        "name": "posts",
        "type": "base",
        "system": False,
        "records": 2,
    }


def test_show(filled: Path) -> None:
    assert collection(filled, "show", "POSTS").out.splitlines() == [
        "posts (base, id pbc_1125843985, 2 records)",
        "FIELD  TYPE    ID",
        "id     text    text3208210256    required, system",
        "title  text    text724990059",
        "n      number  number2013832146",
        'listRule: ""',
        "viewRule: null",
        "createRule: null",
        "updateRule: null",
        "deleteRule: null",
        "CREATE INDEX idx_title ON posts (title)",
    ]
    answer = json.loads(collection(filled, "show", "posts", "--json").out)
    assert (answer["ok"], answer["collection"]["name"]) == (True, "posts")


def test_an_export_is_an_import(filled: Path, tmp_path: Path) -> None:
    exported = collection(filled, "export").out
    again = collection(filled, "export", "--out", str(tmp_path / "all.json"))
    assert again.out == f"7 collections written to {tmp_path / 'all.json'}"
    assert (tmp_path / "all.json").read_text() == exported + "\n"
    done = collection(tmp_path, "import", str(tmp_path / "all.json"))
    assert (done.code, done.err) == (0, "")
    assert collection(tmp_path, "export").out == exported
    some = json.loads(collection(filled, "export", "posts").out)
    assert [entry["name"] for entry in some["collections"]] == ["posts"]


CHANGES = [
    {
        "name": "posts",
        "listRule": None,
        "fields": [{"type": "number", "name": "title", "max": 5}],
        "indexes": [],
    },
    {
        "name": "tags",
        "type": "auth",
        "fields": [{"type": "text", "name": "name", "required": True}],
        "viewRule": "id = @request.auth.id",
        "otp": {"enabled": True},
    },
    {"name": "_mfas", "indexes": ["CREATE INDEX `idx_mfas` ON `_mfas` (`method`)"]},
]
PLAN = """\
- users (auth)
+ tags (auth)
    + field name (text): required true
    + CREATE UNIQUE INDEX `idx_tokenKey_pbc_2956638369` ON `tags` (`tokenKey`)
    + CREATE UNIQUE INDEX `idx_email_pbc_2956638369` ON `tags` (`email`) WHERE `email` != ''
    + viewRule: "id = @request.auth.id"
    + otp.enabled: true
~ _mfas (base)
    - CREATE INDEX `idx_mfas_collectionRef_recordRef` ON `_mfas` (collectionRef,recordRef)
    + CREATE INDEX `idx_mfas` ON `_mfas` (`method`)
~ posts (base)
    - field title (text)
    - field n (number)
    + field title (number): max 5
    - CREATE INDEX idx_title ON posts (title)
    ~ listRule: "" -> null
data that is lost:
    posts.title  2 records: another field takes its name
    posts.n      1 record: the field is removed"""


def test_a_dry_run_shows_the_plan_and_changes_nothing(place: Path) -> None:
    arguments = ["import", file(place, CHANGES), "--dry-run", "--delete-missing"]
    exported = collection(place, "export")
    shown = collection(place, *arguments)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.splitlines() == PLAN.splitlines()
    first, second = (collection(place, *arguments, "--json") for _ in range(2))
    assert first == second
    told = json.loads(first.out)
    assert (told["ok"], told["applied"], len(told["plan"]["losses"])) == (True, False, 2)
    assert collection(place, "export") == exported


def test_data_is_lost_only_by_name(place: Path) -> None:
    entry = {"name": "posts", "fields": [], "indexes": []}
    arguments = ["import", file(place, {"collections": [entry]}), "--delete-missing"]
    for named, wanted in (
        ([], "--drop posts.title --drop posts.n"),
        (["--drop", "posts"], "--drop posts.title --drop posts.n"),
        (["--drop", "posts.title"], "--drop posts.n"),
    ):
        done = collection(place, *arguments, *named)
        assert (done.code, done.err) == (
            1,
            f"nothing was changed, because data would be lost; to agree, add {wanted}",
        )
        assert "    posts.title  2 records: the field is removed" in done.out.splitlines()
    refused = collection(place, *arguments, "--json")
    assert (refused.code, json.loads(refused.out)["ok"]) == (1, False)
    assert "records" in collection(place, "show", "posts").out
    done = collection(place, *arguments, "--drop", "posts.title", "--drop", "posts.n")
    assert (done.code, done.out.splitlines()[-1]) == (0, "done")
    shown = json.loads(collection(place, "show", "posts", "--json").out)["collection"]
    assert [field["name"] for field in shown["fields"]] == ["id"]


def test_a_collection_goes_by_its_name(place: Path) -> None:
    arguments = ["import", file(place, [{"name": "users"}]), "--delete-missing"]
    done = collection(place, *arguments)
    assert (done.code, done.err.rpartition("add ")[2]) == (1, "--drop posts")
    assert collection(place, *arguments, "--drop", "posts").code == 0
    assert collection(place, "show", "posts").err == 'there is no collection "posts"'


def test_the_same_again_is_nothing(place: Path) -> None:
    done = collection(place, "import", file(place, [POSTS | {"fields": []}]))
    assert (done.code, done.out) == (0, "unchanged: posts")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "import.json is no JSON: "),
        ("5", "import.json holds no list of collections"),
        ('{"collections": 5}', "import.json holds no list of collections"),
        ("[1]", "import.json holds no list of collections"),
        ("[]", "import.json holds an empty list of collections"),
        ('[{"name": 5}]', "Failed to import collections. collections: "),
        ('[{"name": "a b"}]', "Failed to import collections. collections: Data validations failed"),
        ('[{"name": "a", "indexes": ["x"]}]', "Failed to import collections. indexes.0: Invalid"),
    ],
)
def test_what_cannot_be_imported(place: Path, content: str, message: str) -> None:
    done = collection(place, "import", file(place, content))
    assert (done.code, done.out) == (1, "")
    assert message in done.err
    assert "\n" not in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import", "nothing.json"], "nothing.json cannot be read: No such file or directory"),
        (["export", "nope"], 'there is no collection "nope"'),
        (["export", "--out", "no/where.json"], "no/where.json cannot be written: "),
        (["show", "nope"], 'there is no collection "nope"'),
        (["template", "apply", "nope"], "There is no template nope."),
    ],
)
def test_what_is_not_there(filled: Path, arguments: list[str], message: str) -> None:
    done = collection(filled, *arguments)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(message)


def test_a_server_sees_it_at_once(place: Path) -> None:
    add_superuser(Kind.FASTCMS, place / "pb_data")
    with Server(Kind.FASTCMS, place / "pb_data", 2) as server:
        root = server.superuser_token()
        assert server.send("GET", "/api/collections/tags", token=root).status == 404
        done = collection(place, "import", file(place, [{"name": "tags", "listRule": ""}]))
        assert (done.code, done.err) == (0, "")
        for _ in range(8):
            # Whichever worker answers.
            assert server.expect("GET", "/api/collections/tags/records")["totalItems"] == 0
        applied = collection(place, "template", "apply", "shop", "--json")
        assert json.loads(applied.out)["applied"] is True
        assert server.expect("GET", "/api/collections/products/records")["items"] == []


def test_templates_of_a_folder(place: Path) -> None:
    folder = place / "mine"
    folder.mkdir()
    template = {"title": "Mine", "collections": [{"name": "notes", "listRule": ""}]}
    (folder / "mine.json").write_text(json.dumps(template))
    (folder / "broken.json").write_text("{")
    lines = collection(place, "template", "list", "--folder", str(folder)).out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == [
        "blog",
        "broken",
        "cms",
        "directory",
        "mine",
        "shop",
    ]
    listed = json.loads(collection(place, "template", "list", "--json").out)
    assert [template["own"] for template in listed["templates"]] == [False] * 4
    apply = ["template", "apply", "mine", "--folder", str(folder)]
    plan = '+ notes (base)\n    + listRule: ""'
    assert collection(place, *apply, "--dry-run").out == plan
    assert collection(place, *apply).out == f"{plan}\ndone"
    again = collection(place, *apply)
    assert (again.code, again.err) == (
        1,
        "Failed to apply the template. collections: These collections are there already: notes.",
    )
    assert collection(place, *apply, "--merge").out == "unchanged: notes"
    broken = collection(place, "template", "apply", "broken", "--folder", str(folder))
    assert broken.err.startswith("Failed to apply the template. name: broken.json is unreadable")
