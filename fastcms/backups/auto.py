"""Backups by the clock: made, examined if wanted, and old ones removed; who is told if it fails."""

from __future__ import annotations

import logging
from html import escape

from fastcms.backups import keep
from fastcms.backups.make import BackupError
from fastcms.backups.names import AUTO_PREFIX
from fastcms.backups.verify import verify_key
from fastcms.core import App, Job
from fastcms.mail.layout import page
from fastcms.mail.message import Mailbox, MailError, Message
from fastcms.settings.load import load_backups

JOB = "__pbAutoBackup__"

log = logging.getLogger("fastcms.backups")


def install(app: App) -> None:
    """Has the job follow the settings."""
    app.schema_listeners.append(lambda _: follow(app))
    follow(app)


def follow(app: App) -> None:
    """There is a job as long as the settings say when."""
    if expression := app.settings.backups.cron:
        app.jobs[JOB] = Job(JOB, expression, run)
    else:
        app.jobs.pop(JOB, None)


async def run(app: App) -> None:
    """Makes a backup and removes old ones; tells every superuser if it fails."""
    try:
        await _back_up(app)
    except Exception as error:
        await _alert(app, str(error))
        raise


async def _back_up(app: App) -> None:
    key = await keep.fresh_name(app, AUTO_PREFIX)
    await keep.create(app, key)
    if load_backups(app.store.read_now).verify:
        report = await verify_key(app, key)
        if report.problems:
            raise BackupError(f"{key} was made but is not sound: {'; '.join(report.problems)}")
    # Not before: the older ones are what is left if the new one is not sound.
    await keep.rotate(
        app, lambda key: key.startswith(AUTO_PREFIX), app.settings.backups.cron_max_keep
    )


async def _alert(app: App, error: str) -> None:
    """The reference's mail."""
    name = app.settings.meta.app_name
    html = page(
        f"<p>{escape(name)} system alert occurred:</p>\n"
        '<p class="alert"><strong>Failed to create/upload automated backup. Raw error:\n'
        f"{escape(error)}</strong></p>\n"
        "<p>For more information you could explore the logs in the dashboard of your application."
        "</p>"
    )
    for (address,) in await app.store.read("SELECT email FROM _superusers ORDER BY rowid"):
        message = Message(
            sender=app.mailer.sender,
            to=(Mailbox(address),),
            subject=f"[{name} system alert] Autobackup failure",
            html=html,
        )
        try:
            await app.mailer.send(message)
        except MailError as reason:
            log.error("the failure of a backup could not be told to %s: %s", address, reason)
