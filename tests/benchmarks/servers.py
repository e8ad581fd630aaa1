"""Starting and stopping the two servers that are compared."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.reference import executable
from tests.servers import free_port

SUPERUSER = ("root@example.com", "benchmark-password")
START_LIMIT = 20.0


@dataclass
class Server:
    """One server on a directory of its own."""

    name: str
    command: list[str]
    serve_flags: list[str]
    directory: Path
    port: int = 0
    # Of the superuser and of the first seeded user.
    root_token: str = ""
    user_token: str = ""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def data(self) -> Path:
        # One level down: the reference writes beside its data directory too.
        return self.directory / "pb_data"

    @property
    def pid(self) -> int:
        assert self.process is not None, f"{self.name} is not running"
        return self.process.pid

    def run(self, *arguments: str) -> float:
        """Run one command to its end; seconds it took."""
        begin = time.perf_counter()
        done = subprocess.run(
            [*self.command, *arguments], cwd=self.directory, capture_output=True, text=True
        )
        if done.returncode != 0:
            sys.exit(f"{self.name} {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return time.perf_counter() - begin

    def prepare(self) -> None:
        """Make the data directory and its superuser."""
        self.directory.mkdir(parents=True)
        self.run("superuser", "upsert", *SUPERUSER, "--dir", str(self.data))

    def start(self) -> float:
        """Start serving; seconds from the spawn to the first answer of the health route."""
        self.port = free_port()
        address = f"127.0.0.1:{self.port}"
        serve = ["serve", "--dir", str(self.data), "--http", address, *self.serve_flags]
        log = self.directory / "server.log"
        begin = time.perf_counter()
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [*self.command, *serve],
                cwd=self.directory,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        while not self._answers():
            if self.process.poll() is not None or time.perf_counter() - begin > START_LIMIT:
                self.stop()
                sys.exit(f"{self.name} does not serve:\n{log.read_text(errors='replace')}")
            time.sleep(0.002)
        return time.perf_counter() - begin

    def settle(self) -> None:
        """Have it do what it put off: a log that is read has to be whole."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": self.root_token}
        connection.request("GET", "/api/logs?perPage=1&skipTotal=1", headers=headers)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        connection.close()

    def stop(self) -> None:
        """Stop the server and whatever it started."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/api/health")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def reference(directory: Path, name: str = "reference") -> Server:
    """The real PocketBase. `--automigrate=false` only keeps it from writing migration files."""
    return Server(name, [str(executable())], ["--automigrate=false"], directory)


def fastcms(directory: Path, workers: int | None, name: str = "fastcms") -> Server:
    """FastCMS as installed, with its default number of workers unless told."""
    flags = [] if workers is None else ["--workers", str(workers)]
    return Server(name, [sys.executable, "-m", "fastcms_cli"], flags, directory)
