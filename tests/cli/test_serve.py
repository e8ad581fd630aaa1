"""`fastcms serve`: what it prints, where it listens, and the link for the first superuser."""

import re
import socket
import time
from pathlib import Path

import pytest

from tests.cli.commands import Done, run
from tests.servers import ROOT_EMAIL, ROOT_PASSWORD, Kind, Server, add_superuser

LINK = re.compile(r"(http://127\.0\.0\.1:\d+)/_/#/pbinstall/(\S+)")
LAST_LINE = re.compile("Dashboard: .*\n")
RECORDS = "/api/collections/_superusers/records"
ROOT = {"email": ROOT_EMAIL, "password": ROOT_PASSWORD, "passwordConfirm": ROOT_PASSWORD}


def link(server: Server) -> re.Match[str]:
    """The link, once it is printed."""
    return printed(server, LINK)


def printed(server: Server, pattern: re.Pattern[str]) -> re.Match[str]:
    """What the server prints when all its processes are ready; the first answers before that."""
    deadline = time.monotonic() + 10
    while (found := pattern.search(server.output)) is None:
        assert time.monotonic() < deadline, server.output
        time.sleep(0.01)
    return found


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "pb_data"


def test_it_says_where_it_is(directory: Path) -> None:
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory) as server:
        printed(server, LAST_LINE)
    assert server.output.splitlines() == [
        f"Server started at {server.url}",
        f"├─ REST API:  {server.url}/api/",
        f"└─ Dashboard: {server.url}/_/",
    ]


@pytest.mark.parametrize("workers", [1, 2])
def test_the_first_superuser_by_the_link(directory: Path, workers: int) -> None:
    with Server(Kind.FASTCMS, directory, workers=workers) as server:
        found = link(server)
        assert found[1] == server.url
        stand_in = found[2]
        made = server.expect("POST", RECORDS, token=stand_in, json_body=ROOT)
        assert made["email"] == ROOT_EMAIL
        # The stand-in is gone, and its token with it.
        assert server.send("GET", RECORDS, token=stand_in).status == 403
        listed = server.expect("GET", RECORDS, token=server.superuser_token())
        assert [item["email"] for item in listed["items"]] == [ROOT_EMAIL]
    with Server(Kind.FASTCMS, directory, workers=workers) as server:
        printed(server, LAST_LINE)
    assert LINK.search(server.output) is None


def test_a_link_of_an_earlier_start_works_too(directory: Path) -> None:
    with Server(Kind.FASTCMS, directory) as server:
        found = link(server)
    with Server(Kind.FASTCMS, directory) as server:
        link(server)
        server.expect("POST", RECORDS, token=found[2], json_body=ROOT)
        token = server.superuser_token()
        assert server.expect("GET", RECORDS, token=token)["totalItems"] == 1


def test_the_command_line_ends_the_stand_in_as_well(directory: Path) -> None:
    with Server(Kind.FASTCMS, directory) as server:
        add_superuser(Kind.FASTCMS, directory)
        token = server.superuser_token()
        assert server.expect("GET", RECORDS, token=token)["totalItems"] == 1


def test_the_stand_in_of_the_reference(directory: Path) -> None:
    with Server(Kind.REFERENCE, directory):
        pass
    with Server(Kind.FASTCMS, directory) as server:
        server.expect("POST", RECORDS, token=link(server)[2], json_body=ROOT)
        assert server.expect("GET", RECORDS, token=server.superuser_token())["totalItems"] == 1


def test_a_port_in_use(directory: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = run(Kind.FASTCMS, "serve", "--http", address, directory=directory)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"cannot listen on {address}: Address already in use; ")
    assert "\n" not in done.err
    assert not directory.exists()


@pytest.mark.parametrize("http", ["127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:99999", ""])
def test_an_address_that_is_none(directory: Path, http: str) -> None:
    done = run(Kind.FASTCMS, "serve", "--http", http, directory=directory)
    assert done == Done(1, "", f"--http {http}: write it as HOST:PORT, like 127.0.0.1:8090")
    assert not directory.exists()


def test_origins(directory: Path) -> None:
    extra = ("--origins", "https://a.example, https://*.b.example")
    with Server(Kind.FASTCMS, directory, extra=extra) as server:
        for origin, allowed in (
            ("https://a.example", "https://a.example"),
            ("https://x.b.example", "https://x.b.example"),
            ("https://c.example", None),
        ):
            answer = server.request("GET", "/api/health", headers={"Origin": origin})
            assert answer.status == 200
            assert answer.headers.get("access-control-allow-origin") == allowed


@pytest.mark.parametrize(("depth", "found"), [(0, 0), (2, 2)])
def test_expand_depth(directory: Path, depth: int, found: int) -> None:
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, extra=("--expand-depth", str(depth))) as server:
        token = server.superuser_token()
        made = server.expect(
            "POST", "/api/collections", token=token, json_body={"name": "nodes", "fields": []}
        )
        up = {"type": "relation", "name": "up", "collectionId": made["id"]}
        server.expect("PATCH", "/api/collections/nodes", token=token, json_body={"fields": [up]})
        path = "/api/collections/nodes/records"
        root = server.expect("POST", path, token=token, json_body={})["id"]
        own = f"{path}/{root}?expand=up.up.up.up"
        answer = server.expect("PATCH", own, token=token, json_body={"up": root})
    assert str(answer).count("'expand'") == found
