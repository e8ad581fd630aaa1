"""The one way that mail leaves the server."""

from __future__ import annotations

from collections.abc import Callable

from fastcms.hooks import Hooks
from fastcms.mail import sendmail, smtp, terminal
from fastcms.mail.events import MailEvent
from fastcms.mail.message import Mailbox, Message
from fastcms.settings.model import Settings


class Mailer:
    """Sends by what the settings say at that moment: SMTP, or else the local `sendmail`.

    In development mails are shown in the terminal unless SMTP is set up.
    """

    def __init__(self, hooks: Hooks, settings: Callable[[], Settings], *, dev: bool) -> None:
        self._hooks = hooks
        self._settings = settings
        self._dev = dev

    @property
    def sender(self) -> Mailbox:
        """From whom the server's mails are."""
        meta = self._settings().meta
        return Mailbox(meta.sender_address, meta.sender_name)

    async def send(self, message: Message) -> None:
        """Returns when the mail is on its way. Raises MailError if it cannot be sent."""
        hook = self._hooks.mailer_send
        if hook:
            await hook.run(MailEvent(message), self._send)
        else:
            await self._send(MailEvent(message))

    async def _send(self, event: MailEvent) -> None:
        settings = self._settings().smtp
        if settings.enabled:
            await smtp.send(event.message, settings)
        elif self._dev:
            await terminal.send(event.message)
        else:
            await sendmail.send(event.message)
