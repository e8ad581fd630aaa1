"""An open data directory: its databases, its schema and settings of the moment, its ports."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, NoReturn, Protocol

from fastcms import backup_lock
from fastcms.background import Background
from fastcms.bus.bus import Bus
from fastcms.errors import bad_request
from fastcms.files.local import LocalStorage
from fastcms.files.places import Places
from fastcms.files.removals import Removals
from fastcms.files.scratch import Scratch
from fastcms.hooks import Hooks
from fastcms.images.images import Images
from fastcms.limits.limits import Limits
from fastcms.mail.log import MailLog
from fastcms.mail.mailer import Mailer
from fastcms.passwords import Argon2, Hashing
from fastcms.presence import Presence
from fastcms.queue.queue import Queue
from fastcms.queue.seal import Seal
from fastcms.schema import rows
from fastcms.schema.snapshot import Schema
from fastcms.settings.events import SettingsReloadEvent
from fastcms.settings.load import load_all, saved_at
from fastcms.settings.mend import Degraded
from fastcms.settings.model import Settings
from fastcms.settings.overrides import Overrides
from fastcms.store.shared import Shared
from fastcms.store.side import SideStore
from fastcms.store.store import Store

if TYPE_CHECKING:
    from fastcms.files.storage import Storage
    from fastcms.filters.context import AuthRecord
    from fastcms.observe.events import RequestDone, Warned
    from fastcms.store.transaction import Transaction

EXPAND_DEPTH = 6  # PocketBase's
# What a dying process leaves here is nobody's; PocketBase's name, which its backups leave out.
SCRATCH = ".pb_temp_to_delete"
JUDGED_AT_ONCE = 2  # passwords; more would only wait for the threads that hash


class Job(NamedTuple):
    """Work that is done by the clock: at which minutes, as a cron expression, and how."""

    id: str
    expression: str
    run: Callable[[App], Awaitable[None]]


class Guests(Protocol):
    """The functions of users in this process."""

    # Where their files are.
    folder: Path

    @property
    def problems(self) -> Mapping[str, str]:
        """What is wrong with files, by their names."""

    @property
    def running(self) -> Sequence[str]:
        """Those at events that run at this moment."""

    def to_json(self) -> dict[str, object]:
        """What superusers are told of them."""


class Plugins(Protocol):
    """The plugins of this process."""

    @property
    def loaded(self) -> Mapping[str, Any]:
        """Those that work, by name."""

    @property
    def problems(self) -> Mapping[str, str]:
        """Why others do not."""

    @property
    def registries(self) -> Sequence[Any]:
        """What they registered as files of hooks do."""

    def file(self, name: str, path: str) -> Path | None:
        """A file for the dashboard, by plugin and path."""


class App:
    """What every feature works with. One to a process, made and used on its event loop.

    `schema` and `settings` are immutable values that are swapped when they change, here or in
    another process: a request takes them once, by :meth:`refresh`, and keeps what it took.
    """

    # The one that this process serves, if it does.
    served: ClassVar[App | None] = None
    # Where it is used; known as soon as it is served.
    loop: asyncio.AbstractEventLoop

    def __init__(
        self,
        data_dir: Path,
        presence: Presence,
        overrides: Overrides,
        *,
        dev: bool = False,
    ) -> None:
        self.data_dir = data_dir
        # What stands above the stored settings.
        self.overrides = overrides
        self._presence = presence
        self.dev = dev
        self.shared = Shared(data_dir)
        self.store = Store(data_dir / "data.db", self.shared)
        self.log_store = SideStore(data_dir / "auxiliary.db")
        # What the processes on the directory tell each other and their connected clients.
        self.bus = Bus(data_dir, self.store)
        # How many requests may come.
        self.limits = Limits(data_dir)
        self.hooks = Hooks()
        # Who put functions of users there, None for nobody.
        self.guests: Guests | None = None
        # Finds the server's own route by path; None where nobody is served.
        self.own_route: Callable[[str], tuple[Any, Mapping[str, str]] | None] | None = None
        # Finds the route of a user by method and path; None where there are none.
        self.guest_routes: Callable[[str, str], tuple[Any, Mapping[str, str]] | None] | None = None
        # What the OpenAPI document has of those.
        self.guest_operations: Callable[[], Any] | None = None
        # Runs middlewares of users around a request and what answers it; None where there are none.
        self.guest_middlewares: (
            Callable[[Any, Callable[[], Awaitable[Any]]], Awaitable[Any]] | None
        ) = None
        # None where no plugin is enabled.
        self.plugins: Plugins | None = None
        # Called with method and address before a function of a user sends a request; what it raises
        # keeps it here.
        self.before_request: Callable[[str, str], None] | None = None
        self.background = Background()
        # What is done by the clock, by id.
        self.jobs: dict[str, Job] = {}
        # Files that are on their way.
        self.scratch = Scratch(data_dir / SCRATCH, data_dir / ".notify" / "fastcms.scratch")
        # Where the files of records can be; `files` is where they are.
        self.places = Places(LocalStorage(data_dir / "storage", self.scratch.path))
        self._files: Storage
        # Those that are theirs no more.
        self.removals = Removals(
            self.store,
            self.scratch,
            self.background,
            lambda: self.files,
            self.refresh,
            may_remove=lambda: backup_lock.free(data_dir),
        )
        # What is made of those that are images.
        self.images = Images(data_dir / ".notify" / "fastcms.images", self.scratch.path)
        # Work that outlives this process; features say how theirs is done. And what seals secrets
        # that wait in it.
        self.queue = Queue(data_dir, self.store)
        self.seal = Seal(data_dir / ".notify")
        self.mail_log = MailLog(self.store, self.background)
        self.mailer = Mailer(self.hooks, lambda: self.settings, self.mail_log.note, dev=dev)
        # Who a token belongs to; the auth feature puts its own in place.
        self.authenticate: Callable[[str], Awaitable[AuthRecord | None]] = _nobody
        # The uploads that a body names, for its record; the uploads feature puts its own in place.
        self.take_uploads: Callable[..., Awaitable[tuple[Any, Any]]] = _no_uploads
        # A password attempt holds it while it is counted and judged: few can be under way, so that
        # many right ones at the same moment do not look like a guesser's.
        self.judging = asyncio.Semaphore(JUDGED_AT_ONCE)
        # How new passwords are hashed.
        self.password_hash: Hashing = Argon2()
        # Why the server cannot do its work, "" if it can; the health feature puts its own in place.
        self.why_not_ready: Callable[[], Awaitable[str]] = _ready
        # What features tell superusers of their state, by name.
        self.health_parts: dict[str, Callable[[App], Awaitable[object]]] = {}
        # Called with the facts of each answered request.
        self.request_listeners: list[Callable[[RequestDone], None]] = []
        # Called with each warning and error of the server itself, on any thread.
        self.warning_listeners: list[Callable[[Warned], None]] = []
        # Whether each request has a name that its answer and the log carry: `X-Request-Id`.
        self.names_requests = False
        # Called with the schema whenever it was reloaded.
        self.schema_listeners: list[Callable[[Schema], None]] = []
        # Called when the server is about to stop, for what would keep it waiting.
        self.stop_listeners: list[Callable[[], None]] = []
        # Awaited one after another when the server has stopped, before anything is closed.
        self.closers: list[Callable[[], Awaitable[None]]] = []
        # Relations that one path of `expand` follows.
        self.expand_depth = EXPAND_DEPTH
        # Origins that browsers may call from; "*" is all.
        self.origins: tuple[str, ...] = ("*",)
        # What answers carry besides, by the scope of the request; None for nothing.
        self.more_headers: Callable[[MutableMapping[str, Any]], tuple[Any, ...]] | None = None
        # The `Content-Security-Policy` of static files, "" for none.
        self.page_policy = ""
        # The proxies whose headers about the client are believed; empty for all.
        self.proxies: tuple[str, ...] = ()
        # The folder of static files, and whether its index stands in for what is missing.
        self.public_dir: Path | None = None
        self.index_fallback = True
        self.stamp = -1
        self.schema = Schema(())
        # What does not work as it was set up, and how to mend it.
        self.degraded: tuple[Degraded, ...] = ()
        self.settings = self.stored_settings = Settings()
        self._is_taking_up = False
        self.reload()

    def refresh(self) -> Schema:
        """The schema of this moment, reloaded when any process has changed it."""
        if self.shared.stamp != self.stamp:
            self.reload()
        return self.schema

    @property
    def files(self) -> Storage:
        """Where the files of records are. Asked anew for each use: what begins after the setting
        was changed goes to the new place.
        """
        self.refresh()
        return self._files

    async def settled(self) -> None:
        """Returns when no process is in the midst of committing a change of the schema."""
        while self.shared.is_changing:
            self.shared.mend()
            await asyncio.sleep(0.001)

    def reload(self) -> None:
        """Reads schema and settings anew."""
        # The stamp first: a change that comes in between is then seen by the next refresh.
        self.stamp = self.shared.stamp
        collections = self.store.read_now(rows.SELECT_ALL)
        self.schema = rows.from_rows(collections, self.schema.version + 1)
        loaded = load_all(self.store.read_now)
        is_other = self.hooks.settings_reload and loaded.settings != self.stored_settings
        self.stored_settings, self.degraded = loaded.settings, loaded.degraded
        self.settings = self.overrides.over(loaded.settings)
        self.limits.use(self.settings, saved_at(self.store.read_now))
        self.password_hash = loaded.password_hash
        self._files = self.places.follow(self.settings, loaded.storage)
        for listener in self.schema_listeners:
            listener(self.schema)
        if is_other and not self._is_taking_up:
            # Another process saved them.
            self.background.start("settings_reload", self._tell_of_settings())

    async def take_up_settings(self) -> None:
        """The same for settings that were just saved, the hook around it."""
        if not self.hooks.settings_reload:
            self.reload()
            return

        def load() -> None:
            # Not to be told of a second time.
            self._is_taking_up = True
            try:
                self.reload()
            finally:
                self._is_taking_up = False

        await self._tell_of_settings(load)

    async def _tell_of_settings(self, load: Callable[[], None] = lambda: None) -> None:
        """Runs the hook around what loads the settings, if that is not done already."""
        event = SettingsReloadEvent(self.settings)
        shown = self.settings

        async def act(event: SettingsReloadEvent) -> None:
            nonlocal shown
            load()
            event.settings = shown = self.settings

        await self.hooks.settings_reload.run(event, act)
        # Others that came while the handlers ran are newer than what these have made.
        if self.settings is shown:
            self.settings = event.settings

    def within(self, transaction: Transaction) -> App:
        """The same app, whose reads and writes are part of a transaction."""
        inner = copy(self)
        inner.store = transaction
        return inner

    def close(self) -> None:
        """Commits what was accepted and closes the files."""
        self.removals.stop()
        self.store.close()
        self.log_store.close()
        self.scratch.close()
        self.bus.close()
        self.limits.close()
        self.shared.close()
        self._presence.close()


_acting: ContextVar[App | None] = ContextVar("acting", default=None)


def acting(app: App) -> App:
    """The app as part of the transaction that is open in this task, if one is: else itself."""
    inner = _acting.get()
    return app if inner is None or inner.data_dir != app.data_dir else inner


@contextmanager
def acting_in(app: App) -> Iterator[None]:
    """While this lasts, what the task writes is part of the transaction of this app."""
    token = _acting.set(app)
    try:
        yield
    finally:
        _acting.reset(token)


async def _no_uploads(*_: object) -> NoReturn:
    raise bad_request("Uploads cannot be taken here.")


async def _ready() -> str:
    return ""


async def _nobody(_: str) -> None:
    return None
