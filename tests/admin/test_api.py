"""The page at /_/ and the policy that guards it."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fastcms import resources
from tests.servers import Kind, Server, add_superuser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory: Path = tmp_path_factory.mktemp("admin") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/_/", "text/html; charset=utf-8"),
        ("/_/page.css", "text/css; charset=utf-8"),
        ("/_/page.js", "text/javascript; charset=utf-8"),
        ("/_/icon.svg", "image/svg+xml"),
    ],
)
def test_files(server: Server, path: str, content_type: str) -> None:
    answer = server.request("GET", path)
    assert (answer.status, answer.headers["content-type"]) == (200, content_type)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert server.request("HEAD", path).body == b""


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/_/nope", 404, "File not found."),
        ("GET", "/_/page.css/", 301, None),
        ("GET", "/_/index.html", 301, None),
        ("GET", "/_/extensions.js", 200, None),
        ("GET", "/_/extensions/x.js", 404, "File not found."),
        ("GET", "/_/../data.db", 307, None),
        ("GET", "/_/../pyproject.toml", 307, None),
        ("GET", "/_/%2e%2e/api.py", 404, "File not found."),
        ("POST", "/_/", 404, "The requested resource wasn't found."),
    ],
)
def test_everything_else(
    server: Server, method: str, path: str, status: int, message: str | None
) -> None:
    answer = server.request(method, path)
    assert answer.status == status
    if message is not None:
        assert answer.json() == {"data": {}, "message": message, "status": status}


def test_missing_pages_have_the_policy_too(server: Server) -> None:
    policy = server.request("GET", "/_/nope").headers["content-security-policy"]
    assert policy == server.request("GET", "/_/").headers["content-security-policy"]


def test_compressed_and_asked_for_anew(server: Server) -> None:
    plain = server.request("GET", "/_/page.js")
    short = server.request("GET", "/_/page.js", headers={"Accept-Encoding": "br, gzip"})
    assert short.headers["content-encoding"] == "gzip"
    assert gzip.decompress(short.body) == plain.body
    assert len(short.body) < len(plain.body)
    assert "Accept-Encoding" in plain.headers["vary"]
    assert "content-encoding" not in plain.headers
    known = {"If-None-Match": plain.headers["etag"]}
    again = server.request("GET", "/_/page.js", headers=known)
    assert (again.status, again.body) == (304, b"")


def test_without_the_slash(server: Server) -> None:
    answer = server.request("GET", "/_")
    assert (answer.status, answer.headers["location"]) == (307, "/_/")


def test_the_page_needs_nothing_that_its_policy_forbids() -> None:
    page = (resources.static("admin") / "index.html").read_text()
    assert re.findall(r"<script(?![^>]* src=)|<style| style=| on\w+=", page) == []
    linked = set(re.findall(r'(?:src|href)="([^"]+)"', page))
    assert linked == {"/_/icon.svg", "/_/page.css", "/_/page.js", "/api/health"}


def test_the_script_finds_its_elements() -> None:
    static = resources.static("admin")
    script = (static / "page.js").read_text()
    page = (static / "index.html").read_text()
    wanted = set(re.findall(r'byId\("([\w-]+)"\)', script))
    assert wanted - set(re.findall(r' id="([\w-]+)"', page)) == set()
