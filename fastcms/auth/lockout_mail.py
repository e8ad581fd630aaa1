"""Tells owners that attempts on their account were refused, once a day at most."""

from __future__ import annotations

from fastcms.app import App
from fastcms.auth import attempts, mails
from fastcms.records.record import Record
from fastcms.schema.options import EmailTemplate

SECONDS = 24 * 3600

TEMPLATE = EmailTemplate(
    subject="Failed attempts to sign in to your {APP_NAME} account",
    body="""<p>Hello,</p>
<p>Somebody has tried to sign in to your {APP_NAME} account with wrong passwords, the last time from
{ADDRESS}. Further attempts are refused for a while.</p>
<p>If it was you, wait a little or reset your password. If it was not you, nothing has to be done:
nobody was let in. A password that you use nowhere else, and a second factor, keep it that way.</p>
<p>
  Thanks,<br/>
  {APP_NAME} team
</p>""",
)


def start(app: App, record: Record, address: str) -> None:
    """Sends the mail in the background, if it is due and there is an address to send it to."""

    async def send() -> None:
        key = f"lockout-mail:{record.collection.id}:{record.id}"
        if await attempts.count(app, key, SECONDS) == 1:
            await mails.send(app, record, TEMPLATE, {"ADDRESS": address})

    if record["email"]:
        what = f"the lockout mail to {record.collection.name}/{record.id}"
        app.background.start(what, send())
