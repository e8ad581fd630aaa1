"""Killed while it makes or restores a backup, a server comes back in the old state or the new.

`FASTCMS_CRASH_ROUNDS` is how often; the moments differ by round.
"""

import http.client
import os
import random
import shutil
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import apsw
import pytest

from fastcms import swap
from tests.parity.scenario import File, encoded, form
from tests.servers import Kind, Server, add_superuser
from tests.waiting import until

ROUNDS = int(os.environ.get("FASTCMS_CRASH_ROUNDS", "8"))
AT = "/api/collections/papers/records"
MULTIPART = {"Content-Type": "multipart/form-data; boundary=parity-boundary"}
PAPERS = {
    "name": "papers",
    "type": "base",
    **dict.fromkeys(("listRule", "viewRule", "createRule", "deleteRule"), ""),
    "fields": [{"type": "text", "name": "state"}, {"type": "file", "name": "file"}],
}
FILES = 5
SIZE = 100_000


def fill(server: Server, token: str, state: str) -> None:
    """Makes the state of that name, and its backup."""
    for record in server.expect("GET", AT)["items"]:
        server.expect("DELETE", f"{AT}/{record['id']}")
    for number in range(FILES):
        content = os.urandom(SIZE // 2).hex()
        name = f"{state}{number}.txt"
        body = encoded(form(("state", state), ("file", File(name, f"{state}{content}"))))
        answer = server.request("POST", AT, headers=MULTIPART, body=body.content)
        assert answer.status == 200, answer.body
    settings = {"meta": {"appName": state}}
    server.expect("PATCH", "/api/settings", token=token, json_body=settings)
    server.expect("POST", "/api/backups", token=token, json_body={"name": f"{state}.zip"})


def state_of(server: Server, token: str) -> str:
    """The one state that all of it is in."""
    records = server.expect("GET", AT)["items"]
    assert len(records) == FILES
    (state,) = {record["state"] for record in records}
    for record in records:
        where = f"/api/files/papers/{record['id']}/{record['file']}"
        content = server.request("GET", where).body
        assert content.startswith(state.encode())
        assert len(content) == len(state) + SIZE // 2 * 2
    assert server.expect("GET", "/api/settings", token=token)["meta"]["appName"] == state
    return str(state)


def is_sound(zipped: Path, place: Path) -> None:
    with zipfile.ZipFile(zipped) as backup:
        assert backup.testzip() is None
        backup.extract("data.db", place)
    assert integrity(place / "data.db") == "ok"


def integrity(path: Path) -> Any:
    database = apsw.Connection(str(path))
    answer = database.execute("PRAGMA integrity_check").get
    database.close()
    return answer


def moments(directory: Path, dice: random.Random) -> list[Callable[[], bool]]:
    """What to wait for before the kill; what never comes is not waited for long."""
    folder = directory / swap.FOLDER
    passed = monotonic() + dice.random() * 1.2
    scratch = directory / ".pb_temp_to_delete"
    return [
        lambda: monotonic() > passed,
        (folder / "new" / "data.db").exists,
        (folder / "new" / "storage").exists,
        (folder / "ready").exists,
        (folder / "moved").exists,
        (folder / "old" / "storage").exists,
        lambda: (folder / "old").exists() and swap.pending(directory) is None,
        lambda: holds(scratch, "*/*/*.zip"),
        lambda: holds(scratch, "*/*/data.db"),
    ]


def holds(folder: Path, pattern: str) -> bool:
    """Whether such a file is below it, as far as it can be seen while others come and go."""
    try:
        return any(folder.glob(pattern))
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory in the state `two`, with a backup of each state."""
    directory = tmp_path_factory.mktemp("restore") / "pb_data"
    add_superuser(Kind.FASTCMS, directory)
    with Server(Kind.FASTCMS, directory) as server:
        token = server.superuser_token()
        server.expect("POST", "/api/collections", token=token, json_body=PAPERS)
        fill(server, token, "one")
        fill(server, token, "two")
    return directory


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_at_any_moment(prepared: Path, tmp_path: Path, workers: int) -> None:
    directory = Path(shutil.copytree(prepared, tmp_path / "pb_data"))
    dice = random.Random(workers)
    server = Server(Kind.FASTCMS, directory, workers)
    possible = {"two"}
    for number in range(ROUNDS // 2):
        server.start()
        token = server.superuser_token()
        state = state_of(server, token)
        assert state in possible
        other = "one" if state == "two" else "two"
        path, body = f"/api/backups/{other}.zip/restore", None
        if dice.random() < 0.3:
            path, body = "/api/backups", {"name": f"made-{number}.zip"}
        asking = threading.Thread(target=ask, args=(server, token, path, body))
        reached = dice.choice(moments(directory, dice))
        asking.start()
        latest = monotonic() + 1.5
        while not reached() and monotonic() < latest:
            sleep(0.0002)
        server.kill()
        asking.join()
        possible = {state} if body else {state, other}
        if swap.pending(directory) is not None:
            possible = {other}
        for zipped in (directory / "backups").glob("*.zip"):
            is_sound(zipped, tmp_path)
    with server:
        assert state_of(server, server.superuser_token()) in possible
        until(lambda: not (directory / swap.FOLDER).exists())
        assert "Traceback" not in server.output
    assert not (directory / ".pb_temp_to_delete").exists()


def ask(server: Server, token: str, path: str, body: Any) -> None:
    try:
        server.send("POST", path, token=token, json_body=body)
    except (OSError, http.client.HTTPException):
        return
