"""A server inside of a test: the app object of its directory, and what is around it."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from fastcms import fetch, ids, script, server
from fastcms.core import App as Internal
from fastcms.directory import open_directory
from fastcms.errors import StartError
from fastcms.extend import live
from fastcms.jobs import runs
from fastcms.logs.journal import Journal
from fastcms.migrations import run as migrations
from fastcms.observe.warnings import Warnings
from fastcms.records.record import Record
from fastcms.settings.cron import next_run
from fastcms.sms import send as sms
from fastcms.testing import plugged, sql_now
from fastcms.testing.client import Answer, Client, answered
from fastcms.testing.clock import Clock
from fastcms.testing.events import Events, recorded
from fastcms.testing.faults import Faults
from fastcms.testing.mailbox import Mailbox, Texts
from fastcms.testing.stream import Stream
from fastcms.testing.web import Web

if TYPE_CHECKING:
    from fastcms.http.edge import ASGI, Edge

START_SECONDS = 1.0  # that functions of the start are waited for; some go on for ever
SECONDS = 10.0  # that work beside the requests may take
SUPERUSER = "root@example.com"


class App(script.App):
    """A server on a directory of its own, and its app object: `app.create("posts", {…})`,
    `app.client.get("/api/…")`. `with` closes it; an error that it told of and that the test has not
    seen is raised then.

    It answers requests by the code that serves, without sockets, on an event loop of a thread of
    its own: a test may be a plain function or a coroutine, and a debugger stops in hooks. Several
    may be open at once in a process, and are used in turns.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        hooks: Path | None = None,
        plugins: tuple[str, ...] = (),
        removes: Sequence[Path] = (),
    ) -> None:
        """It removes those folders when it is closed."""
        self._inner: Internal | None = None
        self._removes = removes
        self._edge: Edge
        self._live: live.Live
        self._warnings: Warnings
        self._server: tuple[server.Server, asyncio.Task[None], str] | None = None
        self.mailbox = Mailbox(self.wait)
        self.texts = Texts(self.wait)
        self.web = Web(self.wait)
        self.clock = Clock(self._pass)
        self.faults = Faults(lambda: Internal.served is self._inner)
        try:
            plugged.enable(data_dir, plugins)
            super().__init__(data_dir, hooks=hooks or False)
        except BaseException:
            self.faults.close()
            raise
        # A guest.
        self.client = Client(self)

    # --- Who asks ---

    def as_user(self, collection: str, email: str, **values: Any) -> Client:
        """The client of an account, which is made of these values if there is none: verified, and
        with the password `test-password-1` if they do not say otherwise.
        """
        record = self.find_first(collection, "email = {:email}", {"email": email})
        if record is None:
            password = values.pop("password", "test-password-1")
            values = {"verified": True, "passwordConfirm": password, **values}
            record = self.create(collection, {"email": email, "password": password, **values})
        return self.as_record(record)

    def as_superuser(self) -> Client:
        """The client of a superuser."""
        return self.as_user("_superusers", SUPERUSER)

    def as_record(self, record: Record) -> Client:
        """The client of the account that a record is."""
        name = f"{record.collection.name}/{record.get('email') or record.id}"
        return Client(self, self.make_token(record), name)

    # --- What happens beside the requests ---

    def wait(self) -> None:
        """Returns when nothing is under way any more: what runs in the background, mails that wait
        in the queue. Raises AssertionError where that takes too long.
        """
        __tracebackhide__ = True
        self._do(self._until_idle())
        self.faults.tell("beside the requests")

    def run_cron(self, id: str) -> None:
        """Runs a job of the clock now, whatever its expression says."""
        __tracebackhide__ = True
        assert id in self.inner.jobs, f"there is no job {id}, but {', '.join(self.inner.jobs)}"
        self._do(self._run_job(id, None))
        self.wait()

    def run_command(self, name: str, /, *arguments: Any, **options: Any) -> None:
        """Calls the function of a command with values of Python. Raises what it raises."""
        __tracebackhide__ = True
        commands = self._live.commands
        assert name in commands, f"there is no command {name}, but {', '.join(commands) or 'none'}"
        self._do(self._live.run_command(name, arguments, options))
        self.wait()

    def raises(
        self, kind: type[BaseException] = Exception
    ) -> AbstractContextManager[list[BaseException]]:
        """`with app.raises(ZeroDivisionError):` expects that functions of the server raise it."""
        return self.faults.expected(kind, self.wait)

    @contextmanager
    def events(self) -> Iterator[Events]:
        """`with app.events() as seen:` has `seen.names` and `seen.counts` of all events."""

        def do(work: Callable[[], None]) -> None:
            async def on_loop() -> None:
                work()

            self._do(on_loop())

        with recorded(self.inner, do) as seen:
            yield seen
            self.wait()

    def migrate(self, folder: Path) -> None:
        """Applies the migrations of a folder. Raises MigrationError."""
        self._do(migrations.up(self.inner, folder))

    # --- The wire ---

    def answer(self, scope: MutableMapping[str, Any], body: bytes, whose: str) -> Answer:
        """What is answered to a request of ASGI."""
        path = scope["path"] + (
            f"?{scope['query_string'].decode()}" if scope["query_string"] else ""
        )
        messages: list[MutableMapping[str, Any]] = []
        self._do(self._ask(scope, body, messages.append))
        return answered(f"{scope['method']} {path} as {whose}", messages)

    @contextmanager
    def streamed(
        self, scope: MutableMapping[str, Any], subscribe: Callable[[str, str], None]
    ) -> Iterator[Stream]:
        """An open stream of realtime messages. `subscribe` is called with the id of its client and
        a topic of its own.
        """
        stream = Stream(lambda topic: self.send_realtime(topic, None))

        def take(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.body":
                stream.feed(message.get("body", b""))
                if not message.get("more_body"):
                    stream.end()

        async def begin() -> asyncio.Task[None]:
            return asyncio.get_running_loop().create_task(self._ask(scope, b"", take))

        async def end(task: asyncio.Task[None]) -> None:
            task.cancel()
            await asyncio.wait({task})

        task = self._do(begin())
        try:
            subscribe(stream.next().data["clientId"], stream.own)
            yield stream
        finally:
            self._do(end(task))

    def serve(self) -> str:
        """The address of the same server for others than its clients, as browsers; from the first
        call on it listens on a free port of this machine.
        """
        if self._server is None:
            self._server = self._do(self._serve())
        return self._server[2]

    # --- From the beginning to the end ---

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        __tracebackhide__ = True
        if error is None:
            self.close()
            return
        try:
            self.close()
        except Exception as another:  # noqa: BLE001 (the first one is what the test is about)
            error.add_note(f"besides, when the server ended: {another!r}")

    def close(self) -> None:
        """Ends the server and removes its directory; raises what it told of and nobody saw."""
        __tracebackhide__ = True
        if self._inner is None:
            return
        try:
            self.wait()
        finally:
            self.clock.stop()
            super().close()
            self.faults.close()
            for folder in self._removes:
                shutil.rmtree(folder, ignore_errors=True)
        self.faults.tell("at the end of the test")

    def _do(self, work: Any) -> Any:
        __tracebackhide__ = True
        self._take_turn()
        return super()._do(work)

    def settle(self, made: Any) -> Any:
        """As the app of a script does."""
        __tracebackhide__ = True
        self._take_turn()
        return super().settle(made)

    def _take_turn(self) -> None:
        """What is one to a process is this app's."""
        if self._inner is not None:
            Internal.served = self._inner
            fetch.instead, sms.instead = self.web.take, self.texts.take

    async def _open(self, data_dir: Path, folder: Path | None) -> Internal:
        sql_now.install()
        inner = open_directory(data_dir)
        self._warnings = Warnings(inner.warning_listeners)
        try:
            await self._begin_serving(inner, folder)
        except BaseException:
            await self._close(inner)
            raise
        return inner

    async def _begin_serving(self, inner: Internal, folder: Path | None) -> None:
        # What goes wrong from now on is this app's.
        self._inner = Internal.served = inner
        inner.loop = self._loop
        self._take_turn()
        inner.mailer.instead = self.mailbox.take
        Journal(inner)
        await self._load(inner, folder)
        await server.bootstrap(inner)
        await inner.removals.inherit(inner.scratch.inherit())
        self._edge = server.build(inner, late)
        await server.may_serve(inner, "127.0.0.1", 0)

    async def _load(self, inner: Internal, folder: Path | None) -> None:
        # Plugins have functions without one, too.
        folder = folder or inner.data_dir.parent / "pb_hooks"
        self._live = started = live.start(inner, folder, watches=False)
        broken: Any = started.to_json()["broken"]
        if broken:
            file = broken[0]
            raise StartError(f"{file['file']} was not loaded: {file['error']}\n{file['trace']}")
        if failure := await started.started(START_SECONDS):
            raise StartError(failure)

    async def _close(self, inner: Internal) -> None:
        for stop in inner.stop_listeners:
            stop()
        if self._server is not None:
            self._server[0].stop()
            await self._server[1]
        await server.terminate(inner, is_restart=False)
        await inner.background.drain()
        self._warnings.close()
        await inner.images.close()
        await super()._close(inner)
        fetch.instead = sms.instead = None

    async def _ask(
        self,
        scope: MutableMapping[str, Any],
        body: bytes,
        take: Callable[[MutableMapping[str, Any]], None],
    ) -> None:
        is_sent = False
        is_over = asyncio.Event()

        async def receive() -> dict[str, Any]:
            nonlocal is_sent
            if is_sent:
                await is_over.wait()
                return {"type": "http.disconnect"}
            is_sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            take(message)

        try:
            await self._edge(scope, receive, send)
        finally:
            is_over.set()

    async def _until_idle(self) -> None:
        inner = self._inner
        assert inner is not None
        # What a commit has called for comes to the loop first.
        await asyncio.sleep(0)
        while True:
            if tasks := inner.background.tasks:
                _, late = await asyncio.wait(tasks, timeout=SECONDS)
                names = ", ".join(task.get_name() for task in late)
                assert not late, f"after {SECONDS:g} seconds this still goes on: {names}"
            await inner.queue.work()
            if not inner.background.tasks:
                return

    async def _run_job(self, id_: str, due: int | None) -> None:
        inner = self.inner
        run = await runs.claim(inner, id_, due)
        if run is not None:
            await runs.run(inner, inner.jobs[id_], run)

    def _pass(self, before: datetime, now: datetime) -> None:
        """Runs what became due between two moments."""
        __tracebackhide__ = True
        for id_, job in tuple(self.inner.jobs.items()):
            due = next_run(job.expression, before)
            if due is not None and due <= now:
                self._do(self._run_job(id_, int(due.timestamp())))
        self.wait()

    async def _serve(self) -> tuple[server.Server, asyncio.Task[None], str]:
        inner, loop = self.inner, asyncio.get_running_loop()
        listening = socket.create_server(("127.0.0.1", 0))
        ready = asyncio.Event()
        serving = server.Server(server.config(self._edge), ready.set, inner.stop_listeners)
        task = loop.create_task(serving.serve(sockets=[listening]), name=f"serve {ids.record_id()}")
        await ready.wait()
        return serving, task, f"http://127.0.0.1:{listening.getsockname()[1]}"


def late(handlers: server.Handlers) -> ASGI:
    """A router that is made when it is needed: tests of records alone do without, for 20 ms."""
    router: ASGI | None = None

    async def route(scope: Any, receive: Any, send: Any) -> None:
        nonlocal router
        if router is None:
            router = server.route(handlers)
        await router(scope, receive, send)

    return route
