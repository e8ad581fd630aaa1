"""Mails to accounts by way of the queue: they leave in the background, and again if they must.

What waits in the database holds no secret. The token of a link is made when its mail leaves, and a
one-time password is sealed, not sent after its time, and gone with the task.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from time import time

import msgspec

from fastcms import ids
from fastcms.auth import mails, otps, resend
from fastcms.auth.mails import MailKind
from fastcms.auth.tokens import token_options
from fastcms.core import App
from fastcms.mail.log import Status
from fastcms.mail.message import MailError
from fastcms.queue.queue import EXPIRED
from fastcms.queue.task import GiveUpError, Kind, NewTask, Task
from fastcms.records.compiled import compiled
from fastcms.records.record import Record
from fastcms.records.write import find
from fastcms.schema.collection import Collection
from fastcms.store.store import Tx

ALERT_SECONDS = 24 * 3600  # after which nobody wants to hear of it
MAIL, OTP_MAIL = "mail", "otp mail"


class QueuedMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that waits: of which kind, to whom, and what it is about."""

    mail: str
    collection: str
    record: str
    to: str
    values: dict[str, str]
    # Of its Message-ID.
    id: str
    # The one-time password, sealed.
    sealed: str = ""


def install(app: App) -> None:
    """Lets the queue send mails to accounts."""
    run, given_up = partial(_send, app), partial(_given_up, app)
    for kind in (
        Kind(MAIL, run, given_up),
        # One that was given up is of no use: another one is asked for.
        Kind(OTP_MAIL, run, given_up, is_kept=False),
    ):
        app.queue.kinds[kind.name] = kind


async def put(
    app: App,
    kind: MailKind,
    collection: Collection,
    record: Record | None,
    values: Mapping[str, str] | None = None,
    *,
    sealed: str = "",
) -> None:
    """Has a mail sent to a record. For none it takes as long, and no mail is sent."""
    mail = QueuedMail(
        mail=kind.name,
        collection=collection.id,
        record=record.id if record is not None else "",
        to=str(record["email"]) if record is not None else "",
        values=dict(values or {}),
        id=ids.random_text(15),
        sealed=sealed,
    )
    task = NewTask(
        OTP_MAIL if sealed else MAIL,
        msgspec.to_builtins(mail),
        f"the {kind.name} mail to {collection.name}/{mail.record}",
        expires=time() + _seconds(kind, collection),
    )

    def run(tx: Tx) -> None:
        app.queue.add(tx, task, pretend=record is None)

    await app.store.write(run)


def _seconds(kind: MailKind, collection: Collection) -> float:
    """How long what stands in the mail is good for."""
    assert collection.auth is not None
    if kind is mails.OTP:
        return collection.auth.otp.duration
    return token_options(collection.auth, kind.token).duration if kind.token else ALERT_SECONDS


async def _send(app: App, task: Task) -> None:
    mail = msgspec.convert(task.payload, QueuedMail)
    kind = mails.KINDS[mail.mail]
    record = await _record(app, mail)
    # Whose address is another by now shall not prove it by this, nor need it.
    if record is None or (kind.secrets and record["email"] != mail.to):
        return
    if kind is mails.VERIFICATION and record["verified"]:
        return
    values = mail.values
    if mail.sealed:
        values = {**values, "OTP": app.seal.open(mail.sealed)}
    try:
        await mails.send_kind(app, record, kind, values, to=mail.to, id_=mail.id, is_retried=True)
    except MailError as error:
        if error.is_transient:
            raise
        raise GiveUpError(str(error)) from error


async def _given_up(app: App, task: Task, reason: str) -> None:
    mail = msgspec.convert(task.payload, QueuedMail)
    status: Status = "expired" if reason == EXPIRED else "failed"
    await app.mail_log.end(mail.id, status, reason)
    if mail.mail == mails.OTP.name:
        # It never arrived, so it shall neither count nor prove an address.
        await otps.use_up(app, mail.values["OTP_ID"])
    elif (record := await _record(app, mail)) is not None:
        # Another one may be asked for at once.
        await resend.forget(app, mail.mail, record)


async def _record(app: App, mail: QueuedMail) -> Record | None:
    """The account as it is now, None if it is gone."""
    schema = app.refresh()
    collection = schema.find(mail.collection)
    if collection is None or not collection.is_auth:
        return None
    return await find(app, compiled(schema, collection), mail.record)
