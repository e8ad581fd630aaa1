"""Serves a data directory over HTTP, with one process or several."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias, cast

import uvicorn
from litestar import Litestar
from litestar.handlers import ASGIRouteHandler

from fastcms import features, swap
from fastcms.backups.restore import start_sweep
from fastcms.core import EXPAND_DEPTH, App
from fastcms.directory import open_directory
from fastcms.errors import ApiError, RefusedStartError
from fastcms.hooks.server import BootstrapEvent, ServeEvent, TerminateEvent
from fastcms.http.edge import ASGI, Edge
from fastcms.http.protocol import Protocol
from fastcms.http.routes import RouteTable, bind
from fastcms.jobs import schedule
from fastcms.logs.journal import Journal
from fastcms.observe.warnings import Warnings
from fastcms.supervisor import Supervisor, listen
from fastcms.swap import OccupiedError, SwapError

KEEP_ALIVE = 75  # seconds that an idle connection stays open
MESSAGE_LIMIT = 4 << 20  # bytes of a message from a WebSocket's client
GRACE = 10  # seconds that running requests get when the server stops
# That commands get to let go of the directory for a restore; meanwhile connections wait.
LET_GO_SECONDS = 10.0
LOOK_SECONDS = 0.5  # until it is seen that a backup is to come in the place of what is served
# What the edge calls without the router.
MOUNTS = ("/api/collections", "/api/files")
PLAIN = ("/api/realtime",)
FOLDERS = frozenset({"/_"})
Handlers: TypeAlias = Sequence[ASGIRouteHandler]
OnOpen: TypeAlias = Callable[[App], Awaitable[None]]
Connect: TypeAlias = Callable[[App], None]
CAN_FORK = hasattr(os, "fork")

log = logging.getLogger("fastcms.server")


async def _nothing(_: App) -> None:
    """Nothing to do with the open directory."""


def _unconnected(_: App) -> None:
    """Nothing that listens."""


def route(handlers: Handlers) -> ASGI:
    """What finds the handler of a path."""
    router = Litestar(route_handlers=handlers, openapi_config=None, logging_config=None)
    return cast(ASGI, router)


def build(app: App, router: Callable[[Handlers], ASGI] = route) -> Edge:
    """The ASGI application of an open directory."""
    features.install(app)
    handlers = bind(app, features.ROUTES)
    sockets = frozenset(route.path for route in features.ROUTES if route.socket is not None)
    begins = {route.path.split("/")[1] for route in features.ROUTES}
    options = frozenset(route.path for route in features.ROUTES if "OPTIONS" in route.methods)
    return Edge(
        app,
        router(list(handlers.values())),
        plain={path: handlers[path].fn for path in PLAIN},
        mounts={f"{prefix}/": handlers[prefix].fn for prefix in MOUNTS},
        rest=handlers["/"].fn,
        begins=tuple({f"/{begin}" for begin in begins if "{" not in begin}),
        folders=FOLDERS,
        sockets=sockets,
        options=options,
    )


def default_workers() -> int:
    """A process for each core, four at most: docs/performance.md shows what more would bring."""
    return min(os.cpu_count() or 1, 4) if CAN_FORK else 1


def run(
    *,
    data_dir: Path,
    host: str,
    port: int,
    origins: tuple[str, ...] = ("*",),
    expand_depth: int = EXPAND_DEPTH,
    dev: bool = False,
    workers: int = 0,
    on_open: OnOpen = _nothing,
    connect: Connect = _unconnected,
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """Serves until SIGINT or SIGTERM; returns when every accepted request is answered.

    `workers` of 0 is the default number. `on_open` is called once with the open directory, before
    the first request, `connect` in each serving process with its own, `on_ready` when the address
    answers. Raises StartError for an address or a
    directory that cannot be used; the directory is not touched when the address is the trouble.
    """
    workers = workers or default_workers()
    if not CAN_FORK:
        workers = 1
    _raise_file_limit()
    sockets = listen(host, port, workers)

    def serve_on(
        sock: socket.socket, ready: Callable[[], None], on_open: OnOpen, *signals: int
    ) -> bool:
        return _serve(
            data_dir,
            sock,
            origins,
            ready,
            on_open,
            connect=connect,
            dev=dev,
            expand_depth=expand_depth,
            workers=workers,
            signals=signals,
        )

    def restore() -> None:
        _restore(data_dir, lambda: asyncio.run(_open_once(data_dir, on_open, dev=dev)))

    if swap.pending(data_dir) is not None:
        restore()
    if workers == 1:
        both = (signal.SIGINT, signal.SIGTERM)
        is_over = serve_on(sockets[0].dup(), on_ready, on_open, *both)
        while not is_over:
            restore()
            is_over = serve_on(sockets[0].dup(), lambda: None, _nothing, *both)
        return

    def serve_child(sock: socket.socket, ready: Callable[[], None]) -> None:
        # A Ctrl-C reaches the whole group; the supervisor passes it on as SIGTERM.
        serve_on(sock, ready, _nothing, signal.SIGTERM)

    asyncio.run(_open_once(data_dir, on_open, dev=dev))
    Supervisor(sockets, serve_child, on_ready, data_dir, restore).run()


def _restore(data_dir: Path, open_once: Callable[[], None]) -> None:
    """Brings the backup that is to come, if that can be: what fails leaves the old state.

    Raises StartError if that is not fit to be opened either.
    """
    try:
        if name := swap.bring(data_dir, open_once, LET_GO_SECONDS):
            log.warning("the backup %s was restored", name)
    except OccupiedError as error:
        if swap.withdraw(data_dir):
            log.error("no backup was restored, the old state goes on: %s", error)
        open_once()
    except SwapError as error:
        log.error("no backup was restored, the old state goes on: %s", error)
        open_once()


def _raise_file_limit() -> None:
    """Lets this process and its children hold as many connections as the system allows them."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Where that is no number that may be set, the limit stays.
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _open_once(data_dir: Path, on_open: OnOpen, *, dev: bool) -> None:
    """Creates or checks the directory before several processes open it, and closes it again:
    nothing of SQLite may be open while the process forks.
    """
    app = open_directory(data_dir, dev=dev)
    warnings = Warnings(app.warning_listeners)
    Journal(app)
    try:
        features.install(app)
        await on_open(app)
        _warn(app)
    finally:
        warnings.close()
        for close in app.closers:
            await close()
        app.close()


def _warn(app: App) -> None:
    """Says what does not work as it was set up."""
    for part in app.degraded:
        log.warning("%s: %s; %s", *part)


def _serve(
    data_dir: Path,
    sock: socket.socket,
    origins: tuple[str, ...],
    ready: Callable[[], None],
    on_open: OnOpen,
    *,
    connect: Connect,
    dev: bool,
    expand_depth: int,
    workers: int,
    signals: tuple[int, ...],
) -> bool:
    """One serving process, from opening the directory to the last answer.

    It stops on the `signals`, then it is True; or when other content is to come.
    """

    async def main() -> bool:
        app = open_directory(data_dir, dev=dev)
        warnings = Warnings(app.warning_listeners)
        Journal(app)
        app.origins = origins
        app.expand_depth = expand_depth
        app.images.siblings = workers
        app.own_route = RouteTable(features.ROUTES).find
        try:
            await on_open(app)
            if workers == 1:
                _warn(app)
            connect(app)
            await bootstrap(app)
            await app.removals.inherit(app.scratch.inherit())
            schedule.start(app)
            start_sweep(app)
            server = Server(config(build(app)), ready, app.stop_listeners)
            loop = asyncio.get_running_loop()
            starting = loop.create_task(may_serve(app, *sock.getsockname()[:2]))
            hanging: list[str] = []

            def stop() -> None:
                server.stop()
                # A function that hangs does not hold who is told to stop.
                if not starting.done():
                    hanging.extend(() if app.guests is None else app.guests.running)
                    starting.cancel()

            for number in signals:
                _on_signal(loop, number, stop)
            watching = loop.create_task(_watch(data_dir, server))
            app.queue.start()
            # What start-up made stays: the collector need not look at it again.
            gc.collect()
            gc.freeze()
            try:
                await starting
            except asyncio.CancelledError:
                names = " ".join(hanging) or "a function of the start"
                log.warning("%s did not come to its end before the server was stopped", names)
            else:
                await server.serve(sockets=[sock])
            watching.cancel()
            # One of several is told by the others' supervisor.
            is_restart = not server.is_told or (workers > 1 and swap.pending(data_dir) is not None)
            await terminate(app, is_restart=is_restart)
            return server.is_told
        finally:
            await app.background.drain()
            await app.queue.stop()
            await app.background.drain()
            warnings.close()
            for close in app.closers:
                await close()
            await app.images.close()
            app.close()

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(main())


async def bootstrap(app: App) -> None:
    """Takes the settings up, the hook around it."""

    async def act(_: BootstrapEvent) -> None:
        await app.take_up_settings()

    if hook := app.hooks.bootstrap:
        with _starting():
            await hook.run(BootstrapEvent(), act)


async def may_serve(app: App, host: str, port: int) -> None:
    """Raises RefusedStartError where a handler does not let the process serve."""
    hook = app.hooks.serve
    if not hook:
        return
    let: list[bool] = []

    async def act(_: ServeEvent) -> None:
        let.append(True)

    with _starting():
        await hook.run(ServeEvent(host, port), act)
    if not let:
        raise RefusedStartError(
            "a function of pb_hooks at the event serve did not call next(): nothing is served"
        )


@contextmanager
def _starting() -> Iterator[None]:
    try:
        yield
    except ApiError as error:
        raise RefusedStartError(
            f"a function of pb_hooks refused the start: {error.message}"
        ) from error


async def terminate(app: App, *, is_restart: bool) -> None:
    """Tells the handlers, who cannot hold the process."""

    async def act(_: TerminateEvent) -> None:
        """The directory is closed whatever they do."""

    if hook := app.hooks.terminate:
        try:
            async with asyncio.timeout(GRACE):
                await hook.run(TerminateEvent(is_restart=is_restart), act)
        except (ApiError, TimeoutError) as error:
            log.warning("a function at the event terminate failed: %s", error)


async def _watch(data_dir: Path, server: Server) -> None:
    """Winds the server down when other content is to come into the directory."""
    while swap.pending(data_dir) is None:  # noqa: ASYNC110 (any process may say so)
        await asyncio.sleep(LOOK_SECONDS)
    server.wind_down()


def _on_signal(loop: asyncio.AbstractEventLoop, number: int, act: Callable[[], None]) -> None:
    try:
        loop.add_signal_handler(number, act)
    except NotImplementedError:  # Windows' loop
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(act))


def config(application: Edge) -> uvicorn.Config:
    """How Uvicorn serves it."""
    return uvicorn.Config(
        application,
        http=Protocol,
        # A function in the place of a class: what it returns is all that is asked for.
        ws=cast(type[asyncio.Protocol], _websocket_protocol),
        ws_max_size=MESSAGE_LIMIT,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
    )


def _websocket_protocol(**given: Any) -> asyncio.Protocol:
    from fastcms.http.websocket import WebSocketProtocol

    return WebSocketProtocol(**given)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # Windows has none
        return None
    return uvloop.new_event_loop


class Server(uvicorn.Server):
    """Uvicorn's server with our signal handling: it stops and returns, the process lives on."""

    def __init__(
        self,
        config: uvicorn.Config,
        ready: Callable[[], None],
        stop_listeners: Sequence[Callable[[], None]],
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._stop_listeners = stop_listeners
        # Whether a signal has said to stop.
        self.is_told = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in self.servers:
            listening.close()
        # Connections that were taken this very moment are known to it then.
        await asyncio.sleep(0)
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """Stops after the running requests; at the second call at once."""
        self.force_exit = self.is_told
        self.is_told = True
        self.wind_down()

    def wind_down(self) -> None:
        """Takes nothing new, and stops after the running requests."""
        if not self.should_exit:
            self.should_exit = True
            for listener in self._stop_listeners:
                listener()
