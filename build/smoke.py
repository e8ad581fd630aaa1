"""Try the executable on an empty directory, as its first user would, and measure it.

`python build/smoke.py dist/fastcms`: makes a superuser, a collection and a record with an image,
asks for the image's thumb, restarts the server and reads both. Then a file of hooks imports the
whole standard library and a package that was installed for it. Exits with an error when a step
fails or the file is too large; times are only printed, for they are the machine's as much as ours.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import standard_library

# It is 41.3 now: 5.0 are the client of S3, Azure and Google, 4.3 Pillow with its codecs, half
# for AVIF, 4.1 the signatures of tokens and passkeys, 3.8 the interpreter and its TLS, 1.1 pip,
# which is there for machines without Python.
MEGABYTES_AT_MOST = 42
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
            _see(port, record)
            _reach_for_a_bucket(port)
        with _serving(program, data) as (port, seconds):
            answers.append(seconds)
            found = _call(port, "GET", f"/api/collections/notes/records/{record['id']}")
            _see(port, record)
        assert found == record, f"after the restart: {found}, written: {record}"
        _import_in_hooks(program, data)
    best = min(answers)
    verdict = "" if best <= FIRST_ANSWER_AT_MOST else "   MISSED"
    print(f"first answer  {best:6.2f} s    (at most {FIRST_ANSWER_AT_MOST}){verdict}")
    if megabytes > MEGABYTES_AT_MOST:
        sys.exit("The executable is too large.")
    print("A record and its image survived a restart, and hooks import what they may: ok")


def _token(port: int) -> str:
    sign_in = {"identity": EMAIL, "password": PASSWORD}
    path = "/api/collections/_superusers/auth-with-password"
    return str(_call(port, "POST", path, sign_in)["token"])


def _write(port: int) -> Any:
    """A collection that all may read, and a record with an image in it."""
    token = _token(port)
    notes = {
        "name": "notes",
        "type": "base",
        "listRule": "",
        "viewRule": "",
        "fields": [{"name": "text", "type": "text"}, {"name": "image", "type": "file"}],
    }
    _call(port, "POST", "/api/collections", notes, token)
    parts = (
        b'--smoke\r\nContent-Disposition: form-data; name="text"\r\n\r\nkept\r\n',
        b'--smoke\r\nContent-Disposition: form-data; name="image"; filename="image.png"\r\n\r\n',
        _png(200, 150),
        b"\r\n--smoke--\r\n",
    )
    headers = {"Content-Type": "multipart/form-data; boundary=smoke", "Authorization": token}
    path = "/api/collections/notes/records"
    return json.loads(_request(port, "POST", path, b"".join(parts), headers))


def _see(port: int, record: Any) -> None:
    """The image and its thumb."""
    path = f"/api/files/notes/{record['id']}/{record['image']}"
    for query, size in (("", (200, 150)), ("?thumb=100x100", (100, 100))):
        image = _request(port, "GET", path + query)
        found = struct.unpack(">II", image[16:24])
        assert found == size, f"{path}{query} is of size {found}, not {size}"


def _reach_for_a_bucket(port: int) -> None:
    """Shows that the client of object stores is there: it can say what is wrong."""
    token = _token(port)
    bucket: dict[str, object] = {"bucket": "b", "region": "r", "endpoint": "http://127.0.0.1:1"}
    bucket |= {"forcePathStyle": True}
    settings = {"s3": {**bucket, "accessKey": "key", "secret": "secret", "enabled": False}}
    _call(port, "PATCH", "/api/settings", settings, token)
    body, headers = b'{"place": "s3"}', {"Content-Type": "application/json", "Authorization": token}
    answer = _request(port, "POST", "/api/settings/test/storage", body, headers, status=400)
    assert b"nobody listens there" in answer, answer


def _import_in_hooks(program: Path, data: Path) -> None:
    """A package that hooks ask for is installed; with it they import all modules of Python."""
    hooks, wheels = data.parent / "pb_hooks", data.parent / "wheels"
    for folder in (hooks, wheels):
        folder.mkdir()
    files = {
        "fc_smoke.py": "",
        "fc_smoke-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: fc-smoke\nVersion: 1.0\n",
        "fc_smoke-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n"
        "Root-Is-Purelib: true\n",
        "fc_smoke-1.0.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(wheels / "fc_smoke-1.0-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
    asks = '# /// script\n# dependencies = ["fc-smoke"]\n# ///\n'
    imports = "".join(f"import {name}\n" for name in ("fc_smoke", *standard_library.wanted()))
    (hooks / "smoke.py").write_text(asks + imports)
    pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
    seconds = _timed(program, "hooks", "install", "--dir", str(data), environment=pip)
    print(f"hooks install {seconds:6.2f} s")
    _timed(program, "hooks", "check", "--dir", str(data))


def _png(width: int, height: int) -> bytes:
    """A white image."""
    rows = (b"\0" + b"\xff" * width) * height
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _timed(program: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> float:
    begin = time.perf_counter()
    done = subprocess.run(
        [program, *arguments],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
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
    headers = {"Content-Type": "application/json", "Authorization": token}
    text = b"" if body is None else json.dumps(body).encode()
    return json.loads(_request(port, method, path, text, headers))


def _request(
    port: int,
    method: str,
    path: str,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    *,
    status: int = 200,
) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        answer = response.read()
    finally:
        connection.close()
    if response.status != status:
        sys.exit(f"{method} {path} answered {response.status}: {answer!r}")
    return answer


if __name__ == "__main__":
    main()
