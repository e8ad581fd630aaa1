"""Requests to other servers: what comes back, and where they do not go."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from fastcms import fetch as fetching
from fastcms.fetch import Fetched, FetchError, fetch, is_public
from tests.servers import free_port


class _Elsewhere(BaseHTTPRequestHandler):
    """Answers by path; the paths that were asked for are kept."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("Authorization", "")))
        if self.path.startswith("/to?"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to?"))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.path == "/stuck":
            threading.Event().wait(5)
        body = b"x" * int(self.path.removeprefix("/long?") or 0) if "/long?" in self.path else b"hi"
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass  # whoever asked has heard enough

    def do_POST(self) -> None:
        self.asked.append((self.path, self.headers.get("Authorization", "")))
        self.send_response(307)
        self.send_header("Location", "/taken")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def listening() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def elsewhere(listening: str) -> str:
    _Elsewhere.asked.clear()
    return listening


def _fetch(url: str, method: str = "GET", **rest: Any) -> Fetched:
    return asyncio.run(fetch(method, url, **rest))


def test_an_answer_comes_back_whatever_its_status(elsewhere: str) -> None:
    answer = _fetch(f"{elsewhere}/hello")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"hi", "2")
    assert _fetch(f"{elsewhere}/missing").status == 404


def test_a_body_that_is_too_long_is_no_answer(elsewhere: str) -> None:
    assert len(_fetch(f"{elsewhere}/long?1000", limit=1000).body) == 1000
    with pytest.raises(FetchError, match="more than 1000 bytes"):
        _fetch(f"{elsewhere}/long?1001", limit=1000)


def test_an_answer_that_takes_too_long_is_none(elsewhere: str) -> None:
    with pytest.raises(FetchError, match="took longer than"):
        _fetch(f"{elsewhere}/stuck", seconds=0.2)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//127.0.0.1/",
        "127.0.0.1",
        "",
        "http://",
        "http://127.0.0.1:99999/",
        "http://name.invalid/",
    ],
)
def test_what_is_no_web_address_is_not_asked(url: str) -> None:
    with pytest.raises(FetchError):
        _fetch(url)


def test_nobody_there() -> None:
    with pytest.raises(FetchError):
        _fetch(f"http://127.0.0.1:{free_port()}/")


def test_what_is_logged_shows_no_secrets(elsewhere: str) -> None:
    address = f"http://me:word@127.0.0.1:{free_port()}/x?code=abc"
    with pytest.raises(FetchError) as raised:
        _fetch(address)
    assert "word" not in str(raised.value)
    assert "abc" not in str(raised.value)


def test_a_redirect_is_followed(elsewhere: str) -> None:
    assert _fetch(f"{elsewhere}/to?/hello").body == b"hi"
    other = elsewhere.replace("127.0.0.1", "localhost")
    assert _fetch(f"{elsewhere}/to?{other}/hello").body == b"hi"


def test_a_redirect_takes_no_secret_elsewhere(elsewhere: str) -> None:
    secret = {"authorization": "Bearer secret"}
    assert _fetch(f"{elsewhere}/to?/hello", headers=secret).body == b"hi"
    other = elsewhere.replace("127.0.0.1", "localhost")
    _Elsewhere.asked.clear()
    with pytest.raises(FetchError, match="redirects elsewhere"):
        _fetch(f"{elsewhere}/to?{other}/hello", headers=secret)
    assert len(_Elsewhere.asked) == 1


def test_a_post_is_not_sent_on(elsewhere: str) -> None:
    assert _fetch(f"{elsewhere}/form", "POST", body=b"secret=1").status == 307
    assert [path for path, _ in _Elsewhere.asked] == ["/form"]


def test_redirects_end_at_some_time(elsewhere: str) -> None:
    with pytest.raises(FetchError, match="too often"):
        _fetch(f"{elsewhere}/to?{'/to?' * 8}/hello")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://[bad/"])
def test_a_redirect_to_no_web_address_is_none(elsewhere: str, target: str) -> None:
    with pytest.raises(FetchError):
        _fetch(f"{elsewhere}/to?{target}")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("fd00:ec2::254", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("2002:7f00:1::", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0",
     "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"],
)  # fmt: skip
def test_public_only_goes_nowhere_else_however_it_is_spelt(elsewhere: str, host: str) -> None:
    port = elsewhere.rpartition(":")[2]
    with pytest.raises(FetchError, match="not public"):
        _fetch(f"http://{host}:{port}/hello", public_only=True)
    assert _Elsewhere.asked == []


def test_public_only_holds_for_where_a_redirect_leads(
    elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first host counts as public here, the second does not."""
    judged: list[str] = []

    def judge(address: str) -> bool:
        judged.append(address)
        return len(judged) == 1

    monkeypatch.setattr(fetching, "is_public", judge)
    with pytest.raises(FetchError, match="not public"):
        _fetch(f"{elsewhere}/to?/hello", public_only=True)
    assert [path for path, _ in _Elsewhere.asked] == ["/to?/hello"]


def test_public_only_connects_to_the_address_that_was_judged(
    elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name whose second answer would lead inside: there is no second question."""
    answers = iter(["93.184.216.34", "127.0.0.1"])
    resolved: list[str] = []
    connected: list[str] = []

    async def resolve(_: object, host: str, port: int, **__: object) -> list[Any]:
        resolved.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    async def connect(_: object, host: str, *__: object) -> Any:
        connected.append(host)
        raise OSError("far away")

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    monkeypatch.setattr(fetching.httpcore2.AnyIOBackend, "connect_tcp", connect)
    with pytest.raises(FetchError):
        _fetch("http://rebind.example.com/", public_only=True)
    assert (resolved, connected) == (["rebind.example.com"], ["93.184.216.34"])


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(_: object, __: str, port: int, **___: object) -> list[Any]:
        found = ("93.184.216.34", "10.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    with pytest.raises(FetchError, match="not public"):
        _fetch("http://both.example.com/", public_only=True)


def test_nothing_else_talks_to_other_servers() -> None:
    """One guarded way out: no second client for HTTP in the product."""
    clients = ("httpcore", "httpx", "urllib.request", "http.client", "requests", "aiohttp")
    found = [
        f"{file}: {line.strip()}"
        for file in Path(fetching.__file__).parent.rglob("*.py")
        for line in file.read_text().splitlines()
        if file.name != "fetch.py"
        and line.strip().startswith(("import ", "from "))
        and any(line.split()[1].startswith(client) for client in clients)
    ]
    assert found == []
