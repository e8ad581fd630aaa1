"""The one way that mail leaves the server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastcms.hooks import Hooks
from fastcms.mail import sendmail, smtp, terminal
from fastcms.mail.events import MailEvent
from fastcms.mail.log import About, Note
from fastcms.mail.message import Mailbox, MailError, Message
from fastcms.settings.model import Settings


class Mailer:
    """Sends by what the settings say at that moment: SMTP, or else the local `sendmail`.

    In development mails are shown in the terminal unless SMTP is set up. Each is noted in the log.
    """

    def __init__(
        self,
        hooks: Hooks,
        settings: Callable[[], Settings],
        note: Note = lambda *_: None,
        *,
        dev: bool,
    ) -> None:
        self._hooks = hooks
        self._settings = settings
        self.note = note
        # Takes all mails in the place of what the settings say, where it is set.
        self.instead: Callable[[Message], Awaitable[None]] | None = None
        self._dev = dev

    @property
    def sender(self) -> Mailbox:
        """From whom the server's mails are."""
        meta = self._settings().meta
        return Mailbox(meta.sender_address, meta.sender_name)

    async def send(self, message: Message, about: About | None = None) -> None:
        """Returns when the mail is on its way. Raises MailError if it cannot be sent."""
        event, about = MailEvent(message), about or About()
        hook = self._hooks.mailer_send
        try:
            if hook:
                await hook.run(event, self._send)
            else:
                await self._send(event)
        except MailError as error:
            later = about.is_retried and error.is_transient
            # A server may say again what it was told.
            reason = about.masked(str(error))
            self.note(event.message, about, "deferred" if later else "failed", reason)
            raise MailError(reason, is_transient=error.is_transient) from error
        self.note(event.message, about, "sent" if event.is_passed else "withheld", "")

    async def _send(self, event: MailEvent) -> None:
        event.is_passed = True
        settings = self._settings().smtp
        if self.instead is not None:
            await self.instead(event.message)
        elif settings.enabled:
            await smtp.send(event.message, settings)
        elif self._dev:
            await terminal.send(event.message)
        else:
            await sendmail.send(event.message)
