"""Backups made while 32 clients write: whoever makes them, all that was acknowledged is in them."""

import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Kind, Server, add_superuser, command

CLIENTS = 32
BEFORE = 100  # records that are acknowledged before a backup begins
FILE = {"name": "file", "type": "file", "maxSelect": 1, "maxSize": 100_000}
TITLE = {"name": "title", "type": "text"}
OPEN = dict.fromkeys(("listRule", "viewRule", "createRule", "updateRule", "deleteRule"), "")
POSTS = {"name": "posts", "type": "base", "fields": [TITLE, FILE], **OPEN}


@dataclass
class Clients:
    """Writes records with files until it is told to stop; files are also replaced and removed."""

    server: Server
    # Records that nobody touches again, as they were acknowledged.
    acknowledged: list[dict[str, Any]] = field(default_factory=list)
    failures: list[object] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Clients":
        self._threads = [
            threading.Thread(target=self._write, args=(number,)) for number in range(CLIENTS)
        ]
        for thread in self._threads:
            thread.start()
        assert self.enough.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self._threads:
            thread.join()

    def _write(self, number: int) -> None:
        turn = 0
        # Paced: what all of them do at once is enough, and the box has other tests to run.
        while not self.over.wait(0.1):
            turn += 1
            kept = self._send("POST", "", f"{number}-{turn}")
            self.acknowledged.append(kept)
            if len(self.acknowledged) >= BEFORE:
                self.enough.set()
            if number % 2:
                passing = self._send("POST", "", "passing")
                self._send("PATCH", f"/{passing['id']}", "replaced")
                path = f"/api/collections/posts/records/{passing['id']}"
                if self.server.request("DELETE", path).status != 204:
                    self.failures.append(path)

    def _send(self, method: str, path: str, title: str) -> dict[str, Any]:
        disposition = "Content-Disposition: form-data; name="
        body = (
            f'--b\r\n{disposition}"title"\r\n\r\n{title}\r\n'
            f'--b\r\n{disposition}"file"; filename="{title}.txt"\r\n\r\n{title}\r\n--b--\r\n'
        )
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        whole = f"/api/collections/posts/records{path}"
        answer = self.server.request(method, whole, headers=headers, body=body.encode())
        if answer.status != 200:
            self.failures.append(answer)
        record: dict[str, Any] = answer.json()
        return record


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("load") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory, workers=2) as running:
        token = running.superuser_token()
        running.expect("POST", "/api/collections", token=token, json_body=POSTS)
        yield running


def by_request(server: Server) -> None:
    server.expect("POST", "/api/backups", token=server.superuser_token())


def by_command(server: Server) -> None:
    """As cron runs it: nobody at a terminal, another process than the server's."""
    line = command(Kind.FASTCMS, "backup", "create", "--quiet", directory=server.directory)
    done = subprocess.run(line, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize("make", [by_request, by_command])
def test_a_backup_holds_every_record_acknowledged_before_it_began_and_its_files(
    make: Callable[[Server], None], server: Server, tmp_path: Path
) -> None:
    token = server.superuser_token()
    before = {backup["key"] for backup in server.expect("GET", "/api/backups", token=token)}
    with Clients(server) as clients:
        acknowledged = list(clients.acknowledged)
        make(server)
    assert clients.failures == []
    backups = server.expect("GET", "/api/backups", token=token)
    (made,) = {backup["key"] for backup in backups} - before
    empty = tmp_path / "pb_data"
    with zipfile.ZipFile(server.directory / "backups" / made) as zipped:
        zipped.extractall(empty)
    with Server(Kind.FASTCMS, empty, workers=1) as restored:
        found: dict[str, Any] = {}
        while len(found) % 1000 == 0:
            query = f"perPage=1000&skipTotal=1&sort=id&page={len(found) // 1000 + 1}"
            path = f"/api/collections/posts/records?filter=title!='passing'&{query}"
            items = restored.expect("GET", path)["items"]
            assert items
            found |= {record["id"]: record for record in items}
        assert len(acknowledged) >= BEFORE
        for record in acknowledged:
            assert found[record["id"]] == record
            path = empty / "storage" / record["collectionId"] / record["id"] / record["file"]
            assert path.read_text() == record["title"]
    report = server.expect("POST", f"/api/backups/{made}/verify", token=token)
    assert report["problems"] == []
