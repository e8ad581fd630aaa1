"""Tells owners that attempts on their account were refused, once a day at most."""

from __future__ import annotations

from fastcms.auth import attempts, mails, queued_mails
from fastcms.core import App
from fastcms.records.record import Record

SECONDS = 24 * 3600


def start(app: App, record: Record, address: str) -> None:
    """Sends the mail in the background, if it is due and there is an address to send it to."""

    async def send() -> None:
        key = f"lockout-mail:{record.collection.id}:{record.id}"
        if await attempts.count(app, key, SECONDS) == 1:
            values = {"ADDRESS": address}
            await queued_mails.put(app, mails.LOCKOUT, record.collection, record, values)

    if record["email"]:
        what = f"the lockout mail to {record.collection.name}/{record.id}"
        app.background.start(what, send())
