"""Start and stop either server as a process, and talk to it without a client in between."""

import atexit
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests import reference, warm

ROOT_EMAIL = "root@example.com"
ROOT_PASSWORD = "root-password-1"

_FASTCMS = (sys.executable, "-m", "fastcms_cli")
_START_SECONDS = 20.0
_STOP_SECONDS = 20.0


class Kind(StrEnum):
    REFERENCE = "reference"
    FASTCMS = "fastcms"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are lower case, repeated ones joined with a comma."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Server:
    """One running server; `with Server(kind, directory) as server:` starts and stops it.

    `directory` is the data directory itself. The process leads its own session, so that `kill`
    reaches workers too and the test runner's Ctrl-C reaches neither.
    """

    kind: Kind
    directory: Path
    workers: int | None = None
    extra: Sequence[str] = ()
    automigrate: bool = False
    # Another FastCMS than the one that is tested in its sources, as `tests.built` has them.
    program: Path | None = None
    port: int = field(default=0, init=False)
    _process: subprocess.Popen[bytes] | warm.Process | None = field(default=None, init=False)
    _output: bytearray = field(default_factory=bytearray, init=False)
    _reader: threading.Thread | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process that was started; others may be under it."""
        assert self._process is not None, f"{self.kind} is not running"
        return self._process.pid

    @property
    def output(self) -> str:
        """Everything that the server has printed since its last start."""
        return self._output.decode(errors="replace")

    def start(self) -> None:
        """Returns once the server answers; RuntimeError with its output when it does not."""
        self.port = free_port()
        arguments = ["serve", "--http", f"127.0.0.1:{self.port}", *self.extra]
        if self.workers is not None and self.kind is Kind.FASTCMS:
            arguments += ["--workers", str(self.workers)]
        line = command(
            self.kind, *arguments, directory=self.directory, automigrate=self.automigrate
        )
        self._output = bytearray()
        read, write = os.pipe()
        try:
            self._process = process = self._spawn(line, write)
        finally:
            os.close(write)
        self._reader = threading.Thread(target=self._read_output, args=(read,), daemon=True)
        self._reader.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._is_healthy():
            if process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"{self.kind} did not start:\n{self.output}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ends the server the way an operator does; RuntimeError when it does not obey."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"{self.kind} ignored SIGTERM:\n{self.output}") from None
        finally:
            self.kill()

    def kill(self) -> None:
        """SIGKILL to every process of the server. Returns when the last of them is gone."""
        if self._process is None or self._reader is None:
            return
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # all of them had ended already
        self._process.wait()
        # The pipe reports its end only after the last process that held it has died, and
        # orphaned workers cannot be waited for otherwise.
        self._reader.join(_STOP_SECONDS)
        self._process = None

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 30.0,
    ) -> Answer:
        """One request over its own connection: nothing encoded, nothing followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            try:
                connection.request(method, path, body=body, headers=dict(headers or {}))
            except (BrokenPipeError, ConnectionResetError):
                pass  # refused before the body was read to its end; the answer is waiting
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        received: dict[str, str] = {}
        for name, value in response.getheaders():
            key = name.lower()
            received[key] = f"{received[key]}, {value}" if key in received else value
        return Answer(response.status, received, content)

    def send(
        self, method: str, path: str, *, token: str | None = None, json_body: Any = None
    ) -> Answer:
        """`request` for the common case: a JSON body and a token."""
        headers = {} if token is None else {"Authorization": token}
        if json_body is None:
            return self.request(method, path, headers=headers)
        headers["Content-Type"] = "application/json"
        return self.request(method, path, headers=headers, body=json.dumps(json_body).encode())

    def expect(
        self, method: str, path: str, *, token: str | None = None, json_body: Any = None
    ) -> Any:
        """The parsed body of an answer that has to succeed; AssertionError otherwise."""
        answer = self.send(method, path, token=token, json_body=json_body)
        assert answer.status < 300, f"{method} {path}: {answer.status} {answer.body!r}"
        return answer.json() if answer.body else None

    def sign_in(self, collection: str, identity: str, password: str) -> str:
        """A fresh token of that account."""
        signed_in = self.expect(
            "POST",
            f"/api/collections/{collection}/auth-with-password",
            json_body={"identity": identity, "password": password},
        )
        return str(signed_in["token"])

    def superuser_token(self) -> str:
        """A token of the account that `add_superuser` made."""
        return self.sign_in("_superusers", ROOT_EMAIL, ROOT_PASSWORD)

    def _is_healthy(self) -> bool:
        try:
            return self.request("GET", "/api/health", timeout=5.0).status == 200
        except (OSError, http.client.HTTPException):
            return False

    def _spawn(self, line: list[str], output: int) -> subprocess.Popen[bytes] | warm.Process:
        if self.program is not None:
            line = [str(self.program), *line[len(_FASTCMS) :]]
        elif self.kind is Kind.FASTCMS:
            return warm.start(line[len(_FASTCMS) :], output)
        return subprocess.Popen(
            line, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )

    def _read_output(self, output: int) -> None:
        with open(output, "rb") as stream:
            for line in stream:
                self._output += line


def command(kind: Kind, *arguments: str, directory: Path, automigrate: bool = False) -> list[str]:
    """The command line of either server for the data directory `directory`.

    With `automigrate` a server leaves migrations beside it, so it must have its parent for itself.
    """
    if kind is Kind.REFERENCE:
        return reference.command(*arguments, directory=directory, automigrate=automigrate)
    if arguments[0] == "serve" and not automigrate:
        arguments += ("--no-automigrate",)
    return [*_FASTCMS, *arguments, "--dir", str(directory)]


def add_superuser(kind: Kind, directory: Path) -> None:
    """Makes the root account, and the data directory when there is none."""
    if directory.exists():
        _upsert(kind, directory)
    else:
        # A copy, for a process takes a quarter of a second.
        shutil.copytree(_fresh(kind), directory, ignore=shutil.ignore_patterns(".notify"))


@cache
def _fresh(kind: Kind) -> Path:
    place = Path(tempfile.mkdtemp(prefix=f"{kind}-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    _upsert(kind, place / "pb_data")
    return place / "pb_data"


def _upsert(kind: Kind, directory: Path) -> None:
    line = command(kind, "superuser", "upsert", ROOT_EMAIL, ROOT_PASSWORD, directory=directory)
    if kind is Kind.FASTCMS:
        warm.run(line[len(_FASTCMS) :])
    else:
        subprocess.run(line, check=True, capture_output=True)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
