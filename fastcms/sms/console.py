"""Shows a text message in the terminal instead of sending it, for development."""

from __future__ import annotations

import sys

from fastcms.settings.sms import SMS


async def send(settings: SMS, to: str, text: str) -> None:
    """Writes number and text."""
    # In one piece, because several processes may write.
    sys.stderr.write(f"┌─ text message, not sent\n│ To: {to}\n│ {text}\n└─\n")
    sys.stderr.flush()
