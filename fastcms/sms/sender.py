"""What a way to send text messages is."""

from __future__ import annotations

from typing import Protocol

from fastcms.settings.sms import SMS


class SMSError(Exception):
    """The message was not taken; the text is for the log."""


class Sender(Protocol):
    """Sends one message."""

    async def __call__(self, settings: SMS, to: str, text: str) -> None:
        """Returns when the provider has taken it. Raises SMSError."""
