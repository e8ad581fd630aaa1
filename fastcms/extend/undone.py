"""An app in which everything happens and nothing stays: what is written is undone, and what would
leave the server is noted instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Literal, TypeAlias, TypeVar

from fastcms.background import Background
from fastcms.bus.bus import Bus
from fastcms.core import App, acting_in
from fastcms.embed.app import app as public
from fastcms.fetch import FetchError
from fastcms.mail.events import MailEvent
from fastcms.mail.mailer import Mailer
from fastcms.records.events import RecordChanged
from fastcms.records.uploads import concluded_together
from fastcms.store.errors import StoreError
from fastcms.store.store import Tx
from fastcms.store.transaction import Transaction

T = TypeVar("T")

Sent: TypeAlias = Literal["mail", "message", "request", "background"]
# Told what would leave the server, and to whom or what it is.
Note: TypeAlias = Callable[[Sent, str], None]

SPARE_SECONDS = 1.0  # for the transaction to end after what is in it


class Undone(Transaction):
    """A transaction that leaves nothing behind, also of those who go on after its end."""

    is_over = False

    def write(
        self, run: Callable[[Tx], T], *, stamp: int | None = None, lasts: bool = False
    ) -> asyncio.Future[T]:
        self._refuse_late()
        return super().write(run, stamp=stamp)

    def write_one(self, sql: str, params: Any, *, stamp: int | None = None) -> asyncio.Future[int]:
        self._refuse_late()
        return super().write_one(sql, params, stamp=stamp)

    async def afterwards(
        self,
        call: Callable[[], Awaitable[None]],
        undone: Callable[[Exception], Awaitable[None]] | None = None,
    ) -> None:
        # As if it was committed.
        await call()

    @property
    def changes(self) -> list[RecordChanged]:
        """The records that were changed in it."""
        return [event for event in self._open.events if isinstance(event, RecordChanged)]

    def _refuse_late(self) -> None:
        if self.is_over:
            raise StoreError("what was tried is over")


class _Mailer(Mailer):
    """Has the hooks, and no way out."""

    def __init__(self, app: App, note: Note) -> None:
        super().__init__(app.hooks, lambda: app.settings, dev=app.dev)
        self._tell = note

    async def _send(self, event: MailEvent) -> None:
        event.is_passed = True
        for box in event.message.to:
            self._tell("mail", f"{box.address}: {event.message.subject}")


class _Bus(Bus):
    """Tells nobody of messages; what is told of records is undone with their transaction."""

    def __init__(self, bus: Bus, note: Note) -> None:
        vars(self).update(vars(bus))
        self._tell = note

    async def publish(self, topic: str, data: str) -> None:
        self._tell("message", topic)


class _Background(Background):
    """Begins nothing."""

    def __init__(self, note: Note) -> None:
        super().__init__()
        self._tell = note

    def start(self, what: str, work: Coroutine[Any, Any, None]) -> None:
        work.close()
        self._tell("background", what)


@asynccontextmanager
async def undone(app: App, seconds: float, note: Note) -> AsyncIterator[tuple[App, Undone]]:
    """An app for the task to work in; nobody else can write meanwhile, for so many seconds.

    Raises TimeoutError after these, and StoreError or SchemaChanged where it cannot be begun.
    """

    def refuse(method: str, url: str) -> None:
        if method not in ("GET", "HEAD"):
            note("request", f"{method} {url}")
            raise FetchError(f"{method} {url} is not sent where functions are only tried")

    transaction = Undone(app.store, seconds + SPARE_SECONDS, stamp=app.stamp)
    # Each change of a record is told, whether anybody listens or not.
    transaction.listeners = [lambda _: None]
    inner = app.within(transaction)
    inner.mailer = _Mailer(inner, note)
    inner.bus = _Bus(app.bus, note)
    inner.background = _Background(note)
    inner.schema_listeners = []
    inner.before_request = refuse
    try:
        with public.cache.apart():
            async with concluded_together(), transaction:
                with transaction.held_by_this_task(), acting_in(inner):
                    async with asyncio.timeout(seconds):
                        yield inner, transaction
                raise _UndoneError
    except _UndoneError:
        pass
    finally:
        transaction.is_over = True


class _UndoneError(Exception):
    """Undoes the transaction."""
