"""Made types as programs use them: the command, the routes, what Python's type checker says."""

import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.shapes.record import type_names
from fastcms.typegen.python import python
from fastcms.typegen.typescript import typescript
from tests.cli.commands import run
from tests.servers import Kind, Server, add_superuser, command
from tests.typegen import sample

# Each line that ends with a complaint must be refused with that code, no other line may be.
_USES = """\
from typing import assert_type

from records import BlogPostsCreate, BlogPostsResponse, BlogPostsUpdate, CollectionName, Failure
from records import MembersResponse, Page, PinsCreate, SignedIn, TopicsResponse


def read(page: Page[BlogPostsResponse], signed_in: SignedIn[MembersResponse]) -> None:
    post = page["items"][0]
    assert_type(post["views"], float)
    assert_type(post["class"], str)
    assert_type(post["2fa"], str)
    words: list[str] = [post["title"], post["created"], *post["labels"], *post["pages"]]
    where = post["place"]["lon"] + post["place"]["lat"]
    if "expand" in post and "author" in post["expand"]:
        words.append(post["expand"]["author"]["nick"])
    assert_type(signed_in["record"].get("email"), str | None)
    post["nothing"]  # typeddict-item
    post["internal"]  # typeddict-item
    post["state"] = "gone"  # typeddict-item
    signed_in["record"]["tokenKey"]  # typeddict-item
    print(words, where)


draft: BlogPostsCreate = {"title": "A", "stars": 5, "state": "draft", "author": "m"}
more: BlogPostsCreate = {**draft, "slug:autogenerate": "a-", "labels": ["Zürich 😀"], "meta": [1]}
change: BlogPostsUpdate = {"views+": 1, "+readers": "m", "pages-": ["a.txt"]}
pin: PinsCreate = {"what": {"collectionId": "c", "id": "t"}, "topics": ["t", {"id": "u", "n": 2}]}
name: CollectionName = "blog_posts"
less: BlogPostsCreate = {"title": "A"}  # typeddict-item
wrong: BlogPostsCreate = {**draft, "state": "gone"}  # typeddict-item
set_: BlogPostsUpdate = {"created": "2030-01-01"}  # typeddict-unknown-key
text: BlogPostsUpdate = {"views": "1"}  # typeddict-item
other: CollectionName = "nothing"  # assignment
"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("types") / "pb_data"
    sample.build(directory)
    add_superuser(Kind.FASTCMS, directory)
    return directory


@pytest.fixture(scope="module")
def server(directory: Path) -> Iterator[Server]:
    with Server(Kind.FASTCMS, directory, 2) as running:
        yield running


def test_python_under_the_strict_checker(directory: Path, tmp_path: Path) -> None:
    records, every = tmp_path / "records.py", tmp_path / "every.py"
    sample.fastcms(directory, "types", "--py", "--out", str(records))
    sample.fastcms(directory, "types", "--py", "--superuser", "--out", str(every))
    (tmp_path / "uses.py").write_text(_USES)
    checker = [sys.executable, "-m", "mypy", "--strict", "--config-file="]
    checked = subprocess.run(
        [*checker, "--cache-dir", str(tmp_path), "uses.py", "records.py", "every.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    found = {
        (int(line.split(":")[1]), line.rpartition("[")[2].rstrip("]"))
        for line in checked.stdout.splitlines()
        if ": error: " in line
    }
    wanted = {
        (number, code)
        for number, line in enumerate(_USES.splitlines(), 1)
        for _, mark, code in [line.partition("  # ")]
        if mark
    }
    assert found == wanted, checked.stdout
    for file in (records, every):
        # Nothing in it runs but what was made to.
        subprocess.run([sys.executable, "-W", "error", str(file)], check=True, timeout=60)


def test_routes_answer_superusers_with_what_the_command_prints(
    directory: Path, server: Server
) -> None:
    root = server.superuser_token()
    server.expect(
        "POST",
        "/api/collections/members/records",
        json_body={
            "nick": "n",
            "email": "n@example.com",
            "password": "password-12",
            "passwordConfirm": "password-12",
        },
    )
    member = server.sign_in("members", "n@example.com", "password-12")
    for language in ("ts", "py"):
        path = f"/api/types.{language}"
        assert server.send("GET", path).status == 401
        assert server.send("GET", path, token=member).status == 403
        answer = server.send("GET", path, token=root)
        assert answer.status == 200
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        printed = sample.fastcms(directory, "types", f"--{language}")
        assert answer.body.decode().strip() == printed
        assert "internal" not in printed
        every = server.send("GET", f"{path}?superuser=1", token=root).body.decode()
        assert "internal" in every
        assert every.strip() == sample.fastcms(directory, "types", f"--{language}", "--superuser")


def test_watching_writes_what_a_served_directory_becomes(
    directory: Path, server: Server, tmp_path: Path
) -> None:
    out = tmp_path / "records.ts"
    line = command(Kind.FASTCMS, "types", "--ts", "--out", str(out), "--watch", directory=directory)
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        try:
            assert watching.stdout.readline() == f"{out} written\n"
            assert "LaterResponse" not in out.read_text()
            later = {"name": "later", "type": "base", "fields": [{"type": "text", "name": "t"}]}
            root = server.superuser_token()
            server.expect("POST", "/api/collections", token=root, json_body=later)
            assert watching.stdout.readline() == f"{out} written\n"
            assert "LaterResponse" in out.read_text()
            server.expect("DELETE", "/api/collections/later", token=root)
        finally:
            watching.terminate()
    assert [path.name for path in tmp_path.iterdir()] == ["records.ts"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("types",), "say which: --ts or --py"),
        (("types", "--ts", "--py"), "say which: --ts or --py"),
        (("types", "--ts", "--watch"), "--watch needs a file: --out FILE"),
        (
            ("types", "--py", "--out", "/nowhere/records.py"),
            "/nowhere/records.py cannot be written",
        ),
    ],
)
def test_what_the_command_refuses(directory: Path, arguments: tuple[str, ...], says: str) -> None:
    done = run(Kind.FASTCMS, *arguments, directory=directory)
    assert done.code == 1
    assert done.err.startswith(says)
    assert "\n" not in done.err


def test_a_directory_that_is_none_is_not_made(tmp_path: Path) -> None:
    done = run(Kind.FASTCMS, "types", "--ts", directory=tmp_path / "none")
    assert (done.code, list(tmp_path.iterdir())) == (1, [])


def test_names_of_types_stay_when_a_clash_comes() -> None:
    def names(*collections: str) -> list[str]:
        schema = Schema(
            Collection(id=str(i), name=n, type="base") for i, n in enumerate(collections)
        )
        return list(type_names(schema).values())

    assert names("blog_posts") == ["BlogPosts"]
    assert names("blog_posts", "blogPosts", "BlogPosts") == [
        "BlogPosts",
        "BlogPosts_2",
        "BlogPosts_3",
    ]
    assert names("posts", "Posts", "posts2", "posts_2") == [
        "Posts",
        "Posts_2",
        "Posts2",
        "Posts2_2",
    ]
    assert names("2fa", "_", "__") == ["_2fa", "_", "__2"]
    assert names("class", "Record", "any") == ["Class", "Record", "Any"]


def test_names_that_a_foreign_directory_holds_stay_texts() -> None:
    """No API lets such names in, but a file may come from anywhere."""
    schema = sample.hostile_schema()
    module: dict[str, object] = {}
    text = python(schema, superuser=False)
    exec(compile(text, "records.py", "exec"), module)
    assert module["CollectionName"].__args__ == sample.HOSTILE  # type: ignore[attr-defined]
    script = typescript(schema, superuser=False)
    for made in (text, script):
        assert all(c.isprintable() or c == "\n" for c in made)
    # Without its literals nothing of them is left.
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', script)
    assert not any(hostile in bare for hostile in sample.HOSTILE)
    assert set(bare) <= set(typescript(Schema(()), superuser=False)) | set(
        string.ascii_letters + '012"()[]'
    )


def test_the_examples_of_the_page(directory: Path, server: Server, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "types.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "records.py").write_text(sample.fastcms(directory, "types", "--py"))
    (tmp_path / "example.py").write_text(example.replace("http://127.0.0.1:8090", server.url))
    subprocess.run([sys.executable, "example.py"], cwd=tmp_path, check=True, timeout=60)
