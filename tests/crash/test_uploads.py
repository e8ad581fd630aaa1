"""Uploads that break off: by the client, by the disk, by the death of the server."""

import http.client
import json
import resource
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.parity.scenario import File, encoded, form
from tests.servers import Kind, Server, add_superuser
from tests.waiting import until

ROUNDS = 3
WRITERS = 3
AT = "/api/collections/papers/records"
_HEADERS = {"Content-Type": "multipart/form-data; boundary=parity-boundary"}


def _body(*parts: tuple[str, str | File]) -> bytes:
    return encoded(form(*parts)).content


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("uploads") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory) as server:
        rules = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule"), "")
        body = {
            "name": "papers",
            "type": "base",
            **rules,
            "deleteRule": "",
            "fields": [
                {"type": "file", "name": "one", "maxSize": 1 << 30},
                {"type": "file", "name": "many", "maxSelect": 9, "maxSize": 1 << 30},
            ],
        }
        token = server.superuser_token()
        server.expect("POST", "/api/collections", token=token, json_body=body)
    return directory


@pytest.fixture
def directory(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "pb_data"))


def _scratch(directory: Path) -> list[Path]:
    found = (directory / ".pb_temp_to_delete").rglob("*")
    return [path for path in found if path.is_file() and path.name != "lock"]


def _stored(directory: Path) -> set[str]:
    """`<record>/<name>` of every file."""
    files = {path for path in (directory / "storage").rglob("*") if path.is_file()}
    return {f"{path.parent.name}/{path.name}" for path in files if path.suffix != ".attrs"}


def _named(directory: Path) -> set[str]:
    """The same of every file that a record names."""
    with apsw.Connection(str(directory / "data.db"), flags=apsw.SQLITE_OPEN_READONLY) as database:
        rows = list(database.execute("SELECT id, one, many FROM papers"))
    return {f"{id_}/{name}" for id_, one, many in rows for name in [one, *json.loads(many)] if name}


def test_cut_connections_leave_nothing(directory: Path) -> None:
    body = _body(("one", File("big.bin", b"x" * 3_000_000)), ("many", File("small.txt")))
    with Server(Kind.FASTCMS, directory, workers=2) as server:
        for sent in (10, 500, 100_000, 1_500_000, len(body) - 10):
            head = (
                f"POST {AT} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
                f"Content-Type: {_HEADERS['Content-Type']}\r\n\r\n"
            )
            with socket.create_connection(("127.0.0.1", server.port)) as connection:
                connection.sendall(head.encode() + body[:sent])
                if sent > 1_000_000:
                    # So that there is something to leave behind.
                    until(lambda: bool(_scratch(directory)))
            until(lambda: not _scratch(directory))
        assert _stored(directory) == set()
        assert server.request("POST", AT, headers=_HEADERS, body=body).status == 200
        assert _stored(directory) == _named(directory)


@pytest.mark.parametrize("size", [6_000_000, 30_000_000])
def test_a_full_disk_is_an_answer_and_leaves_nothing(directory: Path, size: int) -> None:
    with Server(Kind.FASTCMS, directory, workers=1) as server:
        assert server._process is not None
        pid = server._process.pid
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4_000_000, before[1]))
        body = _body(("many", File("a.txt")), ("one", File("big.bin", b"x" * size)))
        answer = server.request("POST", AT, headers=_HEADERS, body=body)
        assert answer.status == 507, answer.body
        assert answer.json()["message"] == "There is no space left for the files."
        assert (_stored(directory), _scratch(directory)) == (set(), [])
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
        assert server.request("POST", AT, headers=_HEADERS, body=body).status == 200
        assert "Traceback" not in server.output


def test_a_long_file_takes_little_memory(directory: Path) -> None:
    piece, pieces = b"0123456789abcdef" * (1 << 14), 600
    start, end = _body(("one", File("big.bin", b"@"))).split(b"@")

    def content() -> Iterator[bytes]:
        yield start
        for _ in range(pieces):
            yield piece
        yield end

    def peak(pid: int) -> int:
        status = Path(f"/proc/{pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) << 10

    with Server(Kind.FASTCMS, directory, workers=1) as server:
        assert server._process is not None
        server.request("POST", AT, headers=_HEADERS, body=_body(("one", File("a", b"x" * 100_000))))
        before = peak(server._process.pid)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        length = len(start) + len(piece) * pieces + len(end)
        headers = {**_HEADERS, "Content-Length": str(length)}
        connection.request("POST", AT, body=content(), headers=headers)
        answer = connection.getresponse()
        record = json.loads(answer.read())
        connection.close()
        assert answer.status == 200
        assert peak(server._process.pid) - before < 30 << 20
    (path,) = (directory / "storage").rglob(record["one"])
    assert path.stat().st_size == len(piece) * pieces


class Writer:
    """A client that keeps uploading until the server is gone; knows what it was told."""

    def __init__(self, server: Server, number: int) -> None:
        self._server = server
        self._content = bytes([number]) * 150_000
        # The last names that were acknowledged for each record.
        self.told: dict[str, list[str]] = {}
        self.gone: set[str] = set()

    def run(self, note: Callable[[], None]) -> None:
        try:
            while True:
                record = self._send("POST", AT, ("one", File("one.bin", self._content)))
                note()
                at = f"{AT}/{record['id']}"
                self._send(
                    "PATCH", at, ("one", File("other.bin", self._content)), ("many", File("a"))
                )
                self._send("PATCH", at, ("many+", File("more.bin", self._content)))
                note()
                if len(self.told) % 3 == 0:
                    # Unknown until it is answered.
                    names = self.told.pop(record["id"])
                    answer = self._server.request("DELETE", at)
                    assert answer.status == 204, names
                    self.gone.add(record["id"])
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            return

    def _send(self, method: str, at: str, *parts: tuple[str, str | File]) -> dict[str, Any]:
        if method == "PATCH":
            # What is told next may be the old or the new.
            self.told.pop(at.rpartition("/")[2], None)
        answer = self._server.request(method, at, headers=_HEADERS, body=_body(*parts))
        assert answer.status == 200, answer.body
        record: dict[str, Any] = answer.json()
        self.told[record["id"]] = [record["one"], *record["many"]]
        return record


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_while_uploading_it_keeps_what_it_acknowledged(
    directory: Path, workers: int
) -> None:
    server = Server(Kind.FASTCMS, directory, workers)
    told: dict[str, list[str]] = {}
    gone: set[str] = set()
    for round_ in range(ROUNDS):
        server.start()
        turns = threading.Semaphore(0)
        writers = [Writer(server, number) for number in range(WRITERS)]
        threads = [threading.Thread(target=w.run, args=(turns.release,)) for w in writers]
        for thread in threads:
            thread.start()
        for _ in range(5 + 3 * round_):
            assert turns.acquire(timeout=30)
        server.kill()
        for thread in threads:
            thread.join()
        for writer in writers:
            told |= writer.told
            gone |= writer.gone
    server.start()
    try:
        until(lambda: _stored(directory) == _named(directory))
        until(lambda: not _scratch(directory))
        named = _named(directory)
        missing = {f"{id_}/{name}" for id_, names in told.items() for name in names} - named
        assert missing == set()
        assert not {key.partition("/")[0] for key in named} & gone
        for path in (directory / "storage").rglob("*.bin"):
            content = path.read_bytes()
            assert content == content[:1] * 150_000
    finally:
        server.stop()


def test_what_cannot_be_removed_now_is_removed_later(directory: Path) -> None:
    with Server(Kind.FASTCMS, directory) as server:
        record = server.request(
            "POST", AT, headers=_HEADERS, body=_body(("one", File("abc.txt")))
        ).json()
        (path,) = (directory / "storage").rglob(record["one"])
        # In the way: what is no file cannot be removed as one.
        path.unlink()
        (path / "inside").mkdir(parents=True)
        emptied = server.send("PATCH", f"{AT}/{record['id']}", json_body={"one": ""})
        assert emptied.status == 200
        until(lambda: _due(directory) == [False])
        (path / "inside").rmdir()
        path.rmdir()
        path.write_text("back again")
    with apsw.Connection(str(directory / "data.db")) as database:
        database.execute("UPDATE _fc_file_removals SET due = 0")
    with Server(Kind.FASTCMS, directory):
        until(lambda: not path.parent.exists())
        until(lambda: _due(directory) == [])


def _due(directory: Path) -> list[bool]:
    """For each file that shall be removed, whether that can be tried at once."""
    with apsw.Connection(str(directory / "data.db"), flags=apsw.SQLITE_OPEN_READONLY) as database:
        return [due == 0 for (due,) in database.execute("SELECT due FROM _fc_file_removals")]
