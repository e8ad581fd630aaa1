"""What hooks around mails get to see."""

from __future__ import annotations

from fastcms.hooks import Event
from fastcms.mail.message import Message


class MailEvent(Event):
    """A mail is about to be sent; handlers may put another one in its place."""

    def __init__(self, message: Message) -> None:
        self.message = message
        # Whether the chain came to its end, where mails are sent.
        self.is_passed = False
