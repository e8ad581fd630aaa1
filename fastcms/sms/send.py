"""Sends a text message the way that the setting says."""

from __future__ import annotations

from fastcms.settings.sms import SMS
from fastcms.sms import console, sns, twilio
from fastcms.sms.sender import Sender, SMSError

SENDERS: dict[str, Sender] = {
    "console": console.send,
    "twilio": twilio.send,
    "sns": sns.send,
}

# Takes all messages in the place of what the settings say, where it is set.
instead: Sender | None = None


async def send(settings: SMS, to: str, text: str, *, dev: bool) -> None:
    """Returns when the message is on its way; in development the terminal will do. Raises SMSError
    if it cannot be sent."""
    if instead is not None:
        await instead(settings, to, text)
        return
    provider = settings.provider or ("console" if dev else "")
    if not provider:
        raise SMSError("no provider is set up; see fastcms settings sms")
    await SENDERS[provider](settings, to, text)
