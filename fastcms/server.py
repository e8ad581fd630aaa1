"""Serves a data directory over HTTP, with one process or several."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException

from fastcms import features
from fastcms.app import App
from fastcms.directory import open_directory
from fastcms.errors import ApiError, StartError
from fastcms.http.edge import Edge
from fastcms.http.endpoint import SECURITY_HEADERS, no_route
from fastcms.http.routes import bind
from fastcms.http.reply import error_reply

BACKLOG = 2048
KEEP_ALIVE = 75  # seconds that an idle connection stays open
GRACE = 10  # seconds that running requests get when the server stops
SHORT_CUT = "/api/collections"  # the mount that the edge calls without the router
CAN_FORK = hasattr(os, "fork")


def build(app: App) -> Edge:
    """The ASGI application of an open directory."""
    features.install(app)
    handlers = bind(app, features.ROUTES)
    router = Litestar(
        route_handlers=list(handlers.values()),
        openapi_config=None,
        logging_config=None,
        exception_handlers={HTTPException: _not_routed, ApiError: _not_routed},
    )
    return Edge(app, router, {f"{SHORT_CUT}/": handlers[SHORT_CUT].fn})


def default_workers() -> int:
    """A process for each core, four at most: docs/performance.md shows what more would bring."""
    return min(os.cpu_count() or 1, 4) if CAN_FORK else 1


def run(
    *,
    data_dir: Path,
    host: str,
    port: int,
    origins: tuple[str, ...] = ("*",),
    dev: bool = False,
    workers: int = 0,
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """Serves until SIGINT or SIGTERM; returns when every accepted request is answered.

    `workers` of 0 is the default number. `on_ready` is called when the address answers. Raises
    StartError for an address or a directory that cannot be used.
    """
    workers = workers or default_workers()
    if not CAN_FORK:
        workers = 1
    sockets = listen(host, port, workers)

    if workers == 1:
        _serve(data_dir, sockets[0], origins, on_ready, dev=dev)
        return

    def serve_on(sock: socket.socket, ready: Callable[[], None]) -> None:
        # A Ctrl-C reaches the whole group; the supervisor passes it on as SIGTERM.
        _serve(data_dir, sock, origins, ready, dev=dev, signals=(signal.SIGTERM,))

    # Creates or checks the directory once, before several processes open it. Nothing of SQLite may
    # be open while the process forks.
    open_directory(data_dir, dev=dev).close()
    Supervisor(sockets, serve_on, on_ready).run()


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


def _serve(
    data_dir: Path,
    sock: socket.socket,
    origins: tuple[str, ...],
    ready: Callable[[], None],
    *,
    dev: bool,
    signals: tuple[int, ...] = (signal.SIGINT, signal.SIGTERM),
) -> None:
    """One serving process, from opening the directory to the last answer.

    It stops on the `signals`.
    """

    async def main() -> None:
        app = open_directory(data_dir, dev=dev)
        app.origins = origins
        try:
            server = _Server(_config(build(app)), ready)
            loop = asyncio.get_running_loop()
            for number in signals:
                loop.add_signal_handler(number, server.stop)
            # What start-up made stays: the collector need not look at it again.
            gc.collect()
            gc.freeze()
            await server.serve(sockets=[sock])
        finally:
            app.close()

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(main())


def _config(application: Edge) -> uvicorn.Config:
    return uvicorn.Config(
        application,  # type: ignore[arg-type]
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
    )


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # Windows has none
        return None
    return uvloop.new_event_loop


class _Server(uvicorn.Server):
    """Uvicorn's server with our signal handling: it stops and returns, the process lives on."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """Stops after the running requests; at the second call at once."""
        self.force_exit = self.should_exit
        self.should_exit = True


class Supervisor:
    """Forks one serving process a socket, replaces those that die, and stops them together."""

    def __init__(
        self,
        sockets: list[socket.socket],
        serve: Callable[[socket.socket, Callable[[], None]], None],
        on_ready: Callable[[], None],
    ) -> None:
        self._sockets = sockets
        self._serve = serve
        self._on_ready = on_ready
        self._children: dict[int, int] = {}
        self._stopping = False
        # Children hold the reading end: it closes when this process is gone, however it went.
        self._alive_read, self._alive_write = os.pipe()

    def run(self) -> None:
        """Returns when all children have stopped; raises StartError if they cannot start."""
        ready_read, ready_write = os.pipe()
        for number in (signal.SIGINT, signal.SIGTERM):
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
            self._stop()
            self._reap_all()
            raise StartError("a serving process could not start; its message is above")
        if not self._stopping:
            self._on_ready()
        self._watch()

    def _watch(self) -> None:
        while self._children:
            try:
                pid, _ = os.wait()
            except ChildProcessError:
                return
            index = self._children.pop(pid, None)
            if index is not None and not self._stopping:
                # Its socket stayed open here, so waiting connections go to the successor.
                self._fork(index, None)

    def _reap_all(self) -> None:
        for pid in list(self._children):
            os.waitpid(pid, 0)

    def _stop(self, *_: object) -> None:
        self._stopping = True
        for pid in self._children:
            with _suppress_missing():
                os.kill(pid, signal.SIGTERM)

    def _fork(self, index: int, ready: int | None) -> None:
        pid = os.fork()
        if pid:
            self._children[pid] = index
            return
        status = 1
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.close(self._alive_write)
            for other, sock in enumerate(self._sockets):
                if other != index:
                    sock.close()
            self._serve(self._sockets[index], lambda: self._in_child(ready))
            status = 0
        except StartError as error:
            sys.stderr.write(f"{error}\n")
        except BaseException:
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


def _not_routed(request: Request[Any, Any, Any], _: Exception) -> Response[bytes]:
    """What the router answers where there is no route for path or method."""
    reply = error_reply(no_route(request.method))
    headers = {name.decode(): value.decode() for name, value in SECURITY_HEADERS}
    return Response(
        b"" if request.method == "HEAD" else reply.body,
        status_code=reply.status,
        media_type=reply.content_type.decode(),
        headers=headers,
    )
