"""Several serving processes on one address: the sockets, the children, their common end."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from fastcms import swap
from fastcms.errors import RefusedStartError, StartError
from fastcms.store.shared import Shared

BACKLOG = 2048
_STOPPING = (signal.SIGINT, signal.SIGTERM)
RESTART_SECONDS = 0.2  # between the death of a serving process and its successor
REFUSED = 3  # the status of one that shall have no successor


def listen(host: str, port: int, count: int) -> list[socket.socket]:
    """`count` listening sockets on one address; the kernel spreads connections over them.

    Raises StartError if somebody else has the address.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # Without sharing first: that alone tells whether another server is there.
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            _reuse_address(probe)
            probe.bind(address)
            address = probe.getsockname()
        sockets = []
        for _ in range(count):
            sock = socket.socket(family, socket.SOCK_STREAM)
            _reuse_address(sock)
            if count > 1:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            sock.bind(address)
            sock.listen(BACKLOG)
            sock.setblocking(False)
            sockets.append(sock)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StartError(
            f"cannot listen on {host}:{port}: {reason}; stop what uses it or choose another --http"
        ) from error
    return sockets


def _reuse_address(sock: socket.socket) -> None:
    if sys.platform != "win32":
        # Lets a restart take the port while old connections time out.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)


class Supervisor:
    """Forks one serving process a socket, replaces those that die, and stops them together."""

    def __init__(
        self,
        sockets: list[socket.socket],
        serve: Callable[[socket.socket, Callable[[], None]], None],
        on_ready: Callable[[], None],
        data_dir: Path,
        restore: Callable[[], None],
    ) -> None:
        """`restore` is called when no child runs and other content is to come into `data_dir`."""
        self._data_dir = data_dir
        self._restore = restore
        self._sockets = sockets
        self._serve = serve
        self._on_ready = on_ready
        self._children: dict[int, int] = {}
        self._stopping = False
        # Children hold the reading end: it closes when this process is gone, however it went.
        self._alive_read, self._alive_write = os.pipe()
        # Why children could not start, for one message of all of them.
        self._told_read, self._told_write = os.pipe()

    def run(self) -> None:
        """Returns when all children have stopped; raises StartError if they cannot start, or if one
        must not start again.
        """
        ready_read, ready_write = os.pipe()
        for number in _STOPPING:
            signal.signal(number, self._stop)
        gc.collect()
        gc.freeze()
        for index in range(len(self._sockets)):
            self._fork(index, ready_write)
        os.close(ready_write)
        missing = len(self._sockets)
        while missing and (told := os.read(ready_read, missing)):
            missing -= len(told)
        os.close(ready_read)
        if missing and not self._stopping:
            self._give_up()
        if not self._stopping:
            self._on_ready()
        self._watch()

    def _watch(self) -> None:
        while self._children:
            try:
                pid, status = os.wait()
            except ChildProcessError:
                return
            index = self._children.pop(pid, None)
            if index is None or self._stopping:
                continue
            if os.waitstatus_to_exitcode(status) == REFUSED:
                self._give_up()
            if swap.pending(self._data_dir) is not None:
                self._start_anew()
            else:
                # One that cannot even start shall not keep the machine busy.
                time.sleep(RESTART_SECONDS)
                # It may have died between committing a schema change and telling of it.
                shared = Shared(self._data_dir)
                shared.touch()
                shared.close()
                # Its socket stayed open here, so waiting connections go to the successor.
                self._fork(index, None)

    def _give_up(self) -> NoReturn:
        self._stop()
        self._reap_all()
        os.close(self._told_write)
        with os.fdopen(self._told_read, encoding="utf-8") as told:
            reasons = dict.fromkeys(told.read().split("\0")[:-1])
        raise StartError(
            "\n".join(reasons) or "a serving process could not start; its message is above"
        )

    def _start_anew(self) -> None:
        """Replaces all children; between them the content of the directory is replaced too."""
        self._end_children()
        self._reap_all()
        if not self._stopping:
            self._restore()
        # Connections that came meanwhile wait in the sockets.
        for index in range(len(self._sockets)):
            if not self._stopping:
                self._fork(index, None)

    def _reap_all(self) -> None:
        for pid in list(self._children):
            os.waitpid(pid, 0)
            del self._children[pid]

    def _stop(self, *_: object) -> None:
        self._stopping = True
        self._end_children()

    def _end_children(self) -> None:
        for pid in self._children:
            with _suppress_missing():
                os.kill(pid, signal.SIGTERM)

    def _fork(self, index: int, ready: int | None) -> None:
        # A signal that comes now waits: here until the child is known, and in the child until it
        # means what it is to mean there.
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
        pid = os.fork()
        if pid:
            self._children[pid] = index
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
            if self._stopping:
                # It came before the others were all there.
                self._end_children()
            return
        status = 1
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
            os.close(self._alive_write)
            for other, sock in enumerate(self._sockets):
                if other != index:
                    sock.close()
            self._serve(self._sockets[index], lambda: self._in_child(ready))
            status = 0
        except StartError as error:
            if ready is None and not isinstance(error, RefusedStartError):
                sys.stderr.write(f"{error}\n")
            else:
                os.write(self._told_write, f"{error}\0".encode())
                status = REFUSED
        except BaseException:  # noqa: BLE001 (a forked child must not run on into the caller)
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stderr.flush()
            os._exit(status)

    def _in_child(self, ready: int | None) -> None:
        """Called in a child that serves: tells the supervisor and watches over its life."""
        if ready is not None:
            os.write(ready, b"1")
            os.close(ready)
        loop = asyncio.get_running_loop()

        def orphaned() -> None:
            loop.remove_reader(self._alive_read)
            os.kill(os.getpid(), signal.SIGTERM)

        loop.add_reader(self._alive_read, orphaned)


@contextmanager
def _suppress_missing() -> Iterator[None]:
    try:
        yield
    except ProcessLookupError:
        return
