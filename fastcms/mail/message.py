"""A mail as a value, and its form on the wire."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from mimetypes import guess_type

import msgspec

from fastcms import clock, ids
from fastcms.mail.text import to_text

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_ADDRESS = re.compile(r"[^@\s<>\x00-\x1f\x7f\x85]+@[^@\s<>,;\x00-\x1f\x7f\x85]+")


class MailError(Exception):
    """A mail could not be sent; the text says why and holds no secrets.

    `is_transient` tells that it may well be sent later: nobody answered, or it was put off.
    """

    def __init__(self, reason: str, *, is_transient: bool = False) -> None:
        super().__init__(reason)
        self.is_transient = is_transient


class Mailbox(msgspec.Struct, frozen=True):
    """An address and the name of who is there, "" for none."""

    address: str
    name: str = ""


class Attachment(msgspec.Struct, frozen=True):
    """A file that comes with a mail; its type follows from the name."""

    name: str
    content: bytes


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A mail. Its text form is made from the HTML when `text` is empty.

    `id` is the first part of its Message-ID: one that is sent twice is the same mail to its reader.
    """

    id: str = msgspec.field(default_factory=lambda: ids.random_text(15))
    sender: Mailbox
    to: tuple[Mailbox, ...]
    subject: str
    html: str
    text: str = ""
    cc: tuple[Mailbox, ...] = ()
    # Nobody sees that it goes to them.
    bcc: tuple[Mailbox, ...] = ()
    reply_to: tuple[Mailbox, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """The bare addresses that it goes to."""
        return tuple(box.address for box in (*self.to, *self.cc, *self.bcc))

    @property
    def one_line_subject(self) -> str:
        """Its subject as the header has it: text adds no headers."""
        return _one_line(self.subject)

    @property
    def plain(self) -> str:
        """Its text form."""
        return self.text or to_text(self.html)

    @property
    def message_id(self) -> str:
        """Its Message-ID, as in the header."""
        domain = self.sender.address.rpartition("@")[2]
        return f"<{self.id}@{domain}>"

    @property
    def needs_utf8(self) -> bool:
        """Whether an address has letters that only SMTPUTF8 can carry."""
        return not "".join((self.sender.address, *self.recipients)).isascii()


def to_bytes(message: Message) -> bytes:
    """The message as it goes to a mail server.

    Texts cannot add headers or recipients: line ends and other control characters in subject and
    names, those of files too, are left out. Raises MailError for an address that is none.
    """
    mime = EmailMessage(SMTPUTF8 if message.needs_utf8 else SMTP)
    mime["From"] = _address(message.sender)
    mime["To"] = tuple(map(_address, message.to))
    if message.cc:
        mime["Cc"] = tuple(map(_address, message.cc))
    if message.reply_to:
        mime["Reply-To"] = tuple(map(_address, message.reply_to))
    mime["Date"] = format_datetime(clock.now())
    mime["Subject"] = message.one_line_subject
    mime["Message-ID"] = message.message_id
    mime.set_content(message.plain, cte="quoted-printable")
    mime.add_alternative(message.html, subtype="html", cte="quoted-printable")
    mime.make_mixed()
    for attachment in message.attachments:
        name = _one_line(attachment.name)
        kind, subkind = _type_of(name).split("/")
        mime.add_attachment(attachment.content, maintype=kind, subtype=subkind, filename=name)
    return mime.as_bytes()


def _type_of(name: str) -> str:
    kind, packed = guess_type(name)
    # Those are no bytes to a reader of mails, but mails in the mail.
    if kind is None or packed or kind.startswith(("message/", "multipart/")):
        return "application/octet-stream"
    return kind


def _address(box: Mailbox) -> Address:
    if not _ADDRESS.fullmatch(box.address):
        raise MailError(f"{box.address!r} is not a mail address")
    user, _, domain = box.address.rpartition("@")
    return Address(_one_line(box.name), user, domain)


def _one_line(text: str) -> str:
    return _CONTROLS.sub("", text).strip()
