"""Shows a mail in the terminal instead of sending it, for development."""

from __future__ import annotations

import sys

from fastcms.mail.message import Message, to_bytes


async def send(message: Message) -> None:
    """Writes the message's text. Raises MailError for what no other way would send either."""
    to_bytes(message)
    lines = [
        "┌─ mail, not sent: development without SMTP",
        f"│ To: {', '.join(message.recipients)}",
        f"│ Subject: {message.subject}",
        "│",
        *(f"│ {line}" for line in message.plain.splitlines()),
        "└─",
    ]
    # In one piece, because several processes may write.
    sys.stderr.write("\n".join(lines) + "\n")
    sys.stderr.flush()
