"""Try the executable on an empty directory, as its first user would, and measure it.

`python build/smoke.py dist/fastcms`: makes a superuser, a collection and a record, restarts the
server and reads the record. Exits with an error when a step fails or the file is too large; times
are only printed, for they are the machine's as much as ours.
"""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MEGABYTES_AT_MOST = 33
FIRST_ANSWER_AT_MOST = 1.2
EMAIL, PASSWORD = "root@example.com", "smoke-password"
START_LIMIT = 30.0


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program = Path(sys.argv[1]).resolve()
    megabytes = program.stat().st_size / 1e6
    print(f"size          {megabytes:6.1f} MB   (at most {MEGABYTES_AT_MOST})")
    version = min(_timed(program, "--version") for _ in range(3))
    print(f"--version     {version:6.2f} s")
    with tempfile.TemporaryDirectory(prefix="fastcms-smoke-") as folder:
        data = Path(folder, "pb_data")
        _timed(program, "superuser", "upsert", EMAIL, PASSWORD, "--dir", str(data))
        answers = []
        with _serving(program, data) as (port, seconds):
            answers.append(seconds)
            record = _write(port)
        with _serving(program, data) as (port, seconds):
            answers.append(seconds)
            found = _call(port, "GET", f"/api/collections/notes/records/{record['id']}")
        assert found == record, f"after the restart: {found}, written: {record}"
    best = min(answers)
    verdict = "" if best <= FIRST_ANSWER_AT_MOST else "   MISSED"
    print(f"first answer  {best:6.2f} s    (at most {FIRST_ANSWER_AT_MOST}){verdict}")
    if megabytes > MEGABYTES_AT_MOST:
        sys.exit("The executable is too large.")
    print("A record survived a restart: ok")


def _write(port: int) -> Any:
    """A collection that all may read, and a record in it."""
    sign_in = {"identity": EMAIL, "password": PASSWORD}
    path = "/api/collections/_superusers/auth-with-password"
    token = _call(port, "POST", path, sign_in)["token"]
    notes = {
        "name": "notes",
        "type": "base",
        "listRule": "",
        "viewRule": "",
        "fields": [{"name": "text", "type": "text"}],
    }
    _call(port, "POST", "/api/collections", notes, token)
    return _call(port, "POST", "/api/collections/notes/records", {"text": "kept"}, token)


def _timed(program: Path, *arguments: str) -> float:
    begin = time.perf_counter()
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{program.name} {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - begin


@contextmanager
def _serving(program: Path, data: Path) -> Iterator[tuple[int, float]]:
    """The port of a running server, and the seconds from its spawn to its first answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begin = time.perf_counter()
    command = [str(program), "serve", "--dir", str(data), "--http", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                _call(port, "GET", "/api/health")
                break
            except OSError:
                if server.poll() is not None or time.perf_counter() - begin > START_LIMIT:
                    sys.exit(f"{program.name} does not serve")
                time.sleep(0.005)
        yield port, time.perf_counter() - begin
    finally:
        server.terminate()
        server.wait(20)
    if server.returncode != 0:
        sys.exit(f"{program.name} serve ended with exit code {server.returncode}")


def _call(port: int, method: str, path: str, body: object = None, token: str = "") -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Content-Type": "application/json", "Authorization": token}
    try:
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, headers)
        response = connection.getresponse()
        answer = response.read().decode()
    finally:
        connection.close()
    if response.status != 200:
        sys.exit(f"{method} {path} answered {response.status}: {answer}")
    return json.loads(answer)


if __name__ == "__main__":
    main()
