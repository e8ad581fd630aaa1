"""What is served below /_/, and the policy that guards it."""

import gzip
import json
import re
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from fastcms import resources
from tests.servers import Server


@pytest.mark.parametrize(
    ("path", "content_type", "is_page"),
    [
        ("/_/", "text/html; charset=utf-8", True),
        ("/_/styles/base.css", "text/css; charset=utf-8", False),
        ("/_/main.js", "text/javascript; charset=utf-8", False),
        # What can be opened by itself and may hold scripts.
        ("/_/icon.svg", "image/svg+xml", True),
    ],
)
def test_files(server: Server, path: str, content_type: str, is_page: bool) -> None:
    answer = server.request("GET", path)
    assert (answer.status, answer.headers["content-type"]) == (200, content_type)
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers.get("content-security-policy", "")
    assert ("default-src 'none'" in policy) is is_page
    assert "unsafe" not in policy
    assert server.request("HEAD", path).body == b""


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/_/nope", 404, "File not found."),
        ("GET", "/_/styles/base.css/", 301, None),
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
    plain = server.request("GET", "/_/core/client.js")
    short = server.request("GET", "/_/core/client.js", headers={"Accept-Encoding": "br, gzip"})
    assert short.headers["content-encoding"] == "gzip"
    assert gzip.decompress(short.body) == plain.body
    assert len(short.body) < len(plain.body)
    assert "Accept-Encoding" in plain.headers["vary"]
    assert "content-encoding" not in plain.headers
    known = {"If-None-Match": plain.headers["etag"]}
    again = server.request("GET", "/_/core/client.js", headers=known)
    assert (again.status, again.body) == (304, b"")


def test_without_the_slash(server: Server) -> None:
    answer = server.request("GET", "/_")
    assert (answer.status, answer.headers["location"]) == (307, "/_/")


STATIC = resources.static("admin")


def test_the_page_needs_nothing_that_its_policy_forbids(server: Server) -> None:
    page = (STATIC / "index.html").read_text()
    assert re.findall(r"<script(?![^>]* src=)|<style| style=| on\w+=", page) == []
    linked = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(linked) > 4
    # Relative ones: a proxy may serve the dashboard below a path of its own.
    for name in linked:
        assert server.request("GET", f"/_/{name}").status == 200


def test_every_import_is_there() -> None:
    missing = [
        (file.name, name)
        for file in STATIC.rglob("*.js")
        if file.parent.name != "vendor"
        for name in re.findall(r'(?:from|import\() ?"(\.[^"]+)"', file.read_text())
        if not (file.parent / name).is_file()
    ]
    assert missing == []


def test_the_page_names_every_module_that_it_needs(server: Server) -> None:
    page = server.request("GET", "/_/").body.decode()
    named = re.findall(r'<link rel="modulepreload" href="([^"]+)">', page)
    assert set(named) == _reached("main.js", r'(?:from|import) ?"(\.[^"]+)"')
    assert len(set(named)) == len(named)


def test_libraries_are_what_was_bundled() -> None:
    vendor = STATIC / "vendor"
    known = json.loads((vendor / "versions.json").read_text())
    found = {
        file.name: sha256(file.read_bytes()).hexdigest()
        for file in sorted(vendor.iterdir())
        if file.suffix in (".js", ".css")
    }
    assert found == known["sha256"]
    licences = (vendor / "LICENSES.txt").read_text()
    named = [f"{name} {version} (" for name, version in known["packages"].items()]
    assert [name for name in named if name not in licences] == []


def test_first_load_is_small(server: Server) -> None:
    """What the sign-in needs, all screens with it, and each library that a few of them need."""
    page = (STATIC / "index.html").read_text()
    first = {"", *re.findall(r'(?:src|href)="([^"]+)"', page)}
    first |= _reached("main.js", r'(?:from|import) ?"(\.[^"]+)"')
    own = first | {
        file.relative_to(STATIC).as_posix()
        for file in (*STATIC.rglob("*.js"), *STATIC.rglob("*.css"))
        if file.parent.name not in ("vendor", "de") and file.name != "de.js"
    }
    assert not [name for name in first if name.startswith("screens/records")]
    assert _sent(server, first) < 100_000
    assert _sent(server, own) < 400_000
    libraries = {
        file.relative_to(STATIC).as_posix()
        for file in (STATIC / "vendor").iterdir()
        if file.suffix in (".js", ".css")
    }
    for name in libraries - first:
        assert _sent(server, {name}) < 220_000


def _reached(start: str, imports: str) -> set[str]:
    """A module and all that its imports lead to."""
    found: set[str] = set()
    waiting = [STATIC / start]
    while waiting:
        file = waiting.pop()
        name = file.relative_to(STATIC).as_posix()
        if name not in found:
            found.add(name)
            there = re.findall(imports, file.read_text())
            waiting += [(file.parent / path).resolve() for path in there]
    return found


def _sent(server: Server, names: set[str]) -> int:
    """Bytes on the wire."""
    headers = {"Accept-Encoding": "gzip"}
    return sum(len(server.request("GET", f"/_/{name}", headers=headers).body) for name in names)


def test_every_language_says_everything() -> None:
    def texts(language: str) -> dict[str, dict[str, tuple[int, set[str]]]]:
        areas = {}
        for file in sorted((STATIC / "text" / language).iterdir()):
            source = file.read_text()
            found = re.findall(r'^  (\w+): "(.*)",$', source, re.MULTILINE)
            assert len(found) == source.count('",\n'), f"{file}: one text a line"
            areas[file.name] = {
                key: (text.count("|"), set(re.findall(r"{\w+}", text))) for key, text in found
            }
        return areas

    english = texts("en")
    assert texts("de") == english
    keys = [key for area in english.values() for key in area]
    assert sorted(set(keys)) == sorted(keys), "a key is in two areas"
    code = [file.read_text() for file in STATIC.rglob("*.js") if "text" not in file.parts]
    used = " ".join(re.findall(r'["`]\w+', " ".join(code))).replace("`", '"')
    unused = [key for key in keys if f'"{key.split("_")[0]}' not in used]
    assert unused == []


def test_types(sdk: Path) -> None:
    """The types in the comments fit, by the compiler of TypeScript."""
    tsc = sdk.parents[2] / "typescript" / "bin" / "tsc"
    project = Path(__file__).parent / "tsconfig.json"
    done = subprocess.run(["node", tsc, "-p", project], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("", 0)
