"""Static files beyond what parity/tables/public.py compares: what never leaves the folder."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.commands import run
from tests.servers import Kind, Server, add_superuser

SECRET = b"beside the folder"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    place: Path = tmp_path_factory.mktemp("public")
    folder = place / "pb_public"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "sub" / "page.html").write_text("<p>page</p>")
    (folder / "big.bin").write_bytes(os.urandom(300_000))
    os.mkfifo(folder / "pipe")
    (folder / "current").symlink_to(place / "release")
    (place / "release").mkdir()
    (place / "release" / "app.js").write_text("1")
    (place / "secret.txt").write_bytes(SECRET)
    add_superuser(Kind.FASTCMS, place / "pb_data")
    # The folder is found beside the data directory.
    with Server(Kind.FASTCMS, place / "pb_data", workers=1) as running:
        yield running


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/sub/..%2f..%2fsecret.txt",
        "/sub%2f..%2f..%2fsecret.txt",
        "/./%2e%2e/secret.txt",
        "/%252e%252e/secret.txt",
        "/..%5csecret.txt",
        "/%5c..%5c..%5csecret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/..;/secret.txt",
        "/..%00/secret.txt",
        "/secret.txt%00",
        "//..//secret.txt",
        "/{place}/secret.txt",
        "/%2f{place}/secret.txt",
        "/../pb_data/data.db",
        "/%2e%2e/pb_data/data.db",
        "/pb_data/data.db",
        "/api/%2e%2e/%2e%2e/secret.txt",
        "/api/collections/..%2f..%2f..%2fsecret.txt",
        "/_/..%2f..%2fsecret.txt",
    ],
)
def test_nothing_outside_of_the_folder(server: Server, path: str) -> None:
    answer = server.request("GET", path.format(place=str(server.directory.parent).lstrip("/")))
    assert answer.status in {307, 401, 404}
    assert SECRET not in answer.body
    assert not answer.body.startswith(b"SQLite")


@pytest.mark.parametrize("path", ["/pipe", "/sub/", "/sub/pipe", "/nope"])
def test_what_is_no_plain_file(server: Server, path: str) -> None:
    answer = server.request("GET", path, timeout=5.0)
    assert (answer.status, answer.json()["message"]) == (404, "File not found.")


def test_links_of_the_operator_are_followed(server: Server) -> None:
    assert server.request("GET", "/current/app.js").body == b"1"


def test_a_long_file(server: Server) -> None:
    content = (server.directory.parent / "pb_public" / "big.bin").read_bytes()
    assert server.request("GET", "/big.bin").body == content
    part = server.request("GET", "/big.bin", headers={"Range": "bytes=100000-299998"})
    assert (part.status, part.body) == (206, content[100_000:299_999])


def test_a_changed_file_is_sent_anew(server: Server) -> None:
    file = server.directory.parent / "pb_public" / "changing.txt"
    file.write_text("one")
    assert server.request("GET", "/changing.txt").body == b"one"
    file.write_text("three")
    assert server.request("GET", "/changing.txt").body == b"three"
    file.unlink()
    assert server.request("GET", "/changing.txt").status == 404


def test_only_failures_are_logged(server: Server) -> None:
    token = server.superuser_token()
    assert server.request("GET", "/a.txt?quiet").status == 200
    assert server.request("GET", "/missing.txt").status == 404
    deadline = time.monotonic() + 10
    urls: list[str] = []
    while "/missing.txt" not in urls:
        assert time.monotonic() < deadline, urls
        time.sleep(0.1)
        page = server.expect("GET", "/api/logs?perPage=200", token=token)
        urls = [item["data"]["url"] for item in page["items"]]
    assert "/a.txt?quiet" not in urls


@pytest.mark.parametrize("folder", [".", "pb_data", "../{name}", "linked"])
def test_a_folder_that_holds_the_database_is_refused(tmp_path: Path, folder: str) -> None:
    directory = tmp_path / "pb_data"
    directory.mkdir()
    (tmp_path / "linked").symlink_to(directory)
    given = tmp_path / folder.format(name=tmp_path.name)
    done = run(Kind.FASTCMS, "serve", "--publicDir", str(given), directory=directory)
    assert done.code == 1
    assert "the data directory is in it" in done.err
    assert list(directory.iterdir()) == []
