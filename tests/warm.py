"""Starts FastCMS from a process that has loaded its modules already, which spares the half of a
start that every test of the suite would pay for.

What comes out is a process like any other: its own session, environment and end. Tests of the start
itself run the command line as people do (`tests/cli`).
"""

import array
import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[1]
_LONGEST = 1 << 20  # bytes of a message; an environment may be large


class Process:
    """A started process, as far as `subprocess.Popen` would be asked about it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._over = threading.Event()

    def end(self, status: int) -> None:
        self.returncode = status
        self._over.set()

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if not self._over.wait(timeout):
            raise subprocess.TimeoutExpired("fastcms", timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)


class _Nursery:
    """The process with the modules, as seen from the tests."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _LONGEST)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.warm", str(theirs.fileno())],
                cwd=_ROOT,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        self._socket = ours
        self._started: dict[int, Process] = {}
        self._lock = threading.Lock()
        self._answers: list[Process] = []
        self._answered = threading.Semaphore(0)
        threading.Thread(target=self._listen, daemon=True).start()
        atexit.register(self._close)

    def start(self, arguments: list[str], output: int, errors: int) -> Process:
        asked = {"arguments": arguments, "environment": dict(os.environ), "folder": str(Path.cwd())}
        with self._lock:
            self._socket.sendmsg(
                [json.dumps(asked).encode()],
                [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [output, errors]))],
            )
            self._answered.acquire()
            return self._answers.pop()

    def _listen(self) -> None:
        while message := self._socket.recv(_LONGEST):
            told = json.loads(message)
            if "status" in told:
                self._started.pop(told["pid"]).end(told["status"])
            else:
                process = self._started[told["pid"]] = Process(told["pid"])
                self._answers.append(process)
                self._answered.release()

    def _close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._process.wait()
        self._socket.close()


@cache
def _nursery() -> _Nursery:
    return _Nursery()


def start(arguments: list[str], output: int, errors: int | None = None) -> Process:
    """`fastcms ARGUMENTS` in a session of its own, with nothing on its stdin; without `errors`
    both its outputs go to the one descriptor.
    """
    return _nursery().start(arguments, output, output if errors is None else errors)


def run(arguments: list[str]) -> None:
    """`fastcms ARGUMENTS` to its end; RuntimeError with what it said if it fails."""
    with tempfile.TemporaryFile() as output:
        if start(arguments, output.fileno()).wait():
            output.seek(0)
            raise RuntimeError(output.read().decode())


# -- in the process with the modules -------------------------------------------------------------


def _serve(ours: socket.socket) -> list[str] | None:
    """Starts what is asked for, until the tests are gone; in a started process, its arguments."""
    read, write = os.pipe()
    for end in (read, write):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(write)
    while True:
        ready, _, _ = select.select([ours, read], [], [])
        if read in ready:
            os.read(read, 4096)
            _tell_of_ends(ours)
        if ours not in ready:
            continue
        message, descriptors, _, _ = socket.recv_fds(ours, _LONGEST, 2)
        if not message:
            ours.close()
            return None
        asked = json.loads(message)
        # The end of a process is told after its beginning.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
            ours.close()
            for end in (read, write):
                os.close(end)
            _become(asked, descriptors)
            return list(asked["arguments"])
        for end in descriptors:
            os.close(end)
        ours.send(json.dumps({"pid": pid}).encode())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])


def _tell_of_ends(ours: socket.socket) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        told = {"pid": pid, "status": os.waitstatus_to_exitcode(status)}
        ours.send(json.dumps(told).encode())


def _become(asked: dict[str, Any], outputs: list[int]) -> None:
    """Makes the forked process one of its own."""
    os.setsid()
    for given, standard in zip(outputs, (1, 2), strict=True):
        os.dup2(given, standard)
        os.close(given)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])


def _main() -> None:
    # What `serve` loads, and nothing that it loads later.
    import uvloop  # noqa: F401

    import fastcms.auth.installer
    import fastcms.migrations.automigrate
    import fastcms.server  # noqa: F401
    from fastcms_cli.main import build, main

    built = build()
    # What is here already stays as it is: a started process neither looks through it nor copies it.
    gc.collect()
    gc.freeze()
    given = _serve(socket.socket(fileno=int(sys.argv[1])))
    if given is not None:
        sys.argv = ["fastcms", *given]
        main(given, built)


if __name__ == "__main__":
    _main()
