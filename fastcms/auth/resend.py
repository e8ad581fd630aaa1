"""Mails that an account gets no more often than every two minutes, whatever process sends them."""

from __future__ import annotations

from fastcms.auth import attempts
from fastcms.core import App
from fastcms.records.record import Record

SECONDS = 120


async def is_due(app: App, kind: str, record: Record | None) -> bool:
    """Whether the account may get a mail of this kind now; counts it as sent if so.

    Takes as long for no account, so that times do not tell whether there is one.
    """
    return await attempts.count(app, _key(kind, record), SECONDS) == 1 and record is not None


async def forget(app: App, kind: str, record: Record) -> None:
    """The next mail of this kind may go at once."""
    await attempts.forget(app, _key(kind, record))


def _key(kind: str, record: Record | None) -> str:
    whose = f"{record.collection.id}/{record.id}" if record is not None else "nobody"
    return f"mail:{kind}:{whose}"
