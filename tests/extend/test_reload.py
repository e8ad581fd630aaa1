"""Files of hooks that change while the server is used: nothing is dropped, nothing is half."""

import http.client
import os
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent

import pytest

from tests.extend.test_live import Site
from tests.servers import Kind, Server, add_superuser
from tests.waiting import until

# Both of its functions have to be of one version.
WHOLE = """
from fastcms import on

@on.record_create("posts")
async def first(event):
    event.record["title"] += "{0},"
    await event.next()

{padding}

@on.record_create("posts")
def second(event):
    event.record["title"] += "{0}"
    event.next()
"""
BROKEN = ("def (", "raise SystemExit(1)", "import nothing_of_the_kind", "1/0\n" + WHOLE)


def version(number: int) -> str:
    return WHOLE.format(number, padding="#" * 50_000)


def make(place: Path, workers: int) -> Server:
    (place / "pb_hooks").mkdir(parents=True)
    add_superuser(Kind.FASTCMS, place / "pb_data")
    return Server(Kind.FASTCMS, place / "pb_data", workers=workers)


def add_posts(server: Server) -> None:
    body = {
        "name": "posts",
        "fields": [{"name": "title", "type": "text"}],
        **dict.fromkeys(("listRule", "viewRule", "createRule"), ""),
    }
    server.expect("POST", "/api/collections", token=server.superuser_token(), json_body=body)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    place = tmp_path_factory.mktemp("reload")
    with make(place, 1) as server:
        add_posts(server)
        yield Site(server, place / "pb_hooks")


@pytest.fixture(autouse=True)
def _empty(site: Site) -> Iterator[None]:
    yield
    if site.folder.is_dir() and not site.folder.is_symlink():
        # What functions import goes after them.
        for path in site.folder.glob("[!_.]*.py"):
            path.unlink()
        until(lambda: made(site) == "")
        for path in site.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        until(lambda: made(site) == "")


def made(site: Site) -> str:
    """What the functions in place make of a record."""
    answer = site.add("posts")
    assert answer.status == 200, answer.body
    return str(answer.json()["title"])


def save(file: Path, text: str, *, renames: bool) -> None:
    if renames:
        beside = file.with_name(f".{file.name}.swp")
        beside.write_text(text)
        beside.replace(file)
    else:
        file.write_text(text)


@pytest.mark.parametrize("workers", [1, 2])
def test_saved_again_and_again_under_load(tmp_path: Path, workers: int) -> None:
    with make(tmp_path, workers) as server:
        add_posts(server)
        site = Site(server, tmp_path / "pb_hooks")
        file = site.folder / "posts.py"
        file.write_text(version(0))
        # Each process by itself: connections go to both.
        until(lambda: {made(site) for _ in range(8)} == {"0,0"})
        over = threading.Event()
        heard: list[str] = []
        stream = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        stream.request("GET", "/api/realtime")
        events = stream.getresponse()
        while not (line := events.fp.readline()).startswith(b"id:"):
            pass
        body = {"clientId": line[3:].decode().strip(), "subscriptions": ["posts/*"]}
        assert server.send("POST", "/api/realtime", json_body=body).status == 204

        def ask() -> list[str]:
            titles = []
            while not over.is_set():
                titles.append(made(site))
            return titles

        def hear() -> None:
            while not any('"title":"last"' in data for data in heard[-1:]):
                heard.append(events.fp.readline().decode())

        with ThreadPoolExecutor(5) as threads:
            hearing = threads.submit(hear)
            asking = [threads.submit(ask) for _ in range(3)]
            try:
                for number in range(1, 9):
                    save(file, version(number), renames=number % 2 == 0)
                    whole = f"{number},{number}"
                    until(lambda whole=whole: {made(site) for _ in range(4)} == {whole})
                    if number % 2:
                        save(file, BROKEN[number // 2], renames=number % 4 == 1)
            finally:
                over.set()
            titles = [title for one in asking for title in one.result()]
            file.unlink()
            until(lambda: {made(site) for _ in range(8)} == {""})
            assert site.add("posts", title="last").status == 200
            hearing.result(30)
        stream.close()
        assert len(titles) > 100
        # Whole versions, and never none.
        assert set(titles) <= {f"{number},{number}" for number in range(9)}
        # Each record that was made has come over the one connection.
        assert sum('"action":"create"' in line for line in heard) > len(titles)


def test_whatever_is_imported_is_loaded_anew(site: Site) -> None:
    package = site.folder / "words"
    (package / "deep").mkdir(parents=True)
    for name in ("__init__.py", "deep/__init__.py"):
        (package / name).write_text("")
    (package / "deep" / "one.py").write_text("WORD = 'a'")
    (site.folder / "_late.py").write_text("WORD = 'b'")
    source = """
        from fastcms import on
        from words.deep.one import WORD

        @on.record_create("posts")
        async def add(event):
            import _late
            event.record["title"] = WORD + _late.WORD
            await event.next()
    """
    (site.folder / "posts.py").write_text(dedent(source))
    until(lambda: made(site) == "ab")
    (package / "deep" / "one.py").write_text("WORD = 'c'")
    until(lambda: made(site) == "cb")
    (site.folder / "_late.py").write_text("WORD = 'd'")
    until(lambda: made(site) == "cd")


def test_a_folder_that_goes_and_comes_back(site: Site) -> None:
    (site.folder / "posts.py").write_text(version(1))
    until(lambda: made(site) == "1,1")
    shutil.rmtree(site.folder)
    until(lambda: made(site) == "")
    # As a link to a folder elsewhere, then as one of its own.
    elsewhere = site.folder.with_name("elsewhere")
    elsewhere.mkdir()
    (elsewhere / "posts.py").write_text(version(2))
    site.folder.symlink_to(elsewhere)
    until(lambda: made(site) == "2,2")
    (elsewhere / "posts.py").write_text(version(3))
    until(lambda: made(site) == "3,3")
    site.folder.unlink()
    site.folder.mkdir()
    until(lambda: made(site) == "")


def test_a_file_that_hangs_while_it_is_loaded(site: Site) -> None:
    (site.folder / "posts.py").write_text(version(1))
    until(lambda: made(site) == "1,1")
    (site.folder / "hangs.py").write_text("import threading\nthreading.Event().wait()\n")
    until(lambda: "hangs.py was not loaded" in site.server.output)
    assert "hangs.py takes longer than 5 s" in site.server.output
    assert made(site) == "1,1"
    (site.folder / "hangs.py").unlink()
    (site.folder / "posts.py").write_text(version(2))
    until(lambda: made(site) == "2,2")


def test_counts_go_on_where_a_file_is_as_it_was(site: Site) -> None:
    (site.folder / "posts.py").write_text(version(1))
    until(lambda: made(site) == "1,1")
    token = site.server.superuser_token()

    def calls(file: str) -> list[int]:
        shown = site.server.expect("GET", "/api/hooks", token=token)
        return [one["calls"] for one in shown["functions"] if one["file"] == file]

    before = calls("posts.py")
    (site.folder / "other.py").write_text(version(2))
    until(lambda: made(site) == "2,1,21" or "2" in made(site))
    assert min(calls("posts.py")) > max(before)
    (site.folder / "posts.py").write_text(version(3))
    until(lambda: "3" in made(site))
    assert max(calls("posts.py")) < min(calls("other.py"))


def test_flags(tmp_path: Path) -> None:
    server = make(tmp_path, 1)
    (tmp_path / "pb_hooks" / "bad.py").write_text("def (")
    server.extra = ("--hooksStrict",)
    with pytest.raises(RuntimeError, match=r"bad\.py:1: invalid syntax; mend it"):
        server.start()
    server.extra = ("--hooksStrict", "--no-hooks")
    with server:
        shown = server.expect("GET", "/api/hooks", token=server.superuser_token())
        assert shown["folder"] == ""


def test_which_process_counts(site: Site) -> None:
    shown = site.server.expect("GET", "/api/hooks", token=site.server.superuser_token())
    os.kill(shown["process"], 0)
