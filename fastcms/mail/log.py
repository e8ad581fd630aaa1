"""The log of mails: what was sent to whom and when, or why not. Never what it said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Literal, TypeAlias

import msgspec

from fastcms import clock
from fastcms.background import Background
from fastcms.mail.message import Message
from fastcms.store.store import Store, Tx

MAILS = "_fc_mails"
KEPT_DAYS = 30
TEXT_LENGTH = 500  # characters of a subject or an error

TABLES = {
    # `message` is the first part of the Message-ID, `collection` a name and `record` an id: whose
    # account it is about, empty for none. Times are texts, as records have them.
    MAILS: f"""
        CREATE TABLE {MAILS} (
            id INTEGER PRIMARY KEY NOT NULL,
            message TEXT NOT NULL UNIQUE,
            recipients TEXT NOT NULL,
            subject TEXT NOT NULL,
            template TEXT NOT NULL,
            collection TEXT NOT NULL,
            record TEXT NOT NULL,
            status TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            error TEXT NOT NULL,
            created TEXT NOT NULL,
            updated TEXT NOT NULL
        );
        CREATE INDEX {MAILS}_created ON {MAILS} (created)
    """,
}

# `deferred` is tried again, `withheld` was kept back by a hook, `expired` came to nothing in time.
Status: TypeAlias = Literal["sent", "deferred", "failed", "withheld", "expired"]

_NOTE = (
    f"INSERT INTO {MAILS} (message, recipients, subject, template, collection, record, status,"
    " attempts, error, created, updated) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9, ?9)"
    " ON CONFLICT (message) DO UPDATE SET recipients = ?2, subject = ?3, status = ?7,"
    " attempts = attempts + 1, error = ?8, updated = ?9"
)


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What the log says of a mail beside what stands on its envelope."""

    template: str = ""
    collection: str = ""
    record: str = ""
    # What must not stand in the log, though it may stand in the subject.
    secrets: tuple[str, ...] = ()
    # Whether it is sent again later if it is put off now.
    is_retried: bool = False

    def masked(self, text: str) -> str:
        """A text without the secrets, should they be in it."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text


Note: TypeAlias = Callable[[Message, About, Status, str], None]


class MailLog:
    """Writes the log of one directory. Beside whoever sends: a mail that left is not held up."""

    def __init__(self, store: Store, background: Background) -> None:
        self._store = store
        self._background = background

    def note(self, message: Message, about: About, status: Status, error: str) -> None:
        """Notes an attempt to send a mail."""
        now = clock.now_text()
        row = (
            message.id,
            ", ".join(message.recipients),
            about.masked(message.subject)[:TEXT_LENGTH],
            about.template,
            about.collection,
            about.record,
            status,
            about.masked(error)[:TEXT_LENGTH],
            now,
        )

        async def write() -> None:
            await self._store.write_one(_NOTE, row)

        self._background.start("the log of mails", write())

    async def end(self, message: str, status: Status, error: str) -> None:
        """Notes that a mail, by the first part of its id, will not be sent any more."""
        sql = f"UPDATE {MAILS} SET status = ?, error = ?, updated = ? WHERE message = ?"
        await self._store.write_one(sql, (status, error[:TEXT_LENGTH], clock.now_text(), message))

    async def sweep(self) -> None:
        """Forgets what is old."""
        oldest = clock.to_text(clock.now() - timedelta(days=KEPT_DAYS))

        def run(tx: Tx) -> None:
            tx.execute(f"DELETE FROM {MAILS} WHERE created < ?", (oldest,))

        await self._store.write(run)
