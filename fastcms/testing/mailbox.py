"""Mails and text messages of a test: none leaves it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import unescape
from typing import TYPE_CHECKING

from fastcms.mail.message import MailError, Message, to_bytes
from fastcms.testing.box import Box

if TYPE_CHECKING:
    from fastcms.settings.sms import SMS

_LINK = re.compile(r"""href\s*=\s*["']([^"']+)""", re.IGNORECASE)
_TOKEN = re.compile(r"/auth/confirm-[a-z-]+/([\w.-]+)")
_CODE = re.compile(r"(?<![\w.-])(\d{4,10})(?![\w-]|\.\w)")


def _code(text: str) -> str:
    found = _CODE.search(text)
    return found[1] if found else ""


@dataclass(frozen=True)
class Mail:
    """A mail as its reader gets it."""

    sender: str
    to: tuple[str, ...]
    subject: str
    html: str
    text: str
    # As it would have gone to a mail server.
    raw: bytes = field(repr=False)

    @property
    def parsed(self) -> EmailMessage:
        """The mail with its headers and parts."""
        return message_from_bytes(self.raw, policy=default)

    @property
    def attachments(self) -> dict[str, bytes]:
        """The files that came with it, by their names."""
        parts = self.parsed.iter_attachments()
        return {str(part.get_filename()): bytes(part.get_payload(decode=True)) for part in parts}

    @property
    def links(self) -> list[str]:
        """The addresses that it leads to, in their order."""
        return [unescape(link) for link in _LINK.findall(self.html)]

    @property
    def token(self) -> str:
        """What its link confirms something by, as mails about accounts have it; "" for none."""
        found = _TOKEN.search(self.html)
        return found[1] if found else ""

    @property
    def code(self) -> str:
        """The first number of four to ten digits that stands alone, as a one-time password does; ""
        for none.
        """
        return _code(self.text)


@dataclass(frozen=True)
class Text:
    """A text message to a phone."""

    to: str
    text: str

    @property
    def code(self) -> str:
        """The code in it, "" for none."""
        return _code(self.text)


class Mailbox(Box[Mail]):
    """All mails of an app, whoever they are for."""

    def __init__(self, wait: Callable[[], None]) -> None:
        super().__init__("mail", wait)
        # What sending fails with, as with a mail server that says no; "" for a box that takes all.
        self.refuses = ""

    def to(self, address: str) -> list[Mail]:
        """Those for one address."""
        return [mail for mail in self if address in mail.to]

    async def take(self, message: Message) -> None:
        """Takes a mail in. Raises MailError as a server would."""
        raw = to_bytes(message)
        if self.refuses:
            raise MailError(self.refuses)
        parsed = message_from_bytes(raw, policy=default)
        html, text = (parsed.get_body((kind,)) for kind in ("html", "plain"))
        assert html is not None
        assert text is not None
        self.put(
            Mail(
                message.sender.address,
                message.recipients,
                str(parsed["Subject"]),
                str(html.get_content()).replace("\r\n", "\n").strip(),
                str(text.get_content()).replace("\r\n", "\n").strip(),
                raw,
            )
        )


class Texts(Box[Text]):
    """All text messages of an app."""

    def __init__(self, wait: Callable[[], None]) -> None:
        super().__init__("text message", wait)

    async def take(self, settings: SMS, to: str, text: str) -> None:
        """Takes a message in."""
        self.put(Text(to, text))
