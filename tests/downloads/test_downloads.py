"""Files of records over HTTP from a running server, as no parity row shows them."""

import http.client
import json
import random
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.parity.scenario import File, encoded, form
from tests.s3server import s3_server
from tests.servers import Answer, Kind, Server, add_superuser
from tests.waiting import until

LARGE = random.Random(7).randbytes(3_000_001)
SCRIPT = b"<script>document.title = 'owned'</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"
PASSWORD = "a-long-password"
_SAFE = {
    "content-security-policy": "default-src 'none'; media-src 'self'; style-src 'unsafe-inline';"
    " sandbox",
    "x-content-type-options": "nosniff",
}


class Place:
    """A server with files: of everybody, and of those who may view."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.root = server.superuser_token()
        fields = [
            {"type": "file", "name": "open", "maxSelect": 9, "maxSize": 9 << 20},
            {"type": "file", "name": "closed", "protected": True},
            {"type": "text", "name": "owner"},
        ]
        made = self.expect(
            "POST",
            "/api/collections",
            {
                "name": "papers",
                "type": "base",
                "viewRule": "owner = @request.auth.id",
                "fields": fields,
            },
        )
        self.id: str = made["id"]
        self.ann: str = self.expect(
            "POST",
            "/api/collections/users/records",
            {"email": "ann@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD},
        )["id"]

    def expect(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        return self.server.expect(method, path, token=token or self.root, json_body=body)

    def create(self, name: str, content: bytes, field: str = "open") -> tuple[str, str]:
        """The path of a file of a new record, and the record's id."""
        sent = form((field, File(name, content)), ("owner", self.ann))
        payload = encoded(sent)
        headers = {"Content-Type": str(payload.content_type), "Authorization": self.root}
        path = "/api/collections/papers/records"
        answer = self.server.request("POST", path, headers=headers, body=payload.content)
        assert answer.status == 200, answer.body
        record = answer.json()
        value = record[field]
        kept = value[0] if isinstance(value, list) else value
        return f"/api/files/papers/{record['id']}/{kept}", record["id"]

    def get(self, path: str, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.server.request("GET", path, headers=sent)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    directory = tmp_path_factory.mktemp("downloads") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=1) as server:
        yield Place(server)


@pytest.fixture(scope="module")
def large(place: Place) -> str:
    return place.create("large.bin", LARGE)[0]


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 1 << 20])
def test_what_went_in_comes_out(place: Place, size: int) -> None:
    content = LARGE[:size]
    path, _ = place.create("file.bin", content)
    answer = place.get(path)
    assert (answer.status, answer.body) == (200, content)
    assert answer.headers["content-length"] == str(size)
    head = place.server.request("HEAD", path)
    dated = {**answer.headers, "date": ""}
    assert (head.status, {**head.headers, "date": ""}, head.body) == (200, dated, b"")


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [("0-9", 0, 10), ("100-200099", 100, 200_100), ("-5", -5, None), ("2900000-", 2_900_000, None)],
)
def test_a_part_of_a_large_file(
    place: Place, large: str, wanted: str, start: int, end: int | None
) -> None:
    answer = place.get(large, Range=f"bytes={wanted}")
    assert (answer.status, answer.body) == (206, LARGE[start:end])


def test_several_parts_of_a_large_file(place: Place, large: str) -> None:
    answer = place.get(large, Range="bytes=10-299999,-300000")
    assert answer.status == 206
    assert len(answer.body) == int(answer.headers["content-length"])
    assert LARGE[10:300_000] in answer.body
    assert LARGE[-300_000:] in answer.body


def test_the_tag(place: Place, large: str) -> None:
    tag = place.get(large).headers["etag"]
    assert tag.startswith('"')
    again = place.get(large, If_None_Match=tag)
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert place.get(large, If_Match=tag).status == 200
    assert place.get(large, If_Match='"other"').status == 412
    part = {"Range": "bytes=0-1"}
    assert place.get(large, If_Range=tag, **part).status == 206
    assert place.get(large, If_Range='"other"', **part).status == 200


def test_one_connection_gets_one_file_after_another(place: Place, large: str) -> None:
    small, _ = place.create("small.txt", b"small")
    with closing(http.client.HTTPConnection("127.0.0.1", place.server.port, timeout=30)) as client:
        for path, content in [(large, LARGE), (small, b"small"), (large, LARGE), (large, LARGE)]:
            client.request("GET", path)
            assert client.getresponse().read() == content


def test_requests_sent_at_once_are_answered_in_their_order(place: Place, large: str) -> None:
    small, _ = place.create("small.txt", b"small")
    with socket.create_connection(("127.0.0.1", place.server.port), timeout=30) as client:
        paths = [small, large, small, large]
        requests = [f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n" for path in paths]
        client.sendall("".join(requests).encode())
        wanted = 2 * (len(LARGE) + len(b"small"))
        received = bytearray()
        while len(received) < wanted or received.count(b"HTTP/1.1 200") < 4:
            received += client.recv(1 << 20)
        while not received.endswith(LARGE[-1_000:]):
            received += client.recv(1 << 20)
    bodies = [part.split(b"\r\n\r\n", 1)[1] for part in bytes(received).split(b"HTTP/1.1 200 ")[1:]]
    assert bodies == [b"small", LARGE, b"small", LARGE]


def test_slow_readers_take_neither_memory_nor_threads(place: Place, large: str) -> None:
    """Forty clients ask for three megabytes and read nothing; then they read all of it."""
    pid = _worker(place)
    before = _memory(pid)
    threads = _threads(pid)
    clients = [_asking(place, large) for _ in range(40)]
    try:
        assert place.get(large).body == LARGE
        assert _threads(pid) <= threads + 2
        assert _memory(pid) - before < 40 << 20
        for client in clients:
            answer = http.client.HTTPResponse(client)
            answer.begin()
            assert answer.read() == LARGE
    finally:
        for client in clients:
            client.close()


def test_a_client_that_goes_away_leaves_nothing_open(place: Place, large: str) -> None:
    pid = _worker(place)
    for _ in range(5):
        client = _asking(place, large)
        client.recv(100)
        client.close()
    until(lambda: not any("large" in name for name in _open_files(pid)))
    assert place.get(large).body == LARGE


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "image.png", "script.js", "no_dot"])
@pytest.mark.parametrize("content", [SCRIPT, SVG], ids=["html", "svg"])
def test_what_could_run_is_saved_and_may_do_nothing(
    place: Place, name: str, content: bytes
) -> None:
    path, _ = place.create(name, content)
    for asked in (path, f"{path}?download=0", f"{path}?thumb=100x100"):
        answer = place.get(asked)
        assert answer.status == 200
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert _SAFE.items() <= answer.headers.items()


@pytest.mark.parametrize(
    "path",
    [
        "/api/files/papers/{id}/..%2F..%2F..%2Fdata.db",
        "/api/files/papers/{id}/%2e%2e%2f%2e%2e%2f%2e%2e%2fdata.db",
        "/api/files/papers/{id}/..%5C..%5C..%5Cdata.db",
        "/api/files/papers/{id}/%2Fetc%2Fpasswd",
        "/api/files/papers/..%2F..%2F..%2Fdata.db",
        "/api/files/papers/..%2F../data.db",
        "/api/files/papers/%2e%2e/data.db",
        "/api/files/..%2F../{id}/data.db",
        "/api/files/%2e%2e/%2e%2e/data.db",
        "/api/files/papers/../../data.db",
        "/api/files/papers/{id}/..",
        "/api/files/papers/{id}/.",
        "/api/files/papers/{id}/sub%2F..%2Finner.txt",
        "/api/files/papers/{id}/folder",
        # It lies there, and the record does not name it.
        "/api/files/papers/{id}/inner.txt",
        "/api/files/papers/{id}/data.db%00.txt",
    ],
)
def test_no_path_leads_elsewhere(place: Place, climber: str, path: str) -> None:
    """Not even one that a record names as its file."""
    answer = place.get(path.format(id=climber))
    assert answer.status in (404, 307)
    assert b"SQLite" not in answer.body
    assert b"inner" not in answer.body


@pytest.fixture(scope="module")
def climber(place: Place) -> str:
    """A record whose names, written by SQL, lead out of its folder."""
    _, record = place.create("inner.txt", b"inner")
    names = [
        "../../../data.db",
        "/etc/passwd",
        "..",
        ".",
        "sub/../inner.txt",
        "..\\..\\..\\data.db",
    ]
    folder = place.server.directory / "storage" / place.id / record
    for inside in ("folder", "sub"):
        (folder / inside).mkdir()
    (folder / "inner.txt").write_bytes(b"inner")
    _name(place.server.directory, record, [*names, "folder", "data.db\0.txt"])
    return record


def _name(directory: Path, record: str, names: list[str]) -> None:
    with closing(apsw.Connection(str(directory / "data.db"))) as database:
        database.set_busy_timeout(10_000)
        database.execute("UPDATE papers SET open = ? WHERE id = ?", (json.dumps(names), record))


def test_tokens_of_files_end_with_the_session(place: Place) -> None:
    path, _ = place.create("secret.txt", b"secret", "closed")
    ann = place.server.sign_in("users", "ann@example.com", PASSWORD)
    token = place.expect("POST", "/api/files/token", token=ann)["token"]
    assert place.get(f"{path}?token={token}").body == b"secret"
    place.expect("POST", "/api/collections/users/auth-logout", token=ann)
    missing = place.get(path.replace("secret", "other"))
    for denied in (place.get(f"{path}?token={token}"), place.get(path)):
        assert denied.status == missing.status == 404
        assert denied.body == missing.body
        assert {**denied.headers, "date": ""} == {**missing.headers, "date": ""}


def test_a_token_of_an_impersonator_counts_as_the_record(place: Place) -> None:
    path, _ = place.create("secret.txt", b"secret", "closed")
    acting = place.expect("POST", f"/api/collections/users/impersonate/{place.ann}")["token"]
    token = place.expect("POST", "/api/files/token", token=acting)["token"]
    assert place.get(f"{path}?token={token}").body == b"secret"


def test_a_cookie_keeps_files_in_the_cache_and_opens_none(place: Place) -> None:
    """What is answered to a cookie is kept nowhere, but for files: nobody is asked for them."""
    options = {"cookieAuth": {"enabled": True}, "viewRule": ""}
    place.expect("POST", "/api/collections", {"name": "shoppers", "type": "auth", **options})
    account = {"email": "sue@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD}
    place.expect("POST", "/api/collections/shoppers/records", account)
    cookie = f"__Host-fastcms={place.server.sign_in('shoppers', 'sue@example.com', PASSWORD)}"
    records = place.get("/api/collections/shoppers/records", Cookie=cookie)
    assert records.headers["cache-control"] == "no-store"
    path, _ = place.create("small.txt", b"small")
    answer = place.get(path, Cookie=cookie)
    assert answer.headers["cache-control"] == "max-age=2592000, stale-while-revalidate=86400"
    closed, _ = place.create("secret.txt", b"secret", "closed")
    assert place.get(closed, Cookie=cookie).status == 404


def test_files_of_a_bucket_pass_through(tmp_path: Path) -> None:
    directory = tmp_path / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with s3_server() as store, Server(Kind.FASTCMS, directory, workers=1) as server:
        place = Place(server)
        place.expect("PATCH", "/api/settings", {"s3": store.settings(store.new_bucket())})
        path, _ = place.create("large.bin", LARGE)
        whole = place.get(path)
        assert (whole.status, whole.body) == (200, LARGE)
        part = place.get(path, Range="bytes=1000-1500000")
        assert (part.status, part.body) == (206, LARGE[1000:1_500_001])
        several = place.get(path, Range="bytes=0-9,20-29")
        assert len(several.body) == int(several.headers["content-length"])
        assert place.get(path, If_None_Match=whole.headers["etag"]).status == 304
        assert server.request("HEAD", path).headers["content-length"] == str(len(LARGE))
        assert place.get(path.replace("large", "other")).status == 404


def _asking(place: Place, path: str) -> socket.socket:
    """A connection that asks for a file and reads nothing."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(30)
    client.connect(("127.0.0.1", place.server.port))
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return client


def _worker(place: Place) -> int:
    """The process that answers."""
    port = f":{place.server.port:04X}"
    listening = [
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1].endswith(port) and line.split()[3] == "0A"
    ]
    assert place.server._process is not None
    family = [place.server._process.pid]
    for pid in family:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        family += [int(child) for child in children]
    # Forks keep the socket, too; the last of the line serves.
    holders = [pid for pid in family if any(f"socket:[{i}]" in _open_files(pid) for i in listening)]
    return holders[-1]


def _open_files(pid: int) -> list[str]:
    found = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(str(link.readlink()))
        except FileNotFoundError:
            continue
    return found


def _status(pid: int, key: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(f"{key}:")))


def _memory(pid: int) -> int:
    return _status(pid, "VmRSS") << 10


def _threads(pid: int) -> int:
    return _status(pid, "Threads")
