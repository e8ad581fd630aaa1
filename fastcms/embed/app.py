"""The app object: what code of users does with the data, the mails and the clients of a server."""

from __future__ import annotations

import asyncio
import builtins
import inspect
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from contextvars import Context
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from fastcms.auth.tokens import auth_token
from fastcms.collections import save as collections
from fastcms.core import App as Internal
from fastcms.embed.again import again
from fastcms.embed.cache import Cache
from fastcms.embed.either import either
from fastcms.embed.http import HTTP
from fastcms.embed.kv import KeyValues
from fastcms.embed.records import NOBODY, RecordMethods
from fastcms.embed.transaction import Transacting
from fastcms.errors import bad_request
from fastcms.mail.message import Attachment, Mailbox, Message
from fastcms.passwords import decoy_on_thread, verify_on_thread
from fastcms.records.record import Record
from fastcms.schema.collection import Collection
from fastcms.settings.take_up import merged, save
from fastcms.store.store import Tx
from fastcms.store.transaction import Transaction
from fastcms.values import SqlValue

if TYPE_CHECKING:
    from fastcms.embed.either import EitherDict, EitherList


class App(RecordMethods):
    """`await` its methods in an `async def`; in a plain `def` they return the result itself.

    Without `as_user` no rule is asked, as for a superuser. With it everything is as if that record
    had sent a request, None being a guest: rules, hidden fields, and the hooks of requests.
    """

    def __init__(self, inner: Internal | None = None) -> None:
        super().__init__(inner)
        self.cache = Cache()
        self.kv = KeyValues(self)
        self.http = HTTP(self)
        self.logger = logging.getLogger("fastcms.hooks")

    @property
    def data_dir(self) -> Path:
        """The folder of the data."""
        return self.inner.data_dir

    # --- The database ---

    def transaction(self, seconds: float = 10.0) -> Transacting:
        """`async with app.transaction():`, or plainly `with`: what is written inside lasts or
        none of it does; an exception undoes it.

        Nobody else can write meanwhile, for `seconds` at most: wait for nothing else inside. One
        inside another is part of that. What waits for a commit, hooks and messages to clients,
        comes after the end. One that is open for long is reported in the log.
        """
        caller = sys._getframe(1)
        return Transacting(self, seconds, f"{caller.f_code.co_filename}:{caller.f_lineno}")

    def query(self, sql: str, params: Sequence[SqlValue] = ()) -> EitherList[dict[str, Any]]:
        """The rows of a statement that reads, by their columns' names; `?` stands for a parameter.

        Values are as SQLite has them. Raises StoreError for a statement that fails, or does more
        than to read.
        """
        rows: EitherList[dict[str, Any]] = self.settle(self._query(sql, params))
        return rows

    @either
    async def execute(self, sql: str, params: Sequence[SqlValue] = ()) -> int:
        """Runs a statement that writes, and returns how many rows it touched.

        No hook runs and no client is told. Raises StoreError for one that fails, and for what is
        only the app's to do: changing tables of collections and the server's own, ending the
        transaction.
        """
        app = self.inner
        names = frozenset(collection.name.lower() for collection in app.refresh().collections)

        def run(tx: Tx) -> int:
            tx.guarded(sql, params, names)
            return tx.changes()

        return await app.store.write(run)

    # --- Collections and settings ---

    @property
    def collections(self) -> tuple[Collection, ...]:
        """All collections as they are now."""
        return tuple(self.inner.refresh().collections)

    @either
    async def create_collection(self, definition: Mapping[str, object]) -> Collection:
        """A new collection, defined as the body of `POST /api/collections`. Raises as that."""
        return await collections.create_by_request(self._request(NOBODY), definition)

    @either
    async def update_collection(self, name: str, changes: Mapping[str, object]) -> Collection:
        """Changes a collection, as `PATCH /api/collections/{name}`. Raises as that."""
        return await collections.update_by_request(self._request(NOBODY), name, changes)

    @either
    async def delete_collection(self, name: str) -> None:
        """Deletes a collection and its records. Raises ApiError (400) for one that is needed."""
        await collections.delete_by_request(self._request(NOBODY), name)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings as `GET /api/settings` shows them: without secrets."""
        shown = self.inner.settings.to_json(secrets=False)
        found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(shown))
        return found

    def update_settings(self, changes: Mapping[str, object]) -> EitherDict:
        """Merges changes into the settings, as `PATCH /api/settings`, and gives all that they are
        then, without secrets: `update_settings({"meta": {"appName": "Acme"}})`.

        Raises ApiError (400) with what is wrong, and in a transaction.
        """
        updated: EitherDict = self.settle(self._update_settings(changes))
        return updated

    async def _update_settings(self, changes: Mapping[str, object]) -> dict[str, Any]:
        async def attempt() -> None:
            app = self.inner
            if isinstance(app.store, Transaction) and app.store.is_open:
                raise bad_request("Settings cannot be changed in a transaction.")
            app.refresh()
            new = merged(app.settings, changes)
            # An event around a write, which begins anew under other settings, may ask again.
            if new != app.settings:
                await save(app, new, app.stamp)

        await again(self.inner, attempt)
        return self.settings

    # --- People ---

    @either
    async def check_password(self, record: Record | None, password: str) -> bool:
        """Whether this is the password of an account; for None, as slowly, it never is."""
        stored = await decoy_on_thread(self.inner.password_hash)
        if record is not None:
            stored = str(record["password"]) or stored
        return await verify_on_thread(password, stored) and record is not None

    def make_token(self, record: Record, *, seconds: float = 0) -> str:
        """A token by which requests are the account's, for as long as its collection says."""
        options = record.collection.auth
        if options is None:
            raise bad_request("Only records of auth collections have tokens.")
        return auth_token(record.values, record.collection.id, options, seconds=seconds)

    # --- The world ---

    @either
    async def send_mail(
        self,
        to: str | Sequence[str],
        subject: str,
        html: str,
        *,
        text: str = "",
        cc: str | Sequence[str] = (),
        bcc: str | Sequence[str] = (),
        reply_to: str | Sequence[str] = (),
        attachments: Mapping[str, bytes] | None = None,
    ) -> None:
        """Sends a mail from the address of the settings; `attachments` are files by their names.

        Raises MailError if it cannot be sent.
        """
        mailer = self.inner.mailer
        files = (attachments or {}).items()
        message = Message(
            sender=mailer.sender,
            to=_boxes(to),
            cc=_boxes(cc),
            bcc=_boxes(bcc),
            reply_to=_boxes(reply_to),
            subject=subject,
            html=html,
            text=text,
            attachments=tuple(Attachment(name, content) for name, content in files),
        )
        await mailer.send(message)

    @either
    async def send_realtime(self, topic: str, data: object) -> None:
        """Sends a message to all clients that subscribe to the topic, a name of your own; of a
        transaction after its end.
        """
        app, text = self.inner, msgspec.json.encode(data).decode()
        await app.store.afterwards(partial(app.bus.publish, topic, text))

    def background(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Runs a function beside the request: nobody waits for it but the end of the server.

        What it raises stands in the log. It is no part of a transaction.
        """
        app = self.inner
        name = getattr(function, "__qualname__", repr(function))

        async def work() -> None:
            if inspect.iscoroutinefunction(function):
                await function(*arguments)
            else:
                await asyncio.to_thread(function, *arguments)

        def start() -> None:
            app.background.start(name, work())

        # A context of its own: not that of the transaction, and not that of the request.
        self.loop.call_soon_threadsafe(start, context=Context())

    async def _query(self, sql: str, params: Sequence[SqlValue]) -> builtins.list[dict[str, Any]]:
        names, rows = await self.inner.store.named(sql, params)
        return [dict(zip(names, row, strict=True)) for row in rows]

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop of the server."""
        return self.inner.loop


def _boxes(addresses: str | Sequence[str]) -> tuple[Mailbox, ...]:
    return tuple(map(Mailbox, [addresses] if isinstance(addresses, str) else addresses))


# The one of the directory that this process serves.
app = App()
